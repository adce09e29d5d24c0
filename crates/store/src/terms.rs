//! Search: our own term table, the same on both engines (decision 13).
//!
//! A Chinese run is cut into pairs of characters, a run of letters or digits is one word, and each Chinese run gives the
//! initials of its pinyin, without the words that every firm of this place has in its name. Who may see a document is asked
//! of the document's own row, never kept here.
//!
//! A title has some twenty terms, which lie far apart in the table: writing them with every submission would cost as much as all
//! the rest of it. So a new case is noted as waiting, the terms of many are written together, and search looks at those that
//! wait one by one.

use crate::engine::{Op, WriteError, args, op};
use crate::{Store, StoreError};
use pinyin::ToPinyin;
use std::collections::BTreeSet;

/// Terms of the titles of cases.
pub const CASE: &str = "case";

/// Longest text that is looked at, in characters: a title, not a paper.
const LONGEST: usize = 120;

/// Parts of names that tell nothing apart here; pairs that lie within one are not kept.
const COMMON: [&str; 9] =
    ["天津市滨海新区", "天津市", "天津", "滨海新区", "滨海", "有限责任公司", "股份有限公司", "有限公司", "公司"];

/// Marks a term as the initials of a pinyin, so that it never meets a word in letters.
const PINYIN: char = '~';
/// Marks a term as the running number of a case.
const NUMBER: char = '#';

/// The terms of a text.
pub fn of(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for run in runs(text) {
        if !is_chinese(&run) {
            terms.insert(run);
            continue;
        }
        let rest = without_common(&run);
        for part in rest.split(' ').filter(|part| !part.is_empty()) {
            let initials: String = part.chars().filter_map(initial).collect();
            if initials.chars().count() > 1 {
                terms.insert(format!("{PINYIN}{initials}"));
            }
        }
        let characters: Vec<char> = run.chars().collect();
        // The last one begins no pair, and must be found by itself all the same.
        terms.extend(characters.last().map(char::to_string));
        terms.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()).filter(|pair| !is_common(pair)));
    }
    terms
}

/// The last run of digits of a case number without its zeros, by which people call a case among themselves.
pub(crate) fn running_number(no: &str) -> Option<&str> {
    let before = no.trim().trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = no.trim().get(before..)?.trim_start_matches('0');
    (!digits.is_empty()).then_some(digits)
}

/// The terms of a case: those of its title, and its running number.
pub(crate) fn of_case(no: &str, title: &str) -> BTreeSet<String> {
    let mut terms = of(title);
    terms.extend(running_number(no).map(|number| format!("{NUMBER}{number}")));
    terms
}

/// What was typed, where it may be the running number of a case.
pub(crate) fn numbered(typed: &str) -> Option<&str> {
    typed.trim().bytes().all(|byte| byte.is_ascii_digit()).then(|| running_number(typed)).flatten()
}

/// The term of a running number.
pub(crate) fn of_number(number: &str) -> Wanted {
    Wanted::Exactly(format!("{NUMBER}{number}"))
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    Exactly(String),
    /// Terms that begin so: a single character, a word or initials that are still being typed.
    Beginning(String),
}

/// What a document must have to be found by a text. Empty if the text has nothing that tells documents apart.
pub(crate) fn wanted(text: &str) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for run in runs(text) {
        if !is_chinese(&run) {
            wanted.push(Wanted::Beginning(run));
            continue;
        }
        let characters: Vec<char> = run.chars().collect();
        if let [alone] = characters.as_slice()
            && !COMMON.iter().any(|common| common.contains(*alone))
        {
            wanted.push(Wanted::Beginning(alone.to_string()));
        }
        let pairs = characters.windows(2).map(|pair| pair.iter().collect::<String>());
        wanted.extend(pairs.filter(|pair| !is_common(pair)).map(Wanted::Exactly));
    }
    wanted
}

/// A run of letters may be meant as initials of a pinyin.
pub(crate) fn as_initials(text: &str) -> Option<Wanted> {
    let mut runs = runs(text);
    let run = if runs.len() == 1 { runs.pop()? } else { return None };
    (run.len() > 1 && run.bytes().all(|byte| byte.is_ascii_lowercase())).then(|| Wanted::Beginning(format!("{PINYIN}{run}")))
}

/// Whether a text has what is looked for: every run of it, Chinese ones anywhere, words and initials from their beginning.
pub(crate) fn has(text: &str, wanted: &str) -> bool {
    let own = runs(text);
    let met = |run: &String| own.iter().any(|own| if is_chinese(run) { own.contains(run) } else { own.starts_with(run) });
    let wanted_runs = runs(wanted);
    (!wanted_runs.is_empty() && wanted_runs.iter().all(met))
        || match as_initials(wanted) {
            Some(Wanted::Beginning(initials)) => of(text).iter().any(|term| term.starts_with(&initials)),
            _ => false,
        }
}

