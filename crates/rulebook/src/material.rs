//! Materials (申请材料) under shared keys: the same paper is the same paper in every item, so it is handed in once.

use crate::definition::{Basis, Standing};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Who issues it (材料来源渠道).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    #[default]
    Applicant,
    Government,
    Intermediary,
    Other,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Material {
    pub key: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    /// 申请表, 证照, 证明, 文本 or 图纸.
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub channel: Channel,
    /// Body that issues it, in words.
    #[serde(default)]
    pub issuer: String,
    /// Oldest acceptable age in days.
    #[serde(default)]
    pub fresh_days: Option<u32>,
    /// Licence type that replaces it (免提交): a paper that a licence replaces is not asked for.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// Whether that licence is somebody else's, e.g. a shareholder's: no result of the applicant's own matter is it.
    #[serde(default)]
    pub of_others: bool,
    /// How it must look to be accepted (受理标准) and how to fill it (填报须知).
    #[serde(default)]
    pub standard: String,
    #[serde(default)]
    pub hint: String,
    /// Types that may be uploaded: pdf, jpeg, png, ofd, docx, xlsx, dwg.
    #[serde(default)]
    pub formats: Vec<String>,
    #[serde(default)]
    pub max_mib: Option<u32>,
    /// Whether the form itself, rendered from the answers, is this paper: nothing is uploaded then.
    #[serde(default)]
    pub from_form: bool,
    /// May be replaced by a written commitment, where the applicant chooses so.
    #[serde(default)]
    pub commitment: Option<crate::commitment::ProofCommitment>,
    pub basis: Option<Basis>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}
