//! Size of an enterprise (企业划型) by the statistical method of 2017: a table in `rulebook/`, and the one rule that reads it.
//!
//! All lower bounds of a class must be met, else one class down; micro is what fails the lowest of them. An industry that the table
//! does not name (finance, education, most of health) has no class at all: *unclassified*, never micro. The tax notion of
//! 小型微利企业 is another thing.

use crate::definition::Standing;
use crate::expression::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// One row of the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SizeRow {
    pub code: Spanned<String>,
    pub name: String,
    /// Beginnings of class codes of GB/T 4754-2017, e.g. `51`; the longest that fits decides among all rows.
    pub industries: Vec<String>,
    pub large: SizeBounds,
    pub medium: SizeBounds,
    pub small: SizeBounds,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// Lower bounds, each included; money in 万元. What is absent does not count in this industry.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SizeBounds {
    pub staff: Option<Decimal>,
    pub revenue: Option<Decimal>,
    pub assets: Option<Decimal>,
}

/// What the class is found from; all of one year. Money in 元.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measures {
    pub staff: Option<Decimal>,
    pub revenue: Option<Decimal>,
    pub assets: Option<Decimal>,
}

/// The class of an enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    Unclassified,
    Micro,
    Small,
    Medium,
    Large,
}

impl Size {
    /// The word of the dictionary.
    pub fn word(self) -> &'static str {
        match self {
            Size::Unclassified => "未划型",
            Size::Micro => "微型",
            Size::Small => "小型",
            Size::Medium => "中型",
            Size::Large => "大型",
        }
    }
}

/// The row that speaks of an industry: the one that names the longest beginning of its class code.
pub fn row_of<'a>(rows: impl IntoIterator<Item = &'a SizeRow>, industry: &str) -> Option<&'a SizeRow> {
    let fits = |row: &'a SizeRow| row.industries.iter().filter(|own| industry.starts_with(own.as_str())).map(String::len).max();
    let found = rows.into_iter().filter_map(|row| Some((fits(row)?, row))).max_by_key(|(length, _)| *length);
    found.map(|(_, row)| row)
}

/// The class, or `None` while a measure is missing that may still move it. `industry` is a class code of four digits.
pub fn size<'a>(rows: impl IntoIterator<Item = &'a SizeRow>, industry: &str, measures: Measures) -> Option<Size> {
    let Some(row) = row_of(rows, industry) else { return Some(Size::Unclassified) };
    for (bounds, size) in [(row.large, Size::Large), (row.medium, Size::Medium), (row.small, Size::Small)] {
        if bounds.met(measures)? {
            return Some(size);
        }
    }
    Some(Size::Micro)
}

impl SizeRow {
    /// Whether staff, revenue and assets count in this industry, in this order.
    pub fn counts(&self) -> [bool; 3] {
        let all = [self.large, self.medium, self.small];
        let any = |of: fn(&SizeBounds) -> Option<Decimal>| all.iter().any(|bounds| of(bounds).is_some());
        [any(|bounds| bounds.staff), any(|bounds| bounds.revenue), any(|bounds| bounds.assets)]
    }
}

impl SizeBounds {
    /// Whether all are met; one that is not settles it, whatever is missing beside it.
    fn met(self, measures: Measures) -> Option<bool> {
        let ten_thousand = Decimal::from(10_000);
        let in_yuan = |bound: Option<Decimal>| bound.and_then(|bound| bound.checked_mul(ten_thousand));
        let pairs =
            [(self.staff, measures.staff), (in_yuan(self.revenue), measures.revenue), (in_yuan(self.assets), measures.assets)];
        let asked = || pairs.into_iter().filter_map(|(bound, actual)| Some((bound?, actual)));
        if asked().any(|(bound, actual)| actual.is_some_and(|actual| actual < bound)) {
            return Some(false);
        }
        asked().all(|(_, actual)| actual.is_some()).then_some(true)
    }
}
