//! What a claim comes to (拟兑现、公示、拨付、退回): proposed, on public notice with the money set aside, granted, paid, claimed back.
//! Amounts in 分. Serves measure 16.

use crate::benefit::Step;
use crate::case::Case;
use crate::decide::Guard;
use crate::errand::{Errand, To};
use crate::event::{Event, Record, Words};
use jiff::civil::Date;
use rulebook::Text;

/// An award as the case has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    pub programme: String,
    pub batch: String,
    /// What the claimant can have once only.
    pub stack: String,
    pub fen: i64,
    /// How the amount was found.
    pub trace: Words,
    /// Last day of the public notice, while it is or was published; the money is set aside from then on.
    pub until: Option<Date>,
    /// Objections in the order in which they came.
    pub objections: Vec<Objection>,
    pub granted: bool,
    /// An account in the claimant's own name is known.
    pub account: bool,
    /// Where it was named after the application: name, number and bank, a line each.
    pub named: Option<Words>,
    /// The payment file it stands in, while the bank has it and after it paid.
    pub file: Option<String>,
    pub paid: bool,
    /// Day on which it is looked at again.
    pub follow: Option<Date>,
    /// It was paid and is demanded back.
    pub demanded: bool,
    /// What of it came back so far.
    pub back: i64,
    pub repaid: bool,
}

/// What somebody said against an award on notice, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    pub who: Words,
    pub text: Words,
    /// Who is told the answer, where they signed in.
    pub person: Option<String>,
    pub answer: Option<Words>,
}

/// What stands around the money of a claim, looked up for the act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purse {
    /// Code of the programme whose clause speaks of this claimant.
    pub programme: String,
    /// What line and batch have by the edition in force, and what is left of it: neither promised nor paid.
    pub line_has: i64,
    pub batch_has: i64,
    pub line_left: i64,
    pub batch_left: i64,
    /// What the claimant had of the same group before.
    pub had: i64,
    pub due: Due,
    /// What the clause asks for and is not the case, or whom it does not speak of: with any of it nothing is promised.
    pub against: Vec<Text>,
    /// What it asks for and nobody knows: for a person to look at.
    pub unknown: Vec<Text>,
    /// Vouchers under which money of this claim came back already.
    pub vouchers: Vec<String>,
    /// Whether the account that is named bears the claimant's own name; `None` where none is named.
    pub own_account: Option<bool>,
}

/// What the clause's formula gives, after what was had before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// `None` where the clause states no formula, or something it follows from is not known.
    pub amount: Option<i64>,
    /// It may be less: a person judges.
    pub at_most: bool,
    /// One step per sentence.
    pub steps: Vec<Text>,
    /// Elements that are not known.
    pub missing: Vec<String>,
}

impl Award {
    /// Numbers, from 1, of objections without an answer.
    pub fn unanswered(&self) -> impl Iterator<Item = u32> {
        let open = self.objections.iter().enumerate().filter(|(_, own)| own.answer.is_none());
        open.map(|(at, _)| at as u32 + 1)
    }

    /// Whether the notice was published and its last day is over.
    pub fn notice_has_run(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// What was paid and did not come back.
    pub fn owed(&self) -> i64 {
        if self.paid { self.fen - self.back } else { 0 }
    }

    /// Whether money lies aside for it that did not go out.
    pub fn is_set_aside(&self) -> bool {
        self.until.is_some() && !self.paid
    }

    /// What of an award an event changes; others leave it as it is.
    pub(crate) fn apply(own: &mut Option<Award>, event: &Event) {
        if let Event::AwardProposed { programme, batch, stack, fen, trace } = event {
            *own = Some(Award {
                programme: programme.clone(),
                batch: batch.clone(),
                stack: stack.clone(),
                fen: *fen,
                trace: *trace,
                until: None,
                objections: Vec::new(),
                granted: false,
                account: false,
                named: None,
                file: None,
                paid: false,
                follow: None,
                demanded: false,
                back: 0,
                repaid: false,
            });
        }
        let Some(award) = own else { return };
        match event {
            Event::AwardPublished { until } => award.until = Some(*until),
            Event::ObjectionRaised { who, text, person } => {
                award.objections.push(Objection { who: *who, text: *text, person: person.clone(), answer: None });
            }
            Event::ObjectionAnswered { number, text } => {
                let known = (*number as usize).checked_sub(1).and_then(|at| award.objections.get_mut(at));
                if let Some(own) = known {
                    own.answer = Some(*text);
                }
            }
            Event::Granted { .. } => award.granted = true,
            Event::AccountNamed { account } => {
                award.account = true;
                award.named = account.or(award.named);
            }
            Event::PaymentOrdered { file } => award.file = Some(file.clone()),
            Event::PaymentRecalled { .. } => award.file = None,
            Event::PaymentReturned { .. } => (award.account, award.file) = (false, None),
            Event::Paid { follow, .. } => (award.paid, award.follow) = (true, *follow),
            Event::RepaymentDemanded { .. } => award.demanded = true,
            Event::RepaidInPart { fen, .. } => award.back += fen,
            Event::Repaid { .. } => (award.back, award.repaid) = (award.fen, true),
            event if frees(event) => award.until = None,
            _ => {}
        }
    }
}

/// Whoever objected and has no answer is told that there is nothing to object to any more.
pub(crate) fn tell_who_objected(before: &Case, records: &[Record], item: &str) -> Vec<Errand> {
    let Some(award) = before.award.as_ref().filter(|_| records.iter().any(|record| frees(&record.event))) else {
        return Vec::new();
    };
    let open = award.objections.iter().filter(|own| own.answer.is_none()).filter_map(|own| own.person.clone());
    let text = Text::new(
        format!("您提出过异议的“{item}”公示（{}）已撤下，这笔资金现在不兑现。", before.no),
        format!("The notice of “{item}” ({}) that you objected to was taken down; the money is not paid now.", before.no),
    );
    open.map(|person| Errand::Notify { to: To::Person(person), text: text.clone() }).collect()
}

/// Whether what was set aside is free again after this.
fn frees(event: &Event) -> bool {
    matches!(
        event,
        Event::Refused { .. }
            | Event::Withdrawn { .. }
            | Event::Terminated { .. }
            | Event::Returned { .. }
            | Event::Reviewed { agrees: false, .. }
    )
}

/// The step of the money that goes with what happens to the case, whichever act it was: nothing stays promised to a claim that is over.
pub(crate) fn moves<'a>(before: &Case, events: impl IntoIterator<Item = &'a Event>, today: Date) -> Option<Guard> {
    let award = before.award.as_ref()?;
    let step = events.into_iter().find_map(|event| match event {
        Event::AccountNamed { .. } | Event::PaymentRecalled { .. } => Some(Step::Due(true)),
        Event::PaymentOrdered { file } => Some(Step::Order(file.clone())),
        Event::PaymentReturned { .. } => Some(Step::Due(false)),
        Event::Paid { .. } => Some(Step::Pay(today)),
        Event::RepaidInPart { fen, .. } => Some(Step::Recover(*fen)),
        Event::Repaid { .. } => Some(Step::Recover(award.owed())),
        event if frees(event) && award.is_set_aside() => Some(Step::Release),
        _ => None,
    })?;
    Some(Guard::MoveMoney { claim: before.no.0.clone(), step })
}
