//! Which file serves which of the 17 measures: gathered from the heads of files, written to `docs/measures.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Result, bail};

use super::Tree;

/// The page this makes.
pub const PATH: &str = "docs/measures.md";

/// The 17 measures in the words of the founding document, shortened, and in English.
const MEASURES: [(&str, &str); 17] = [
    ("政务服务“一门办”", "one door: every item at one centre"),
    ("线上服务“一网办”", "one net: wholly online, sealed and signed"),
    ("“高效办成一件事”", "one thing: many items as one"),
    ("跨部门业务“一起办”", "together: one form, one set of papers, licence and permit at once"),
    ("高频事项“一刻办”", "in a moment: decided at the window, on commitment, by rule"),
    ("事项全区统一办理标准", "one standard for each item in the whole district"),
    ("事项清单透明化管理", "public lists; no permit beside the list"),
    ("工程建设项目全流程协同", "construction projects, all bodies working together"),
    ("压缩工程建设项目审批时限", "shorter limits for construction, publicly promised"),
    ("“拿地即开工”", "land today, building today"),
    ("智能导引与靠前服务", "questions that make the list; utilities that come forward"),
    ("“政企同行·有需必应”", "every firm's need is answered"),
    ("政务服务向基层延伸", "stations where the firms are"),
    ("政策精准推送", "the right policy to the right firm"),
    ("“办不成事”问题反映", "what could not be done, reported and mended"),
    ("政策兑现一站式服务", "policies paid out at one place, or without asking"),
    ("宏观政策取向一致性评估", "policies that pull the same way"),
];

/// Where a file that serves a measure belongs in the table.
const COLUMNS: [(&str, &str); 4] =
    [("rulebook/", "Definitions"), ("crates/", "Code"), ("browser/", "Journeys"), ("scenarios/", "Scenarios")];

/// The measure whose number opens a folder's name: `05-一刻办` is 5.
pub fn of_folder(name: &str) -> Option<usize> {
    let (number, rest) = name.split_once('-')?;
    let measure = number.parse().ok().filter(|_| number.len() == 2 && !rest.is_empty())?;
    (1..=MEASURES.len()).contains(&measure).then_some(measure)
}

/// The page as it should read now.
///
/// # Errors
/// When a file claims to serve a measure that does not exist.
pub fn page(tree: &Tree) -> Result<String> {
    let served = served(tree)?;
    let mut page = String::from(
        "# Who serves which measure\n\n\
         Written by `cargo xtask measures --write` from the `Serves measure N` line at the head of files and from the folders of\n\
         `scenarios/`; do not edit. The measures are those of 《滨海新区深化政务服务改革优化营商环境推动高质量发展若干措施(征求意见稿)》.\n\n",
    );
    let heads = COLUMNS.map(|(_, head)| head).join(" | ");
    let _ = write!(page, "| No. | Measure | {heads} |\n|---|---|---|---|---|---|\n");
    for (number, (chinese, english)) in (1..).zip(MEASURES) {
        let cells = COLUMNS.map(|(start, _)| {
            let paths = served.get(&number).into_iter().flatten().filter(|path| path.starts_with(start));
            paths.map(|path| format!("[{}](../{path})", path.trim_start_matches(start))).collect::<Vec<_>>().join("<br>")
        });
        let cells = cells.map(|cell| if cell.is_empty() { " ".to_owned() } else { format!(" {cell} ") });
        let _ = writeln!(page, "| {number} | {chinese}<br>{english} |{}|", cells.join("|"));
    }
    Ok(page)
}

/// The page is not what it should be.
pub fn faults(tree: &Tree) -> Result<Vec<String>> {
    let current = tree.texts.get(PATH) == Some(&page(tree)?);
    Ok(if current { Vec::new() } else { vec![format!("{PATH}: is not current; run `cargo xtask measures --write`")] })
}

/// Files, and folders of scenarios, by the measure they serve.
fn served(tree: &Tree) -> Result<BTreeMap<usize, Vec<String>>> {
    let mut served: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (path, text) in &tree.texts {
        for number in claims(text) {
            if !(1..=MEASURES.len()).contains(&number) {
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
        let files = [("crates/a/src/b.rs", "//! Serves measure 9.\n"), ("scenarios/09-压时限/x.md", "")];
        let page = page(&tree(&files))?;
        assert!(page.contains("| 9 | 压缩工程建设项目审批时限<br>"));
        assert!(page.contains("[a/src/b.rs](../crates/a/src/b.rs)"));
        assert!(page.contains("[09-压时限](../scenarios/09-压时限)"));
        assert!(!faults(&tree(&files))?.is_empty());
        assert!(faults(&tree(&[files[0], files[1], (PATH, &page)]))?.is_empty());
        Ok(())
    }

    #[test]
    fn a_measure_that_does_not_exist_is_refused() {
        assert!(page(&tree(&[("crates/a/src/b.rs", "//! Serves measure 18.\n")])).is_err());
    }
}
