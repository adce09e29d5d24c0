//! May this actor do this act at this step? Then: which events? The one door of the core.

use crate::act::{self, Act};
use crate::actor::{Actor, By, Officer, StaffId};
use crate::acts;
use crate::award::{self, Purse};
use crate::benefit::{self, Reservation};
use crate::bundle;
use crate::case::{Case, CaseNo, Decision, Holder, part_of};
use crate::clock::{self, Timing};
use crate::commitment::Breach;
use crate::errand::{Errand, LetterKind, To};
use crate::event::{Bar, Ending, Event, Record, Words};
use crate::leg::Sent;
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::signature::Signature;
use jiff::civil::{Date, Time};
use rulebook::ground::Ground;
use rulebook::item::Item;
use rulebook::procedure::{Allowed, Next, OnlyFor, Procedure, Role, Step, WaitsFor};
use rulebook::{Calendar, Rulebook, Stand, Text};

/// What stands around a case: loaded before, and returned as guards where it was relied upon.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The item takes no new applications.
    pub closed: Option<Closed>,
    /// Name of the edition in force, by which the list and the matrix were looked up; `None` where nothing is published.
    pub in_force: Option<String>,
    /// Whether the agency has the power for this item, in this area, today, by the live matrix.
    pub has_authority: bool,
    /// The permit list in force does not hold the item (优化营商环境条例 art. 40). Says nothing of what is no permit.
    pub off_list: bool,
    /// The permit that the application goes on from, as it stands now.
    pub earlier: Option<Permit>,
    /// A written decision bars this holder from this permit (行政许可法 arts. 78, 79).
    pub bar: Option<Bar>,
    /// A broken commitment of the class of the item keeps this holder from another one.
    pub breach: Option<Breach>,
    /// Grounds in force today on which a permit may end; empty means those of the case's own edition.
    pub grounds: Vec<Ground>,
    /// What is left of a number-limited permit (art. 57).
    pub quota_left: Option<u32>,
    /// Undecided applications for the same number-limited permit that were accepted earlier.
    pub ahead: u32,
    /// Licences that the application relies on and that stand no longer: looked up again when it is decided.
    pub fallen: Vec<Fallen>,
    /// The partner system that is connected here and handles the item.
    pub partner: Option<String>,
    /// The bundle of which this case is a part, where the act looks at it.
    pub bundle: Option<bundle::Bundle>,
    /// The credit code that the result would give to a new firm is another's in the register.
    pub code_taken: bool,
    /// The parts at the joint act that is to be moved.
    pub seated: Vec<Seated>,
    /// The money of a claim, where the act looks at it.
    pub purse: Option<Purse>,
    /// Officers named by the act, with their powers.
    pub officers: Vec<Officer>,
}

/// A part at a joint act, as its own case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seated {
    pub case: CaseNo,
    pub version: u64,
    /// Its body has recorded what it found.
    pub recorded: bool,
}

/// A licence in place of a paper that does not stand any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallen {
    /// What it is called.
    pub licence: String,
    pub why: Text,
}

impl Surroundings {
    /// What the edition in force says of an item, wherever its case was received.
    pub fn by_rules(live: &Rulebook, edition: &str, item: &str, agency: &str, area: &str, today: Date) -> Surroundings {
        let definition = live.items.get(item);
        let closed = definition.and_then(|item| {
            let from = item.closed_from.filter(|from| *from <= today)?;
            Some(Closed { from, reason: item.closed_reason.clone() })
        });
        Surroundings {
            closed,
            in_force: Some(edition.to_owned()),
            has_authority: live.authority_of(item, agency, area, today).is_some(),
            off_list: live.permit_row(item).is_none(),
            ..Surroundings::default()
        }
    }
}

/// A permit that was granted: whose it is, for how long, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    pub case: CaseNo,
    pub version: u64,
    pub item: String,
    pub root: String,
    pub holder: Option<Holder>,
    pub valid_from: Date,
    pub valid_until: Option<Date>,
    pub ending: Option<Ending>,
    pub successor: Option<CaseNo>,
}

