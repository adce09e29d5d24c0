//! Random lives of cases: whatever people lawfully do, in whatever order and however long they wait, these things hold.

mod district;

use casework::act::{Paper, Telling};
use casework::actor::By;
use casework::award::{Due, Purse};
use casework::bundle::{Bundle, Progress, Settlement};
use casework::case::Hearing;
use casework::clock::Standing;
use casework::commitment::{Finding, Signing};
use casework::event::Channel;
use casework::joint::{Appointment, JointNews};
use casework::leg::{Licence, Ruling};
use casework::*;
use district::{AGENCY, CALENDAR, RULES};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rulebook::Calendar;
use rulebook::Stand;
use rulebook::procedure::{Role, Step};
use rulebook::theme::JointKind;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What no event may hold: it stands in every text that a person writes.
const PRIVATE: &str = "张某某家住海河边";

/// Items of all procedures, with limits from acceptance and from receipt, in working days, days, months and on the spot.
const ITEMS: [&str; 16] = [
    "food-operation-new",
    "construction-permit",
    "environmental-report-book",
    "private-school-establishment",
    "prepackaged-food-filing",
    "crane-use-registration",
    "self-employed-registration",
    "information-disclosure-request",
    "employment-certificate",
    "food-operation-renewal",
    "unresolved-matter",
    "policy-consistency",
    "joint-handling",
    "fire-safety-check",
    "soil-water-conservation-form",
    "digital-workshop-award",
];

/// The body of the programme that is lived through.
const PAYS: &str = "djq";

/// The number of a result that is an identifier, as that of a business licence is.
const NUMBER: &str = "91120116MA0TEXT042";

/// The calendar with three more holidays and a later end.
static NEXT_CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    let text = district::calendar_text();
    let text = text.replace("# version: 1", "# version: 2").replace("2026-12-31", "2027-12-31");
    let more: String = ["2027-01-01", "2027-01-04", "2027-02-08"].map(|day| format!("{day},holiday,节,day,2027\n")).concat();
    let more = format!("{more}2027-01-02,workday,调休,day,2027\n2027-01-03,workday,调休,day,2027\n");
    let (calendar, problems) = Calendar::parse("next.csv", &format!("{text}{more}"));
    assert!(problems.is_empty(), "{problems:?}");
    calendar
});

/// Once all days are announced that a life may see.
static LAST_CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    let text = district::calendar_text().replace("# version: 1", "# version: 3").replace("2026-12-31", "2099-12-31");
    Calendar::parse("last.csv", &text).0
});

/// The first so many of the staff live through the random part; the others come fresh to bring a case to its end.
const REGULARS: usize = 13;

static STAFF: LazyLock<Vec<Officer>> = LazyLock::new(|| {
    let at = |agency: Option<&str>, id: &str, role: Role| {
        let power = |agency: Option<&str>| Power { role, agency: agency.map(str::to_owned), items: vec![], until: None };
        // The same people sit in the body that pays awards.
        let powers = agency.iter().filter(|own| **own == AGENCY).map(|_| power(Some(PAYS))).chain([power(agency)]).collect();
        Officer { id: StaffId(id.into()), powers, stands_in_for: vec![] }
    };
    vec![
        at(None, "he", Role::Clerk),
        at(Some(AGENCY), "li", Role::Examiner),
        at(Some(AGENCY), "wang", Role::Examiner),
        at(Some(AGENCY), "zhao", Role::Approver),
        at(Some(AGENCY), "qian", Role::Head),
        at(Some(AGENCY), "zheng", Role::Presider),
        at(None, "sun", Role::Supervisor),
        at(None, "zhou", Role::Receptionist),
        at(None, "wu", Role::Verifier),
        at(Some("wjw"), "feng", Role::Examiner),
        at(Some("wjw"), "jiang", Role::Approver),
        at(Some("zjw"), "chen", Role::Examiner),
        at(None, "xu", Role::Legal),
        at(Some(AGENCY), "fresh-examiner", Role::Examiner),
        at(Some(AGENCY), "fresh-presider", Role::Presider),
        at(Some(AGENCY), "fresh-approver", Role::Approver),
        at(None, "fresh-verifier", Role::Verifier),
        at(None, "fresh-legal", Role::Legal),
    ]
});

fn who(id: &str) -> Actor {
    match id {
        "applicant" => district::applicant(),
        "clock" => Actor::Clock,
        "system" => Actor::System,
        id => Actor::Officer(STAFF.iter().find(|officer| officer.id.0 == id).expect(id).clone()),
    }
}

/// A small die: proptest shrinks its seed, the walk does the rest.
struct Die(u64);

impl Die {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides.max(1)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.roll(of.len() as u64) as usize)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }
}

/// A case and everything that was recorded of it.
struct Life {
    case: Case,
    records: Vec<Record>,
    now: Moment,
    calendar: &'static Calendar,
    was_red: bool,
    /// The permit that it goes on from.
    earlier: Option<Permit>,
    /// The bundle that it is a part of.
    bundle: Option<Bundle>,
    /// The application names an account of its own.
    account: bool,
}

impl Life {
    fn new(now: Moment) -> Life {
        Life {
            case: Case::unborn(CaseNo("R1".into())),
            records: Vec::new(),
            now,
            calendar: &CALENDAR,
            was_red: false,
            earlier: None,
            bundle: None,
            account: false,
        }
    }

