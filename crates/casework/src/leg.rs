//! A leg (在对接系统办理): the part of a case that its body does in another system, and what that system said of it.
//!
//! The case and its clocks stay ours. Each report tells how the matter stands there, whole, under a count that rises: so a late one
//! changes nothing, a doubled one neither, and a lost one is made good by the next. A favourable decision is recorded as the body's,
//! with its document; what says no to a person waits for an officer (docs/decisions/0007). Serves measure 4.

use crate::case::{Case, Decision};
use crate::event::{Event, Words};
use crate::moment::Moment;
use jiff::civil::Date;
use rulebook::{Rulebook, Stand, Text};
use serde::{Deserialize, Serialize};

/// What a partner says of a matter: how it stands there now, with all that was decided so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Report {
    /// Rises with everything that happens to the matter there.
    pub count: u32,
    pub stand: Stand,
    /// The number of the matter there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<Ruling>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
    /// Reasons of what says no, or what is to be corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// Who decided there, when, and under which number of document (行政许可法 art. 38: by the body, in writing).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ruling {
    /// Code of the body.
    pub body: String,
    pub document: String,
    pub on: Date,
}

/// A licence that was made there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Licence {
    pub number: String,
    pub name: String,
}

/// What is sent to a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sent {
    Application,
    /// What the applicant supplied since.
    Supplement,
    /// The case came to an end here.
    Closed,
}

impl Sent {
    /// What the partner has to know after this.
    pub(crate) fn after(event: &Event) -> Option<Sent> {
        Some(match event {
            Event::LegBegan { .. } => Sent::Application,
            Event::CorrectionSupplied { .. } | Event::CorrectedOnSpot { .. } | Event::DeferredSupplied { .. } => Sent::Supplement,
            Event::Granted { .. }
            | Event::Refused { .. }
            | Event::Filed
            | Event::FoundNotNeeded { .. }
            | Event::IntakeRefused { .. }
            | Event::Withdrawn { .. }
            | Event::Returned { .. }
            | Event::Terminated { .. } => Sent::Closed,
            _ => return None,
        })
    }
}

/// What was decided there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    pub stand: Stand,
    pub ruling: Option<Ruling>,
    /// An officer wrote it down and the partner has not said the same yet.
    pub by_hand: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    pub partner: String,
    pub began: Moment,
    pub number: Option<String>,
    /// Count and stand of the partner's own latest word; 0 and none before the first.
    pub count: u32,
    pub stand: Option<Stand>,
    pub heard: Option<Moment>,
    pub ruled: Option<Ruled>,
    /// What an officer wrote down short of a decision, until the partner says the same or more.
    pub noted: Option<Stand>,
    pub licence: Option<Licence>,
    pub words: Option<Words>,
    /// It said something else than it had said before; the first word holds until an officer has looked.
    pub disputed: Option<Stand>,
}

/// What a report is to what was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    Fresh,
    Known,
    /// Overtaken by a later one.
    Late,
    Contradiction,
}

/// Where the two systems do not agree, so that an officer has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Difference {
    /// The partner contradicted itself.
    Disputed,
    /// One decision here, another one there.
    DecidedOtherwise,
    /// Written down by hand, and the partner has said something since that does not bear it out.
    Unconfirmed,
    /// Something favourable was decided there and could not be done here.
    NotFollowed,
    /// It says no there: an officer of the body confirms it here, or not.
    NoThere,
    CorrectionThere,
    EndedThere,
    /// Ended here and still open there.
    OpenThere,
}

impl Difference {
    pub const ALL: [Difference; 8] = [
        Difference::Disputed,
        Difference::DecidedOtherwise,
        Difference::Unconfirmed,
        Difference::NotFollowed,
        Difference::NoThere,
        Difference::CorrectionThere,
        Difference::EndedThere,
        Difference::OpenThere,
    ];

