//! A rule of the check as `rulebook/checks.toml` declares it: how grave it is, on which ground, and what to do about it.

use crate::compile::Rulebook;
use crate::definition::Basis;
use crate::problem::Severity;
use crate::text::Text;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One rule. Words and figures that it needs are data too, so that an office can add its own catch-all or theme.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Check {
    pub rule: Spanned<String>,
    pub severity: Grade,
    /// What is asked of a definition, in one sentence.
    pub name: String,
    pub label: String,
    /// What to do where it is broken.
    pub remedy: String,
    pub remedy_label: String,
    #[serde(default)]
    pub basis: Vec<Basis>,
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub figures: BTreeMap<String, u32>,
}

/// How grave it is when a rule is broken: errors stop an edition from being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    Error,
    Warning,
    /// The rule is passed over.
    Off,
}

impl Grade {
    pub fn severity(self) -> Option<Severity> {
        match self {
            Grade::Error => Some(Severity::Error),
            Grade::Warning => Some(Severity::Warning),
            Grade::Off => None,
        }
    }
}

/// Every rule that can be broken. The first five are the compiler's own.
pub const RULES: [&str; 91] = [
    "toml",
    "defined-twice",
    "unknown-word",
    "condition",
    "condition-fixed",
    "V1",
    "V2",
    "V3",
    "V4",
    "V5",
    "V6",
    "V7",
    "V8",
    "V9",
    "V10",
    "V11",
    "V12",
    "V13",
    "V14",
    "V15",
    "V16",
    "V17",
    "glossary",
    "step-unreachable",
    "step-stuck",
    "step-twice",
    "class-unknown",
    "procedure-type",
    "beyond-permits",
    "condition-unasked",
    "example",
    "sample",
    "point-material",
    "material-twice",
    "deferral",
    "commitment-terms",
    "commitment-procedure",
    "commitment-field",
    "limit-missing",
    "limit-unclear",
    "limit-unwatched",
    "ministry-limit",
    "renewal-window",
    "closed-reason",
    "list-row-missing",
    "list-row-unused",
    "list-agency",
    "higher-list",
    "filing-refuses",
    "permit-in-disguise",
    "authority-missing",
    "authority-area",
    "authority-dates",
    "entrustment",
    "remedy-missing",
    "window-item",
    "partner",
    "theme-source",
    "theme-part",
    "theme-item",
    "theme-closed",
    "signers",
    "at-once-fact",
    "at-once-person",
    "at-once-bound",
    "register-column",
    "retention-names",
    "retention-gap",
    "licence-type",
    "theme-circle",
    "theme-limit",
    "theme-ceiling",
    "theme-outcome",
    "theme-questions",
    "theme-example",
    "policy-source",
    "policy-dates",
    "policy-condition",
    "policy-amount",
    "policy-unit",
    "policy-fairness",
    "policy-review",
    "policy-assessment",
    "programme-clause",
    "programme-budget",
    "programme-item",
    "programme-notice",
    "programme-window",
    "unused",
    "not-verified",
    "calendar-ends",
];

/// Whether the rulebook may say how grave it is. What cannot be read or names nothing is always an error.
pub(super) fn gradable(rule: &str) -> bool {
    !matches!(rule, "toml" | "defined-twice" | "unknown-word" | "condition")
}

/// How grave a broken rule is and what to do about it; `None` when the rulebook passes it over. A rulebook without checks of
/// its own is checked in full.
pub(super) fn sentence(rulebook: &Rulebook, rule: &str) -> Option<(Severity, Text)> {
    match rulebook.checks.get(rule) {
        Some(check) => {
            let severity = if gradable(rule) { check.severity.severity()? } else { Severity::Error };
            Some((severity, Text::new(&check.remedy, &check.remedy_label)))
        }
        None => Some((Severity::Error, Text::new("对照 docs/writing-rules.md 改正", "Compare with docs/writing-rules.md"))),
    }
}
