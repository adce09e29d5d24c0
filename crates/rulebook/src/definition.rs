//! What every definition shares: a source, a standing, a day it takes effect, and a place in a file.

use crate::calendar::{Term, Unit};
use crate::text::Lang;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

/// How well a definition is known. A demonstration publishes both, marked on every page; production only `verified`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Checked against the text of the law or the official publication named as its source.
    Verified,
    /// Composed by us so that the system can be tried; never a statement about the law.
    #[default]
    Example,
}

impl Standing {
    pub fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Standing::Verified, Lang::Zh) => "已核实",
            (Standing::Verified, Lang::En) => "verified",
            (Standing::Example, Lang::Zh) => "示例",
            (Standing::Example, Lang::En) => "example",
        }
    }
}

/// The legal ground of a rule: a law and its article, and how well we know it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Basis {
    /// Name of the law or document, e.g. 行政许可法.
    pub law: String,
    /// Article as printed, e.g. 第三十二条第四项; empty when the whole document is meant.
    #[serde(default)]
    pub article: String,
    #[serde(default)]
    pub status: Standing,
    #[serde(default)]
    pub note: String,
}

impl std::fmt::Display for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.law, self.article)
    }
}

/// A term as it is written in TOML: exactly one of the four units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WrittenTerm {
    pub working_days: Option<u32>,
    pub days: Option<u32>,
    pub months: Option<u32>,
    #[serde(default)]
    pub immediate: bool,
}

impl WrittenTerm {
    /// The one term that is written, or `None` when there is none or more than one.
    pub fn term(self) -> Option<Term> {
        let mut found = [
            self.working_days.map(|n| Term { n, unit: Unit::WorkingDays }),
            self.days.map(|n| Term { n, unit: Unit::Days }),
            self.months.map(|n| Term { n, unit: Unit::Months }),
            self.immediate.then_some(Term { n: 0, unit: Unit::Immediate }),
        ]
        .into_iter()
        .flatten();
        let first = found.next();
        if found.next().is_some() { None } else { first }
    }
}

/// Where a definition stands, so that a problem can name its line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    pub file: String,
    pub line: usize,
}

/// Reads a TOML local date into a legal day.
pub fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let written = toml::value::Datetime::deserialize(from)?;
    let date = written.date.ok_or_else(|| serde::de::Error::custom("a date such as 2026-01-01 is wanted"))?;
    let (year, month, of_month) = (date.year as i16, date.month as i8, date.day as i8);
    Date::new(year, month, of_month).map_err(serde::de::Error::custom)
}

/// The same for a date that may be absent.
pub fn optional_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    day(from).map(Some)
}