    /// The kebab-case word that rows use.
    pub fn word(self) -> &'static str {
        match self {
            Difference::Disputed => "disputed",
            Difference::DecidedOtherwise => "decided-otherwise",
            Difference::Unconfirmed => "unconfirmed",
            Difference::NotFollowed => "not-followed",
            Difference::NoThere => "no-there",
            Difference::CorrectionThere => "correction-there",
            Difference::EndedThere => "ended-there",
            Difference::OpenThere => "open-there",
        }
    }

    /// What it is, and what an officer does about it.
    pub fn title(self) -> Text {
        let (zh, en) = match self {
            Difference::Disputed => {
                ("对方前后说法不一，请向对方核实后人工登记", "It contradicts itself: ask there, then record what holds")
            }
            Difference::DecidedOtherwise => ("两边决定不一致，请核实", "Decided otherwise here and there: find out which holds"),
            Difference::Unconfirmed => ("人工登记的结果对方尚未印证", "Recorded by hand and not borne out by the partner yet"),
            Difference::NotFollowed => {
                ("对方已作出决定，本办件未能随之办理，请人工办理", "Decided there, but it could not follow here: do it by hand")
            }
            Difference::NoThere => {
                ("对方不予办理，须由本机关人员审核确认", "It says no there: an officer has to look and confirm")
            }
            Difference::CorrectionThere => {
                ("对方要求补正，须由本机关一次性告知", "A correction is wanted there: tell it once, here")
            }
            Difference::EndedThere => ("对方已终止，本办件仍在办理", "Ended there, still open here"),
            Difference::OpenThere => ("本办件已办结，对方仍在办理", "Ended here, still open there"),
        };
        Text::new(zh, en)
    }
}

impl Leg {
    pub fn began(partner: String, began: Moment) -> Leg {
        Leg {
            partner,
            began,
            number: None,
            count: 0,
            stand: None,
            heard: None,
            ruled: None,
            noted: None,
            licence: None,
            words: None,
            disputed: None,
        }
    }

    /// What this report of the partner is to what is known.
    pub fn hears(&self, report: &Report) -> News {
        // What an officer had written down is no word of the partner's, which may be the first to say otherwise.
        let by_hand = self.ruled.as_ref().is_some_and(|ruled| ruled.by_hand);
        let its_own = !by_hand || self.stand.is_some_and(|own| own.is_final() && own != report.stand);
        let other_ruling = its_own && self.has_ruled_otherwise(report);
        let other_licence = !by_hand && self.licence.is_some() && report.licence.is_some() && self.licence != report.licence;
        let counted_twice = report.count == self.count && self.stand.is_some_and(|stand| stand != report.stand);
        if other_ruling || other_licence || counted_twice {
            return if self.disputed == Some(report.stand) { News::Known } else { News::Contradiction };
        }
        let tells_more = report.licence.is_some() && self.licence.is_none() || report.number.is_some() && self.number.is_none();
        match report.count.cmp(&self.count) {
            std::cmp::Ordering::Less => News::Late,
            std::cmp::Ordering::Equal if !tells_more => News::Known,
            _ => News::Fresh,
        }
    }

    fn has_ruled_otherwise(&self, report: &Report) -> bool {
        report.stand.is_final() && self.ruled.as_ref().is_some_and(|ruled| !ruled.says(report))
    }

    /// Whether an officer has written down another decision than this.
    pub(crate) fn was_recorded_otherwise(&self, report: &Report) -> bool {
        self.ruled.as_ref().is_some_and(|ruled| ruled.by_hand) && self.has_ruled_otherwise(report)
    }

    /// Whether the partner still has something to say.
    pub fn is_open(&self) -> bool {
        self.ruled.as_ref().is_none_or(|ruled| ruled.by_hand || ruled.stand == Stand::Granted && self.licence.is_none())
    }

    /// The day of the decision there.
    pub fn ruled_on(&self) -> Option<Date> {
        self.ruled.as_ref()?.ruling.as_ref().map(|ruling| ruling.on)
    }
}