impl Permit {
    /// The permit that a case led to; `None` where none was granted.
    pub fn of(case: &Case) -> Option<Permit> {
        let Some(Decision::Granted { valid_from, valid_until, .. }) = case.decision else { return None };
        Some(Permit {
            case: case.no.clone(),
            version: case.version,
            item: case.item.clone(),
            root: case.root().to_owned(),
            holder: case.licensee(),
            valid_from,
            valid_until,
            ending: case.ending,
            successor: case.successor.clone(),
        })
    }

    pub fn has_run_out(&self, today: Date) -> bool {
        self.valid_until.is_some_and(|until| until < today)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub from: Date,
    pub reason: String,
}

/// What a decision relied upon beside the case, checked again in the transaction that appends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    ItemOpen {
        item: String,
        on: Date,
    },
    /// No other edition is in force: its list and its matrix of powers were relied upon.
    InForce {
        edition: String,
    },
    QuotaLeft {
        item: String,
    },
    /// The other case stands at this version still.
    CaseAt {
        no: CaseNo,
        version: u64,
    },
    /// The money that is promised is there still, and is set aside with it.
    SetAside(Box<Reservation>),
    /// What was set aside for the claim moves this step on, with the event that says so.
    MoveMoney {
        claim: String,
        step: benefit::Step,
    },
}

/// Bytes that may be erased: they lie beside the journal, which keeps only a commitment to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub words: Words,
    /// What it is, for retention rules and for showing it: `answers`, `title`, `file-name`, `opinion`, …
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

/// Everything an act leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub records: Vec<Record>,
    pub kept: Vec<Kept>,
    pub errands: Vec<Errand>,
    pub guards: Vec<Guard>,
    /// The case as it is afterwards.
    pub after: Case,
}

/// All that `decide` looks at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub case: &'a Case,
    pub around: &'a Surroundings,
    pub by: &'a Actor,
    pub rules: &'a Rulebook,
    /// Name of the edition that `rules` is, which a new case is pinned to.
    pub edition: &'a str,
    pub calendar: &'a Calendar,
    pub now: Moment,
}

/// What an act file sees of the scene, resolved.
pub(crate) struct Stage<'a> {
    pub(crate) case: &'a Case,
    pub(crate) around: &'a Surroundings,
    pub(crate) by: &'a Actor,
    pub(crate) rules: &'a Rulebook,
    pub(crate) edition: &'a str,
    pub(crate) calendar: &'a Calendar,
    pub(crate) procedure: &'a Procedure,
    pub(crate) item: &'a Item,
    pub(crate) now: Moment,
    pub(crate) today: Date,
}

/// Where an act writes what it leads to.
#[derive(Default)]
pub(crate) struct Sheet {
    events: Vec<(Event, Option<Date>, u32)>,
    kept: Vec<Kept>,
    kept_before: u32,
    unclaimed: u32,
    errands: Vec<Errand>,
    guards: Vec<Guard>,
    /// What was signed for other parts of the bundle.
    pub(crate) for_others: Vec<Signature>,
    pub(crate) timing: Timing,
    /// Step to enter instead of the one the procedure names.
    pub(crate) step: Option<String>,
}

impl Sheet {
    pub(crate) fn keep(&mut self, kind: &'static str, text: &str) -> Words {
        let words = Words(self.kept_before + self.kept.len() as u32 + 1);
        self.kept.push(Kept { words, kind, bytes: text.as_bytes().to_vec() });
        self.unclaimed += 1;
        words
    }

    pub(crate) fn keep_if(&mut self, kind: &'static str, text: Option<&str>) -> Option<Words> {
        text.map(|text| self.keep(kind, text))
    }

    pub(crate) fn happened(&mut self, event: Event) {
        let keeps = std::mem::take(&mut self.unclaimed);
        self.events.push((event, None, keeps));
    }

    /// Recorded now, effective on an earlier day.
    pub(crate) fn happened_as_of(&mut self, event: Event, effective: Date) {
        let keeps = std::mem::take(&mut self.unclaimed);
        self.events.push((event, Some(effective), keeps));
    }

    pub(crate) fn letter(&mut self, letter: LetterKind) {
        self.errands.push(Errand::MakeLetter { letter });
    }

    pub(crate) fn notify(&mut self, to: To, text: Text) {
        self.errands.push(Errand::Notify { to, text });
    }

