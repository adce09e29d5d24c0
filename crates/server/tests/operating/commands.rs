//! `check`, `calendar due` and `ids check`: what goes in, what comes out, and with which end.

use crate::program::{Folder, run, run_with};

#[test]
fn check_names_every_problem_with_file_and_line_and_ends_with_1() {
    let folder = Folder::new();
    let item = "[[item]]\ncode = \"x\"\nname = \"某事项\"\nno-such-key = 1\n";
    folder.write("rules/items/x.toml", item);
    folder.write("rules/procedures/y.toml", "this is no TOML\n");
    let said = run(&["check", &folder.path("rules")]).ended(1);
    for place in ["items/x.toml:", "procedures/y.toml:1"] {
        assert!(said.out.contains(&format!("{}/{place}", folder.path("rules"))), "{place} in {}", said.out);
    }
    let told = said.out.lines().filter(|line| line.contains(".toml:"));
    assert!(
        told.clone().count() >= 2 && told.clone().all(|line| line.split(':').nth(1).is_some_and(|n| n.parse::<u32>().is_ok()))
    );
    assert!(run(&["check", &folder.path("nowhere")]).ended(1).err.contains("nowhere"));
}

#[test]
fn the_districts_own_rulebook_has_no_error() {
    assert!(run(&["check", "rulebook"]).ended(0).out.contains("0 个错误"));
    assert!(run(&["check", "--lang", "en", "rulebook"]).ended(0).out.contains("0 errors"));
}

#[test]
fn a_due_day_by_itself_says_when_it_is_provisional() {
    let due = |from: &str, n: &str| run(&["calendar", "due", "--from", from, "--working-days", n]).ended(0).out;
    // Spring Festival of 2026: holidays from 15 to 23 February, working Saturdays on the 14th and the 28th.
    assert_eq!(due("2026-02-13", "3"), "2026-02-25\n");
    assert_eq!(due("2026-03-02", "5"), "2026-03-09\n");
    assert!(due("2026-12-30", "5").contains("(provisional)"));
    run(&["calendar", "due", "--from", "2026-02-30", "--working-days", "3"]).ended(2);
    run(&["calendar", "due"]).ended(2);
}

#[test]
fn a_batch_gives_the_same_rows_with_two_columns_more() {
    let batch = |input: &str| run_with(&["calendar", "due", "--batch"], input.as_bytes());
    let rows = "2026-03-02,5,working-days\n2026-02-13,3,working-days\n2026-03-02,5,days\n";
    let answers = "2026-03-02,5,working-days,2026-03-09,false\n2026-02-13,3,working-days,2026-02-25,false\n2026-03-02,5,days,2026-03-09,false\n";
    assert_eq!(batch(rows).ended(0).out, answers, "without a head");
    let headed = batch(&format!("from,n,unit\n{rows}")).ended(0).out;
    assert_eq!(headed, format!("from,n,unit,due,provisional\n{answers}"));
    let crlf = batch(&format!("from,n,unit\n{rows}").replace('\n', "\r\n")).ended(0).out;
    assert_eq!(crlf.replace("\r\n", "\n"), headed, "with the line ends of Windows");
    assert_eq!(batch(&format!("\u{feff}from,n,unit\n{rows}")).ended(0).out.trim_start_matches('\u{feff}'), headed);
    assert_eq!(batch("").ended(0).out, "");
}

#[test]
fn bad_rows_of_a_batch_keep_their_place_and_are_told_by_line() {
    let input = "from,n,unit\n2026-02-30,5,working-days\n2026-03-02,5,moons\n2026-03-02\n2026-03-02,-1,days\n2026-03-02,1,days\n";
    let said = run_with(&["calendar", "due", "--batch"], input.as_bytes()).ended(1);
    let rows: Vec<&str> = said.out.lines().collect();
    assert_eq!(rows.len(), 6, "{}", said.out);
    assert!(rows.iter().all(|row| row.split(',').count() == 5), "{}", said.out);
    assert!(rows[1..5].iter().all(|row| row.ends_with(",,")), "{}", said.out);
    assert_eq!(rows[5], "2026-03-02,1,days,2026-03-03,false");
    for line in 2..=5 {
        assert!(said.err.contains(&format!(":{line}")), "line {line} in {}", said.err);
    }
}

#[test]
fn identifiers_are_told_apart_and_the_wrong_ones_with_a_reason() {
    let input = "91120116MA0TEXT042\r\n120116189001010012\n91120116MA0TEXT043\n\nabc\n\"a,b\"\n";
    let odd = [input.as_bytes(), b"\xff\xfe\n91120116MA0TEXT042\n"].concat();
    let said = run_with(&["ids", "check"], &odd).ended(0);
    let rows: Vec<&str> = said.out.lines().collect();
    assert_eq!(rows[0], "value,kind,valid,reason");
    assert!(
        rows[rows.len() - 2].contains(",false,") && rows[rows.len() - 1].contains(",true,"),
        "a bad byte ends nothing: {rows:?}"
    );
    assert!(rows[1].starts_with("91120116MA0TEXT042,") && rows[1].contains(",true,"), "{}", rows[1]);
    assert!(rows[2].starts_with("120116189001010012,") && rows[2].contains(",true,"), "{}", rows[2]);
    assert!(rows[3].contains(",false,") && !rows[3].ends_with(','), "a reason: {}", rows[3]);
    let mut reader = csv::ReaderBuilder::new().from_reader(said.out.as_bytes());
    assert!(reader.records().all(|row| row.is_ok_and(|row| row.len() == 4)), "{}", said.out);
}