impl Ruled {
    /// Whether a report tells the same decision.
    pub(crate) fn says(&self, report: &Report) -> bool {
        self.stand == report.stand && self.document() == report.document()
    }

    fn document(&self) -> Option<&str> {
        self.ruling.as_ref().map(|ruling| ruling.document.as_str())
    }
}

impl Report {
    fn document(&self) -> Option<&str> {
        self.ruling.as_ref().map(|ruling| ruling.document.as_str())
    }
}

/// Whether the partner may tell this of the item, and the procedure of the case knows it: a permit is not filed, a filing not granted.
pub fn may_stand(rules: &Rulebook, case: &Case, stand: Stand) -> bool {
    let partner = case.leg.as_ref().and_then(|leg| rules.partners.get(&leg.partner));
    let knows = |act| {
        let procedure = rules.procedures.get(&case.procedure);
        procedure.is_some_and(|procedure| procedure.allowed().any(|allowed| allowed.act.get_ref() == act))
    };
    partner.is_some_and(|partner| partner.reports.contains(&stand)) && stands_for(stand).is_none_or(knows)
}

/// The act of law that a word from there stands for.
fn stands_for(stand: Stand) -> Option<&'static str> {
    Some(match stand {
        Stand::Correction => "ask-correction",
        Stand::Accepted => "accept",
        Stand::Granted => "grant",
        Stand::Filed => "file",
        Stand::Refused => "refuse",
        Stand::NotTakenIn => "refuse-intake",
        Stand::Taken | Stand::Ended => return None,
    })
}

/// Where the case and its leg do not agree.
pub fn difference(case: &Case) -> Option<Difference> {
    let leg = case.leg.as_ref()?;
    if leg.disputed.is_some() {
        return Some(Difference::Disputed);
    }
    let ruled = leg.ruled.as_ref().map(|ruled| ruled.stand);
    let by_hand = leg.ruled.as_ref().is_some_and(|ruled| ruled.by_hand);
    if leg.stand.is_some_and(|stand| by_hand && ruled != Some(stand) || leg.noted.is_some_and(|noted| noted != stand)) {
        return Some(Difference::Unconfirmed);
    }
    let open = case.is_open();
    match (ruled, &case.decision) {
        (Some(Stand::Granted | Stand::Filed), Some(Decision::Refused { .. }))
        | (Some(Stand::Refused | Stand::NotTakenIn), Some(Decision::Granted { .. } | Decision::Filed { .. })) => {
            Some(Difference::DecidedOtherwise)
        }
        (Some(Stand::Granted | Stand::Filed), None) => Some(Difference::NotFollowed),
        (Some(Stand::Granted), Some(_)) if leg.licence.is_some() && case.result.is_none() => Some(Difference::NotFollowed),
        (Some(Stand::Granted), Some(_)) if numbered_otherwise(case, leg) => Some(Difference::DecidedOtherwise),
        (Some(Stand::Refused | Stand::NotTakenIn), None) if open => Some(Difference::NoThere),
        (Some(Stand::Ended), None) if open => Some(Difference::EndedThere),
        (None, None) if open && leg.stand == Some(Stand::Correction) && !told_since(case, leg) => {
            Some(Difference::CorrectionThere)
        }
        (None, _) if !open && leg.number.is_some() => Some(Difference::OpenThere),
        _ => None,
    }
}

/// Whether the licence there bears another number than the one that was made here.
fn numbered_otherwise(case: &Case, leg: &Leg) -> bool {
    matches!((&case.result, &leg.licence), (Some((number, _)), Some(licence)) if *number != licence.number)
}

/// Whether a correction was told here on the day it was heard of or later.
fn told_since(case: &Case, leg: &Leg) -> bool {
    case.corrections.last().is_some_and(|correction| leg.heard.is_none_or(|heard| correction.told >= heard.day()))
}
