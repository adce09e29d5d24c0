//! A case (办件): what its events add up to. `apply` cannot say no.

use crate::actor::{By, StaffId};
use crate::award::Award;
use crate::bundle::Bundle;
use crate::clock::{Clock, Standing};
use crate::commitment::{self, Breach, Pledge};
use crate::errand::LetterKind;
use crate::event::{Bar, Channel, Defect, Earlier, Ending, Event, IntakeGround, Record, Words};
use crate::joint::{self, Joint};
use crate::leg::{Leg, Ruled};
use crate::moment::Moment;
use crate::signature::Signed;
use jiff::civil::{Date, Time};
use rulebook::identifier::CreditCode;
use serde::{Deserialize, Serialize};

/// Number of a case: unique, public to those entitled, never a capability.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseNo(pub String);

impl std::fmt::Display for CaseNo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose case it is: a firm by its credit code or a person by an opaque identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    Firm(String),
    Person(String),
}

impl Holder {
    /// The key under which rows of this holder are found.
    pub fn key(&self) -> String {
        match self {
            Holder::Firm(code) => format!("f:{code}"),
            Holder::Person(id) => format!("p:{id}"),
        }
    }

    /// What it is, in the words by which items name whom they serve; by its credit code, where that tells.
    pub fn object(&self) -> Option<&'static str> {
        match self {
            Holder::Person(_) => Some("自然人"),
            Holder::Firm(code) => CreditCode::parse(code).ok()?.object(),
        }
    }

    pub fn from_key(key: &str) -> Option<Holder> {
        match key.split_once(':')? {
            ("f", code) => Some(Holder::Firm(code.to_owned())),
            ("p", id) => Some(Holder::Person(id.to_owned())),
            _ => None,
        }
    }
}

/// A paper that was handed in: which material it is and what it was, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Handed {
    pub key: String,
    /// Digest (SM3, hex) of the stored bytes; empty for a paper original seen at the counter and copied later.
    pub digest: String,
    /// Number of the particular that holds its file name.
    pub name: Words,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub defects: Vec<Defect>,
    pub told: Date,
    pub supplied: Option<Date>,
    /// Keys that were told and are still not cured.
    pub left: Vec<String>,
}

/// What is to be corrected, written and not told yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCorrection {
    pub defects: Vec<Defect>,
    pub exception: Option<Words>,
    pub until: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// From 1, in the order in which they were asked.
    pub number: u32,
    pub agency: String,
    pub question: Words,
    /// In sequence: not to be given before this one.
    pub after: Option<u32>,
    pub due: Option<Date>,
    pub given: Option<(bool, Words, StaffId)>,
}