    /// What is left for a claim: enough, of twenty thousand.
    fn purse(&self, act: &Act) -> Option<Purse> {
        let programme = RULES.programmes_of(&self.case.item, &self.case.agency).next()?;
        let due = Due { amount: Some(2_000_000), ..Due::default() };
        let known = self.case.award.as_ref().is_some_and(|award| award.account);
        let own_account = Some(self.account || known || matches!(act, Act::NameAccount { .. }));
        let programme = programme.code.get_ref().clone();
        let (line_has, line_left) = (100_000_000, 50_000_000);
        Some(Purse {
            programme,
            line_has,
            batch_has: line_has,
            line_left,
            batch_left: line_left,
            had: 0,
            due,
            own_account,
            ..Purse::default()
        })
    }

    fn today(&self) -> Date {
        self.now.day()
    }

    fn step(&self) -> &'static Step {
        let procedure = &RULES.procedures[&self.case.procedure];
        procedure.step.iter().find(|step| *step.code.get_ref() == self.case.step).expect("every case stands at a step")
    }

    fn decide(&self, by: &Actor, act: &Act) -> Result<Decided, Refusal> {
        let (officers, earlier) = (STAFF.clone(), self.earlier.clone());
        let item = if let Act::Submit(submission) = act { &submission.item } else { &self.case.item };
        let partner = RULES.partner_of(item).map(|partner| partner.code.get_ref().clone());
        let bundle = self.bundle.clone();
        let purse = self.purse(act);
        let around = Surroundings { has_authority: true, officers, earlier, partner, bundle, purse, ..Surroundings::default() };
        let (case, calendar, now) = (&self.case, self.calendar, self.now);
        decide(&Scene { case, around: &around, by, rules: &RULES, edition: "e", calendar, now }, act)
    }

    /// Performs an act if the law lets it, and checks all that must hold whatever was done.
    fn act(&mut self, by: &Actor, act: &Act) -> Result<(), Refusal> {
        let decided = match self.decide(by, act) {
            Ok(decided) => decided,
            Err(refusal) => {
                let says_all = !refusal.why.zh.is_empty() && !refusal.why.en.is_empty() && !refusal.next.zh.is_empty();
                assert!(says_all, "a refusal says why and what next: {refusal:?}");
                return Err(refusal);
            }
        };
        let before = self.case.clone();
        let kept: u32 = decided.records.iter().map(|record| record.keeps).sum();
        assert_eq!(kept as usize, decided.kept.len(), "each particular belongs to one record: {act:?}");
        let mut replayed = self.case.clone();
        for record in &decided.records {
            assert_eq!(record.version, replayed.version + 1);
            assert!(record.at >= replayed.last_at, "time never runs backwards");
            assert!(record.effective <= record.at.day(), "nothing takes effect before it is recorded");
            replayed.apply(record);
            check_record(record, replayed.at_once.as_ref().is_some_and(|at_once| at_once.met));
        }
        assert_eq!(replayed, decided.after, "replay equals state: {act:?}");
        self.records.extend(decided.records);
        self.case = decided.after;
        self.check_case(&before);
        Ok(())
    }

    fn check_case(&mut self, before: &Case) {
        let case = &self.case;
        assert!(!self.was_red || case.is_red(), "red stays red");
        self.was_red = case.is_red();
        let mut open = BTreeSet::new();
        for clock in &case.clocks {
            if clock.standing == Standing::Stopped {
                continue;
            }
            assert!(open.insert(&clock.code), "two runs of “{}” at a time", clock.code);
            assert!(case.closed.is_none(), "“{}” goes on after the end", clock.code);
            let shortest = self.calendar.due(clock.from, clock.whole()).on;
            if clock.calendar == self.calendar.version() {
                assert!(clock.due >= shortest, "a pause or an extension shortened “{}”: {clock:?}", clock.code);
            }
            if clock.is_running() && clock.calendar == self.calendar.version() {
                assert!(self.is_as_computed(clock), "recomputed from its events: {clock:?}");
            }
        }
        if before.is_born() {
            assert!(case.accepted.is_some() || before.accepted.is_none(), "acceptance is never taken back");
            let reopened = before.step == "paid" && case.step == "repayment-demanded";
            assert!(
                case.closed.is_some() || before.closed.is_none() || reopened,
                "an end is an end, but for what is to be paid back"
            );
            assert_eq!(case.edition, before.edition, "the edition is pinned");
        }
    }

    /// A told day is the computed one; only what the applicant was told to have may be later.
    fn is_as_computed(&self, clock: &casework::clock::Clock) -> bool {
        let told = clock.recompute(self.calendar, 1, 20).map(|told| told.due);
        told == Some(clock.due) || clock.keeps_what_was_told(self.calendar)
    }

    /// The timekeeper looks; looking twice changes nothing.
    fn look(&mut self) {
        self.act(&Actor::Clock, &Act::CheckClocks).expect("the clock is never turned away");
        let again = self.decide(&Actor::Clock, &Act::CheckClocks).expect("the clock is never turned away");
        assert_eq!(again.records, vec![], "a second look changes nothing");
        for clock in self.case.clocks.iter().filter(|clock| clock.is_running() && clock.expired.is_none()) {
            assert!(self.now < clock.ends_at() || clock.held.is_some(), "missed in silence: {clock:?}");
            assert!(clock.held.is_none() || clock.provisional, "only what is not certain is held: {clock:?}");
            assert!(self.is_as_computed(clock), "told anew after the holidays were announced: {clock:?}");
        }
    }

    fn wait(&mut self, minutes: i64) {
        self.now = Moment(self.now.0 + minutes * 60_000);
    }

    fn wait_until_after(&mut self, day: Date) {
        self.now = self.now.max(Moment(Moment::end_of(day).0 + 60_000));
    }
}

