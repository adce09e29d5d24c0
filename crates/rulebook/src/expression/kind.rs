//! The dictionary as the condition language sees it: which elements there are, and what each may hold.

use super::value::{Decimal, NotDecimal, Value};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Place of an element in the dictionary of its edition, so that evaluation indexes instead of hashing.
/// It means nothing in another edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ElementIndex(pub u32);

/// The bounds a number is declared with, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
}

/// What an element may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Bool,
    Number(Bounds),
    /// A number of 元.
    Money(Bounds),
    Text,
    Date,
    /// Exactly one of these words.
    Choice(Arc<[String]>),
    /// Any number of these words, each at most once.
    Many(Arc<[String]>),
}

impl Kind {
    /// A number without declared bounds.
    pub const NUMBER: Kind = Kind::Number(Bounds { min: None, max: None });
    /// An amount without declared bounds.
    pub const MONEY: Kind = Kind::Money(Bounds { min: None, max: None });

    pub fn choice<S: Into<String>>(values: impl IntoIterator<Item = S>) -> Kind {
        Kind::Choice(values.into_iter().map(Into::into).collect())
    }

    pub fn many<S: Into<String>>(values: impl IntoIterator<Item = S>) -> Kind {
        Kind::Many(values.into_iter().map(Into::into).collect())
    }

    /// What this is called when something does not fit it.
    pub fn words(&self) -> Text {
        match self {
            Kind::Bool => Text::new("是或否", "yes or no"),
            Kind::Number(_) => Text::new("数字", "a number"),
            Kind::Money(_) => Text::new("金额", "an amount of money"),
            Kind::Text => Text::new("文字", "text"),
            Kind::Date => Text::new("日期", "a date"),
            Kind::Choice(_) => Text::new("单选项", "one choice of a list"),
            Kind::Many(_) => Text::new("多选项", "several choices of a list"),
        }
    }

    /// Reads what a person wrote, or says what is wrong with it. Several choices are separated by `、` or a comma of either width.
    pub fn read(&self, text: &str) -> Result<Value, Text> {
        let text = text.trim();
        let value = match self {
            Kind::Bool => match text {
                "true" | "是" | "yes" => Value::Bool(true),
                "false" | "否" | "no" => Value::Bool(false),
                _ => return Err(Text::new(format!("“{text}”不是“是”或“否”"), format!("“{text}” is neither yes nor no"))),
            },
            Kind::Number(_) | Kind::Money(_) => Value::Number(text.parse().map_err(|error| decimal_fault(text, error))?),
            Kind::Text => Value::Text(text.to_owned()),
            Kind::Date => Value::Date(text.parse().map_err(|_| {
                Text::new(
                    format!("“{text}”不是日期，日期写作 2026-03-02"),
                    format!("“{text}” is not a date; write dates as 2026-03-02"),
                )
            })?),
            Kind::Choice(_) => Value::Text(text.to_owned()),
            Kind::Many(_) => {
                let words = text.split(['、', ',', '\u{ff0c}']).map(str::trim).filter(|word| !word.is_empty());
                Value::Many(words.map(str::to_owned).collect())
            }
        };
        self.admit(&value).map(|()| value)
    }

    /// Whether a value is of this kind and within its declared bounds or list; the error says what is wrong.
    pub fn admit(&self, value: &Value) -> Result<(), Text> {
        match (self, value) {
            (Kind::Bool, Value::Bool(_)) | (Kind::Text, Value::Text(_)) | (Kind::Date, Value::Date(_)) => Ok(()),
            (Kind::Number(bounds) | Kind::Money(bounds), Value::Number(number)) => match bounds {
                Bounds { min: Some(min), .. } if number < min => Err(Text::new(
                    format!("{number} 小于允许的最小值 {min}"),
                    format!("{number} is below the least allowed, {min}"),
                )),
                Bounds { max: Some(max), .. } if number > max => Err(Text::new(
                    format!("{number} 大于允许的最大值 {max}"),
                    format!("{number} is above the most allowed, {max}"),
                )),
                _ => Ok(()),
            },
            (Kind::Choice(values), Value::Text(word)) => listed(word, values),
            (Kind::Many(values), Value::Many(words)) => {
                words.iter().try_for_each(|word| listed(word, values))?;
                match words.iter().enumerate().find(|(place, word)| words[..*place].contains(word)) {
                    Some((_, twice)) => Err(Text::new(format!("“{twice}”重复"), format!("“{twice}” is given twice"))),
                    None => Ok(()),
                }
            }
            _ => {
                let (kind, value) = (self.words(), value.words());
                Err(Text::new(
                    format!("应为{}，而不是“{}”", kind.zh, value.zh),
                    format!("expected {}, not “{}”", kind.en, value.en),
                ))
            }
        }
    }
}

/// What is wrong with a number that cannot be read.
pub(super) fn decimal_fault(text: &str, error: NotDecimal) -> Text {
    match error {
        NotDecimal::Malformed => Text::new(format!("“{text}”不是数字"), format!("“{text}” is not a number")),
        NotDecimal::TooFine => Text::new(format!("{text} 的小数超过四位"), format!("{text} has more than four decimal places")),
        NotDecimal::TooLarge => Text::new(format!("{text} 超出可计算的范围"), format!("{text} is too large to compute with")),
    }
}

fn listed(word: &str, values: &[String]) -> Result<(), Text> {
    if values.iter().any(|value| value == word) {
        return Ok(());
    }
    Err(Text::new(
        format!("“{word}”不在可选值（{}）之中", shortlist(values, "、")),
        format!("“{word}” is not one of {}", shortlist(values, ", ")),
    ))
}