    pub(crate) fn errand(&mut self, errand: Errand) {
        self.errands.push(errand);
    }

    pub(crate) fn rely_on(&mut self, guard: Guard) {
        self.guards.push(guard);
    }
}

/// Decides an act: the records it leads to, or the reason why not. Changes nothing.
pub fn decide(scene: &Scene<'_>, act: &Act) -> Result<Decided, Refusal> {
    // A limit runs out at midnight, not when somebody looks: whoever acts before the timekeeper finds it run out.
    if !matches!(act, Act::CheckClocks) && scene.case.clocks.iter().any(|clock| clock.has_run_out(scene.now)) {
        let looked = decide(&Scene { by: &Actor::Clock, ..*scene }, &Act::CheckClocks)?;
        if !looked.after.clocks.iter().any(|clock| clock.has_run_out(scene.now)) {
            let then = decide(&Scene { case: &looked.after, ..*scene }, act)?;
            return Ok(looked.followed_by(then));
        }
    }
    let stage = stage(scene, act)?;
    let allowed = permit(&stage, act)?;
    let mut sheet = Sheet { kept_before: scene.case.kept, ..Sheet::default() };
    let signs = allowed.signs_opinion && matches!(act, Act::Review { agrees: true, .. });
    if signs {
        acts::review::every_objection_is_answered(scene.case)?;
    }
    acts::perform(&stage, act, &mut sheet)?;
    if signs {
        sheet.letter(LetterKind::AssessmentOpinion);
    }
    let decided = fold(&stage, allowed, sheet);
    match act {
        Act::CheckClocks if !decided.records.is_empty() => settle(scene, decided),
        Act::ReportLeg { .. } => Ok(follow_the_leg(scene, decided)),
        Act::RecordLeg { stand, .. } => takes_effect(scene, *stand, follow_the_leg(scene, decided)),
        _ => Ok(decided),
    }
}

/// What the body did in the partner system is done here too, act by act through this same door, as far as each stands at its step and
/// whoever tells it may do it. What does not follow stays for an officer, as a difference between the two.
fn follow_the_leg(scene: &Scene<'_>, first: Decided) -> Decided {
    let acts = first.after.leg.as_ref().map(acts::leg::that_follow).unwrap_or_default();
    acts.iter().fold(first, |so_far, act| match decide(&Scene { case: &so_far.after, ..*scene }, act) {
        // Each of them moves the case on; a review that only sends back is none of them.
        Ok(then) if then.after.step != so_far.after.step => so_far.followed_by(then),
        _ => so_far,
    })
}

/// What an officer writes down to have been done for the applicant is done here with it, or not written down: the applicant reads it as a
/// fact. The reason is that of the act which it stands for.
fn takes_effect(scene: &Scene<'_>, stand: Stand, followed: Decided) -> Result<Decided, Refusal> {
    let Some(act) = acts::leg::without_effect(stand, &followed.after) else { return Ok(followed) };
    let stage = stage(scene, &act)?;
    let mut everywhere = stage.procedure.allowed().filter(|allowed| allowed.act.get_ref() == act.name());
    if let Some(allowed) = everywhere.next()
        && !plays_one(&stage, &act, allowed)
        && !everywhere.any(|allowed| plays_one(&stage, &act, allowed))
    {
        return Err(not_yours(stage.procedure, allowed));
    }
    let then = Scene { case: &followed.after, ..*scene };
    decide(&then, &act).and_then(|_| Err(not_now(stage.procedure, &act, stage.step())))
}

/// Looks at the clocks again after they moved the case: a limit that starts in the past may have run out already, so that
/// one look settles everything and a second changes nothing.
fn settle(scene: &Scene<'_>, first: Decided) -> Result<Decided, Refusal> {
    let then = decide(&Scene { case: &first.after, ..*scene }, &Act::CheckClocks)?;
    Ok(first.followed_by(then))
}

impl Decided {
    fn followed_by(mut self, then: Decided) -> Decided {
        self.records.extend(then.records);
        self.kept.extend(then.kept);
        self.errands.extend(then.errands);
        self.guards.extend(then.guards);
        self.after = then.after;
        self
    }
}

