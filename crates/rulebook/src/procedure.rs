//! Procedures (流程): the steps a case waits in, who may act there, and the clocks that run.
//!
//! A procedure names acts, events and roles from the glossary and nothing else. When one needs real logic, an act is
//! written in Rust, so that definitions stay a form to fill in.

use crate::calendar::Term;
use crate::definition::{Basis, Standing, WrittenTerm};
use crate::item::{ItemType, LimitKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Procedure {
    pub code: Spanned<String>,
    pub name: String,
    pub label: String,
    /// Types of item that may run it. Chapter IV of 行政许可法 governs permits only (decision 20).
    pub types: Vec<ItemType>,
    /// Step a new case enters when it is submitted.
    pub start: Spanned<String>,
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// Words for the outcomes: a filing has no refusal (条例 39).
    #[serde(default)]
    pub can_refuse: bool,
    pub step: Vec<Step>,
    /// Acts that stand at every step.
    #[serde(default)]
    pub anywhere: Vec<Allowed>,
    #[serde(default)]
    pub clock: Vec<ClockRule>,
    /// Pairs of parts in a case that one person may not hold.
    #[serde(default)]
    pub apart: Vec<Apart>,
    /// Figures that acts of this procedure need, by name: days of a hearing, parties of an inspection.
    #[serde(default)]
    pub figures: BTreeMap<String, Figure>,
    /// Classes of a matter and how far each has to be escalated (办不成事: simple, complex, special, hard).
    #[serde(default)]
    pub class: Vec<Class>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

impl Procedure {
    /// Whether it is for permits: only they are 许可, in titles as in law.
    pub fn is_for_permits(&self) -> bool {
        self.types.contains(&ItemType::Permit)
    }

    /// Whether its cases wait for other cases (一件事).
    pub fn is_for_bundles(&self) -> bool {
        self.allowed().any(|allowed| allowed.act.get_ref() == "open-component")
    }

    /// Every act that stands somewhere in it.
    pub fn allowed(&self) -> impl Iterator<Item = &Allowed> {
        self.anywhere.iter().chain(self.step.iter().flat_map(|step| &step.act))
    }

    /// The rule of a clock by the clock's code. The clock of one paper has the paper's key after a colon.
    pub fn clock_rule(&self, code: &str) -> Option<&ClockRule> {
        let code = code.split(':').next().unwrap_or(code);
        self.clock.iter().find(|rule| rule.code.get_ref() == code)
    }
}

/// What a case is waiting for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    pub code: Spanned<String>,
    pub name: String,
    pub label: String,
    /// What the applicant reads: what is happening now and what comes next.
    pub public: String,
    pub public_label: String,
    pub waits_for: WaitsFor,
    /// The case ends here; only acts of the afterlife (撤销, 注销, …) follow.
    #[serde(default)]
    pub end: bool,
    #[serde(default)]
    pub act: Vec<Allowed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsFor {
    Applicant,
    Office,
    Others,
    Nobody,
}

/// One act that is lawful at a step, who may do it, and where the case goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Allowed {
    pub act: Spanned<String>,
    pub by: Vec<Role>,
    /// Next step; without it the case stays.
    #[serde(default)]
    pub to: Option<Next>,
    /// Stands for these cases only; read by [`Allowed::only_for`].
    #[serde(default)]
    only_for: Option<OnlyFor>,
    /// How `only-for = "commitment"` was written before; editions in force long ago still say so, and their cases live on.
    #[serde(default)]
    on_commitment: bool,
    /// Agreeing at this step signs the opinion of the assessment, which is made out as a letter (评估意见书).
    #[serde(default)]
    pub signs_opinion: bool,
    /// Shown on the button where the act's own name would be wrong here.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub label: Option<String>,
}

impl Allowed {
    /// The cases that it stands for; `None` means every one.
    pub fn only_for(&self) -> Option<OnlyFor> {
        self.only_for.or(self.on_commitment.then_some(OnlyFor::Commitment))
    }
}

/// One next step, or one for each event the act may lead to.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Next {
    Always(String),
    ByEvent(BTreeMap<String, String>),
}

/// Parts people play towards a case. Who may play which is a matter of powers and of the case itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The applicant, or an operator with the firm's mandate.
    Applicant,
    /// Counter clerk (综合窗口).
    Clerk,
    /// The officer to whom the case is assigned, or the substitute of an absent one.
    Handler,
    /// Any examiner of the deciding body who may take a case on.
    Examiner,
    /// Signs decisions for the body.
    Approver,
    /// Head of the body: extensions (行政许可法 art. 42(1)).
    Head,
    /// Head of the government: extensions of joint handling (art. 42(2)).
    GovernmentHead,
    /// Officer of a body that was asked for its opinion.
    Consulted,
    /// Presides at hearings; never the reviewer of the same case (art. 48).
    Presider,
    Supervisor,
    /// Named receptionist of the 办不成事 window.
    Receptionist,
    /// Checks a solution that somebody else handled.
    Verifier,
    /// Edits items and guides.
    Editor,
    /// Legal reviewer of definitions.
    Legal,
    /// Publishes editions and arbitrates lists.
    Publisher,
    /// Sees how many firms policies reach; counts, never a case.
    Analyst,
    /// Manages people, roles and tokens.
    Administrator,
    /// The passing of time.
    Clock,
    /// The system itself, on behalf of a recorded act: letters, errands from other cases.
    System,
    /// A partner system that tells what the body did there.
    Partner,
}

