//! The district's own rulebook passes every check, and every rule is broken on purpose by a file of its own in `broken/`.

use jiff::civil::{Date, date};
use rulebook::check::{RULES, compile_and_check};
use rulebook::{Calendar, Problem, Severity};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

mod folder;

const TODAY: Date = date(2026, 3, 2);

type Files = Vec<(String, String)>;

static DISTRICT: LazyLock<Files> = LazyLock::new(folder::district);

fn problems(files: &Files, today: Date, production: bool) -> Vec<Problem> {
    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
        let mut days = DISTRICT.iter().filter(|(path, _)| path == "calendar/holidays.csv");
        let (path, text) = days.next().expect("the rulebook has a calendar");
        Calendar::parse(path, text).0
    });
    compile_and_check(files.iter().map(|(path, text)| (path.as_str(), text.as_str())), &CALENDAR, today, production).1
}

#[test]
fn the_rulebook_of_the_district_passes_the_check() {
    let problems = problems(&DISTRICT, TODAY, false);
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.iter().all(|problem| problem.severity == Severity::Warning), "{}", told.join("\n"));
    assert!(problems.len() <= 5, "warnings are few, so that a new one is seen:\n{}", told.join("\n"));
}

#[test]
fn a_definition_that_cannot_be_read_is_one_problem_and_what_names_it_none() {
    for (file, after, fault) in [
        ("items/food-operation-new.toml", "code = \"food-operation-new\"", "no-such-key = 1"),
        ("items/food-operation-new.toml", "code = \"food-operation-new\"", "quantity-limit = \"many\""),
        ("materials/common.toml", "key = \"floor-plan\"", "no-such-key = [\n1]"),
        ("themes/restaurant.toml", "code = \"restaurant\"", "no-such-key = 1\nzzz = 2"),
    ] {
        let mut files = DISTRICT.clone();
        let (_, text) = files.iter_mut().find(|(path, _)| path == file).unwrap_or_else(|| panic!("{file}"));
        let line = text.lines().position(|line| line == after).unwrap_or_else(|| panic!("{after} in {file}")) + 2;
        *text = text.replacen(after, &format!("{after}\n{fault}"), 1);
        let found = problems(&files, TODAY, false);
        let errors: Vec<&Problem> = found.iter().filter(|problem| problem.severity == Severity::Error).collect();
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let [only] = errors[..] else { panic!("{}", told.join("\n")) };
        assert_eq!((only.rule.as_str(), only.file.as_str(), only.line), ("toml", file, line), "{fault}");
    }
}

#[test]
fn in_production_the_examples_of_the_district_cannot_be_published() {
    let problems = problems(&DISTRICT, TODAY, true);
    let told = problems.iter().filter(|problem| problem.rule == "not-verified" && problem.severity == Severity::Error);
    assert!(told.count() > 80, "the district's items rest on examples");
}

#[test]
fn the_end_of_the_calendar_is_told_sixty_days_ahead() {
    let check = |today: Date, expected: usize| {
        let problems = problems(&sound(), today, false);
        let told: Vec<&Problem> = problems.iter().filter(|problem| problem.rule == "calendar-ends").collect();
        assert_eq!(told.len(), expected, "{today}");
        assert!(told.iter().all(|problem| problem.severity == Severity::Warning && problem.file == "calendar/holidays.csv"));
    };
    check(date(2026, 11, 1), 1);
    check(date(2026, 10, 31), 0);
    check(date(2027, 1, 5), 1);
}

/// The sound rulebook that every broken file is read with, and the district's rules.
fn sound() -> Files {
    let broken = folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken"));
    let base = broken.into_iter().filter(|(path, _)| path == "base.toml");
    base.chain(DISTRICT.iter().filter(|(path, _)| path == "checks.toml").cloned()).collect()
}

#[test]
fn the_sound_rulebook_has_no_problem() {
    for production in [false, true] {
        let told: Vec<String> = problems(&sound(), TODAY, production).iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{}", told.join("\n"));
    }
}

#[test]
fn every_rule_is_seen_to_be_broken_on_the_lines_that_break_it() {
    let broken = folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken"));
    let mut wrong = Vec::new();
    // The calendar is no file of definitions, and what was assessed is known to the office alone, which tests it.
    let mut tried = BTreeSet::from(["calendar-ends".to_owned(), "policy-assessment".to_owned()]);
    for (path, text) in broken.iter().filter(|(path, _)| path != "base.toml") {
        let rule = path.trim_end_matches(".toml");
        tried.insert(rule.to_owned());
        let mut files = sound();
        files.push((path.clone(), text.clone()));
        let problems = problems(&files, TODAY, rule == "not-verified");
        let of_rule = problems.iter().filter(|problem| problem.file == *path && problem.rule == rule);
        let told: BTreeSet<usize> = of_rule.map(|problem| problem.line).collect();
        let mark = format!("# ← {rule}");
        let marked = text.lines().zip(1..).filter(|(line, _)| line.ends_with(&mark)).map(|(_, number)| number).collect();
        if told != marked || marked.is_empty() {
            wrong.push(format!("{path}: marked {marked:?}, told {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let untried: Vec<&str> = RULES.into_iter().filter(|rule| !tried.contains(*rule)).collect();
    assert!(untried.is_empty(), "no file breaks {untried:?}");
}

#[test]
fn every_rule_is_declared_with_its_gravity_and_no_other_is() {
    let (rulebook, _) = rulebook::compile(DISTRICT.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let declared: BTreeSet<&str> = rulebook.checks.keys().map(String::as_str).collect();
    assert_eq!(declared, BTreeSet::from(RULES));
}