/// The acts of the current step with what stands in the way of each, for the screen: lawful ones can be done, the others
/// say why not.
pub fn open_acts<'a>(scene: &Scene<'a>) -> Vec<(&'a Allowed, Result<(), Refusal>)> {
    let Some(procedure) = scene.rules.procedures.get(&scene.case.procedure) else { return Vec::new() };
    let Some(step) = procedure.step.iter().find(|step| *step.code.get_ref() == scene.case.step) else { return Vec::new() };
    let case = scene.case;
    step.act
        .iter()
        .chain(&procedure.anywhere)
        .filter(|allowed| !allowed.by.iter().all(|role| matches!(role, Role::Clock | Role::System | Role::Partner)))
        .filter(|allowed| concerns(case, allowed.act.get_ref()))
        .filter(|allowed| is_for(allowed.only_for(), case, scene.rules.items.get(&case.item)))
        .map(|allowed| {
            let plays = allowed.by.iter().any(|role| scene.by.plays(*role, case, &case.agency, &case.item, scene.now.day()));
            let stands = if plays { acts::obstacle(scene, allowed.act.get_ref()) } else { Err(not_yours(procedure, allowed)) };
            (allowed, stands)
        })
        .collect()
}

/// Whether the case has anything to do with an act that its procedure allows to all of its kind.
fn concerns(case: &Case, act: &str) -> bool {
    match act {
        "record-leg" => case.leg.is_some(),
        "ask-joint" => case.bundle.is_some() || case.parent.is_some(),
        "set-joint" | "show-joint" => {
            case.bundle.as_ref().is_some_and(|bundle| case.joints.iter().any(|joint| joint.is_pending(bundle)))
        }
        "attend-joint" => acts::joint::to_attend(case).next().is_some(),
        _ => true,
    }
}

fn stage<'a>(scene: &Scene<'a>, act: &Act) -> Result<Stage<'a>, Refusal> {
    let wanted = match act {
        Act::Submit(submission) if !scene.case.is_born() => submission.item.as_str(),
        _ => scene.case.item.as_str(),
    };
    let item = scene.rules.items.get(wanted).ok_or_else(|| {
        Refusal::new(
            "unknown-item",
            Text::new(format!("没有代码为“{wanted}”的事项。"), format!("There is no item with the code “{wanted}”.")),
            Text::new("请从事项清单中选择。", "Choose one from the list of items."),
        )
    })?;
    let code = if scene.case.is_born() { &scene.case.procedure } else { item.procedure.get_ref() };
    let procedure = scene.rules.procedures.get(code).ok_or_else(|| {
        Refusal::new(
            "unknown-procedure",
            Text::new(format!("规则书中没有流程“{code}”。"), format!("The rulebook has no procedure “{code}”.")),
            Text::new("请联系规则书管理员。", "Ask the editor of the rulebook."),
        )
    })?;
    Ok(Stage {
        case: scene.case,
        around: scene.around,
        by: scene.by,
        rules: scene.rules,
        edition: scene.edition,
        calendar: scene.calendar,
        procedure,
        item,
        now: Moment(scene.now.0.max(scene.case.last_at.0)),
        today: scene.now.day().max(scene.case.last_at.day()),
    })
}

impl<'a> Stage<'a> {
    pub(crate) fn step(&self) -> Option<&'a Step> {
        let code = if self.case.is_born() { self.case.step.as_str() } else { self.procedure.start.get_ref().as_str() };
        self.procedure.step.iter().find(|step| step.code.get_ref() == code)
    }

    /// The first day on which `agency` can act on what happened on `on`: that day itself while the office is open, else its
    /// next working day. Nobody is late for not deciding on the spot what arrived at night (decision 30).
    fn office_day(&self, on: Date, agency: &str) -> Date {
        let closes = self.rules.agencies.get(agency).and_then(|agency| agency.closes_at.as_ref()?.parse::<Time>().ok());
        let is_over = on == self.today && closes.is_some_and(|closes| self.now.wall().time() >= closes);
        if is_over { self.calendar.next_working_day(on) } else { self.calendar.working_day_from(on) }
    }

    /// A figure of the procedure (days of a hearing, officers of an inspection); law is data.
    pub(crate) fn figure(&self, name: &str) -> Result<u32, Refusal> {
        self.procedure.figures.get(name).map(|figure| figure.value).ok_or_else(|| {
            Refusal::new(
                "figure-missing",
                Text::new(
                    format!("流程“{}”没有规定“{name}”。", self.procedure.name),
                    format!("Procedure “{}” does not state “{name}”.", self.procedure.label),
                ),
                Text::new("请规则书管理员补充后再办。", "Ask the editor of the rulebook to add it."),
            )
        })
    }
}