/// A legal clock: which event starts it, which stops it, what pauses it, and what silence means.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClockRule {
    pub code: Spanned<String>,
    pub name: String,
    pub label: String,
    pub starts: Vec<String>,
    pub stops: Vec<String>,
    #[serde(default)]
    pub pauses: Vec<String>,
    #[serde(default)]
    pub resumes: Vec<String>,
    /// The item's own limit of this kind, instead of a fixed term. It then starts with the event that the limit names.
    #[serde(default)]
    pub item_limit: Option<LimitKind>,
    #[serde(default)]
    pub working_days: Option<u32>,
    #[serde(default)]
    pub days: Option<u32>,
    #[serde(default)]
    pub months: Option<u32>,
    #[serde(default)]
    pub immediate: bool,
    /// The act that starts the clock brings its own term (a hearing's date, a deferred paper).
    #[serde(default)]
    pub term_from_act: bool,
    /// It runs for these cases only.
    #[serde(default)]
    pub only_for: Option<OnlyFor>,
    /// It runs until the earlier permit ends, where its renewal was asked for in time.
    #[serde(default)]
    pub until: Option<Until>,
    /// Whose duty it is; an applicant's clock never turns an office red.
    #[serde(default = "office")]
    pub duty: WaitsFor,
    pub on_expiry: OnExpiry,
    /// Runs again from the start when a start event recurs.
    #[serde(default)]
    pub restarts: bool,
    pub basis: Basis,
    /// Yellow when the remaining days are at most the larger of `warn_days` and `warn_percent` of the term.
    #[serde(default = "one")]
    pub warn_days: u32,
    #[serde(default = "twenty")]
    pub warn_percent: u32,
}

impl ClockRule {
    pub fn term(&self) -> Option<Term> {
        WrittenTerm { working_days: self.working_days, days: self.days, months: self.months, immediate: self.immediate }.term()
    }
}

/// Cases that an act or a clock is only for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnlyFor {
    /// Those that rest on a commitment now (告知承诺).
    Commitment,
    /// Those whose item is decided by testing (行政许可法 art. 55).
    Testing,
}

/// A day that the case brings with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// The last day of the permit that is to be renewed.
    PermitEnds,
}

/// What the law makes of silence. There is no silent refusal, and no silent grant but the renewal that art. 50(2) knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnExpiry {
    /// Accepted as of the day of receipt (行政许可法 art. 32(4)).
    DeemAccepted,
    /// The case turns red and stays so; a reason must be published (条例 36).
    Overdue,
    /// Supervision is told; nothing else happens.
    Alarm,
    /// A reminder goes to the applicant and the handler.
    Remind,
    /// The matter goes one level up (办不成事).
    Escalate,
    /// The right to a hearing was not used in time (行政许可法 art. 47).
    WaiveHearing,
    /// Nothing was decided before the permit ended: it counts as renewed (行政许可法 art. 50(2)).
    DeemRenewed,
}

impl OnExpiry {
    /// Whether it changes by itself what somebody has a right to, so that its day must be certain.
    pub fn has_effect(self) -> bool {
        matches!(self, OnExpiry::DeemAccepted | OnExpiry::WaiveHearing | OnExpiry::DeemRenewed)
    }

    /// The kebab-case name that procedures use.
    pub fn word(self) -> &'static str {
        match self {
            OnExpiry::DeemAccepted => "deem-accepted",
            OnExpiry::Overdue => "overdue",
            OnExpiry::Alarm => "alarm",
            OnExpiry::Remind => "remind",
            OnExpiry::Escalate => "escalate",
            OnExpiry::WaiveHearing => "waive-hearing",
            OnExpiry::DeemRenewed => "deem-renewed",
        }
    }
}

/// Two parts in one case that one person may not hold, with the ground.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Apart {
    pub one: String,
    pub other: String,
    pub basis: Basis,
}

/// A figure with its ground: law is data.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Figure {
    pub value: u32,
    #[serde(default)]
    pub unit: String,
    pub basis: Basis,
}

/// A class of matters within a procedure, with its own limit.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Class {
    pub code: String,
    pub name: String,
    pub label: String,
    #[serde(default)]
    pub working_days: Option<u32>,
    #[serde(default)]
    pub immediate: bool,
    /// Class this one becomes when its limit runs out.
    #[serde(default)]
    pub escalates_to: Option<String>,
    pub basis: Basis,
}