/// The first few of a list, since a code list may have thousands.
pub(super) fn shortlist(values: &[String], separator: &str) -> String {
    let mut text = values.iter().take(6).map(String::as_str).collect::<Vec<_>>().join(separator);
    if values.len() > 6 {
        text.push('…');
    }
    text
}

/// One element of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub index: ElementIndex,
    /// The Chinese name by which definitions and canonical conditions call it.
    pub name: Arc<str>,
    /// What an English page calls it; without one it shows the Chinese name.
    pub label_en: Option<Arc<str>>,
    /// Unit of a number as people write it, e.g. 平方米 and m². Money needs none: it is always 元.
    pub unit: Option<Text>,
    pub kind: Kind,
}

impl Element {
    pub fn new(index: u32, name: &str, kind: Kind) -> Element {
        Element { index: ElementIndex(index), name: name.into(), label_en: None, unit: None, kind }
    }

    /// The name in both languages.
    pub fn label(&self) -> Text {
        Text::new(&*self.name, self.label_en.as_deref().unwrap_or(&self.name))
    }
}

/// The dictionary, as far as the condition language needs it.
pub trait Names {
    /// The element of this Chinese name or ASCII code.
    fn element(&self, name: &str) -> Option<Element>;

    /// Shows every name to `visit`, so that a misspelt one can be answered with the nearest.
    fn each_name(&self, visit: &mut dyn FnMut(&str));
}

/// A dictionary written out: small rulebooks and tests.
impl Names for [Element] {
    fn element(&self, name: &str) -> Option<Element> {
        self.iter().find(|element| &*element.name == name).cloned()
    }

    fn each_name(&self, visit: &mut dyn FnMut(&str)) {
        self.iter().for_each(|element| visit(&element.name));
    }
}

impl Names for Vec<Element> {
    fn element(&self, name: &str) -> Option<Element> {
        self.as_slice().element(name)
    }

    fn each_name(&self, visit: &mut dyn FnMut(&str)) {
        self.as_slice().each_name(visit);
    }
}

/// The known word nearest to a misspelt one, if any is near enough to be meant: at most half its letters differ.
#[derive(Debug)]
pub(super) struct Nearest {
    wanted: Vec<char>,
    best: Option<(usize, String)>,
}

impl Nearest {
    /// Longer words are cut: nobody means a name of more than 40 letters, and the comparison is quadratic in it.
    const LONGEST: usize = 40;

    pub(super) fn to(word: &str) -> Nearest {
        Nearest { wanted: word.chars().take(Self::LONGEST).collect(), best: None }
    }

    pub(super) fn consider(&mut self, candidate: &str) {
        let letters: Vec<char> = candidate.chars().take(Self::LONGEST).collect();
        let distance = edit_distance(&self.wanted, &letters);
        let near_enough = distance * 2 <= self.wanted.len().max(letters.len());
        if near_enough && self.best.as_ref().is_none_or(|(best, _)| distance < *best) {
            self.best = Some((distance, candidate.to_owned()));
        }
    }

    pub(super) fn found(self) -> Option<String> {
        self.best.map(|(_, word)| word)
    }
}

/// Insertions, deletions and replacements between two words (Levenshtein), one row at a time.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read_by_kind() {
        let check = |kind: &Kind, text: &str, expected: Result<Value, &str>| {
            assert_eq!(kind.read(text).map_err(|fault| fault.zh), expected.map_err(str::to_owned), "{text}");
        };
        let area = Kind::Number(Bounds { min: Some(0.into()), max: Some(10.into()) });
        let ways = Kind::choice(["堂食", "外卖"]);
        let several = Kind::many(["堂食", "外卖"]);
        check(&Kind::Bool, " 是 ", Ok(Value::Bool(true)));
        check(&Kind::Bool, "maybe", Err("“maybe”不是“是”或“否”"));
        check(&area, "2.5", Ok(Value::Number(Decimal::from_units(25_000))));
        check(&area, "-1", Err("-1 小于允许的最小值 0"));
        check(&area, "11", Err("11 大于允许的最大值 10"));
        check(&area, "很大", Err("“很大”不是数字"));
        check(&Kind::Date, "2026-03-02", Ok(Value::Date(jiff::civil::date(2026, 3, 2))));
        check(&Kind::Date, "2026-02-30", Err("“2026-02-30”不是日期，日期写作 2026-03-02"));
        check(&ways, "堂食", Ok(Value::from("堂食")));
        check(&ways, "自取", Err("“自取”不在可选值（堂食、外卖）之中"));
        check(&several, "堂食、外卖", Ok(Value::Many(vec!["堂食".into(), "外卖".into()])));
        check(&several, "", Ok(Value::Many(vec![])));
        check(&several, "堂食，堂食", Err("“堂食”重复"));
    }

    #[test]
    fn the_nearest_name_is_suggested_only_when_it_is_near() {
        let check = |word: &str, expected: Option<&str>| {
            let mut nearest = Nearest::to(word);
            ["经营面积", "经营方式", "从业人数"].into_iter().for_each(|name| nearest.consider(name));
            assert_eq!(nearest.found().as_deref(), expected, "{word}");
        };
        check("经营面机", Some("经营面积"));
        check("营业面积", Some("经营面积"));
        check("从业人员数", Some("从业人数"));
        check("楼层", None);
    }
}