impl Opinion {
    /// Whether the decision waits for it: not given, and its day has not passed.
    pub fn is_awaited(&self, today: Date) -> bool {
        self.given.is_none() && self.due.is_none_or(|due| today <= due)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Hearing {
    #[default]
    None,
    Offered {
        on: Date,
        at_own_motion: bool,
        /// The applicant does not want one; whoever else has an interest may still ask.
        declined: bool,
    },
    Asked {
        on: Date,
    },
    Set {
        on: Date,
        hour: Option<Time>,
        presider: StaffId,
    },
    Held {
        minutes: Words,
    },
    Waived,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Granted { content: Words, valid_from: Date, valid_until: Option<Date>, by: By, on: Date },
    Refused { reasons: Words, by: By, on: Date },
    Filed { on: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// From 1, in the order in which they were made.
    pub number: u32,
    pub kind: LetterKind,
    pub document_number: String,
    pub check_code: String,
    pub digest: String,
    pub agency: String,
    pub at: Moment,
}

/// A part somebody has played, for the rules on what one person may not hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub part: &'static str,
    pub staff: StaffId,
}

/// What the rules of the item said, and what became of it (秒办).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtOnce {
    /// Granted by rule; else a person has it.
    pub met: bool,
    pub evidence: Words,
    pub open: Vec<u32>,
    pub held: Option<String>,
    /// By which day a person looks at it afterwards.
    pub audit: Option<Date>,
    /// What that person found: whether it was right.
    pub audited: Option<bool>,
    /// The applicant asked for a person to look at it.
    pub person_wanted: bool,
}

impl AtOnce {
    /// By which day a person still has to look at it.
    pub fn audit_due(&self) -> Option<Date> {
        self.audit.filter(|_| self.met && self.audited.is_none())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Case {
    pub no: CaseNo,
    /// Number of its last event; 0 before it is born.
    pub version: u64,
    pub item: String,
    pub edition: String,
    pub procedure: String,
    pub step: String,
    pub holder: Option<Holder>,
    pub agency: String,
    pub area: String,
    pub channel: Option<Channel>,
    pub parent: Option<CaseNo>,
    /// The parts it waits for, if it is a bundle.
    pub bundle: Option<Bundle>,
    /// What several bodies do at one appointment: of the bundle, or of this part.
    pub joints: Vec<Joint>,
    /// What of it is done in a partner system.
    pub leg: Option<Leg>,
    /// The permit it goes on from.
    pub earlier: Option<Earlier>,
    /// The case under which its permit goes on.
    pub successor: Option<CaseNo>,
    pub answers: Option<Words>,
    pub title: Option<Words>,
    pub materials: Vec<Handed>,
    /// Files of officers, by what they belong to: `inspection-1`, `opinion-2`.
    pub attached: Vec<Handed>,
    pub lacking: Vec<String>,
    pub deferred: Vec<String>,
    pub submitted: Option<Moment>,
    pub received: Option<Date>,
    pub first_contact: Option<Moment>,
    /// An officer typed it in for the applicant, so that nobody knows from the record when the papers were sent.
    pub typed_in: bool,
    pub accepted: Option<Date>,
    /// When it last came before the office: received, or supplied since. Silence accepts it from here.
    pub intake_at: Option<Moment>,
    /// The moment of acceptance; where silence accepted, the one from which it counts (行政许可法 arts. 32, 57).
    pub accepted_at: Option<Moment>,
    pub deemed: bool,
    pub first_officer: Option<StaffId>,
    pub handler: Option<StaffId>,
    pub corrections: Vec<Correction>,
    pub held_correction: Option<HeldCorrection>,
    pub opinions: Vec<Opinion>,
    pub points: Vec<(u32, bool)>,
    pub hearing: Hearing,
    /// Kind and expected end of the special procedure that is open.
    pub special: Option<(String, Date)>,
    /// Days by which the decision limit was extended; `None` before.
    pub extended: Option<u32>,
    pub inspections: u32,
    pub reviewed: Option<StaffId>,
    pub decision: Option<Decision>,
    /// What a claim comes to.
    pub award: Option<Award>,
    pub result: Option<(String, String)>,
    /// The identifier of the licence that it is (电子证照标识).
    pub identifier: Option<String>,
    /// The credit code of the firm that its result brought into being.
    pub firm: Option<String>,
    pub at_once: Option<AtOnce>,
    pub delivered: Option<Date>,
    pub ending: Option<Ending>,
    /// A revocation that was announced: its ground, and the last day to ask for a hearing.
    pub penalty: Option<(String, Date)>,
    pub bar: Option<Bar>,
    /// Of those who signed the application with the applicant.
    pub signatures: Vec<Signed>,
    /// The commitment it was applied for with, whatever became of it.
    pub pledge: Option<Pledge>,
    /// A broken commitment on record.
    pub breach: Option<Breach>,
    pub closed: Option<Moment>,
    pub class: Option<String>,
    pub satisfied: Option<bool>,
    /// How often a matter was found unsolved after it had been answered.
    pub reopened: u32,
    pub cause_found: bool,
    pub rating: Option<u8>,
    pub letters: Vec<Letter>,
    pub clocks: Vec<Clock>,
    pub parts: Vec<Part>,
    /// Number of particulars kept so far.
    pub kept: u32,
    /// Version of the last event that changed what a person would decide.
    pub last_substantive: u64,
    pub last_at: Moment,
    pub urged: u32,
    /// When its holder urged last, and the version of that.
    pub holder_urged: Option<(u64, Moment)>,
}

impl Case {
    pub fn unborn(no: CaseNo) -> Case {
        Case { no, ..Case::default() }
    }

    pub fn is_born(&self) -> bool {
        self.version > 0
    }

    pub fn from_records<'a>(no: CaseNo, records: impl IntoIterator<Item = &'a Record>) -> Case {
        let mut case = Case::unborn(no);
        for record in records {
            case.apply(record);
        }
        case
    }

    /// Whose its result is: of the firm that it brought into being, else of who applied.
    pub fn licensee(&self) -> Option<Holder> {
        self.firm.clone().map(Holder::Firm).or_else(|| self.holder.clone())
    }

    /// The version at which an author who saw `seen` was overtaken, if so.
    pub fn overtaken(&self, seen: u64) -> Option<u64> {
        (self.last_substantive > seen).then_some(self.last_substantive)
    }

    /// The cases that the parts of a bundle have so far.
    pub fn cases_of_parts(&self) -> impl Iterator<Item = &CaseNo> {
        self.bundle.iter().flat_map(|bundle| &bundle.components).filter_map(|part| part.case())
    }

    pub fn open_opinions(&self) -> impl Iterator<Item = &Opinion> {
        self.opinions.iter().filter(|opinion| {
            opinion.given.is_none()
                && opinion
                    .after
                    .is_none_or(|before| self.opinions.iter().any(|other| other.number == before && other.given.is_some()))
        })
    }

    /// Every officer whom the case or its records name, each once.
    pub fn mentioned(&self, records: &[Record]) -> Vec<StaffId> {
        let acted = records.iter().filter_map(|record| match &record.by {
            By::Officer(id) => Some(id),
            _ => None,
        });
        let named = records.iter().flat_map(|record| match &record.event {
            Event::Inspected { officers, .. }
            | Event::Checked { officers, .. }
            | Event::TestersAssigned { officers }
            | Event::JointAttended { officers, .. } => officers.as_slice(),
            Event::HearingSet { presider, .. } => std::slice::from_ref(presider),
            _ => &[],
        });
        let parts = self.parts.iter().map(|part| &part.staff);
        let mut ids: Vec<StaffId> =
            acted.chain(named).chain(&self.handler).chain(&self.first_officer).chain(parts).cloned().collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Files of officers that the applicant may open, with their places: what was seen at the applicant's own place, not what bodies
    /// told each other.
    pub fn files_for_applicant(&self) -> impl Iterator<Item = (usize, &Handed)> {
        self.attached.iter().enumerate().filter(|(_, file)| !file.key.starts_with("opinion-"))
    }

    /// The day until which a deferred paper may follow.
    pub fn deferred_due(&self, key: &str) -> Option<Date> {
        self.clock(&format!("deferred:{key}")).or_else(|| self.clock("deferred")).map(|clock| clock.due)
    }

    pub fn clock(&self, code: &str) -> Option<&Clock> {
        self.clocks.iter().rev().find(|clock| clock.code == code)
    }

    /// Where it stands among those who want the same limited permit (行政许可法 art. 57): by the moment of acceptance, or, while the
    /// limit to accept still runs, by the moment from which silence would accept it.
    pub fn in_line_at(&self) -> Option<Moment> {
        self.accepted_at.or_else(|| self.intake_at.filter(|_| self.clock("accept").is_some_and(Clock::is_running)))
    }

    /// The earliest due day of the running clocks that bind the office (decision 22).
    pub fn next_due(&self) -> Option<&Clock> {
        self.clocks.iter().filter(|clock| clock.is_running() && clock.binds_office).min_by_key(|clock| clock.due)
    }

    /// Folds one event in.
    pub fn apply(&mut self, record: &Record) {
        self.version = record.version;
        self.last_at = record.at;
        Award::apply(&mut self.award, &record.event);
        if record.event.is_substantive() {
            self.last_substantive = record.version;
        }
        let on = record.effective;
        self.attached.extend_from_slice(record.event.attached());
        if let Some(bundle) = &mut self.bundle {
            bundle.follow(&record.event);
        }
        joint::follow(&mut self.joints, self.bundle.is_some(), record);
        commitment::follow(&mut self.pledge, record);
        if let By::Officer(staff) = &record.by {
            if let Some(part) = part_of(&record.event) {
                self.parts.push(Part { part, staff: staff.clone() });
            }
            if self.first_officer.is_none() {
                self.first_officer = Some(staff.clone());
            }
        }
        self.kept += record.keeps;
        match &record.event {
            Event::Submitted {
                item,
                edition,
                procedure,
                holder,
                agency,
                area,
                channel,
                parent,
                answers,
                title,
                materials,
                lacking,
                first_contact,
                earlier,
            } => {
                self.earlier = earlier.as_deref().cloned();
                self.item.clone_from(item);
                self.edition.clone_from(edition);
                self.procedure.clone_from(procedure);
                self.holder = Some(holder.clone());
                self.agency.clone_from(agency);
                self.area.clone_from(area);
                self.channel = Some(*channel);
                self.parent.clone_from(parent);
                self.answers = Some(*answers);
                self.title = Some(*title);
                self.materials.clone_from(materials);
                self.lacking.clone_from(lacking);
                self.submitted = Some(record.at);
                self.typed_in = matches!(record.by, By::Officer(_));
                self.first_contact = first_contact.or(Some(record.at));
            }
            Event::Signed { by } => self.signatures.push((**by).clone()),
            Event::Received { arrived, .. } => {
                self.received = Some(on);
                self.intake_at = arrived.or(Some(record.at));
            }
            Event::CorrectedOnSpot { left, answers, materials, .. } => {
                self.hand_in(*answers, materials);
                if let (Some(correction), Some(left)) = (self.corrections.last_mut(), left) {
                    correction.supplied = Some(on);
                    correction.left.clone_from(left);
                }
            }
            Event::CorrectionHeld { defects, exception, until } => {
                let (defects, exception, until) = (defects.clone(), *exception, *until);
                self.held_correction = Some(HeldCorrection { defects, exception, until });
            }
            Event::CorrectionAsked { defects, .. } => self.corrections.push(Correction {
                defects: defects.clone(),
                told: on,
                supplied: None,
                left: defects.iter().map(|defect| defect.about.clone()).collect(),
            }),
            Event::CorrectionSupplied { answers, materials, left } => {
                self.hand_in(*answers, materials);
                self.intake_at = Some(record.at);
                if let Some(correction) = self.corrections.last_mut() {
                    correction.supplied = Some(on);
                    correction.left.clone_from(left);
                }
            }
            Event::Accepted { deemed, deferred } => {
                self.accepted = Some(on);
                self.accepted_at = if *deemed { self.intake_at } else { Some(record.at) };
                self.deemed = *deemed;
                self.deferred.clone_from(deferred);
            }
            Event::DeferredSupplied { materials, .. } => {
                self.hand_in(None, materials);
                self.deferred.retain(|key| !materials.iter().any(|handed| handed.key == *key));
            }
            Event::Assigned { to, .. } | Event::Claimed { by: to } | Event::HandedOver { to, .. } => {
                self.handler = Some(to.clone());
                self.parts.push(Part { part: "handler", staff: to.clone() });
            }
            Event::OpinionAsked { agency, question, after, due } => {
                let number = self.opinions.len() as u32 + 1;
                self.opinions.push(Opinion {
                    number,
                    agency: agency.clone(),
                    question: *question,
                    after: *after,
                    due: *due,
                    given: None,
                });
            }
            Event::OpinionGiven { number, agrees, text, .. } => {
                if let (Some(opinion), By::Officer(staff)) = (self.opinions.iter_mut().find(|o| o.number == *number), &record.by)
                {
                    opinion.given = Some((*agrees, *text, staff.clone()));
                }
            }
            Event::PointChecked { point, met, .. } => {
                self.points.retain(|(checked, _)| checked != point);
                self.points.push((*point, *met));
            }
            Event::TestersAssigned { .. }
            | Event::AwardProposed { .. }
            | Event::AwardPublished { .. }
            | Event::ObjectionRaised { .. }
            | Event::ObjectionAnswered { .. }
            | Event::AccountNamed { .. }
            | Event::PaymentOrdered { .. }
            | Event::PaymentRecalled { .. }
            | Event::PaymentReturned { .. }
            | Event::RepaidInPart { .. } => {}
            Event::Paid { follow, .. } => self.closed = follow.is_none().then_some(record.at),
            Event::FollowedUp { kept, .. } => self.closed = kept.then_some(record.at),
            // It is not over after all.
            Event::RepaymentDemanded { .. } => self.closed = None,
            Event::Repaid { .. } => self.closed = Some(record.at),
            Event::Inspected { officers, .. } => {
                self.inspections += 1;
                self.parts.extend(officers.iter().map(|staff| Part { part: "inspector", staff: staff.clone() }));
            }
            Event::HearingOffered { at_own_motion, .. } => {
                self.hearing = Hearing::Offered { on, at_own_motion: *at_own_motion, declined: false }
            }
            Event::HearingAsked { .. } => self.hearing = Hearing::Asked { on },
            Event::HearingWaived => self.hearing = Hearing::Waived,
            Event::HearingDeclined => {
                if let Hearing::Offered { declined, .. } = &mut self.hearing {
                    *declined = true;
                }
            }
            Event::HearingSet { on, hour, presider, .. } => {
                self.hearing = Hearing::Set { on: *on, hour: *hour, presider: presider.clone() };
                self.parts.push(Part { part: "presider", staff: presider.clone() });
            }
            Event::HearingHeld { minutes } => self.hearing = Hearing::Held { minutes: *minutes },
            Event::SpecialBegan { kind, expected_end, .. } => self.special = Some((kind.clone(), *expected_end)),
            Event::SpecialEnded { .. } => self.special = None,
            Event::Extended { n, .. } => self.extended = Some(*n),
            Event::Reviewed { agrees, .. } => {
                self.reviewed = match &record.by {
                    By::Officer(staff) if *agrees => Some(staff.clone()),
                    _ => None,
                };
            }
            Event::Granted { content, valid_from, valid_until } => {
                let (valid_from, valid_until) = (*valid_from, *valid_until);
                self.decision = Some(Decision::Granted { content: *content, valid_from, valid_until, by: record.by.clone(), on });
            }
            Event::DeemedRenewed { content, valid_from, valid_until } => {
                let (valid_from, valid_until) = (*valid_from, *valid_until);
                self.decision = Some(Decision::Granted { content: *content, valid_from, valid_until, by: record.by.clone(), on });
                // What was to be found out before a decision is not needed any more.
                self.special = None;
                self.hearing = Hearing::None;
            }
            Event::Succeeded { by } => self.successor = Some(by.clone()),
            Event::Refused { reasons, bar, .. } => {
                self.bar.clone_from(bar);
                self.decision = Some(Decision::Refused { reasons: *reasons, by: record.by.clone(), on });
            }
            Event::IntakeRefused { because, bar, .. } => {
                // One that stands already is another decision's.
                if *because == IntakeGround::FalseStatement {
                    self.bar.clone_from(bar);
                }
                self.closed = Some(record.at);
            }
            Event::Filed => {
                self.decision = Some(Decision::Filed { on });
                self.closed = Some(record.at);
            }
            Event::ResultMade { number, name, identifier, firm } => {
                self.result = Some((number.clone(), name.clone()));
                self.identifier.clone_from(identifier);
                self.firm.clone_from(firm);
            }
            Event::Delivered { to_be_checked, .. } => {
                self.delivered = Some(on);
                self.closed = (!to_be_checked).then_some(record.at);
            }
            Event::CommitmentLeft { lacking } => {
                self.lacking.extend(lacking.iter().cloned());
                if self.accepted.is_some() {
                    self.deferred.extend(lacking.iter().cloned());
                }
            }
            Event::PromisedSupplied { materials, .. } => self.hand_in(None, materials),
            Event::Checked { finding: commitment::Finding::Passed, .. } => self.closed = Some(record.at),
            Event::CreditRecorded { breach } => self.breach = Some(breach.clone()),
            Event::CreditRepaired { .. } => self.breach = None,
            Event::Committed { .. } | Event::CheckPlanned { .. } | Event::Checked { .. } | Event::Rectified { .. } => {}
            Event::FoundNotNeeded { .. }
            | Event::Withdrawn { .. }
            | Event::Returned { .. }
            | Event::Terminated { .. }
            | Event::Recorded => self.closed = Some(record.at),
            Event::Ended { ending, bar, .. } => {
                self.ending = Some(*ending);
                self.bar = bar.clone().or(self.bar.take());
                // What waited for the check of a commitment waits no more.
                if self.delivered.is_some() && self.closed.is_none() {
                    self.closed = Some(record.at);
                }
            }
            Event::PenaltyProposed { ground, ask_by, .. } => {
                self.penalty = Some((ground.clone(), *ask_by));
                self.hearing = Hearing::Offered { on, at_own_motion: false, declined: false };
            }
            Event::BundleOpened { plan } => self.bundle = Some(plan.into()),
            Event::ComponentTakenUp { answers, materials, .. } | Event::BundleAmended { answers, materials, .. } => {
                self.hand_in(*answers, materials);
            }
            Event::ExaminedAtOnce { evidence, met, open, held, audit } => {
                self.at_once = Some(AtOnce {
                    met: *met,
                    evidence: *evidence,
                    open: open.clone(),
                    held: held.clone(),
                    audit: *audit,
                    audited: None,
                    person_wanted: false,
                });
            }
            Event::PersonAsked { due, .. } => {
                if let Some(at_once) = &mut self.at_once {
                    at_once.audit =
                        Some(at_once.audit.filter(|_| at_once.audited.is_none()).map_or(*due, |drawn| drawn.min(*due)));
                    at_once.audited = None;
                    at_once.person_wanted = true;
                }
            }
            Event::Audited { right, .. } => {
                if let Some(at_once) = &mut self.at_once {
                    at_once.audited = Some(*right);
                }
            }
            Event::BundleCompleted => self.closed = Some(record.at),
            Event::ComponentOpened { .. } | Event::ComponentSettled { .. } | Event::ComponentLeft { .. } => {}
            Event::JointAsked { .. }
            | Event::JointSet { .. }
            | Event::JointShown { .. }
            | Event::JointAttended { .. }
            | Event::JointHeard { .. }
            | Event::JointHeld { .. } => {}
            Event::LegBegan { partner } => self.leg = Some(Leg::began(partner.clone(), record.at)),
            Event::LegReported { .. } => self.leg_reported(record),
            Event::Classified { class } => self.class = Some(class.clone()),
            Event::Escalated { to, .. } => self.class = Some(to.clone()),
            Event::Transferred { agency, .. } => {
                self.agency.clone_from(agency);
                self.handler = None;
            }
            Event::FeedbackGiven { satisfied, .. } => {
                self.satisfied = *satisfied;
                self.reopened += u32::from(*satisfied == Some(false));
            }
            Event::Verified { confirmed, .. } => self.reopened += u32::from(!confirmed),
            Event::RootCauseFound { .. } => self.cause_found = true,
            Event::Urged { .. } => {
                self.urged += 1;
                if matches!(record.by, By::Applicant { .. }) {
                    self.holder_urged = Some((record.version, record.at));
                }
            }
            Event::Rated { level, .. } => self.rating = Some(*level),
            Event::LetterMade { kind, number, check_code, digest, agency } => self.letters.push(Letter {
                number: self.letters.len() as u32 + 1,
                kind: *kind,
                document_number: number.clone(),
                check_code: check_code.clone(),
                digest: digest.clone(),
                agency: agency.clone(),
                at: record.at,
            }),
            Event::StepEntered { step } => self.step.clone_from(step),
            Event::ClockStarted { .. }
            | Event::ClockPaused { .. }
            | Event::ClockResumed { .. }
            | Event::ClockExtended { .. }
            | Event::ClockMoved { .. }
            | Event::ClockStopped { .. }
            | Event::ClockExpired { .. }
            | Event::ClockHeld { .. } => {
                crate::clock::apply(&mut self.clocks, record);
            }
            Event::StatementInvited { .. }
            | Event::StatementHeard { .. }
            | Event::Archived
            | Event::Resolved { .. }
            | Event::Explained { .. }
            | Event::Reopened
            | Event::Noted { .. }
            | Event::Supervised { .. }
            | Event::ReasonPublished { .. }
            | Event::ErrorCorrected { .. } => {}
        }
        self.forget_held(&record.event);
    }

    /// What was written to be told later is told, or has lost its point.
    fn forget_held(&mut self, event: &Event) {
        let settled = matches!(event, Event::CorrectionAsked { .. } | Event::CorrectedOnSpot { .. } | Event::Accepted { .. });
        if settled || self.closed.is_some() || self.decision.is_some() {
            self.held_correction = None;
        }
    }

    /// An officer's word settles what was disputed; the partner's own bears out what an officer wrote down.
    fn leg_reported(&mut self, record: &Record) {
        let (Some(leg), Event::LegReported { count, stand, number, ruling, licence, words, contradicts, .. }) =
            (&mut self.leg, &record.event)
        else {
            return;
        };
        let by_hand = matches!(record.by, By::Officer(_));
        // What was written down by hand gives way whole: to what is written down later, and to a decision in the partner's own words.
        if leg.ruled.as_ref().is_some_and(|ruled| ruled.by_hand) && !*contradicts && (by_hand || stand.is_final()) {
            (leg.ruled, leg.licence, leg.words) = (None, None, None);
        }
        leg.words = words.or(leg.words);
        if *contradicts {
            leg.disputed = Some(*stand);
            leg.heard = Some(record.at);
            return;
        }
        leg.number = number.clone().or(leg.number.take());
        leg.licence = licence.clone().or(leg.licence.take());
        if by_hand {
            (leg.disputed, leg.noted) = (None, Some(*stand).filter(|stand| !stand.is_final()));
        } else {
            (leg.count, leg.stand, leg.heard) = (*count, Some(*stand), Some(record.at));
            leg.noted = leg.noted.filter(|noted| noted != stand && !stand.is_final());
        }
        if stand.is_final() {
            leg.ruled = Some(Ruled { stand: *stand, ruling: ruling.clone(), by_hand });
        } else if by_hand {
            leg.ruled = None;
        }
    }

    /// The item under which its permit was first granted: a renewal or change goes on from that.
    pub fn root(&self) -> &str {
        self.earlier.as_ref().map_or(&self.item, |earlier| &earlier.root)
    }

    fn hand_in(&mut self, answers: Option<Words>, materials: &[Handed]) {
        if answers.is_some() {
            self.answers = answers;
        }
        for handed in materials {
            self.lacking.retain(|key| *key != handed.key);
        }
        self.materials.extend_from_slice(materials);
    }

    /// Whether this very file was handed in for this paper before. An original that was seen is no file.
    pub fn has_file(&self, key: &str, digest: &str) -> bool {
        !digest.is_empty() && self.materials.iter().any(|handed| handed.key == key && handed.digest == digest)
    }

    /// Whether everything that was told to be corrected has been supplied, so that the application must be accepted
    /// (行政许可法 art. 32(5)), whatever the office forgot to tell.
    pub fn corrected_in_full(&self) -> bool {
        self.corrections.last().is_some_and(|correction| correction.supplied.is_some() && correction.left.is_empty())
    }

    /// Whether the applicant was told to correct something before acceptance, and has not yet supplied all of it.
    pub fn awaits_correction(&self) -> bool {
        self.is_open() && self.accepted.is_none() && self.corrections.last().is_some_and(|correction| !correction.left.is_empty())
    }

    /// Whether any clock that binds the office has run out: red stays red (条例 36).
    pub fn is_red(&self) -> bool {
        self.clocks.iter().any(|clock| clock.binds_office && clock.expired.is_some())
    }

    /// Whether it rests on a commitment now, so that it may be granted without what that replaces.
    pub fn rests_on_commitment(&self) -> bool {
        self.pledge.as_ref().is_some_and(Pledge::stands)
    }

    /// Whether it still waits for somebody.
    pub fn is_open(&self) -> bool {
        self.is_born() && self.closed.is_none()
    }

    pub fn paused(&self) -> bool {
        self.clocks.iter().any(|clock| clock.standing == Standing::Paused)
    }
}

/// The part an officer plays by an act, by the names that `[[apart]]` uses.
pub fn part_of(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Received { .. } => "receiver",
        Event::Accepted { deemed: false, .. } => "accepter",
        Event::OpinionGiven { .. } => "consulted",
        Event::HearingHeld { .. } => "presider",
        Event::Reviewed { .. } => "reviewer",
        Event::AwardProposed { .. } => "proposer",
        Event::Granted { .. } | Event::Refused { .. } => "decider",
        // Whoever examines, in his own name or for an absent colleague, has handled the case.
        Event::PointChecked { .. } | Event::OpinionAsked { .. } => "handler",
        Event::Resolved { .. } | Event::Explained { .. } => "handler",
        Event::Verified { .. } => "verifier",
        _ => return None,
    })
}
