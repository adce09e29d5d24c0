//! Lists (清单): the permit list, and the higher list it must not fall short of. Outside it nothing is permitted.
//!
//! Serves measure 7.

use crate::definition::{Basis, Standing};
use serde::Deserialize;
use toml::Spanned;

/// One row of the permit list or of the list of all service items.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ListRow {
    pub code: Spanned<String>,
    pub name: String,
    /// 行政许可 rows make the permit list; all rows make the list of service items.
    #[serde(rename = "type")]
    pub item_type: crate::item::ItemType,
    /// Body named by the list.
    pub agency: String,
    #[serde(default)]
    pub basis: Vec<Basis>,
    #[serde(default)]
    pub level: String,
    /// Whether it can be handled at the centre; if not, why (负面清单).
    #[serde(default)]
    pub absent_reason: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// A row of the list imported from above.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HigherRow {
    pub code: Spanned<String>,
    pub name: String,
    /// Row of our list that answers to it.
    #[serde(default)]
    pub answered_by: Option<String>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}
