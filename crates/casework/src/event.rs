//! What happened. Past participles; every field but the number of a particular is free of personal data.
//!
//! Answers, names and opinions lie in the case's particulars; an event holds only their number, and the journal keeps an
//! HMAC-SM3 commitment of their exact bytes beside it (decision 6).

use crate::actor::{By, StaffId};
use crate::bundle::{Plan, Settlement};
use crate::case::{CaseNo, Handed, Holder};
use crate::commitment::{Breach, Finding};
use crate::errand::LetterKind;
use crate::joint::{Appointment, Seat};
use crate::leg::{Licence, Ruling};
use crate::moment::Moment;
use crate::signature::Signed;
use jiff::civil::{Date, Time};
use rulebook::commitment::{CommitmentForm, Manner};
use rulebook::theme::JointKind;
use rulebook::{Stand, Term};
use serde::{Deserialize, Serialize};

/// The number of a particular within its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub u32);

/// One line of the journal: four dates, an author, and what happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Number within the case, from 1 without gaps.
    pub version: u64,
    /// When it was recorded; never runs backwards within a case.
    pub at: Moment,
    /// The legal day from which it counts. Deemed acceptance is recorded late and effective on the day of receipt.
    pub effective: Date,
    pub by: By,
    /// How many particulars were kept with it.
    pub keeps: u32,
    pub event: Event,
}

/// Through which door it came. The applicant chooses (条例 37).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    Online,
    Counter,
    Post,
    Station,
    Api,
    /// Nobody applied: the body found whom it concerns (免申即享).
    Unasked,
}

/// A due day as it was told: with the calendar that gave it and the day from which the light is yellow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Told {
    pub due: Date,
    pub warn: Date,
    pub provisional: bool,
    /// Version of the calendar.
    pub calendar: u32,
}

/// One defect told to the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Defect {
    /// Key of the material, or code of the field, it concerns.
    pub about: String,
    /// What is wrong and how to put it right.
    pub words: Words,
}

pub use rulebook::ground::Ending;

/// Until when a written decision keeps the holder from applying for the same permit again (行政许可法 arts. 78, 79).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bar {
    pub until: Date,
    pub basis: String,
}

/// On which ground of the law an application is not taken in; whatever else is amiss is corrected or refused after examination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntakeGround {
    /// The matter is another body's (行政许可法 art. 32(1)(2)).
    #[default]
    Elsewhere,
    /// A written decision keeps the holder from applying until a day (arts. 78, 79).
    Barred,
    /// Facts were hidden or papers are false (art. 78).
    FalseStatement,
}