/// Acts that a procedure may name. They are written in Rust, in `casework`, which keeps a test that these are its own.
pub const ACTS: [&str; 88] = [
    "submit",
    "receive",
    "correct-on-spot",
    "ask-correction",
    "supply",
    "accept",
    "supply-deferred",
    "find-not-needed",
    "refuse-intake",
    "assign",
    "claim",
    "hand-over",
    "ask-opinion",
    "give-opinion",
    "check-point",
    "inspect",
    "invite-statement",
    "hear-statement",
    "offer-hearing",
    "ask-hearing",
    "waive-hearing",
    "set-hearing",
    "hold-hearing",
    "begin-special",
    "end-special",
    "extend",
    "review",
    "grant",
    "refuse",
    "file",
    "make-result",
    "deliver",
    "withdraw",
    "return",
    "terminate",
    "archive",
    "end",
    "classify",
    "transfer",
    "resolve",
    "explain",
    "give-feedback",
    "verify",
    "find-root-cause",
    "record",
    "note",
    "urge",
    "supervise",
    "publish-reason",
    "correct-error",
    "rate",
    "record-letter",
    "check-clocks",
    "succeed",
    "propose-penalty",
    "open-component",
    "settle-component",
    "leave-component",
    "take-up-component",
    "amend-bundle",
    "decide-at-once",
    "ask-person",
    "audit",
    "report-leg",
    "record-leg",
    "choose-ordinary",
    "post-check",
    "report-rectified",
    "supply-promised",
    "repair-credit",
    "ask-joint",
    "set-joint",
    "show-joint",
    "attend-joint",
    "tell-joint",
    "settle-joint",
    "assign-testers",
    "propose-award",
    "publish-award",
    "raise-objection",
    "answer-objection",
    "name-account",
    "record-payment",
    "record-follow-up",
    "demand-repayment",
    "record-repayment",
    "order-payment",
    "recall-payment",
];

/// Events that a procedure may name: what starts, stops, pauses and resumes a clock, and what an act may lead to.
pub const EVENTS: [&str; 121] = [
    "submitted",
    "signed",
    "received",
    "corrected-on-spot",
    "correction-held",
    "correction-asked",
    "correction-supplied",
    "correction-supplied-in-part",
    "accepted",
    "deferred-supplied",
    "deferred-supplied-in-part",
    "found-not-needed",
    "intake-refused",
    "assigned",
    "claimed",
    "handed-over",
    "opinion-asked",
    "opinion-given",
    "point-checked",
    "testers-assigned",
    "award-proposed",
    "award-published",
    "objection-raised",
    "objection-answered",
    "account-named",
    "payment-ordered",
    "payment-recalled",
    "paid",
    "paid-to-be-followed",
    "payment-returned",
    "follow-up-kept",
    "follow-up-failed",
    "repayment-demanded",
    "repaid-in-part",
    "repaid",
    "inspected",
    "statement-invited",
    "statement-heard",
    "hearing-offered",
    "hearing-announced",
    "hearing-asked",
    "hearing-waived",
    "hearing-declined",
    "hearing-set",
    "hearing-held",
    "special-began",
    "special-ended",
    "extended",
    "reviewed",
    "sent-back",
    "granted",
    "deemed-renewed",
    "refused",
    "filed",
    "result-made",
    "delivered",
    "delivered-to-be-checked",
    "committed",
    "commitment-left",
    "check-planned",
    "check-passed",
    "rectification-ordered",
    "commitment-broken",
    "rectified",
    "promised-supplied",
    "promised-supplied-in-part",
    "credit-recorded",
    "credit-repaired",
    "withdrawn",
    "returned",
    "terminated",
    "archived",
    "ended",
    "penalty-proposed",
    "succeeded",
    "bundle-opened",
    "component-opened",
    "component-settled",
    "component-left",
    "component-taken-up",
    "bundle-amended",
    "examined-at-once",
    "person-asked",
    "audited",
    "bundle-completed",
    "joint-asked",
    "joint-set",
    "joint-shown",
    "joint-attended",
    "joint-heard",
    "joint-held",
    "leg-began",
    "leg-reported",
    "classified",
    "transferred",
    "resolved",
    "explained",
    "feedback-unsatisfied",
    "feedback-given",
    "verified",
    "not-confirmed",
    "root-cause-found",
    "recorded",
    "reopened",
    "escalated",
    "noted",
    "urged",
    "supervised",
    "reason-published",
    "error-corrected",
    "rated",
    "letter-made",
    "clock-started",
    "clock-paused",
    "clock-resumed",
    "clock-extended",
    "clock-moved",
    "clock-stopped",
    "clock-expired",
    "clock-held",
    "step-entered",
];

fn office() -> WaitsFor {
    WaitsFor::Office
}
fn one() -> u32 {
    1
}
fn twenty() -> u32 {
    20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editions_said_before_is_still_understood() {
        let read = |text: &str| toml::from_str::<Allowed>(text).expect("an act").only_for();
        assert_eq!(read("act = 'grant'\nby = ['approver']\non-commitment = true"), Some(OnlyFor::Commitment));
        assert_eq!(read("act = 'grant'\nby = ['approver']\nonly-for = 'commitment'"), Some(OnlyFor::Commitment));
        assert_eq!(read("act = 'grant'\nby = ['approver']"), None);
    }
}
