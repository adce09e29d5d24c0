//! The 17 measures (举措), their owners and figures. Serves measure 7: who answers for what is public.

use crate::definition::Standing;
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Measure {
    pub number: Spanned<u32>,
    pub name: String,
    pub label: String,
    /// The promise in one sentence of our own.
    pub promise: String,
    pub lead: Vec<String>,
    pub responsible: Vec<String>,
    /// Whether this release serves it; a test keeps served what is marked.
    pub reached: bool,
    #[serde(default)]
    pub indicator: Vec<Indicator>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// A figure computed from cases or definitions; `figure` names one that the software knows how to compute.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Indicator {
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    pub figure: String,
    #[serde(default)]
    pub target: Option<String>,
}
