//! The working-day calendar and legal terms.

use serde::{Deserialize, Serialize};

/// Unit of a legal term. 行政许可法 art. 82 counts its own limits in working days; other laws say days or months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    WorkingDays,
    Days,
    Months,
    Immediate,
}

/// A length of time as a law or a promise states it: `n` is 0 for `Immediate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    pub n: u32,
    pub unit: Unit,
}

/// The last day of a term; `provisional` when it relies on days beyond the last State Council holiday notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Due {
    pub on: jiff::civil::Date,
    pub provisional: bool,
}

/// Placeholder until the real one lands.
#[derive(Debug, Clone, Default)]
pub struct Calendar {}
