//! Which file serves which of the 17 measures: gathered from the heads of files, written to `docs/measures.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Result, bail};

use super::Tree;

/// The page this makes.
pub const PATH: &str = "docs/measures.md";

/// Where the measures are declared, with their names and whether they are reached.
const DECLARED: &str = "rulebook/measures.toml";

/// The founding document has this many.
const MEASURES: usize = 17;

/// A measure as it is declared.
#[derive(Debug, Default)]
struct Measure {
    number: usize,
    name: String,
    label: String,
    reached: bool,
}

/// Where a file that serves a measure belongs in the table.
const COLUMNS: [(&str, &str); 4] =
    [("rulebook/", "Definitions"), ("crates/", "Code"), ("browser/", "Journeys"), ("scenarios/", "Scenarios")];

/// The measure whose number opens a folder's name: `05-一刻办` is 5.
pub fn of_folder(name: &str) -> Option<usize> {
    let (number, rest) = name.split_once('-')?;
    let measure = number.parse().ok().filter(|_| number.len() == 2 && !rest.is_empty())?;
    (1..=MEASURES).contains(&measure).then_some(measure)
}

/// The page as it should read now.
///
/// # Errors
/// When a file claims to serve a measure that does not exist.
pub fn page(tree: &Tree) -> Result<String> {
    let served = served(tree)?;
    let mut page = String::from(
        "# Who serves which measure\n\n\
         Written by `cargo xtask measures --write` from [the declared measures](../rulebook/measures.toml), the line\n\
         `Serves measure N` at the head of files and the folders of `scenarios/`; do not edit.\n\n",
    );
    let heads = COLUMNS.map(|(_, head)| head).join(" | ");
    let _ = write!(page, "| No. | Measure | Reached | {heads} |\n|---|---|---|---|---|---|---|\n");
    for Measure { number, name, label, reached } in declared(tree) {
        let cells = COLUMNS.map(|(start, _)| {
            let paths = served.get(&number).into_iter().flatten().filter(|path| path.starts_with(start));
            paths.map(|path| format!("[{}](../{path})", path.trim_start_matches(start))).collect::<Vec<_>>().join("<br>")
        });
        let reached = if reached { "yes" } else { "not yet" };
        let _ = writeln!(page, "| {number} | {name}<br>{label} | {reached} | {} |", cells.join(" | "));
    }
    Ok(page)
}

/// The page is not what it should be, or a measure that is called reached has nothing that serves it.
pub fn faults(tree: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let served = served(tree)?;
    for measure in declared(tree).iter().filter(|measure| measure.reached) {
        if !served.get(&measure.number).is_some_and(|paths| paths.iter().any(|path| path.starts_with("crates/"))) {
            faults.push(format!("{DECLARED}: measure {} is called reached, and no code says that it serves it", measure.number));
        }
    }
    if tree.texts.get(PATH) != Some(&page(tree)?) {
        faults.push(format!("{PATH}: is not current; run `cargo xtask measures --write`"));
    }
    Ok(faults)
}

/// What `rulebook/measures.toml` declares. The rulebook's own compiler judges that file; here a few of its lines are enough.
fn declared(tree: &Tree) -> Vec<Measure> {
    let mut measures: Vec<Measure> = Vec::new();
    let mut open = false;
    for line in tree.texts.get(DECLARED).map_or("", String::as_str).lines().map(str::trim) {
        if line.starts_with('[') {
            open = line == "[[measure]]";
            if open {
                measures.push(Measure::default());
            }
        }
        let Some((measure, (key, value))) = measures.last_mut().filter(|_| open).zip(line.split_once('=')) else { continue };
        let value = value.trim().trim_matches('"').to_owned();
        match key.trim() {
            "number" => measure.number = value.parse().unwrap_or_default(),
            "name" => measure.name = value,
            "label" => measure.label = value,
            "reached" => measure.reached = value == "true",
            _ => {}
        }
    }
    measures
}

/// Files, and folders of scenarios, by the measure they serve.
fn served(tree: &Tree) -> Result<BTreeMap<usize, Vec<String>>> {
    let mut served: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (path, text) in &tree.texts {
        for number in claims(text) {
            if !(1..=MEASURES).contains(&number) {
                bail!("{path}: there is no measure {number}");
            }
            served.entry(number).or_default().push(path.clone());
        }
    }
    for folder in &tree.folders {
        if let Some(number) = folder.strip_prefix("scenarios/").filter(|name| !name.contains('/')).and_then(of_folder) {
            served.entry(number).or_default().push(folder.clone());
        }
    }
    Ok(served)
}

/// The numbers after `Serves measure` (or `measures`) in the comment that opens a file.
fn claims(text: &str) -> Vec<usize> {
    let head = text.lines().map_while(|line| line.strip_prefix("//!").or_else(|| line.strip_prefix('#')));
    let head = head.collect::<Vec<_>>().join(" ");
    let Some((_, after)) = head.split_once("Serves measure") else { return Vec::new() };
    let words = after.trim_start_matches('s').split_whitespace().filter(|word| *word != "and");
    let numbers = words.map(|word| (word.trim_end_matches([',', '.', ';']), word.ends_with(['.', ';'])));
    let mut found = Vec::new();
    for (word, last) in numbers {
        let Ok(number) = word.parse() else { break };
        found.push(number);
        if last {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    #[test]
    fn measures_are_read_from_the_head_alone() {
        let check = |text: &str, expected: &[usize]| assert_eq!(claims(text), expected, "{text}");
        check("//! Ask for correction. Serves measure 5.\n", &[5]);
        check("//! The counter. Serves measures\n//! 1, 2 and 15. As of 2026.\n", &[1, 2, 15]);
        check("# Serves measure 7\n[[limit]]\n", &[7]);
        check("//! About.\nfn a() {} // Serves measure 3\n", &[]);
    }

    #[test]
    fn the_page_links_what_serves_and_goes_stale() -> Result<()> {
        let declared = "[[measure]]\nnumber = 9\nname = \"压时限\"\nlabel = \"Shorter limits\"\nreached = true\n
            [[measure.indicator]]\nname = \"办结数\"\n";
        let files = [(DECLARED, declared), ("crates/a/src/b.rs", "//! Serves measure 9.\n"), ("scenarios/09-压时限/x.md", "")];
        let page = page(&tree(&files))?;
        let row = "| 9 | 压时限<br>Shorter limits | yes |  | [a/src/b.rs](../crates/a/src/b.rs) |  | [09-压时限](../scenarios/09-压时限) |";
        assert!(page.contains(row), "{page}");
        assert_eq!(faults(&tree(&files))?.len(), 1);
        assert!(faults(&tree(&[files[0], files[1], files[2], (PATH, &page)]))?.is_empty());
        assert_eq!(faults(&tree(&[files[0]]))?.len(), 2, "reached, but by nothing; and no page");
        Ok(())
    }

    #[test]
    fn a_measure_that_does_not_exist_is_refused() {
        assert!(page(&tree(&[("crates/a/src/b.rs", "//! Serves measure 18.\n")])).is_err());
    }
}
