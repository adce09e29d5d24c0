//! What the text of a document suggests as conditions: elements that it names, with the comparison and the figure beside them. A suggestion is
//! a text and nothing more: only a person makes a condition of it. How often it is right is measured on the labelled clauses of the rulebook
//! (tests/suggest.rs). Serves measures 14 and 17.

use rulebook::dictionary::Dictionary;
use rulebook::expression::{Element, Expression, Kind};

/// One suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub condition: String,
    /// The words that it was read from.
    pub from: String,
}

/// Longest text that is read, in characters: a passage, not a book.
const LONGEST: usize = 5_000;

/// How documents say a comparison: the words, the relation, and whether they stand behind the figure (500 万元以上).
const RELATIONS: [(&str, &str, bool); 22] = [
    ("不低于", ">=", false),
    ("不少于", ">=", false),
    ("不小于", ">=", false),
    ("达到", ">=", false),
    ("达", ">=", false),
    ("大于等于", ">=", false),
    ("不超过", "<=", false),
    ("不高于", "<=", false),
    ("不多于", "<=", false),
    ("不大于", "<=", false),
    ("小于等于", "<=", false),
    ("超过", ">", false),
    ("高于", ">", false),
    ("大于", ">", false),
    ("低于", "<", false),
    ("少于", "<", false),
    ("小于", "<", false),
    ("及以上", ">=", true),
    ("以上", ">=", true),
    ("及以下", "<=", true),
    ("以下", "<=", true),
    ("以内", "<=", true),
];

/// Words before the name of a yes-or-no element that turn it round.
const NONE: [&str; 7] = ["无", "没有", "未", "不存在", "未列入", "未被列入", "不得有"];

/// Suggestions in the order of the text, each condition once.
pub fn suggest(text: &str, dictionary: &Dictionary) -> Vec<Suggestion> {
    let text: String = text.chars().take(LONGEST).filter(|c| !c.is_whitespace()).collect();
    let mut found: Vec<(usize, Suggestion)> = Vec::new();
    for element in dictionary.elements() {
        for (at, _) in text.match_indices(&*element.name) {
            let behind = sentence(&text[at + element.name.len()..]);
            let before = &text[..at];
            if let Some((condition, from)) = of(element, before, behind)
                && Expression::parse(&condition, dictionary).is_ok()
            {
                found.push((at, Suggestion { condition, from }));
            }
        }
    }
    // A name within a longer one says nothing by itself: the longer stands.
    let whole = found.clone();
    found.retain(|(at, one)| {
        !whole.iter().any(|(other_at, other)| {
            other.from.len() > one.from.len()
                && other_at <= at
                && at + 1 < other_at + other.from.len()
                && other.condition != one.condition
                && other.from.contains(&one.from)
        })
    });
    found.sort_by(|a, b| (a.0, &a.1.condition).cmp(&(b.0, &b.1.condition)));
    let mut told: Vec<Suggestion> = Vec::new();
    for (_, one) in found {
        if !told.iter().any(|known| known.condition == one.condition) {
            told.push(one);
        }
    }
    told
}

/// Up to the end of what the words behind a name may speak of.
fn sentence(text: &str) -> &str {
    let end = text.find(['，', '。', '；', '、', ',', ';', '（', '(']).unwrap_or(text.len());
    &text[..end]
}

fn of(element: &Element, before: &str, behind: &str) -> Option<(String, String)> {
    let name = &element.name;
    match &element.kind {
        Kind::Bool => {
            let none = NONE.iter().find(|word| before.ends_with(**word));
            Some(match none {
                Some(word) => (format!("not {name}"), format!("{word}{name}")),
                None => (name.to_string(), name.to_string()),
            })
        }
        Kind::Number(_) | Kind::Money(_) => {
            figure(behind).map(|(relation, figure, from)| (format!("{name} {relation} {figure}"), format!("{name}{from}")))
        }
        Kind::Choice(words) => {
            let word = words.iter().filter(|word| behind.contains(word.as_str())).max_by_key(|word| word.len())?;
            Some((format!("{name} = \"{word}\""), format!("{name}{behind}")))
        }
        Kind::Text | Kind::Date | Kind::Many(_) => None,
    }
}

/// A relation and a figure: 不低于500万元, 500万元以上, 超过 5%.
fn figure(behind: &str) -> Option<(&'static str, String, String)> {
    let start = behind.find(|c: char| c.is_ascii_digit())?;
    let rest = &behind[start..];
    let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, unit) = (&rest[..digits], &rest[digits..]);
    let scale = ["万", "亿"].into_iter().find(|scale| unit.starts_with(scale)).unwrap_or("");
    let (ahead, after) = (&behind[..start], &unit[scale.len()..]);
    let (_, relation, _) =
        RELATIONS.iter().find(|(words, _, is_behind)| if *is_behind { after.contains(words) } else { ahead.ends_with(words) })?;
    Some((relation, format!("{number}{scale}"), behind.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary() -> Dictionary {
        let field =
            |name: &str, code: &str, kind: &str| format!("[[field]]\nname = \"{name}\"\ncode = \"{code}\"\nkind = \"{kind}\"\n");
        let text = field("营业收入", "a", "money")
            + &field("研发强度", "b", "number")
            + &field("经营异常", "c", "yes-no")
            + &field("异常", "d", "yes-no");
        rulebook::compile([("f.toml", text.as_str())]).0.dictionary
    }

    #[test]
    fn figures_are_read_with_their_relation_and_negation_with_its_word() {
        let said = |text: &str| suggest(text, &dictionary()).into_iter().map(|one| one.condition).collect::<Vec<_>>();
        assert_eq!(said("上年营业收入不低于 500 万元，研发强度 5% 以上"), ["营业收入 >= 500万", "研发强度 >= 5"]);
        assert_eq!(said("营业收入超过2亿元"), ["营业收入 > 2亿"]);
        assert_eq!(said("无经营异常"), ["not 经营异常"], "the shorter name within it says nothing");
        assert!(said("支持企业发展").is_empty());
        assert!(said("按营业收入的 5% 给予").is_empty(), "a rate is no condition");
    }
}