fn check_record(record: &Record, by_rule: bool) {
    let json = serde_json::to_string(record).expect("a record can be written");
    let back: Record = serde_json::from_str(&json).expect("what was written can be read");
    assert_eq!(back, *record);
    assert!(!json.contains(PRIVATE), "words of a person lie in the journal: {json}");
    let grants = matches!(record.event, Event::Granted { .. } | Event::Filed);
    let by_person = matches!(record.by, By::Officer(_));
    assert!(!matches!(record.event, Event::Refused { .. }) || by_person, "only a person refuses: {json}");
    // A partner tells what a person of the body granted there.
    let told = matches!(record.by, By::Partner(_));
    let ruled = by_rule && record.by == By::System;
    assert!(!grants || by_person || told || ruled, "a person grants, or every rule is met: {json}");
    assert!(
        !matches!(record.event, Event::DeemedRenewed { .. }) || record.by == By::Clock,
        "only time renews in silence: {json}"
    );
    let deemed = matches!(record.event, Event::Accepted { deemed: true, .. });
    assert_eq!(deemed, matches!(record.event, Event::Accepted { .. }) && record.by == By::Clock, "{json}");
}

/// An act of this name that somebody could want to do now.
fn imagine(name: &str, life: &Life, die: &mut Die) -> Option<Act> {
    let case = &life.case;
    let text = || PRIVATE.to_owned();
    let keys: Vec<String> = RULES.items[&case.item].material.iter().map(|needed| needed.key.get_ref().clone()).collect();
    let photographs = |any: bool| {
        let one = Paper { key: String::new(), digest: "11".into(), file_name: format!("{PRIVATE}.jpg") };
        if any { vec![one.clone(), one] } else { vec![] }
    };
    let paper = |key: &String| Paper { key: key.clone(), digest: "00".into(), file_name: format!("{PRIVATE}.pdf") };
    let ahead = |days: u64| life.today().saturating_add((days as i64).days());
    let anybody = StaffId(STAFF[die.roll(REGULARS as u64) as usize].id.0.clone());
    let open: Vec<u32> = case.open_opinions().map(|opinion| opinion.number).collect();
    Some(match name {
        "receive" => {
            let days_ago = (die.roll(12) as i64).days();
            Act::Receive { arrived: die.chance(50).then(|| life.today().saturating_sub(days_ago)), hour: None }
        }
        "correct-on-spot" => {
            let papers = keys.iter().take(1).map(paper).collect();
            Act::CorrectOnSpot { what: text(), answers: None, papers, signatures: vec![] }
        }
        "ask-correction" => {
            // Where no paper is asked for, an answer is wrong.
            let form = || RULES.forms.get(RULES.items[&case.item].form.as_ref()?.get_ref())?.section.first()?.ask.first();
            let answer = || form().map(|ask| RULES.fields[ask.field.get_ref()].code.clone());
            let about = if keys.is_empty() { answer().into_iter().collect() } else { keys };
            let defects = about.into_iter().filter(|_| die.chance(40)).map(|about| Telling { about, words: text() }).collect();
            Act::AskCorrection { defects, exception: die.chance(20).then(text) }
        }
        "supply" => {
            let told: Vec<String> = case.corrections.last().map(|last| last.left.clone()).unwrap_or_default();
            Act::Supply {
                answers: die.chance(30).then(text),
                papers: told.iter().filter(|_| die.chance(70)).map(paper).collect(),
                signatures: vec![],
            }
        }
        "accept" if die.chance(50) => Act::Accept { deferred: case.lacking.clone() },
        "accept" => Act::Accept { deferred: vec![] },
        "supply-deferred" => Act::SupplyDeferred { papers: case.deferred.iter().filter(|_| die.chance(60)).map(paper).collect() },
        "find-not-needed" => Act::FindNotNeeded { reason: text() },
        "refuse-intake" => Act::RefuseIntake { reason: text(), right_body: "wjw".into(), because: None },
        "assign" => Act::Assign { to: anybody, reason: Some(text()) },
        "claim" => Act::Claim,
        "hand-over" => Act::HandOver { to: anybody, reason: text() },
        "ask-opinion" => {
            let agency = if die.chance(50) { "wjw" } else { "zjw" };
            let after = die.chance(40).then_some(1).filter(|_| !case.opinions.is_empty());
            Act::AskOpinion { agency: agency.into(), question: text(), after, due: die.chance(50).then(|| ahead(5)) }
        }
        "give-opinion" => Act::GiveOpinion {
            number: *die.one(&open)?,
            agrees: die.chance(70),
            text: text(),
            papers: photographs(die.chance(30)),
        },
        "check-point" => Act::CheckPoint { point: die.roll(4) as u32, met: die.chance(80), note: die.chance(50).then(text) },
        "inspect" => {
            let officers = vec![StaffId("li".into()), anybody];
            Act::Inspect {
                officers,
                on: life.today(),
                passed: die.chance(80),
                findings: text(),
                papers: photographs(die.chance(30)),
            }
        }
        "propose-award" => Act::ProposeAward { amount: "2万元".into(), reasons: text() },
        "publish-award" => Act::PublishAward,
        "raise-objection" => Act::RaiseObjection { who: text(), text: text(), person: None },
        "answer-objection" => {
            let open = case.award.as_ref().and_then(|award| award.unanswered().next());
            Act::AnswerObjection { number: open.unwrap_or(1), text: text() }
        }
        "name-account" => Act::NameAccount { payee: text(), number: text(), bank: text() },
        "order-payment" => Act::OrderPayment { file: "2026-1".into() },
        "recall-payment" => Act::RecallPayment { reason: text() },
        "record-payment" => Act::RecordPayment { paid: die.chance(70), words: text() },
        "record-follow-up" => Act::RecordFollowUp { kept: die.chance(50), text: text() },
        "demand-repayment" => Act::DemandRepayment { reasons: text(), basis: "条款".into() },
        "record-repayment" => {
            let part = ["", "1元", "0元", "1000000000000元", "一半"];
            Act::RecordRepayment { amount: part[die.roll(5) as usize].into(), voucher: text() }
        }
        "assign-testers" => Act::AssignTesters { officers: vec![StaffId("li".into()), anybody] },
        "invite-statement" => Act::InviteStatement { party: text() },
        "hear-statement" => Act::HearStatement { text: text() },
        "offer-hearing" => Act::OfferHearing { at_own_motion: die.chance(40), reason: text() },
        "ask-hearing" => Act::AskHearing { by_party: text() },
        "waive-hearing" => Act::WaiveHearing,
        "set-hearing" => {
            let presider = if die.chance(70) { StaffId("zheng".into()) } else { anybody };
            Act::SetHearing { on: ahead(8 + die.roll(20)), hour: jiff::civil::time(9, 0, 0, 0), presider, place: text() }
        }
        "hold-hearing" => Act::HoldHearing { minutes: text() },
        "begin-special" => Act::BeginSpecial {
            kind: "testing".into(),
            basis: "第四十五条".into(),
            expected_end: ahead(1 + die.roll(30)),
            notice: text(),
        },
        "end-special" => Act::EndSpecial { outcome: text() },
        "extend" => Act::Extend { n: 1 + die.roll(12) as u32, reason: text() },
        "review" => Act::Review { agrees: die.chance(70), opinion: text() },
        "grant" => Act::Grant { content: text() },
        "refuse" => {
            Act::Refuse { reasons: text(), basis: "第三十八条".into(), false_statement: die.chance(30).then_some(true) }
        }
        "file" => Act::File,
        "post-check" => {
            let officers = vec![StaffId("li".into()), StaffId("wang".into())];
            let finding = *die.one(&[Finding::Passed, Finding::Rectify, Finding::Broken])?;
            Act::PostCheck { officers, on: life.today(), finding, findings: text(), papers: photographs(die.chance(30)) }
        }
        "choose-ordinary" if die.chance(40) => Act::ChooseOrdinary,
        "report-rectified" => Act::ReportRectified { said: text(), papers: photographs(die.chance(30)) },
        "supply-promised" => {
            let promised = &case.pledge.as_ref()?.promised;
            Act::SupplyPromised { papers: promised.iter().filter(|_| die.chance(60)).map(paper).collect() }
        }
        "repair-credit" => Act::RepairCredit { reason: text() },
        "ask-joint" => {
            let kind = *die.one(&[JointKind::SiteVisit, JointKind::SiteVisit, JointKind::Guidance])?;
            Act::AskJoint { kind, reason: text(), part: None }
        }
        "set-joint" => {
            let (number, on) = (die.one(&case.joints)?.number, ahead(die.roll(5)));
            let hour = jiff::civil::time(9, 0, 0, 0);
            Act::SetJoint { number, on, hour, remote: die.chance(50), place: text() }
        }
        "show-joint" => {
            let (number, on) = (die.one(&case.joints)?.number, life.today());
            let hour = jiff::civil::time(0, 0, 0, 0);
            Act::ShowJoint { number, on, hour, place: text(), papers: photographs(die.chance(80)) }
        }
        "tell-joint" => {
            let (on, hour, number) = (ahead(die.roll(3)), jiff::civil::time(9, 0, 0, 0), 1 + die.roll(2) as u32);
            let appointment = Appointment { kind: JointKind::SiteVisit, on, hour, remote: die.chance(50) };
            let news = if die.chance(70) {
                JointNews::Set { appointment, place: text() }
            } else {
                JointNews::Shown { on, hour, place: text(), papers: photographs(true) }
            };
            Act::TellJoint { number, news }
        }
        "attend-joint" => {
            let officers = vec![StaffId("li".into()), anybody];
            let (agrees, papers) = (die.chance(80), photographs(die.chance(30)));
            Act::AttendJoint { number: die.one(&case.joints)?.number, officers, agrees, findings: text(), papers }
        }
        "settle-joint" => {
            let item = die.one(&case.bundle.as_ref()?.components)?.item.clone();
            Act::SettleJoint { number: die.one(&case.joints)?.number, item, agrees: die.chance(80) }
        }
        "make-result" => Act::MakeResult { number: NUMBER.into(), name: "证".into() },
        "deliver" => Act::Deliver { manner: "窗口领取".into(), receiver: text() },
        "withdraw" => Act::Withdraw { reason: text() },
        "return" => Act::Return { reason: text() },
        "terminate" => Act::Terminate { reason: text(), basis: "第七十条".into() },
        "archive" => Act::Archive,
        "end" => {
            let grounds: Vec<&String> = RULES.grounds.keys().collect();
            // Few of many grounds fit a broken commitment; a life that came so far goes on from there.
            let broken = case.step == "answering-breach" && die.chance(60);
            let ground = if broken { "commitment-broken".to_owned() } else { (*die.one(&grounds)?).clone() };
            Act::End { ground, reason: text() }
        }
        "propose-penalty" => Act::ProposePenalty { ground: "penalty".into(), facts: text() },
        "classify" => {
            let classes = &RULES.procedures[&case.procedure].class;
            Act::Classify { class: die.one(classes)?.code.clone() }
        }
        "transfer" => Act::Transfer { agency: (*die.one(&["wjw", AGENCY])?).into(), note: text() },
        "resolve" => Act::Resolve { solution: text() },
        "explain" => Act::Explain { reason: text(), basis: "第十五条".into(), other_way: text() },
        "give-feedback" => Act::GiveFeedback { satisfied: *die.one(&[Some(true), Some(false), None])?, words: text() },
        "verify" => Act::Verify { confirmed: die.chance(60), findings: text() },
        "find-root-cause" => Act::FindRootCause { cause: "system".into(), item: None, words: text() },
        "record" => Act::Record,
        "open-component" => {
            let ready: Vec<_> = case.bundle.as_ref()?.ready().collect();
            let item = die.one(&ready)?.item.clone();
            Act::OpenComponent { case: CaseNo(format!("C-{item}")), item }
        }
        "settle-component" => {
            let component = die.one(&case.bundle.as_ref()?.components)?;
            let case = component.case().cloned().unwrap_or_else(|| CaseNo(format!("C-{}", component.item)));
            let came_to = *die.one(&[Settlement::Granted, Settlement::Granted, Settlement::Refused, Settlement::NotNeeded])?;
            Act::SettleComponent { item: component.item.clone(), case, came_to, number: None }
        }
        "leave-component" => {
            Act::LeaveComponent { item: die.one(&case.bundle.as_ref()?.components)?.item.clone(), reason: text() }
        }
        "take-up-component" => {
            let item = die.one(&case.bundle.as_ref()?.components)?.item.clone();
            Act::TakeUpComponent { item, answers: None, papers: vec![] }
        }
        "decide-at-once" => {
            RULES.items[&case.item].at_once.as_ref()?;
            Act::DecideAtOnce {
                evidence: district::evidence(die.chance(80), life.today()),
                drawn: die.chance(50),
                receiver: text(),
                held: die.chance(5).then(|| "no-authority".to_owned()),
            }
        }
        "ask-person" => Act::AskPerson { reason: text() },
        "audit" => Act::Audit { right: die.chance(70), findings: text() },
        "report-leg" => Act::ReportLeg { report: report(life, die)? },
        "record-leg" => Act::RecordLeg {
            stand: *die.one(&Stand::ALL)?,
            document: die.chance(80).then(|| format!("文{}", die.roll(2))),
            on: None,
            licence: die.chance(20).then(|| NUMBER.to_owned()),
            words: text(),
            papers: photographs(die.chance(30)),
        },
        "amend-bundle" => Act::AmendBundle { answers: Some(text()), papers: vec![], signatures: vec![], part: None },
        "note" => Act::Note { text: text() },
        "urge" => Act::Urge { text: text() },
        "supervise" => Act::Supervise { text: text() },
        "publish-reason" => Act::PublishReason { clock: case.clocks.first()?.code.clone(), reason: text() },
        "correct-error" => Act::CorrectError { letter: None, what: text() },
        "rate" => Act::Rate { level: 1 + die.roll(5) as u8, words: die.chance(50).then(text) },
        _ => return None,
    })
}

