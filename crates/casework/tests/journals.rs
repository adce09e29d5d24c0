//! Journals of every release still fold to the same case. Files are only ever added (`RECORD=… cargo test -p simulator`).
//!
//! `<name>.jsonl` holds the records as they were written then; `<name>.txt` says what they add up to, in words that every later
//! core must be able to say again.

use casework::case::Decision;
use casework::clock::Standing;
use casework::{Case, CaseNo, Record};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[expect(clippy::disallowed_methods, reason = "golden files lie beside the test")]
fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

#[expect(clippy::disallowed_methods, reason = "golden files lie beside the test")]
fn journals() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journals");
    let entries = std::fs::read_dir(folder).expect("there are journals").flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|ending| ending == "jsonl")).collect();
    found.sort();
    found
}

/// What a case amounts to, line by line.
fn told(case: &Case) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: String| writeln!(out, "{name}: {value}").expect("a string");
    line("item", case.item.clone());
    line("step", case.step.clone());
    line("version", case.version.to_string());
    line("particulars", case.kept.to_string());
    line("received", case.received.map_or_else(|| "-".into(), |day| day.to_string()));
    let how = if case.deemed { " by silence" } else { "" };
    line("accepted", case.accepted.map_or_else(|| "-".into(), |day| format!("{day}{how}")));
    line("handler", case.handler.as_ref().map_or_else(|| "-".into(), ToString::to_string));
    line("lacking", format!("{:?}", case.lacking));
    line("deferred", format!("{:?}", case.deferred));
    line("corrections", case.corrections.len().to_string());
    line("opinions", case.opinions.len().to_string());
    line("hearing", format!("{:?}", case.hearing));
    line("extended", format!("{:?}", case.extended));
    line("class", format!("{:?}", case.class));
    let decision = match &case.decision {
        None => "-".into(),
        Some(Decision::Granted { valid_from, valid_until, .. }) => format!("granted {valid_from} to {valid_until:?}"),
        Some(Decision::Refused { on, .. }) => format!("refused {on}"),
        Some(Decision::Filed { on }) => format!("filed {on}"),
    };
    line("decision", decision);
    line("closed", case.closed.map_or_else(|| "-".into(), |at| at.to_string()));
    line("rating", format!("{:?}", case.rating));
    line("letters", case.letters.len().to_string());
    line("last substantive", case.last_substantive.to_string());
    for clock in &case.clocks {
        let standing = match clock.standing {
            Standing::Running => "running",
            Standing::Paused => "paused",
            Standing::Stopped => "stopped",
        };
        let red = clock.expired.map_or_else(String::new, |at| format!(", ran out {at}"));
        line("clock", format!("{} from {} for {} due {} {standing}{red}", clock.code, clock.from, clock.whole(), clock.due));
    }
    out
}

#[test]
fn old_journals_still_fold_to_the_same_case() {
    let journals = journals();
    assert!(journals.len() >= 9, "journals are only ever added; there are {}", journals.len());
    for path in journals {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut case = Case::unborn(CaseNo(name.clone()));
        for (line, text) in (1..).zip(read(&path).expect("a text").lines()) {
            let record: Record = serde_json::from_str(text).unwrap_or_else(|fault| panic!("{name}:{line}: {fault}"));
            assert_eq!(record.version, line, "{name}:{line}");
            case.apply(&record);
        }
        let expected = path.with_extension("txt");
        let now = told(&case);
        match read(&expected) {
            Some(then) => assert_eq!(now, then, "{name} folds to another case"),
            None => keep(&expected, &now),
        }
    }
}

/// A new journal has no telling yet: it is written once, and only when asked for.
#[expect(clippy::disallowed_methods, reason = "golden files lie beside the test")]
fn keep(path: &Path, text: &str) {
    assert!(std::env::var_os("RECORD").is_some(), "{} is missing", path.display());
    std::fs::write(path, text).expect("the telling is kept");
}
