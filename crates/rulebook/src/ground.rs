//! Grounds on which a permit that was granted comes to its end, and what follows for its holder (行政许可法 arts. 8, 69, 70, 78, 79).

use crate::definition::Basis;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Which of the four ends a permit comes to; never just "a state".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// 撤销
    RevokedAsUnlawful,
    /// 撤回
    WithdrawnForPublicInterest,
    /// 吊销
    RevokedAsPenalty,
    /// 注销
    Deregistered,
}

impl Ending {
    /// What the act is called.
    pub fn title(self) -> crate::Text {
        let (zh, en) = match self {
            Ending::RevokedAsUnlawful => ("撤销", "revoked as unlawful"),
            Ending::WithdrawnForPublicInterest => ("撤回", "withdrawn in the public interest"),
            Ending::RevokedAsPenalty => ("吊销", "revoked as a penalty"),
            Ending::Deregistered => ("注销", "deregistered"),
        };
        crate::Text::new(zh, en)
    }
}

/// One ground that an officer may choose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ground {
    pub code: Spanned<String>,
    pub name: String,
    pub label: String,
    /// What it ends a permit by; a ground without one is a ground of a refusal.
    #[serde(default)]
    pub ending: Option<Ending>,
    pub basis: Basis,
    /// For how long the same permit may not be applied for again, where the item concerns safety.
    #[serde(default)]
    pub bar: Option<Bar>,
    /// Only where a commitment was broken and its author was told and could answer (告知承诺).
    #[serde(default)]
    pub of_commitments: bool,
    /// The holder may ask for a hearing first.
    #[serde(default)]
    pub hearing: Option<HearingRight>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bar {
    pub years: u32,
    pub basis: Basis,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HearingRight {
    /// From being told to asking.
    pub working_days: u32,
    pub basis: Basis,
}

impl Ground {
    /// Where the holder applies to have it deregistered, the program itself cites this one.
    pub const HOLDER_APPLIED: &str = "holder-applied";
    /// What an application is refused for under art. 78.
    pub const FALSE_STATEMENT: &str = "false-statement";

    /// 「撤销：超越法定职权作出准予决定（行政许可法第六十九条第一款第二项）」
    pub fn title(&self) -> crate::Text {
        let ending = self.ending.map(Ending::title);
        let (zh, en) = ending.map_or_else(Default::default, |ending| (format!("{}：", ending.zh), format!("{}: ", ending.en)));
        crate::Text::new(format!("{zh}{}（{}）", self.name, self.basis), format!("{en}{} ({})", self.label, self.basis))
    }
}
