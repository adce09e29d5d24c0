//! The one dictionary of data elements (数据元). The same element means the same in every form, condition and letter.

use crate::definition::Standing;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// What kind of value an element holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    Text,
    LongText,
    /// A decimal number with up to four places; `unit` says of what.
    Number,
    /// Chinese yuan, two places.
    Money,
    Date,
    YesNo,
    /// One value of the code list named in `codes`.
    Choice,
    /// Several values of the code list named in `codes`.
    Choices,
    /// 统一社会信用代码 (GB 32100-2015).
    CreditCode,
    /// 公民身份号码 (GB 11643-1999).
    CitizenId,
    Phone,
    Email,
    /// A class code of GB/T 4754-2017.
    Industry,
    /// A street or town of the district plus a line of text.
    Address,
}

/// One element of the dictionary.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Field {
    /// Chinese name: the word that conditions use, e.g. 经营面积.
    pub name: Spanned<String>,
    /// Stable ASCII name for columns, API and URLs, e.g. `business-area`.
    pub code: String,
    /// Optional English label; without one the Chinese is shown, marked `lang=zh`.
    #[serde(default)]
    pub label: Option<String>,
    pub kind: FieldKind,
    #[serde(default)]
    pub unit: Option<String>,
    /// Which time a value speaks of, e.g. 上年度, where it is not the day it is asked.
    #[serde(default)]
    pub period: Option<String>,
    /// Code list for `choice` and `choices`.
    #[serde(default)]
    pub codes: Option<String>,
    #[serde(default)]
    pub min: Option<f64>,
    #[serde(default)]
    pub max: Option<f64>,
    /// Longest text, in characters; bounded at the door.
    #[serde(default)]
    pub length: Option<usize>,
    /// What documents call it instead, so that it is found in their text.
    #[serde(default)]
    pub said: Vec<String>,
    /// What it means, for the person who fills it in.
    #[serde(default)]
    pub meaning: String,
    /// Whether it is about a natural person and so is masked in lists and never logged.
    #[serde(default)]
    pub personal: bool,
    /// Where it can be had without asking: a register, the wallet, the profile of the firm.
    #[serde(default)]
    pub available_from: Vec<String>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// A closed list of values (代码集).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CodeList {
    pub code: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
    pub value: Vec<Code>,
}

/// One value of a code list. Conditions compare with `name`; systems exchange `code`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Code {
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
}
