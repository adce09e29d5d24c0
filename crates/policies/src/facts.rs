//! What is known of a firm: for each element what several sources say, side by side, and which of it is used.
//!
//! A profile is a line of JSON. One bad fact is left out and named, one bad line is passed over and named; the rest goes on. What a
//! firm declares itself never hides what an authority says: both stay, and the official one is used.

use jiff::civil::Date;
use rulebook::Text;
use rulebook::dictionary::Dictionary;
use rulebook::expression::{Decimal, Element, ElementIndex, Fact, Kind, Value};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Who says so, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// From the register of the authority that decides it.
    Official,
    /// From a list that somebody else keeps.
    #[default]
    Imported,
    /// The firm's own word.
    SelfDeclared,
}

/// One statement about one element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    pub fact: Fact,
    pub source: Source,
    /// Which time it speaks of, e.g. `2025`; empty where it is not said. Later ones sort behind earlier ones.
    pub period: String,
    /// When it was seen there.
    pub observed: Option<Date>,
}

/// A firm with all that is stated of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    pub name: String,
    pub stated: Vec<(ElementIndex, Vec<Stated>)>,
}

/// Something wrong with a profile that does not stop it from being used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The element as it was written.
    pub element: String,
    pub message: Text,
}

/// The fact that is used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub fact: Fact,
    /// Place of the statement among those of the element.
    pub by: Option<usize>,
    /// Statements as good as this one say something else, so a person must look.
    pub contradicted: bool,
}

/// Official before imported before self-declared, then the later period, then what was seen later. Two that are equally good and differ
/// need a person: the machine takes no side.
pub fn choose(stated: &[Stated]) -> Chosen {
    let rank = |stated: &Stated| (std::cmp::Reverse(stated.source), stated.period.clone(), stated.observed);
    let usable = || stated.iter().enumerate().filter(|(_, stated)| stated.fact != Fact::Missing);
    let Some((by, best)) = usable().max_by_key(|(_, stated)| rank(stated)) else {
        return Chosen { fact: Fact::Missing, by: None, contradicted: false };
    };
    let contradicted = usable().any(|(_, other)| rank(other) == rank(best) && other.fact != best.fact);
    let fact = if contradicted { Fact::NeedsPerson } else { best.fact.clone() };
    Chosen { fact, by: Some(by), contradicted }
}

impl Profile {
    /// Reads one line. `on` is the day of matching: what was seen after it is not known yet.
    ///
    /// # Errors
    /// Why the line is no profile at all.
    pub fn read(line: &str, dictionary: &Dictionary, on: Date) -> Result<(Profile, Vec<Doubt>), Text> {
        let written: Line<'_> = serde_json::from_str(line).map_err(|fault| {
            Text::new(format!("不是一行合格的 JSON：{fault}"), format!("not a line of JSON as wanted: {fault}"))
        })?;
        if written.profile.trim().is_empty() {
            return Err(Text::new("没有 profile", "it has no profile"));
        }
        let mut profile = Profile { name: written.profile.into_owned(), stated: Vec::new() };
        let mut doubts = Vec::new();
        for (name, statements) in written.facts.0 {
            let mut doubt = |message: Text| doubts.push(Doubt { element: name.to_string(), message });
            let Some(element) = dictionary.get(&name) else {
                doubt(Text::new("字典里没有这个数据元", "the dictionary has no such element"));
                continue;
            };
            let mut own = Vec::with_capacity(statements.0.len());
            for statement in statements.0 {
                match statement.read(element, on) {
                    Ok(stated) => own.push(stated),
                    Err(message) => doubt(message),
                }
            }
            match profile.stated.iter_mut().find(|(index, _)| *index == element.index) {
                Some((_, known)) => known.append(&mut own),
                None => profile.stated.push((element.index, own)),
            }
        }
        Ok((profile, doubts))
    }

    /// The facts that are used, into a list in the order of the dictionary, which is cleared first; and what contradicts itself.
    pub fn facts(&self, dictionary: &Dictionary, into: &mut Vec<Fact>) -> Vec<ElementIndex> {
        into.clear();
        into.resize(dictionary.len(), Fact::Missing);
        let mut contradicted = Vec::new();
        for (element, stated) in &self.stated {
            let chosen = choose(stated);
            if chosen.contradicted {
                contradicted.push(*element);
            }
            into[element.0 as usize] = chosen.fact;
        }
        contradicted
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow)]
    profile: Cow<'a, str>,
    #[serde(borrow, default)]
    facts: Facts<'a>,
}

/// The facts in the order in which they are written; serde's own maps would hide one that is written twice.
#[derive(Default)]
struct Facts<'a>(Vec<(Cow<'a, str>, Statements<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Facts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Facts<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("facts by element")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts<'de>, A::Error> {
                let mut facts = Vec::with_capacity(32);
                while let Some(entry) = map.next_entry::<Borrowed<'de>, Statements<'de>>()? {
                    facts.push((entry.0.0, entry.1));
                }
                Ok(Facts(facts))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