/// What a partner system might say, in order or not.
fn report(life: &Life, die: &mut Die) -> Option<Report> {
    let leg = life.case.leg.as_ref()?;
    let stand = *die.one(&Stand::ALL)?;
    let body = life.case.agency.clone();
    let ruling = Ruling { body, document: format!("文{}", die.roll(2)), on: life.today() };
    let licence = Licence { number: NUMBER.into(), name: "证".into() };
    Some(Report {
        count: (leg.count + die.roll(3) as u32).max(1),
        stand,
        number: Some("P1".into()),
        ruling: stand.is_ruling().then_some(ruling),
        licence: (stand == Stand::Granted && die.chance(50)).then_some(licence),
        words: Some(PRIVATE.into()),
    })
}

/// Lives a random life of at most `length` events from a seed.
/// A permit of the applicant that ends then.
fn earlier(item: &str, until: Date) -> Permit {
    Permit {
        case: CaseNo("R0".into()),
        version: 9,
        item: item.into(),
        root: item.into(),
        holder: Some(district::firm()),
        valid_from: jiff::civil::date(2021, 1, 1),
        valid_until: Some(until),
        ending: None,
        successor: None,
    }
}

fn live(item: &str, seed: u64, length: usize) -> Life {
    let mut die = Die(seed);
    // What is claimed is claimed while its batch is open.
    let (first, days) =
        if RULES.items[item].procedure.get_ref() == "award" { (date(2026, 3, 1), 60) } else { (date(2026, 1, 5), 355) };
    let start = first.saturating_add((die.roll(days) as i64).days());
    let mut life = Life::new(Moment::at(start.at(die.roll(24) as i8, 15, 0, 0)));
    let needed: Vec<String> = RULES.items[item].material.iter().map(|needed| needed.key.get_ref().clone()).collect();
    let lacking: Vec<&str> = needed.iter().filter(|_| die.chance(30)).map(String::as_str).collect();
    let mut application = district::application(item, &lacking);
    if let Act::Submit(submission) = &mut application {
        if let Some(continues) = &RULES.items[item].continues {
            let permit = earlier(continues.of[0].get_ref(), life.today().saturating_add((25 + die.roll(60) as i64).days()));
            submission.earlier = Some(permit.case.clone());
            life.earlier = Some(permit);
        }
        if item == "joint-handling" {
            submission.bundle = Some(Box::new(district::plan()));
        }
        if RULES.items[item].procedure.get_ref() == "award" {
            submission.agency = PAYS.into();
            life.account = die.chance(50);
        }
        let today = life.today();
        let commitment = RULES.items[item].commitment.as_ref().filter(|_| die.chance(80));
        if let Some((own, notice)) = commitment.and_then(|own| Some((own, own.notice_on(today)?.version))) {
            let replaced: Vec<String> = own.replaces.iter().map(|key| key.get_ref().clone()).collect();
            submission.lacking.retain(|key| !replaced.contains(key));
            submission.commitment = Some(Box::new(Signing { notice: Some(notice), replaced, proofs: vec![] }));
        }
        if seed.is_multiple_of(4) {
            submission.signatures.push(casework::signature::Signature {
                part: format!("{item}/partners"),
                person: "someone".into(),
                firm: None,
                name: PRIVATE.into(),
                text: PRIVATE.into(),
                digest: "22".repeat(32),
                at: life.now,
            });
        }
        submission.title = PRIVATE.into();
        submission.answers = format!("{{\"name\":\"{PRIVATE}\"}}");
        submission.channel = *die.one(&[Channel::Online, Channel::Online, Channel::Counter, Channel::Post]).expect("one of four");
    }
    // Some lives are parts of a bundle, whose theme tells corrections together.
    let joins = item == "joint-handling" || seed.is_multiple_of(8);
    if joins && item != "joint-handling" {
        life.bundle = Some(Bundle { theme: Some("supermarket".into()), components: vec![] });
    }
    life.act(&who("applicant"), &application).expect("anybody may apply");
    let everybody: Vec<Actor> = STAFF[..REGULARS].iter().map(|officer| who(&officer.id.0)).chain([who("applicant")]).collect();
    for _ in 0..length {
        let minutes = *die.one(&[5, 60, 60, 60 * 20, 60 * 24 * 3, 60 * 24 * 9, 60 * 24 * 60]).expect("a wait");
        life.wait(die.roll(minutes) as i64);
        if die.chance(2) {
            life.calendar = &NEXT_CALENDAR;
        }
        // Most of the time the timekeeper is there; now and then it was down, and people act before it looks.
        if die.chance(80) {
            life.look();
        }
        let procedure = &RULES.procedures[&life.case.procedure];
        let names = life.step().act.iter().chain(&procedure.anywhere).map(|a| a.act.get_ref().as_str());
        let names: Vec<&str> = names.filter(|name| joins || !name.ends_with("-joint")).collect();
        let ends = ["withdraw", "terminate", "refuse-intake", "find-not-needed", "note", "urge", "supervise"];
        let Some(name) = die.one(&names).filter(|name| !ends.contains(name) || die.chance(25)) else { continue };
        // What was promised is looked at when its day has come.
        let follow = life.case.award.as_ref().and_then(|award| award.follow).filter(|_| *name == "record-follow-up");
        if let Some(day) = follow.filter(|_| die.chance(70)) {
            life.wait_until_after(day);
        }
        let Some(act) = imagine(name, &life, &mut die) else { continue };
        // What becomes of the parts of a bundle is told by their own cases; the rules are asked by the system.
        if ["open-component", "settle-component", "decide-at-once", "tell-joint", "settle-joint"].contains(name) {
            let _ = life.act(&Actor::System, &act);
            continue;
        }
        if *name == "report-leg" {
            let partner = life.case.leg.as_ref().map(|leg| leg.partner.clone()).unwrap_or_default();
            let _ = life.act(&Actor::Partner(partner), &act);
            continue;
        }
        // Whoever may do it is likely to; but anybody may try.
        let able: Vec<&Actor> = everybody.iter().filter(|actor| life.decide(actor, &act).is_ok()).collect();
        let by =
            if able.is_empty() || die.chance(10) { die.one(&everybody).cloned() } else { die.one(&able).map(|a| (*a).clone()) };
        // A refusal is a normal answer.
        let _ = life.act(&by.expect("somebody"), &act);
        for machine in [Actor::Clock, Actor::System] {
            let revoke = Act::End { ground: "commitment-broken".into(), reason: "x".into() };
            assert!(life.decide(&machine, &revoke).is_err(), "no machine revokes for a commitment");
            let refuse = Act::Refuse { reasons: "x".into(), basis: "x".into(), false_statement: None };
            assert!(
                life.decide(&machine, &refuse).is_err() && life.decide(&machine, &Act::Grant { content: "x".into() }).is_err()
            );
        }
    }
    life
}

