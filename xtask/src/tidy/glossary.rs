//! The glossary is whole: each term has its Chinese word, its one English word, its identifier and a meaning, once.

use std::collections::BTreeMap;

use super::Tree;

const PATH: &str = "docs/glossary.md";

/// Rows that lack something, words that two rows claim, and identifiers that no code has.
pub fn faults(tree: &Tree) -> Vec<String> {
    let Some(text) = tree.texts.get(PATH) else {
        return vec![format!("{PATH}: there is no glossary")];
    };
    let mut faults = Vec::new();
    let mut first = BTreeMap::new();
    for (number, cells) in rows(text) {
        let place = format!("{PATH}:{number}");
        match cells[..] {
            [chinese, english, identifier, meaning] if !english.is_empty() && !meaning.is_empty() => {
                if !chinese.chars().any(is_han) {
                    faults.push(format!("{place}: the first cell is the Chinese word"));
                }
                if !(identifier.starts_with('`') && identifier.ends_with('`') && identifier.len() > 2) {
                    faults.push(format!("{place}: {chinese} needs its identifier, between backticks"));
                }
                if !in_code(tree, identifier.trim_matches('`')) {
                    faults.push(format!("{place}: no code says {identifier}"));
                }
                for word in [chinese, identifier] {
                    if let Some(before) = first.insert(word, number) {
                        faults.push(format!("{place}: {word} stands in line {before} already"));
                    }
                }
            }
            _ => faults.push(format!("{place}: a term has four cells: 中文, English, identifier, meaning")),
        }
    }
    faults
}

/// The rows of all tables, without their heads, by line number.
fn rows(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut rows: Vec<(usize, Vec<&str>)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some(inner) = line.trim().strip_prefix('|').and_then(|rest| rest.strip_suffix('|')) else { continue };
        let cells: Vec<_> = inner.split('|').map(str::trim).collect();
        if cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|char| "-: ".contains(char))) {
            rows.pop(); // The line under a head: what stood above it is no term.
        } else {
            rows.push((number, cells));
        }
    }
    rows
}

/// Whether some file of ours has `word` as a whole word.
fn in_code(tree: &Tree, word: &str) -> bool {
    let apart = |char: char| !(char.is_alphanumeric() || char == '_');
    tree.under("crates/", ".rs").any(|(_, text)| text.contains(word) && text.split(apart).any(|found| found == word))
}

fn is_han(char: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&char)
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    #[test]
    fn a_row_without_an_identifier_or_said_twice_is_a_fault() {
        let head = "# Words\n\n| 中文 | English | Identifier | Meaning |\n|---|---|---|---|\n";
        let check = |rows: &str, expected: &[&str]| {
            let tree = tree(&[(PATH, &format!("{head}{rows}")), ("crates/casework/src/case.rs", "pub struct Case;")]);
            assert_eq!(faults(&tree), expected, "{rows}");
        };
        check("| 办件 | case | `Case` | one application |\n", &[]);
        check("| 办件 | case | Case | a |\n", &["docs/glossary.md:5: 办件 needs its identifier, between backticks"]);
        check("| 办件 | case | `Cas` | a |\n", &["docs/glossary.md:5: no code says `Cas`"]);
        check("| 办件 | case | `Case` |\n", &["docs/glossary.md:5: a term has four cells: 中文, English, identifier, meaning"]);
        check(
            "| 办件 | case | `Case` | a |\n| 案件 | case | `Case` | b |\n",
            &["docs/glossary.md:6: `Case` stands in line 5 already"],
        );
        check("| case | case | `Case` | a |\n", &["docs/glossary.md:5: the first cell is the Chinese word"]);
    }
}