/// Whether what is only for some cases is for this one.
pub(crate) fn is_for(only: Option<OnlyFor>, case: &Case, item: Option<&Item>) -> bool {
    match only {
        None => true,
        Some(OnlyFor::Commitment) => case.rests_on_commitment(),
        Some(OnlyFor::Testing) => item.is_some_and(|item| item.testing.is_some()),
    }
}

/// Whether the act stands at this step, this actor plays a part that may do it, and no rule on parts held apart forbids it.
fn permit<'a>(stage: &Stage<'a>, act: &Act) -> Result<&'a Allowed, Refusal> {
    let name = act.name();
    let step = stage.step();
    let here = step.map(|step| step.act.iter()).unwrap_or_default();
    let stands = |allowed: &&Allowed| allowed.act.get_ref() == name && is_for(allowed.only_for(), stage.case, Some(stage.item));
    let same: Vec<&Allowed> = here.chain(&stage.procedure.anywhere).filter(|allowed| stands(allowed)).collect();
    let allowed = same
        .iter()
        .find(|allowed| plays_one(stage, act, allowed))
        .or(same.first())
        .ok_or_else(|| not_now(stage.procedure, act, step))?;
    if !plays_one(stage, act, allowed) {
        return Err(not_yours(stage.procedure, allowed));
    }
    let exercises_power = matches!(
        act,
        Act::Accept { .. }
            | Act::AskCorrection { .. }
            | Act::Grant { .. }
            | Act::Refuse { .. }
            | Act::File
            | Act::Extend { .. }
            | Act::End { .. }
            | Act::ProposePenalty { .. }
            | Act::PublishAward
            | Act::DemandRepayment { .. }
            | Act::DecideAtOnce { held: None, .. }
    );
    if exercises_power && !stage.around.has_authority {
        let code = stage.case.agency.as_str();
        let agency = stage.rules.agencies.get(code).map_or_else(|| Text::new(code, code), rulebook::agency::Agency::text);
        let item = stage.item.label.as_deref().unwrap_or(&stage.item.name);
        return Err(Refusal::new(
            "no-authority",
            Text::new(
                format!("{}对“{}”没有权限，不能作出这一行为。", agency.zh, stage.item.name),
                format!("{} has no power over “{item}” and cannot do this.", agency.en),
            ),
            Text::new("请转送有权机关，或核对权责清单。", "Pass it to the competent body, or check the authority matrix."),
        )
        .on("行政许可法第二十二条至第二十五条"));
    }
    Ok(allowed)
}

fn plays_one(stage: &Stage<'_>, act: &Act, allowed: &Allowed) -> bool {
    let agency = match act {
        Act::Submit(submission) => submission.agency.as_str(),
        _ => stage.case.agency.as_str(),
    };
    allowed.by.iter().any(|role| stage.by.plays(*role, stage.case, agency, stage.item.code.get_ref(), stage.today))
}

fn not_now(procedure: &Procedure, act: &Act, step: Option<&Step>) -> Refusal {
    let (zh, en) = step.map_or(("尚未提交", "not submitted yet"), |step| (step.name.as_str(), step.label.as_str()));
    let title = act::title_in(Some(procedure), act.name());
    let next = match step.map(|step| step.waits_for) {
        Some(WaitsFor::Applicant) => {
            Text::new("现在等待申请人；收到后才能继续。", "It is waiting for the applicant; it goes on when that arrives.")
        }
        Some(WaitsFor::Nobody) => {
            Text::new("办件已经结束；如仍需办理，请重新申请。", "The case has ended; apply anew if you still need it.")
        }
        _ => Text::new("请按当前环节可办的事项办理。", "Do one of the acts that are open at this step."),
    };
    Refusal::new(
        "not-now",
        Text::new(
            format!("办件现在处于“{zh}”，不能“{}”。", title.zh),
            format!("The case is at “{en}”, where “{}” is not possible.", title.en),
        ),
        next,
    )
}