/// The permit that an application goes on from, as it stood when the application came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Earlier {
    pub case: CaseNo,
    /// The item under which the permit was first granted.
    pub root: String,
    pub valid_until: Option<Date>,
    /// Its renewal was asked for early enough that silence renews it (行政许可法 art. 50).
    pub in_time: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Event {
    // --- intake
    Submitted {
        item: String,
        edition: String,
        procedure: String,
        holder: Holder,
        agency: String,
        area: String,
        channel: Channel,
        parent: Option<CaseNo>,
        answers: Words,
        /// What names the matter in lists: the applicant's name and the name of the project or premises.
        title: Words,
        materials: Vec<Handed>,
        /// Materials that the item asks for and that were not handed in.
        lacking: Vec<String>,
        first_contact: Option<Moment>,
        /// The permit it goes on from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earlier: Option<Box<Earlier>>,
    },
    /// Somebody signed it with the applicant, before it was sent.
    Signed {
        by: Box<Signed>,
    },
    Received {
        officer: Option<StaffId>,
        /// When the papers reached the body, where that was before they were opened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arrived: Option<Moment>,
    },
    CorrectedOnSpot {
        /// What the applicant was told to correct and is still open after this; `None` where nobody was told anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<Vec<String>>,
        what: Words,
        answers: Option<Words>,
        materials: Vec<Handed>,
    },
    /// Written by the officer, and told at that minute together with what the other bodies of the bundle ask.
    CorrectionHeld {
        defects: Vec<Defect>,
        exception: Option<Words>,
        until: Moment,
    },
    CorrectionAsked {
        defects: Vec<Defect>,
        exception: Option<Words>,
    },
    CorrectionSupplied {
        answers: Option<Words>,
        materials: Vec<Handed>,
        left: Vec<String>,
    },
    Accepted {
        deemed: bool,
        deferred: Vec<String>,
    },
    DeferredSupplied {
        materials: Vec<Handed>,
        /// What is still to come.
        #[serde(default)]
        left: Vec<String>,
    },
    FoundNotNeeded {
        reason: Words,
    },
    IntakeRefused {
        reason: Words,
        /// Empty unless the matter is another body's.
        right_body: String,
        #[serde(default)]
        because: IntakeGround,
        /// The bar that stands already, or that this decision brings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bar: Option<Bar>,
    },
    // --- hands
    Assigned {
        to: StaffId,
        from: Option<StaffId>,
        reason: Option<Words>,
    },
    Claimed {
        by: StaffId,
    },
    HandedOver {
        from: StaffId,
        to: StaffId,
        reason: Words,
    },
    // --- examination
    OpinionAsked {
        agency: String,
        question: Words,
        after: Option<u32>,
        due: Option<Date>,
    },
    OpinionGiven {
        number: u32,
        agrees: bool,
        text: Words,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Handed>,
    },
    PointChecked {
        point: u32,
        met: bool,
        note: Option<Words>,
    },
    TestersAssigned {
        officers: Vec<StaffId>,
    },
    Inspected {
        officers: Vec<StaffId>,
        on: Date,
        passed: bool,
        findings: Words,
        /// Photographs and reports.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Handed>,
    },
    StatementInvited {
        party: Words,
    },
    StatementHeard {
        text: Words,
    },
    HearingOffered {
        at_own_motion: bool,
        reason: Words,
    },
    HearingAsked {
        by_party: Words,
    },
    /// Time ran out: nobody asked.
    HearingWaived,
    /// The applicant does not want one; whoever else has an interest may still ask for it (行政许可法 art. 47).
    HearingDeclined,
    HearingSet {
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hour: Option<Time>,
        presider: StaffId,
        place: Words,
    },
    HearingHeld {
        minutes: Words,
    },
    SpecialBegan {
        kind: String,
        basis: String,
        expected_end: Date,
        notice: Words,
    },
    SpecialEnded {
        outcome: Words,
    },
    Extended {
        reason: Words,
        n: u32,
    },
    Reviewed {
        agrees: bool,
        opinion: Words,
    },
    // --- decision and result
    Granted {
        content: Words,
        valid_from: Date,
        valid_until: Option<Date>,
    },
    /// By law, because nothing was decided before the earlier permit ended.
    DeemedRenewed {
        content: Words,
        valid_from: Date,
        valid_until: Option<Date>,
    },
    Refused {
        reasons: Words,
        basis: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bar: Option<Bar>,
    },
    Filed,
    // --- an award under a programme (政策兑现)
    AwardProposed {
        programme: String,
        batch: String,
        /// What the claimant can have once only.
        stack: String,
        /// In 分.
        fen: i64,
        /// How the amount was found.
        trace: Words,
    },
    AwardPublished {
        /// Last day of the notice.
        until: Date,
    },
    ObjectionRaised {
        who: Words,
        text: Words,
        /// Who is told the answer, where they signed in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<String>,
    },
    ObjectionAnswered {
        /// From 1, in the order in which they came.
        number: u32,
        text: Words,
    },
    /// In the claimant's own name; `None` where the application names it already.
    AccountNamed {
        account: Option<Words>,
    },
    /// It stands in the payment file that goes to the bank.
    PaymentOrdered {
        file: String,
    },
    PaymentRecalled {
        reason: Words,
    },
    Paid {
        voucher: Words,
        /// Day on which it is looked at again; `None` where nothing is asked for afterwards.
        follow: Option<Date>,
    },
    PaymentReturned {
        reason: Words,
    },
    FollowedUp {
        kept: bool,
        text: Words,
    },
    RepaymentDemanded {
        reasons: Words,
        basis: String,
    },
    /// Some of it came back; the rest is still owed.
    RepaidInPart {
        fen: i64,
        voucher: Words,
    },
    /// Whatever was still owed came back.
    Repaid {
        voucher: Words,
    },
    ResultMade {
        number: String,
        name: String,
        /// 电子证照标识 (GB/T 36904), where the rulebook has the codes for one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identifier: Option<String>,
        /// The credit code of the firm that this result brings into being: the certificate is that firm's, not its founder's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        firm: Option<String>,
    },
    Delivered {
        manner: String,
        receiver: Words,
        /// It was granted on a commitment: the case stays open until that has been checked.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        to_be_checked: bool,
    },
    // --- a commitment (告知承诺)
    Committed {
        form: Option<CommitmentForm>,
        notice: Option<u32>,
        /// Notice and commitment as they were signed, to the byte.
        text: Words,
        replaced: Vec<String>,
        proofs: Vec<String>,
        promised: Vec<String>,
    },
    CommitmentLeft {
        /// Papers that are asked for again.
        lacking: Vec<String>,
    },
    CheckPlanned {
        agency: String,
        manner: Manner,
    },
    Checked {
        officers: Vec<StaffId>,
        on: Date,
        finding: Finding,
        findings: Words,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Handed>,
    },
    Rectified {
        words: Words,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Handed>,
    },
    PromisedSupplied {
        materials: Vec<Handed>,
        left: Vec<String>,
    },
    /// No more commitments of this class until it ends or is repaired.
    CreditRecorded {
        breach: Breach,
    },
    CreditRepaired {
        reason: Words,
    },
    // --- ends
    Withdrawn {
        reason: Words,
    },
    Returned {
        reason: Words,
    },
    Terminated {
        reason: Words,
        basis: String,
    },
    Archived,
    Ended {
        ending: Ending,
        basis: String,
        reason: Words,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bar: Option<Bar>,
    },
    /// The holder was told that the permit may be taken as a penalty, why, and that a hearing may be asked for.
    PenaltyProposed {
        ground: String,
        basis: String,
        facts: Words,
        /// Last day to ask for a hearing.
        ask_by: Date,
    },
    /// This permit goes on under another case: it was renewed, changed or issued anew there.
    Succeeded {
        by: CaseNo,
    },
    // --- a bundle and its components (一件事)
    BundleOpened {
        #[serde(flatten)]
        plan: Plan,
    },
    ComponentOpened {
        item: String,
        case: CaseNo,
    },
    ComponentSettled {
        item: String,
        case: CaseNo,
        came_to: Settlement,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
    },
    ComponentLeft {
        item: String,
        reason: Words,
    },
    /// It is sent once more, after it came to nothing.
    ComponentTakenUp {
        item: String,
        answers: Option<Words>,
        materials: Vec<Handed>,
    },
    /// What the applicant corrected holds for the parts that are still to come.
    BundleAmended {
        answers: Option<Words>,
        materials: Vec<Handed>,
        /// The part in which it was put right, where that was done for one body alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
    },
    BundleCompleted,
    // --- a joint act: on the bundle, and on the case of each part that takes part
    JointAsked {
        kind: JointKind,
        /// The part whose body asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
        reason: Words,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Date>,
    },
    JointSet {
        number: u32,
        #[serde(flatten)]
        appointment: Appointment,
        place: Words,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        seats: Vec<Seat>,
    },
    /// Photographs by the applicant: where and when they were taken, each known by its digest.
    JointShown {
        number: u32,
        on: Date,
        hour: Time,
        place: Words,
        materials: Vec<Handed>,
    },
    JointAttended {
        number: u32,
        officers: Vec<StaffId>,
        agrees: bool,
        findings: Words,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Handed>,
    },
    JointHeard {
        number: u32,
        item: String,
        agrees: bool,
    },
    JointHeld {
        number: u32,
    },
    // --- a leg in a partner system
    LegBegan {
        partner: String,
    },
    LegReported {
        count: u32,
        stand: Stand,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ruling: Option<Ruling>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        licence: Option<Licence>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Words>,
        /// It is not what the partner said before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        contradicts: bool,
        /// What an officer attached.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        materials: Vec<Handed>,
    },
    // --- a matter that could not be done (办不成事)
    Classified {
        class: String,
    },
    Transferred {
        agency: String,
        note: Words,
    },
    Resolved {
        solution: Words,
    },
    Explained {
        reason: Words,
        basis: String,
        other_way: Words,
    },
    FeedbackGiven {
        satisfied: Option<bool>,
        words: Words,
    },
    Verified {
        confirmed: bool,
        findings: Words,
    },
    RootCauseFound {
        cause: String,
        item: Option<String>,
        words: Words,
    },
    Recorded,
    /// Not solved after all: it is handled anew, within a new limit of its class.
    Reopened,
    Escalated {
        from: String,
        to: String,
    },
    // --- beside the way
    Noted {
        text: Words,
    },
    Urged {
        text: Words,
    },
    Supervised {
        text: Words,
    },
    ReasonPublished {
        clock: String,
        reason: Words,
    },
    ErrorCorrected {
        letter: Option<u32>,
        what: Words,
    },
    Rated {
        level: u8,
        words: Option<Words>,
    },
    LetterMade {
        kind: LetterKind,
        number: String,
        check_code: String,
        digest: String,
        agency: String,
    },
    // --- clocks
    ClockStarted {
        clock: String,
        from: Date,
        term: Term,
        binds_office: bool,
        told: Told,
    },
    ClockPaused {
        clock: String,
    },
    ClockResumed {
        clock: String,
        told: Told,
    },
    ClockExtended {
        clock: String,
        n: u32,
        told: Told,
    },
    ClockMoved {
        clock: String,
        told: Told,
    },
    ClockStopped {
        clock: String,
    },
    /// Ran out without what it was for: the first red, or what silence means by law.
    ClockExpired {
        clock: String,
    },
    /// Its day passed, but relies on holidays that are not announced yet: no effect of law follows until they are.
    ClockHeld {
        clock: String,
    },
    // --- by rule
    /// The rules of the item were asked. Where all were met the decision follows; else a person has it.
    ExaminedAtOnce {
        evidence: Words,
        met: bool,
        /// Rules that were not met or could not be settled, from 0.
        open: Vec<u32>,
        /// The code of what stood in the way though the rules were met.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<String>,
        /// By which day a person looks at the decision, if the lot fell on it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audit: Option<Date>,
    },
    PersonAsked {
        reason: Words,
        /// By which day a person looks.
        due: Date,
    },
    Audited {
        right: bool,
        findings: Words,
    },
    // --- where it now waits
    StepEntered {
        step: String,
    },
}