/// What the office, without any help of the applicant, does next to bring the case to its end by a decision where there is
/// one to take.
fn towards_the_end(life: &mut Life) -> (Actor, Act) {
    let words = || "依法办理".to_owned();
    let case = life.case.clone();
    let handler = STAFF.iter().find(|officer| Some(&officer.id) == case.handler.as_ref()).map(|officer| who(&officer.id.0));
    let may_answer = life.step().act.iter().any(|allowed| allowed.act.get_ref() == "give-opinion");
    if let Some(open) = case.open_opinions().next().filter(|_| may_answer) {
        let by = if open.agency == "wjw" { "feng" } else { "chen" };
        return (who(by), Act::GiveOpinion { number: open.number, agrees: true, text: words(), papers: vec![] });
    }
    match case.step.as_str() {
        "under-way" => {
            let parts = case.bundle.iter().flat_map(|bundle| &bundle.components);
            let part =
                parts.clone().find(|part| matches!(part.progress, Progress::Open { .. } | Progress::Prepared)).expect("a part");
            match &part.progress {
                Progress::Open { case } => {
                    let (item, case) = (part.item.clone(), case.clone());
                    (Actor::System, Act::SettleComponent { item, case, came_to: Settlement::Refused, number: None })
                }
                _ => (who("applicant"), Act::LeaveComponent { item: part.item.clone(), reason: words() }),
            }
        }
        "awaiting-receipt" => (who("he"), Act::Receive { arrived: None, hour: None }),
        "awaiting-acceptance" | "awaiting-filing" => {
            (who("li"), Act::RefuseIntake { reason: words(), right_body: "wjw".into(), because: None })
        }
        "awaiting-correction" => {
            let due = case.clock("correction").map_or(life.today(), |clock| clock.due);
            life.wait_until_after(due);
            (who("li"), Act::Return { reason: words() })
        }
        "in-special" => (who("zhao"), Act::EndSpecial { outcome: words() }),
        "in-review" => match case.hearing {
            Hearing::Offered { at_own_motion: false, .. } => {
                let due = case.clock("hearing-request").map_or(life.today(), |clock| clock.due);
                life.wait_until_after(due);
                // What is not certain waits for the State Council.
                life.calendar = &LAST_CALENDAR;
                (Actor::Clock, Act::CheckClocks)
            }
            Hearing::Offered { .. } | Hearing::Asked { .. } => {
                let mut on = life.today();
                for _ in 0..7 {
                    on = life.calendar.next_working_day(on);
                }
                (
                    who("zhao"),
                    Act::SetHearing {
                        on,
                        hour: jiff::civil::time(9, 0, 0, 0),
                        presider: StaffId("fresh-presider".into()),
                        place: words(),
                    },
                )
            }
            Hearing::Set { on, ref presider, .. } => {
                life.now = life.now.max(Moment::at(on.at(9, 0, 0, 0)));
                (who(&presider.0), Act::HoldHearing { minutes: words() })
            }
            _ => match handler {
                Some(handler) => (handler, Act::Review { agrees: true, opinion: words() }),
                None => (who("zhao"), Act::Assign { to: StaffId("fresh-examiner".into()), reason: None }),
            },
        },
        // What lacks is no ground for a refusal.
        "in-hand" if !case.lacking.is_empty() && !case.corrected_in_full() => {
            (who("li"), Act::RefuseIntake { reason: words(), right_body: "wjw".into(), because: None })
        }
        "in-decision" | "accepted" | "in-hand" => {
            let owed = case.clocks.iter().filter(|clock| clock.is_running() && clock.paper().is_some());
            if let Some(due) = owed.map(|clock| clock.due).max() {
                life.wait_until_after(due);
            }
            (who("zhao"), Act::Refuse { reasons: words(), basis: "第三十八条".into(), false_statement: None })
        }
        "awaiting-check" | "rectifying" | "answering-breach" => {
            let officers = vec![StaffId("fresh-examiner".into()), StaffId("li".into())];
            let owes = case.pledge.as_ref().is_some_and(|pledge| !pledge.promised.is_empty());
            let finding = if owes && case.step != "answering-breach" { Finding::Broken } else { Finding::Passed };
            if case.step == "answering-breach" && owes {
                let due = case.clock("answer-breach").map_or(life.today(), |clock| clock.due);
                life.wait_until_after(due);
                return (who("zhao"), Act::End { ground: "commitment-broken".into(), reason: words() });
            }
            (who("li"), Act::PostCheck { officers, on: life.today(), finding, findings: words(), papers: vec![] })
        }
        "not-proposed" | "proposed" | "on-notice" => {
            // Whoever proposed it does not decide it.
            (who("fresh-approver"), Act::Refuse { reasons: words(), basis: "条款".into(), false_statement: None })
        }
        "awaiting-account" | "awaiting-payment" => (who("zhao"), Act::Terminate { reason: words(), basis: "条款".into() }),
        "with-the-bank" => (who("li"), Act::RecordPayment { paid: true, words: words() }),
        "followed" => {
            let day = case.award.as_ref().and_then(|award| award.follow).unwrap_or_else(|| life.today());
            life.wait_until_after(day);
            (who("li"), Act::RecordFollowUp { kept: true, text: words() })
        }
        "repayment-demanded" => (who("li"), Act::RecordRepayment { amount: String::new(), voucher: words() }),
        "formal-check" => (who("li"), Act::Accept { deferred: vec![] }),
        "consulting" => match handler {
            Some(handler) => (handler, Act::Review { agrees: true, opinion: words() }),
            None => (who("zhao"), Act::Assign { to: StaffId("fresh-examiner".into()), reason: None }),
        },
        "concluding" => (who("zhao"), Act::Classify { class: "consistent".into() }),
        "awaiting-answers" => {
            // Whoever did not agree is answered by the drafter before anything is signed.
            let asked = |number: u32| case.opinions.iter().any(|other| other.after == Some(number));
            let objects = case.opinions.iter().filter(|own| own.after.is_none() && matches!(own.given, Some((false, ..))));
            match (objects.map(|own| own.number).find(|number| !asked(*number)), handler) {
                (None, _) => (who("zhao"), Act::Review { agrees: true, opinion: words() }),
                (after, Some(handler)) => {
                    (handler, Act::AskOpinion { agency: "wjw".into(), question: words(), after, due: None })
                }
                (_, None) => (who("zhao"), Act::Assign { to: StaffId("fresh-examiner".into()), reason: None }),
            }
        }
        "fair-competition" => (who("fresh-verifier"), Act::Review { agrees: true, opinion: words() }),
        "legality" => (who("fresh-legal"), Act::Review { agrees: true, opinion: words() }),
        "recording" => (who("li"), Act::Record),
        "making-result" => (who("he"), Act::MakeResult { number: NUMBER.into(), name: "证".into() }),
        "awaiting-delivery" => (who("he"), Act::Deliver { manner: "窗口领取".into(), receiver: words() }),
        "registered" => (who("zhou"), Act::Explain { reason: words(), basis: words(), other_way: words() }),
        "classified" => (who("zhou"), Act::Resolve { solution: words() }),
        "transferred" => {
            let by = if case.agency == "wjw" { "feng" } else { "li" };
            (who(by), Act::Resolve { solution: words() })
        }
        "awaiting-feedback" => (who("zhou"), Act::GiveFeedback { satisfied: None, words: words() }),
        "awaiting-verification" => (who("fresh-verifier"), Act::Verify { confirmed: true, findings: words() }),
        "awaiting-record" if case.cause_found => (who("fresh-verifier"), Act::Record),
        "awaiting-record" => (who("fresh-verifier"), Act::FindRootCause { cause: "system".into(), item: None, words: words() }),
        other => panic!("nobody knows how to go on from “{other}”"),
    }
}