fn not_yours(procedure: &Procedure, allowed: &Allowed) -> Refusal {
    let title = act::title_in(Some(procedure), allowed.act.get_ref());
    // Whoever asks is a person, and is told which people may.
    let machine = |role: &Role| matches!(role, Role::Partner | Role::System | Role::Clock);
    let by_machines = allowed.by.iter().all(machine);
    let people = || allowed.by.iter().filter(|role| by_machines || !machine(role));
    let zh: Vec<&str> = people().map(|role| role_name(*role).0).collect();
    let en: Vec<&str> = people().map(|role| role_name(*role).1).collect();
    Refusal::new(
        "not-yours",
        Text::new(
            format!("“{}”只能由{}办理。", title.zh, zh.join("、")),
            format!("“{}” is for the {} only.", title.en, en.join(", ")),
        ),
        Text::new("请由有权限的人员办理，或请管理员核对您的岗位。", "Ask somebody who may, or have your roles checked."),
    )
}

/// What a role is called.
pub fn role_name(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Applicant => ("申请人", "applicant"),
        Role::Clerk => ("窗口人员", "counter clerk"),
        Role::Handler => ("承办人", "handler"),
        Role::Examiner => ("审查人员", "examiner"),
        Role::Approver => ("审批人", "approver"),
        Role::Head => ("机关负责人", "head of the body"),
        Role::GovernmentHead => ("本级人民政府负责人", "head of the government"),
        Role::Consulted => ("被征求意见的部门", "consulted body"),
        Role::Presider => ("听证主持人", "presiding officer"),
        Role::Supervisor => ("督办人员", "supervisor"),
        Role::Receptionist => ("“办不成事”专人", "named receptionist"),
        Role::Verifier => ("核查人", "verifier"),
        Role::Editor => ("事项编辑", "item editor"),
        Role::Legal => ("法制审核", "legal reviewer"),
        Role::Publisher => ("发布人", "publisher"),
        Role::Analyst => ("政策分析人员", "policy analyst"),
        Role::Administrator => ("管理员", "administrator"),
        Role::Clock => ("时钟", "clock"),
        Role::System => ("系统", "system"),
        Role::Partner => ("对接系统", "partner system"),
    }
}

/// Two parts that one person may not hold together (行政许可法 art. 48; 办不成事: verifier and handler).
pub(crate) fn held_apart(stage: &Stage<'_>, part: &str, staff: &StaffId) -> Result<(), Refusal> {
    for rule in &stage.procedure.apart {
        let other = match part {
            part if part == rule.one => &rule.other,
            part if part == rule.other => &rule.one,
            _ => continue,
        };
        if stage.case.parts.iter().any(|held| held.part == other && held.staff == *staff) {
            let (zh, en) = if stage.by.staff() == Some(staff) { ("您", "You") } else { ("这名工作人员", "This officer") };
            return Err(Refusal::new(
                "held-apart",
                Text::new(
                    format!("{zh}在本办件中已承担另一职责，依法不能再承担这一职责。"),
                    format!("{en} already played another part in this case, so the law does not allow this one."),
                ),
                Text::new("请由另一名工作人员办理。", "Let a colleague do it."),
            )
            .on(&rule.basis));
        }
    }
    Ok(())
}