impl Event {
    /// The kebab-case name that procedures use.
    pub fn name(&self) -> &'static str {
        use Event::*;
        match self {
            Submitted { .. } => "submitted",
            Signed { .. } => "signed",
            Received { .. } => "received",
            CorrectedOnSpot { .. } => "corrected-on-spot",
            CorrectionHeld { .. } => "correction-held",
            CorrectionAsked { .. } => "correction-asked",
            CorrectionSupplied { left, .. } if left.is_empty() => "correction-supplied",
            CorrectionSupplied { .. } => "correction-supplied-in-part",
            Accepted { .. } => "accepted",
            DeferredSupplied { left, .. } if left.is_empty() => "deferred-supplied",
            DeferredSupplied { .. } => "deferred-supplied-in-part",
            FoundNotNeeded { .. } => "found-not-needed",
            IntakeRefused { .. } => "intake-refused",
            Assigned { .. } => "assigned",
            Claimed { .. } => "claimed",
            HandedOver { .. } => "handed-over",
            OpinionAsked { .. } => "opinion-asked",
            OpinionGiven { .. } => "opinion-given",
            PointChecked { .. } => "point-checked",
            TestersAssigned { .. } => "testers-assigned",
            AwardProposed { .. } => "award-proposed",
            AwardPublished { .. } => "award-published",
            ObjectionRaised { .. } => "objection-raised",
            ObjectionAnswered { .. } => "objection-answered",
            AccountNamed { .. } => "account-named",
            PaymentOrdered { .. } => "payment-ordered",
            PaymentRecalled { .. } => "payment-recalled",
            Paid { follow: None, .. } => "paid",
            Paid { follow: Some(_), .. } => "paid-to-be-followed",
            PaymentReturned { .. } => "payment-returned",
            FollowedUp { kept: true, .. } => "follow-up-kept",
            FollowedUp { kept: false, .. } => "follow-up-failed",
            RepaymentDemanded { .. } => "repayment-demanded",
            RepaidInPart { .. } => "repaid-in-part",
            Repaid { .. } => "repaid",
            Inspected { .. } => "inspected",
            StatementInvited { .. } => "statement-invited",
            StatementHeard { .. } => "statement-heard",
            HearingOffered { at_own_motion: false, .. } => "hearing-offered",
            HearingOffered { at_own_motion: true, .. } => "hearing-announced",
            HearingAsked { .. } => "hearing-asked",
            HearingWaived => "hearing-waived",
            HearingDeclined => "hearing-declined",
            HearingSet { .. } => "hearing-set",
            HearingHeld { .. } => "hearing-held",
            SpecialBegan { .. } => "special-began",
            SpecialEnded { .. } => "special-ended",
            Extended { .. } => "extended",
            Reviewed { agrees: true, .. } => "reviewed",
            Reviewed { agrees: false, .. } => "sent-back",
            Granted { .. } => "granted",
            DeemedRenewed { .. } => "deemed-renewed",
            Refused { .. } => "refused",
            Filed => "filed",
            ResultMade { .. } => "result-made",
            Delivered { to_be_checked: true, .. } => "delivered-to-be-checked",
            Delivered { .. } => "delivered",
            Committed { .. } => "committed",
            CommitmentLeft { .. } => "commitment-left",
            CheckPlanned { .. } => "check-planned",
            Checked { finding: Finding::Passed, .. } => "check-passed",
            Checked { finding: Finding::Rectify, .. } => "rectification-ordered",
            Checked { finding: Finding::Broken, .. } => "commitment-broken",
            Rectified { .. } => "rectified",
            PromisedSupplied { left, .. } if left.is_empty() => "promised-supplied",
            PromisedSupplied { .. } => "promised-supplied-in-part",
            CreditRecorded { .. } => "credit-recorded",
            CreditRepaired { .. } => "credit-repaired",
            Withdrawn { .. } => "withdrawn",
            Returned { .. } => "returned",
            Terminated { .. } => "terminated",
            Archived => "archived",
            Ended { .. } => "ended",
            PenaltyProposed { .. } => "penalty-proposed",
            Succeeded { .. } => "succeeded",
            BundleOpened { .. } => "bundle-opened",
            ComponentOpened { .. } => "component-opened",
            ComponentSettled { .. } => "component-settled",
            ComponentLeft { .. } => "component-left",
            ComponentTakenUp { .. } => "component-taken-up",
            BundleAmended { .. } => "bundle-amended",
            BundleCompleted => "bundle-completed",
            JointAsked { .. } => "joint-asked",
            JointSet { .. } => "joint-set",
            JointShown { .. } => "joint-shown",
            JointAttended { .. } => "joint-attended",
            JointHeard { .. } => "joint-heard",
            JointHeld { .. } => "joint-held",
            LegBegan { .. } => "leg-began",
            LegReported { .. } => "leg-reported",
            Classified { .. } => "classified",
            Transferred { .. } => "transferred",
            Resolved { .. } => "resolved",
            Explained { .. } => "explained",
            FeedbackGiven { satisfied: Some(false), .. } => "feedback-unsatisfied",
            FeedbackGiven { .. } => "feedback-given",
            Verified { confirmed: true, .. } => "verified",
            Verified { confirmed: false, .. } => "not-confirmed",
            RootCauseFound { .. } => "root-cause-found",
            Recorded => "recorded",
            Reopened => "reopened",
            Escalated { .. } => "escalated",
            Noted { .. } => "noted",
            Urged { .. } => "urged",
            Supervised { .. } => "supervised",
            ReasonPublished { .. } => "reason-published",
            ErrorCorrected { .. } => "error-corrected",
            Rated { .. } => "rated",
            LetterMade { .. } => "letter-made",
            ClockStarted { .. } => "clock-started",
            ClockPaused { .. } => "clock-paused",
            ClockResumed { .. } => "clock-resumed",
            ClockExtended { .. } => "clock-extended",
            ClockMoved { .. } => "clock-moved",
            ClockStopped { .. } => "clock-stopped",
            ClockExpired { .. } => "clock-expired",
            ClockHeld { .. } => "clock-held",
            ExaminedAtOnce { .. } => "examined-at-once",
            PersonAsked { .. } => "person-asked",
            Audited { .. } => "audited",
            StepEntered { .. } => "step-entered",
        }
    }

    /// Files of officers that came with it: to an inspection, to an opinion.
    pub fn attached(&self) -> &[Handed] {
        match self {
            Event::Inspected { materials, .. }
            | Event::OpinionGiven { materials, .. }
            | Event::LegReported { materials, .. }
            | Event::Checked { materials, .. }
            | Event::JointShown { materials, .. }
            | Event::JointAttended { materials, .. }
            | Event::Rectified { materials, .. } => materials,
            _ => &[],
        }
    }

    /// Whether it changes what a person would decide. Notes, letters and first reds do not overtake an author.
    pub fn is_substantive(&self) -> bool {
        use Event::*;
        !matches!(
            self,
            Noted { .. }
                | Urged { .. }
                | Supervised { .. }
                | LetterMade { .. }
                | Rated { .. }
                | ReasonPublished { .. }
                | ClockExpired { .. }
                | ClockHeld { .. }
                | ClockMoved { .. }
                | PointChecked { .. }
                | ComponentOpened { .. }
                | LegBegan { .. }
                | LegReported { .. }
                | JointHeard { .. }
                | JointHeld { .. }
        )
    }
}