/// One statement or a list of them.
struct Statements<'a>(Vec<Statement<'a>>);

/// A value by itself, or one with unit, period, source and day.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Statement<'a> {
    #[serde(borrow)]
    value: Option<Written<'a>>,
    #[serde(borrow)]
    unit: Option<Cow<'a, str>>,
    #[serde(borrow)]
    period: Option<Written<'a>>,
    source: Source,
    #[serde(borrow)]
    observed: Option<Cow<'a, str>>,
    #[serde(borrow)]
    state: Option<Cow<'a, str>>,
    /// It was written as a value by itself.
    #[serde(skip)]
    plain: bool,
}

enum Written<'a> {
    Bool(bool),
    Number(Decimal),
    /// A number that no decimal of four places holds.
    Unreadable(String),
    Text(Cow<'a, str>),
    Many(Vec<String>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Statements<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyFact)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Written<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Written<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false, a number, a text or a list of texts")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Written<'de>, E> {
        Ok(Written::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Written<'de>, E> {
        Ok(Decimal::try_from(value).map_or_else(|_| Written::Unreadable(value.to_string()), Written::Number))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Written<'de>, E> {
        Ok(decimal(&value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Written<'de>, E> {
        Ok(decimal(&value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Written<'de>, E> {
        Ok(Written::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Written<'de>, E> {
        Ok(Written::Text(Cow::Borrowed(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Written<'de>, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = seq.next_element::<String>()? {
            words.push(word);
        }
        Ok(Written::Many(words))
    }
}

fn decimal(text: &str) -> Written<'static> {
    text.parse().map_or_else(|_| Written::Unreadable(text.to_owned()), Written::Number)
}

struct AnyFact;

impl<'de> Visitor<'de> for AnyFact {
    type Value = Statements<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, an object with a value, or a list of such objects")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Statements<'de>, E> {
        AnyValue.visit_bool(value).map(plain)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Statements<'de>, E> {
        AnyValue.visit_i64(value).map(plain)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Statements<'de>, E> {
        AnyValue.visit_u64(value).map(plain)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Statements<'de>, E> {
        AnyValue.visit_f64(value).map(plain)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Statements<'de>, E> {
        AnyValue.visit_str(value).map(plain)
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, value: &'de str) -> Result<Statements<'de>, E> {
        AnyValue.visit_borrowed_str(value).map(plain)
    }

    fn visit_unit<E>(self) -> Result<Statements<'de>, E> {
        Ok(Statements(Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Statements<'de>, A::Error> {
        Ok(Statements(vec![Statement::deserialize(MapAccessDeserializer::new(map))?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Statements<'de>, A::Error> {
        /// Of a list: an object is a statement, a text one word of several choices.
        enum Part<'a> {
            Statement(Statement<'a>),
            Word(String),
        }
        impl<'de: 'a, 'a> Deserialize<'de> for Part<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut statements: Statements<'de> = Statements::deserialize(deserializer)?;
                match statements.0.pop() {
                    Some(Statement { value: Some(Written::Text(word)), plain: true, .. }) => Ok(Part::Word(word.into_owned())),
                    Some(statement) => Ok(Part::Statement(statement)),
                    None => Ok(Part::Statement(Statement::default())),
                }
            }
        }
        let (mut statements, mut words) = (Vec::new(), Vec::new());
        while let Some(part) = seq.next_element::<Part<'de>>()? {
            match part {
                Part::Statement(statement) => statements.push(statement),
                Part::Word(word) => words.push(word),
            }
        }
        if statements.is_empty() {
            return Ok(plain(Written::Many(words)));
        }
        statements.extend(
            words.into_iter().map(|word| Statement { value: Some(Written::Text(Cow::Owned(word))), ..Statement::default() }),
        );
        Ok(Statements(statements))
    }
}

fn plain(value: Written<'_>) -> Statements<'_> {
    Statements(vec![Statement { value: Some(value), plain: true, ..Statement::default() }])
}

impl Statement<'_> {
    fn read(self, element: &Element, on: Date) -> Result<Stated, Text> {
        let observed = match self.observed.as_deref() {
            None => None,
            Some(day) => Some(
                day.parse::<Date>()
                    .map_err(|_| Text::new(format!("observed 不是日期：{day}"), format!("observed is no date: {day}")))?,
            ),
        };
        if let Some(day) = observed.filter(|day| *day > on) {
            return Err(Text::new(
                format!("看到的日期 {day} 在匹配日 {on} 之后"),
                format!("seen on {day}, after the day of matching, {on}"),
            ));
        }
        let period = match self.period {
            None => String::new(),
            Some(Written::Text(period)) => period.into_owned(),
            Some(Written::Number(year)) => year.to_string(),
            Some(_) => return Err(Text::new("period 写作 2025 或 2025-Q1", "write a period as 2025 or 2025-Q1")),
        };
        let year = period.get(..4).and_then(|year| year.parse::<i16>().ok());
        if year.is_some_and(|year| year > on.year()) {
            return Err(Text::new(
                format!("期间 {period} 在匹配日 {on} 之后"),
                format!("of the period {period}, which lies after the day of matching, {on}"),
            ));
        }
        let fact = match (self.state.as_deref(), self.value) {
            (Some("missing"), None) | (None, None) => Fact::Missing,
            (Some("needs-person"), None) => Fact::NeedsPerson,
            (Some("not-applicable"), None) => Fact::NotApplicable,
            (Some(state), _) => {
                return Err(Text::new(
                    format!("state 不能是 {state}，或者同时写了 value"),
                    format!("state cannot be {state}, or stands beside a value"),
                ));
            }
            (None, Some(value)) => Fact::Known(known(value, self.unit.as_deref(), element)?),
        };
        Ok(Stated { fact, source: self.source, period, observed })
    }
}

fn known(written: Written<'_>, unit: Option<&str>, element: &Element) -> Result<Value, Text> {
    let value = match (&element.kind, written) {
        (_, Written::Unreadable(number)) => {
            return Err(Text::new(
                format!("数字 {number} 过大，或者小数超过四位"),
                format!("{number} is too large or has more than four places"),
            ));
        }
        (Kind::Number(_) | Kind::Money(_), Written::Number(number)) => Value::Number(in_own_unit(number, unit, element)?),
        (Kind::Number(_) | Kind::Money(_), Written::Text(text)) => {
            // “4200万元” carries its unit.
            let end =
                text.find(|letter: char| !(letter.is_ascii_digit() || letter == '.' || letter == '-')).unwrap_or(text.len());
            let (number, own) = text.split_at(end);
            let own = Some(own.trim()).filter(|own| !own.is_empty());
            if own.is_some_and(|own| own.contains(|c: char| c.is_ascii_digit())) || number.is_empty() {
                return Err(Text::new(
                    format!("“{text}”不是数字：不用千分位、中文数字和区间，例如 4200万元"),
                    format!("“{text}” is no number: write it without separators, words or a range, such as 4200万元"),
                ));
            }
            if own.is_some() && unit.is_some() && own != unit {
                return Err(Text::new(format!("“{text}”与 unit 不同"), format!("“{text}” and its unit differ")));
            }
            let Value::Number(number) = Kind::NUMBER.read(number)? else {
                return Err(Text::new(format!("“{text}”不是数字"), format!("“{text}” is not a number")));
            };
            Value::Number(in_own_unit(number, own.or(unit), element)?)
        }
        (_, _) if unit.is_some() => return Err(Text::new("只有数字才有单位", "only numbers have units")),
        (_, Written::Bool(value)) => Value::Bool(value),
        (_, Written::Number(number)) => Value::Number(number),
        (_, Written::Many(words)) => Value::Many(words),
        (kind, Written::Text(text)) => return kind.read(&text),
    };
    element.kind.admit(&value).map(|()| value)
}

/// Converts by 万 and 亿; every other unit than the element's own is refused, for guessing would move a threshold.
fn in_own_unit(number: Decimal, unit: Option<&str>, element: &Element) -> Result<Decimal, Text> {
    let own = match (&element.kind, &element.unit) {
        (Kind::Money(_), _) => "元",
        (_, Some(unit)) => &*unit.zh,
        (_, None) => "",
    };
    let Some(unit) = unit.filter(|unit| *unit != own) else { return Ok(number) };
    let (times, base) = scale(unit);
    let (own_times, own_base) = scale(own);
    if base != own_base && own.is_empty() {
        return Err(Text::new(
            format!("带了单位“{unit}”，这一项没有单位"),
            format!("it has the unit “{unit}”, and none is wanted here"),
        ));
    }
    if base != own_base {
        return Err(Text::new(format!("单位是“{unit}”，应为“{own}”"), format!("the unit is “{unit}”, wanted is “{own}”")));
    }
    let converted = number.checked_mul(times).and_then(|number| number.checked_div(own_times));
    converted.ok_or_else(|| Text::new("换算后过大", "too large once converted"))
}

fn scale(unit: &str) -> (Decimal, &str) {
    match (unit.strip_prefix('万'), unit.strip_prefix('亿')) {
        (Some(base), _) => (Decimal::from(10_000), base),
        (_, Some(base)) => (Decimal::from(100_000_000), base),
        _ => (Decimal::from(1), unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const DAY: Date = date(2026, 3, 2);

    fn dictionary() -> Dictionary {
        let text = "[[field]]\nname = '营业收入'\ncode = 'revenue'\nkind = 'money'\nmin = 0\n\n[[field]]\nname = '人数'\ncode = 'staff'\nkind = 'number'\nunit = '人'\n\n[[field]]\nname = '成立日期'\ncode = 'founded'\nkind = 'date'\n\n[[field]]\nname = '异常'\ncode = 'odd'\nkind = 'yes-no'\n";
        rulebook::compile([("a.toml", text)]).0.dictionary
    }

    fn fact(name: &str, json: &str) -> Result<Fact, String> {
        let dictionary = dictionary();
        let line = format!("{{\"profile\":\"T\",\"facts\":{{\"{name}\":{json}}}}}");
        let (profile, doubts) = Profile::read(&line, &dictionary, DAY).map_err(|fault| fault.en.to_string())?;
        if let Some(doubt) = doubts.first() {
            return Err(doubt.message.en.to_string());
        }
        let mut facts = Vec::new();
        profile.facts(&dictionary, &mut facts);
        Ok(dictionary.get(name).map_or(Fact::Missing, |element| facts[element.index.0 as usize].clone()))
    }

    #[test]
    fn units_are_converted_or_refused() {
        let check = |json: &str, expected: Result<i32, &str>| {
            assert_eq!(fact("营业收入", json), expected.map(Fact::from).map_err(str::to_owned), "{json}");
        };
        check("42000000", Ok(42_000_000));
        check(r#"{"value":4200,"unit":"万元"}"#, Ok(42_000_000));
        check(r#""4200万元""#, Ok(42_000_000));
        check(r#"{"value":"0.42","unit":"亿元"}"#, Ok(42_000_000));
        check("0", Ok(0));
        check(r#"{"value":4200,"unit":"美元"}"#, Err("the unit is “美元”, wanted is “元”"));
        check(r#""4,200万元""#, Err("“4,200万元” is no number: write it without separators, words or a range, such as 4200万元"));
        check(r#""四千""#, Err("“四千” is no number: write it without separators, words or a range, such as 4200万元"));
        check("-5", Err("-5 is below the least allowed, 0"));
        check("true", Err("expected an amount of money, not “yes”"));
        check("1e30", Err("1000000000000000000000000000000 is too large or has more than four places"));
        assert_eq!(fact("人数", r#"{"value":1.2,"unit":"万人"}"#), Ok(12_000.into()));
        assert_eq!(fact("人数", "false").map_err(|_| ()), Err(()));
        assert_eq!(fact("异常", "false"), Ok(false.into()));
        assert_eq!(fact("异常", "null"), Ok(Fact::Missing));
        assert_eq!(fact("异常", r#"{"state":"not-applicable"}"#), Ok(Fact::NotApplicable));
        assert_eq!(fact("成立日期", r#""2019-05-06""#), Ok(date(2019, 5, 6).into()));
        assert_eq!(fact("楼层", "1"), Err("the dictionary has no such element".to_owned()));
    }

    #[test]
    fn what_an_authority_says_is_used_and_contradictions_go_to_a_person() {
        let two = |one: &str, two: &str| fact("人数", &format!("[{{\"value\":10,{one}}},{{\"value\":12,{two}}}]"));
        assert_eq!(two(r#""source":"official""#, r#""source":"self-declared""#), Ok(10.into()));
        assert_eq!(two(r#""source":"self-declared","period":"2025""#, r#""source":"official","period":"2024""#), Ok(12.into()));
        assert_eq!(two(r#""source":"official","period":"2024""#, r#""source":"official","period":"2025""#), Ok(12.into()));
        let future = fact("人数", r#"{"value":10,"period":"2027"}"#);
        assert_eq!(future, Err("of the period 2027, which lies after the day of matching, 2026-03-02".to_owned()));
        assert_eq!(fact("人数", r#"{"value":10,"period":"2026-Q4"}"#), Ok(10.into()), "a year that is not over");
        assert_eq!(two(r#""source":"official","period":2025"#, r#""source":"official","period":"2025""#), Ok(Fact::NeedsPerson));
        assert_eq!(
            two(r#""source":"official","observed":"2026-03-03""#, r#""source":"imported""#),
            Err("seen on 2026-03-03, after the day of matching, 2026-03-02".to_owned())
        );
    }

    #[test]
    fn a_line_that_is_no_profile_is_refused_with_its_reason() {
        for line in [
            "",
            "{",
            "[]",
            r#"{"facts":{}}"#,
            r#"{"profile":" "}"#,
            r#"{"profile":"a","fact":{}}"#,
            r#"{"profile":"a","facts":[]}"#,
        ] {
            assert!(Profile::read(line, &dictionary(), DAY).is_err(), "{line}");
        }
    }
}
