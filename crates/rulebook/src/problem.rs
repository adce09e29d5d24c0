//! A fault in a definition: collected with file and line, never thrown. `compile` keeps going and returns them all.

use crate::text::{Lang, Text};
use serde::{Deserialize, Serialize};

/// Whether a problem stops an edition from being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Warning,
    Error,
}

/// One fault, where it stands, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// Path of the file inside the rulebook, with `/`.
    pub file: String,
    /// Line in that file, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Stable short name of the rule that was broken, e.g. `unknown-element` or `V12`.
    pub rule: String,
    pub message: Text,
    pub remedy: Text,
}

impl Problem {
    /// The line of a terminal: `file:line`, whether it is an error, the rule, what is wrong and what to do.
    pub fn told(&self, lang: Lang) -> String {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let (message, remedy) = (self.message.get(lang), self.remedy.get(lang));
        format!("{}:{}: {severity} [{}] {message} → {remedy}", self.file, self.line.max(1), self.rule)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.told(Lang::Zh))
    }
}