/// Folds the events in one by one, each followed by what it does to the clocks, and last the step. A case that has ended
/// keeps no clock running, whatever its procedure lists.
fn fold(stage: &Stage<'_>, allowed: &Allowed, sheet: Sheet) -> Decided {
    let mut case = stage.case.clone();
    let mut records = Vec::new();
    let by = stage.by.by();
    let mut push = |case: &mut Case, event: Event, effective: Date, keeps: u32| {
        let record = Record { version: case.version + 1, at: stage.now, effective, by: by.clone(), keeps, event };
        case.apply(&record);
        records.push(record);
    };
    let mut timing = sheet.timing;
    let mut next = None;
    // What was received and is handled in a partner system goes there.
    let received = sheet.events.iter().any(|(event, ..)| matches!(event, Event::Received { .. }));
    let money = award::moves(stage.case, sheet.events.iter().map(|(event, ..)| event), stage.today);
    for (event, effective, keeps) in sheet.events {
        let effective = effective.unwrap_or(stage.today);
        if let Some(step) = next_step(allowed, event.name()) {
            next = Some(step);
        }
        let was_open = case.closed.is_none();
        push(&mut case, event.clone(), effective, keeps);
        let office_day = stage.office_day(effective, &case.agency);
        let permit_ends = case.earlier.as_ref().filter(|earlier| earlier.in_time).and_then(|earlier| earlier.valid_until);
        let rules =
            clock::Rules { procedure: stage.procedure, item: stage.item, calendar: stage.calendar, office_day, permit_ends };
        // What happens to a permit after its case has ended starts no clock of it, unless it opens the case again.
        let mut follows = if was_open || case.closed.is_none() {
            clock::follow(&case.clocks, &event, effective, case.received, &rules, &timing)
        } else {
            Vec::new()
        };
        timing.extend = None;
        if was_open && case.closed.is_some() {
            follows.extend(clock::stop_the_rest(&case.clocks, &follows));
        }
        for event in follows {
            push(&mut case, event, effective, 0);
        }
    }
    if let Some(step) = sheet.step.or(next).filter(|step| *step != case.step) {
        push(&mut case, Event::StepEntered { step }, stage.today, 0);
    }
    if let Some(partner) = stage.around.partner.clone().filter(|_| received && case.leg.is_none()) {
        push(&mut case, Event::LegBegan { partner }, stage.today, 0);
    }
    let mut errands = sheet.errands;
    errands.extend(tell_the_bundle(&case, &records));
    errands.extend(pass_on(stage.case, &records, sheet.for_others));
    errands.extend(tell_the_partner(&case, &records));
    errands.extend(award::tell_who_objected(stage.case, &records, &stage.item.name));
    let guards = sheet.guards.into_iter().chain(money).collect();
    Decided { records, kept: sheet.kept, errands, guards, after: case }
}

/// A component tells the bundle that waits for it what it came to.
fn tell_the_bundle(case: &Case, records: &[Record]) -> Option<Errand> {
    let parent = case.parent.as_ref()?;
    let (came_to, number) = records.iter().find_map(|record| bundle::settles(&record.event))?;
    let number = number.map(str::to_owned);
    let act = Act::SettleComponent { item: case.item.clone(), case: case.no.clone(), came_to, number };
    Some(Errand::Tell { case: parent.0.clone(), act: Box::new(act) })
}

/// What was put right in a component for its own body holds for the parts of the bundle that are still to come.
fn pass_on(before: &Case, records: &[Record], signatures: Vec<Signature>) -> Option<Errand> {
    let bundle = before.parent.as_ref()?.0.clone();
    let (after, materials) = records.iter().find_map(|record| match &record.event {
        Event::CorrectedOnSpot { answers, materials, .. } | Event::CorrectionSupplied { answers, materials, .. } => {
            Some((*answers, materials.clone()))
        }
        Event::DeferredSupplied { materials, .. } => Some((None, materials.clone())),
        _ => None,
    })?;
    Some(Errand::PassOn { bundle, before: before.answers, after, materials, signatures })
}

/// The partner is told what came in and how it ended here, unless it was the one to say so.
fn tell_the_partner(case: &Case, records: &[Record]) -> Option<Errand> {
    let leg = case.leg.as_ref()?;
    let told = records.iter().filter(|record| !matches!(record.by, By::Partner(_)));
    let sent = told.filter_map(|record| Sent::after(&record.event)).next()?;
    Some(Errand::Push { partner: leg.partner.clone(), sent, version: case.version })
}

fn next_step(allowed: &Allowed, event: &str) -> Option<String> {
    match allowed.to.as_ref()? {
        Next::Always(step) => Some(step.clone()),
        Next::ByEvent(steps) => steps.get(event).cloned(),
    }
}

/// The officer that an event of this act makes play a part, checked before the event stands.
pub(crate) fn may_play(stage: &Stage<'_>, event: &Event) -> Result<(), Refusal> {
    match (stage.by.staff(), part_of(event)) {
        (Some(staff), Some(part)) => held_apart(stage, part, staff),
        _ => Ok(()),
    }
}
