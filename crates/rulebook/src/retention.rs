//! Rules of retention (保管期限): how long what was handed in is kept after a case is closed. Serves 个人信息保护法 art. 19.

use crate::definition::{Basis, Standing};
use serde::Deserialize;
use toml::Spanned;

/// How long the personal papers of some closed cases are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Retention {
    pub code: Spanned<String>,
    pub name: String,
    pub label: String,
    /// Events that ended the cases it is about; empty means every one that no rule names.
    #[serde(default)]
    pub outcomes: Vec<String>,
    /// Procedures it is about; empty means every one.
    #[serde(default)]
    pub procedures: Vec<String>,
    /// Years after the case was closed.
    pub years: u16,
    /// Days before the end at which the first and the second warning go out.
    pub warn_days: [u16; 2],
    /// Days that a warning leaves to ask for a copy, however late it went out.
    pub grace_days: u16,
    pub basis: Basis,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

impl Retention {
    /// Whether a case of this procedure that ended with no outcome of its own rule falls under it.
    pub fn is_about(&self, procedure: &str) -> bool {
        self.procedures.is_empty() || self.procedures.iter().any(|own| own == procedure)
    }
}
