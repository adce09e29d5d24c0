//! The law saying no to a person: which rule, why, and what to do next. A normal answer, not an error.

use rulebook::{Lang, Text};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Stable short name for API callers and tests, e.g. `not-now`.
    pub code: String,
    pub why: Text,
    pub next: Text,
    /// The legal ground, where there is one.
    pub basis: Option<String>,
}

impl Refusal {
    pub fn new(code: &str, why: Text, next: Text) -> Refusal {
        Refusal { code: code.to_owned(), why, next, basis: None }
    }

    pub fn on(mut self, basis: impl std::fmt::Display) -> Refusal {
        self.basis = Some(basis.to_string());
        self
    }

    pub fn words(&self, lang: Lang) -> String {
        let basis = self.basis.as_deref().map(|basis| format!("({basis})")).unwrap_or_default();
        format!("{}{basis} {}", self.why.get(lang), self.next.get(lang))
    }
}