/// The statement that keeps the terms of a document.
pub(crate) fn insert(kind: &str, document: &str, terms: &BTreeSet<String>) -> Option<Op> {
    let sql = "INSERT INTO terms (kind, term, document) SELECT $1, value, $2 FROM unnest(CAST($3 AS TEXT[])) AS value \
               WHERE TRUE ON CONFLICT (kind, term, document) DO NOTHING";
    let list: Vec<String> = terms.iter().cloned().collect();
    (!list.is_empty()).then(|| op(sql, args![kind, document, list]))
}

/// The statement that forgets these terms of a document.
pub(crate) fn delete(kind: &str, document: &str, terms: &BTreeSet<String>) -> Op {
    let list: Vec<String> = terms.iter().cloned().collect();
    op("DELETE FROM terms WHERE kind = $1 AND document = $2 AND term = ANY($3)", args![kind, document, list])
}

/// The statement that notes a new case as waiting for its terms.
pub(crate) fn wait(no: &str) -> Op {
    op("INSERT INTO titles_waiting (case_no) VALUES ($1)", args![no])
}

/// The statement that takes a case off those that wait.
pub(crate) fn wait_no_more(no: &str) -> Op {
    op("DELETE FROM titles_waiting WHERE case_no = $1", args![no])
}

impl Store {
    /// Writes the terms of at most `limit` cases that wait; how many it were. To be called after commits until it is 0.
    pub async fn index_titles(&self, limit: u32) -> Result<u32, StoreError> {
        const WAITING: &str =
            "SELECT case_no, title FROM titles_waiting JOIN cases ON cases.no = case_no ORDER BY case_no LIMIT $1";
        let mut numbers = Vec::new();
        let mut unit = vec![];
        for row in self.engine.read(WAITING, args![limit]).await? {
            let (no, title) = (row.string(0)?, row.text(1)?);
            unit.extend(insert(CASE, &no, &of_case(&no, title)));
            numbers.push(no);
        }
        let count = numbers.len();
        if count == 0 {
            return Ok(0);
        }
        // Whoever erases one of them, or another node that writes the same, is met here; what it did is seen at the next look.
        let taken = op("DELETE FROM titles_waiting WHERE case_no = ANY($1)", args![numbers]).expecting(count as u64);
        unit.insert(0, taken);
        match self.engine.write(unit).await {
            Ok(_) | Err(WriteError::Conflict { .. }) => Ok(count as u32),
            Err(error) => Err(error.into()),
        }
    }
}

/// One writing for full and half width, capitals and small letters.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().take(LONGEST).map(narrow).flat_map(char::to_lowercase).collect()
}

/// Runs of Chinese characters and of letters and digits; everything else parts them.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut last = None;
    for c in plain(text).chars() {
        let kind = if is_han(c) { Some(true) } else { c.is_alphanumeric().then_some(false) };
        match (kind, runs.last_mut()) {
            (Some(_), Some(run)) if last == kind => run.push(c),
            (Some(_), _) => runs.push(c.to_string()),
            _ => {}
        }
        last = kind;
    }
    runs
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

fn is_chinese(run: &str) -> bool {
    run.chars().next().is_some_and(is_han)
}

fn initial(c: char) -> Option<char> {
    c.to_pinyin().and_then(|pinyin| pinyin.first_letter().chars().next())
}

fn without_common(run: &str) -> String {
    COMMON.iter().fold(run.to_owned(), |rest, common| rest.replace(common, " "))
}

fn is_common(pair: &str) -> bool {
    COMMON.iter().any(|common| common.contains(pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_into_what_tells_it_apart() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(of(text).into_iter().collect::<Vec<_>>(), expected, "{text}");
        };
        check("张三", &["~zs", "三", "张三"]);
        check("天津市滨海新区食府有限公司", &["~sf", "区食", "司", "府有", "食府"]);
        check("ＡＢＣ Café 12号", &["12", "abc", "café", "号"]);
        check("  ", &[]);
    }

    #[test]
    fn what_a_person_types_finds_the_title_that_has_it() {
        let check = |title: &str, typed: &str, found: bool| assert_eq!(has(title, typed), found, "{typed} in {title}");
        check("天津滨城小馆餐饮有限公司", "小馆", true);
        check("天津滨城小馆餐饮有限公司", "滨城 餐饮", true);
        check("天津滨城小馆餐饮有限公司", "bcxg", true);
        check("天津滨城小馆餐饮有限公司", "BCX", true);
        check("天津滨城小馆餐饮有限公司", "大馆", false);
        check("天津滨城小馆餐饮有限公司", "xg", false);
        check("Café ABC", "ａｂ", true);
        check("Café ABC", "bc", false);
        check("小馆店", "店", true);
    }

    #[test]
    fn every_wanted_term_is_a_term_of_what_it_finds() {
        for (title, typed) in
            [("天津滨城小馆", "滨城小馆"), ("张三", "张"), ("ABC店", "abc"), ("李四 12号", "李四"), ("小馆店", "店")]
        {
            let terms = of(title);
            for wanted in wanted(typed) {
                let met = match &wanted {
                    Wanted::Exactly(term) => terms.contains(term),
                    Wanted::Beginning(beginning) => terms.iter().any(|term| term.starts_with(beginning)),
                };
                assert!(met, "{wanted:?} of {typed} in {title}");
            }
        }
    }
}
