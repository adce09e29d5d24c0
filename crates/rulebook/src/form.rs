//! Forms (表单): which elements a matter asks for, in which order, and when. Drawn by one renderer for screen, print and API.

use crate::definition::{Basis, Standing};
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Form {
    pub code: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
    pub section: Vec<Section>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Section {
    pub title: String,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    pub ask: Vec<Ask>,
}

/// One question of a form: an element of the dictionary, and under which condition it is asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ask {
    /// Chinese name of the element.
    pub field: Spanned<String>,
    #[serde(default = "yes")]
    pub required: bool,
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// A condition that the answer must meet; `message` says what is wrong otherwise.
    #[serde(default)]
    pub check: Option<Spanned<String>>,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub hint: String,
    /// A filled sample for the guide; never a real person's.
    #[serde(default)]
    pub sample: String,
    /// Why the office may ask (行政许可法 art. 31: nothing unrelated to the matter).
    #[serde(default)]
    pub basis: Option<Basis>,
}

fn yes() -> bool {
    true
}