/// Enough for every build; `PROPTEST_CASES=20000` for a long night.
fn cases() -> u32 {
    ProptestConfig::default().cases.max(192)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// All that `Life` checks after each act, over lives of every kind.
    #[test]
    fn whatever_people_do_the_case_stays_whole(item in 0..ITEMS.len(), seed: u64, length in 1usize..60) {
        let life = live(ITEMS[item], seed, length);
        // Every state there ever was can be had again from the records up to it, and the last one is the one at hand.
        let mut replayed = Case::unborn(life.case.no.clone());
        for record in &life.records {
            replayed.apply(record);
        }
        prop_assert_eq!(replayed, life.case);
    }

    /// From wherever a case has got to, the office can bring it to its end, though nobody helps.
    #[test]
    fn every_case_can_still_end(item in 0..ITEMS.len(), seed: u64, length in 0usize..50) {
        let mut life = live(ITEMS[item], seed, length);
        life.wait(1);
        life.look();
        for _ in 0..20 {
            if life.case.closed.is_some() {
                return Ok(());
            }
            let before = life.case.step.clone();
            let (by, act) = towards_the_end(&mut life);
            // While somebody waited for the day of an act, time may have settled the matter.
            life.look();
            if life.case.step != before {
                continue;
            }
            let (step, handler) = (life.case.step.clone(), life.case.handler.clone());
            if let Err(refusal) = life.act(&by, &act) {
                prop_assert!(false, "stuck at {} ({:?}) with {:?}: {} {}", step, handler, act, refusal.code, refusal.why.en);
            }
        }
        prop_assert!(false, "no end after twenty acts, at {}", life.case.step);
    }
}

