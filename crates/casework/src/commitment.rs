//! What became of a commitment (告知承诺): signed, perhaps left for the ordinary way, checked after the grant, put right or broken.
//!
//! A function of the events of its case, like everything of a case. Serves measure 5.

use crate::event::{Event, Record, Words};
use jiff::civil::Date;
use rulebook::commitment::{CommitmentForm, Manner};
use serde::{Deserialize, Serialize};

/// What an applicant signs when she sends the application.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Signing {
    /// The notice of the item that was read; nothing where only papers are replaced.
    #[serde(default)]
    pub notice: Option<u32>,
    /// Keys of the papers each of which is replaced by a commitment of its own.
    #[serde(default)]
    pub proofs: Vec<String>,
    /// Keys of all papers that these answers would call for without it.
    #[serde(default)]
    pub replaced: Vec<String>,
}

/// What was found when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// As committed.
    Passed,
    /// Something is to be put right within a term.
    Rectify,
    /// False, or not put right: the holder may answer before anything follows.
    Broken,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    Signed,
    /// For the ordinary way.
    Left,
    /// Granted; the check is to come.
    ToCheck,
    Rectifying,
    /// The holder says that it was put right.
    Rectified,
    Passed,
    /// Passed after something had been put right.
    PassedRectified,
    /// Found false or not put right; the holder may answer.
    Broken,
    /// What was granted on it came to its end because it was broken.
    Revoked,
}

impl Stand {
    /// As rows and statistics call it.
    pub fn word(self) -> &'static str {
        match self {
            Stand::Signed => "signed",
            Stand::Left => "left",
            Stand::ToCheck => "to-check",
            Stand::Rectifying => "rectifying",
            Stand::Rectified => "rectified",
            Stand::Passed => "passed",
            Stand::PassedRectified => "passed-rectified",
            Stand::Broken => "broken",
            Stand::Revoked => "revoked",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pledge {
    /// `None` where it only replaces papers, each with a commitment of its own.
    pub form: Option<CommitmentForm>,
    pub notice: Option<u32>,
    /// Particular that holds what was signed, to the byte.
    pub text: Words,
    pub signed: Date,
    /// Keys of the papers that it replaced.
    pub replaced: Vec<String>,
    pub proofs: Vec<String>,
    /// Keys of papers that were promised and have not come (Tianjin's form).
    pub promised: Vec<String>,
    pub stand: Stand,
    /// The body that checks, and how.
    pub check: Option<(String, Manner)>,
    pub checks: u32,
    /// Something was once ordered to be put right.
    pub ordered: bool,
    /// What the holder answered to a breach was heard.
    pub heard: bool,
}

impl Pledge {
    /// Whether the application still rests on it.
    pub fn stands(&self) -> bool {
        self.stand != Stand::Left
    }

    /// Whether somebody still has to look at it, or to answer for it, after the grant.
    pub fn is_open(&self) -> bool {
        matches!(self.stand, Stand::ToCheck | Stand::Rectifying | Stand::Rectified | Stand::Broken)
    }
}

/// The record of a broken commitment: no more commitments of this class until it ends or is repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Breach {
    pub class: String,
    pub until: Date,
    pub basis: String,
}

/// Folds one event in.
pub(crate) fn follow(pledge: &mut Option<Pledge>, record: &Record) {
    if let Event::Committed { form, notice, text, replaced, proofs, promised } = &record.event {
        *pledge = Some(Pledge {
            form: *form,
            notice: *notice,
            text: *text,
            signed: record.effective,
            replaced: replaced.clone(),
            proofs: proofs.clone(),
            promised: promised.clone(),
            stand: Stand::Signed,
            check: None,
            checks: 0,
            ordered: false,
            heard: false,
        });
        return;
    }
    let Some(own) = pledge else { return };
    match &record.event {
        Event::CommitmentLeft { .. } => {
            own.stand = Stand::Left;
            own.promised.clear();
        }
        Event::CheckPlanned { agency, manner } => {
            own.stand = Stand::ToCheck;
            own.check = Some((agency.clone(), *manner));
        }
        Event::Checked { finding, .. } => {
            own.checks += 1;
            own.ordered |= *finding == Finding::Rectify;
            own.stand = match finding {
                Finding::Passed if own.ordered => Stand::PassedRectified,
                Finding::Passed => Stand::Passed,
                Finding::Rectify => Stand::Rectifying,
                Finding::Broken => Stand::Broken,
            };
            own.heard &= *finding != Finding::Broken;
        }
        Event::Rectified { .. } => own.stand = Stand::Rectified,
        Event::PromisedSupplied { left, .. } => own.promised.clone_from(left),
        Event::StatementHeard { .. } => own.heard |= own.stand == Stand::Broken,
        Event::CreditRecorded { .. } => own.stand = Stand::Revoked,
        _ => {}
    }
}
