//! Partner systems (对接系统): where an item is handled in another authority's system, and what that system may report about it.
//!
//! That an item is handled there is data, never code. A report is no decision of the system's own: it tells what the body that
//! has the power did there. Serves measure 4.

use crate::definition::Standing;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A system in which a body handles some of its matters.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Partner {
    pub code: Spanned<String>,
    pub name: String,
    pub label: String,
    /// The name by which it calls us in its messages, so that what was meant for another district is not taken for ours.
    pub knows_us_as: String,
    /// Under which name its certificate lies among the keys of this house.
    pub key: String,
    pub items: Vec<Spanned<String>>,
    /// What it may report; anything else it says is put on record and changes nothing.
    pub reports: Vec<Stand>,
    /// How long one call may take.
    pub call_seconds: u32,
    /// How often a message is tried before it is laid down for a person.
    pub tries: u32,
    /// Longest pause between two tries.
    pub longest_pause_minutes: u32,
    /// A matter of which nothing was heard for so long is asked about, and an officer is told.
    pub silent_hours: u32,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

impl Partner {
    pub fn handles(&self, item: &str) -> bool {
        self.items.iter().any(|own| own.get_ref() == item)
    }
}

/// Where a matter stands in the other system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stand {
    /// It has the application, under a number of its own.
    Taken,
    /// The body there wants something corrected.
    Correction,
    Accepted,
    Granted,
    Filed,
    Refused,
    NotTakenIn,
    /// Ended there without a decision.
    Ended,
}

impl Stand {
    /// Whether nothing but a licence can follow.
    pub fn is_final(self) -> bool {
        !matches!(self, Stand::Taken | Stand::Correction | Stand::Accepted)
    }

    /// Whether a body decided something, so that it has to be named together with its document.
    pub fn is_ruling(self) -> bool {
        self.is_final() && self != Stand::Ended
    }

    /// The kebab-case word that definitions and messages use.
    pub fn word(self) -> &'static str {
        match self {
            Stand::Taken => "taken",
            Stand::Correction => "correction",
            Stand::Accepted => "accepted",
            Stand::Granted => "granted",
            Stand::Filed => "filed",
            Stand::Refused => "refused",
            Stand::NotTakenIn => "not-taken-in",
            Stand::Ended => "ended",
        }
    }

    pub const ALL: [Stand; 8] = [
        Stand::Taken,
        Stand::Correction,
        Stand::Accepted,
        Stand::Granted,
        Stand::Filed,
        Stand::Refused,
        Stand::NotTakenIn,
        Stand::Ended,
    ];

    pub fn title(self) -> crate::Text {
        let (zh, en) = match self {
            Stand::Taken => ("已接收", "taken"),
            Stand::Correction => ("要求补正", "correction wanted"),
            Stand::Accepted => ("已受理", "accepted"),
            Stand::Granted => ("准予", "granted"),
            Stand::Filed => ("已备案", "filed"),
            Stand::Refused => ("不予办理", "refused"),
            Stand::NotTakenIn => ("不予受理", "not taken in"),
            Stand::Ended => ("已终止", "ended"),
        };
        crate::Text::new(zh, en)
    }
}