/// The random lives are no walk around the block: they come to every step and see every event but those named.
#[test]
fn the_lives_see_every_step_and_every_event() {
    let (mut steps, mut events) = (BTreeSet::new(), BTreeSet::new());
    // Nothing but people accepts what is no permit, so it takes more lives to come to the end that follows.
    let more = (0..500_u64).map(|seed| ("employment-certificate", seed, 25));
    // What is checked afterwards has come a long way.
    let more = more.chain((0..400_u64).map(|seed| ("fire-safety-check", seed, 50)));
    let more = more.chain((0..400_u64).map(|seed| ("soil-water-conservation-form", seed, 50)));
    let more = more.chain((0..600_u64).map(|seed| ("hr-service-licence", seed, 60)));
    let more = more.chain((0..100_u64).map(|seed| ("special-equipment-registration", seed, 25)));
    let more = more.chain((0..300_u64).map(|seed| ("joint-handling", seed, 60)));
    let more = more.chain((0..300_u64).map(|seed| ("self-employed-registration", seed, 25)));
    // Seven bodies' steps lie one behind the other.
    let more = more.chain((0..600_u64).map(|seed| ("policy-consistency", seed, 60)));
    let more = more.chain((0..900_u64).map(|seed| ("digital-workshop-award", seed, 110)));
    let more = more.chain((0..600_u64).map(|seed| ("first-above-scale-award", seed, 120)));
    for (item, seed, length) in (0..1100_u64).map(|seed| (ITEMS[seed as usize % ITEMS.len()], seed, 60)).chain(more) {
        let life = live(item, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), length);
        for record in &life.records {
            events.insert(record.event.name());
            if let Event::StepEntered { step } = &record.event {
                steps.insert((life.case.procedure.clone(), step.clone()));
            }
        }
    }
    let unseen: Vec<_> = RULES
        .procedures
        .values()
        .flat_map(|procedure| procedure.step.iter().map(|step| (procedure.code.get_ref().clone(), step.code.get_ref().clone())))
        .filter(|(procedure, step)| step != "draft" && !steps.contains(&(procedure.clone(), step.clone())))
        .collect();
    assert_eq!(unseen, vec![], "no life came to these steps");
    // Letters, and what an earlier case is told, are the courier's.
    let of_errands = ["letter-made", "succeeded"];
    let unseen: Vec<_> =
        rulebook::procedure::EVENTS.iter().filter(|name| !of_errands.contains(*name) && !events.contains(*name)).collect();
    assert_eq!(unseen, Vec::<&&str>::new(), "no life saw these events");
}
