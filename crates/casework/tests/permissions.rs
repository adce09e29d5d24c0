//! Who may do what at each step of each procedure, as one readable matrix, `permissions.txt`.
//!
//! It is written from what `decide` says to an actor of each role, and must be what the procedures declare. `UPDATE=1` writes
//! the file anew; a change to it is a change of powers and is read as such.

mod district;

use casework::act::{NAMES, Submission, Telling, title_in};
use casework::case::{Hearing, Opinion};
use casework::commitment::{Pledge, Stand};
use casework::event::Channel;
use casework::joint::JointNews;
use casework::*;
use district::{AGENCY, CALENDAR, RULES, firm};
use rulebook::procedure::{Procedure, Role, Step};
use rulebook::theme::JointKind;
use std::fmt::Write;

/// One item for each procedure.
const ITEMS: [(&str, &str); 7] = [
    ("permit", "special-equipment-registration"),
    ("filing", "prepackaged-food-filing"),
    ("immediate", "self-employed-registration"),
    ("immediate-service", "employment-certificate"),
    ("service", "gas-connection"),
    ("unresolved", "unresolved-matter"),
    ("policy-draft", "policy-consistency"),
];

/// The parts people play towards a case, in the order of the columns.
const ROLES: [(Role, &str); 15] = [
    (Role::Applicant, "申请人"),
    (Role::Clerk, "窗口"),
    (Role::Handler, "承办"),
    (Role::Examiner, "审查"),
    (Role::Approver, "审批"),
    (Role::Head, "负责人"),
    (Role::Consulted, "被征求"),
    (Role::Presider, "主持"),
    (Role::Supervisor, "督办"),
    (Role::Receptionist, "专人"),
    (Role::Verifier, "核查"),
    (Role::Legal, "法制"),
    (Role::Clock, "时钟"),
    (Role::System, "系统"),
    (Role::Partner, "对接"),
];

const OTHER_AGENCY: &str = "wjw";
const PARTNER: &str = "food-platform";

/// Somebody who plays this role and no other.
fn actor(role: Role) -> Actor {
    match role {
        Role::Applicant => district::applicant(),
        Role::Clock => Actor::Clock,
        Role::System => Actor::System,
        Role::Partner => Actor::Partner(PARTNER.into()),
        // The examiner who has the case; the column of examiners is for those who do not have it.
        Role::Handler => district::staff("handler", &[Role::Examiner]),
        Role::Consulted => examiner_elsewhere(),
        role => district::staff("somebody", &[role]),
    }
}

fn examiner_elsewhere() -> Actor {
    let power = Power { role: Role::Examiner, agency: Some(OTHER_AGENCY.into()), items: vec![], until: None };
    Actor::Officer(Officer { id: StaffId("feng".into()), powers: vec![power], stands_in_for: vec![] })
}

/// A case that waits at this step, with an opinion asked of another body; unborn before the first.
fn case_at(procedure: &Procedure, step: &Step, item: &str) -> Case {
    let mut case = Case::unborn(CaseNo("P1".into()));
    if step.code.get_ref() == procedure.start.get_ref() {
        return case;
    }
    case.version = 1;
    case.item = item.to_owned();
    case.procedure.clone_from(procedure.code.get_ref());
    case.step.clone_from(step.code.get_ref());
    case.holder = Some(firm());
    case.agency = AGENCY.into();
    case.handler = Some(StaffId("handler".into()));
    // Some acts stand only while it rests on a commitment.
    case.pledge = Some(Pledge {
        form: None,
        notice: None,
        text: casework::event::Words(1),
        signed: jiff::civil::date(2026, 3, 2),
        replaced: vec![],
        proofs: vec![],
        promised: vec![],
        stand: Stand::Signed,
        check: None,
        checks: 0,
        ordered: false,
        heard: false,
    });
    case.hearing = Hearing::None;
    case.leg = Some(Leg::began(PARTNER.into(), Moment(0)));
    case.opinions = vec![Opinion {
        number: 1,
        agency: OTHER_AGENCY.into(),
        question: casework::event::Words(1),
        after: None,
        due: None,
        given: None,
    }];
    case
}

/// One act of each name; what it says does not matter here.
fn sample(name: &str, item: &str) -> Act {
    let text = || "内容".to_owned();
    let staff = || StaffId("somebody".into());
    let day = jiff::civil::date(2026, 3, 20);
    match name {
        "submit" => Act::Submit(Submission {
            item: item.into(),
            holder: firm(),
            agency: AGENCY.into(),
            area: "120116001".into(),
            channel: Channel::Online,
            parent: None,
            answers: "{}".into(),
            title: text(),
            papers: vec![],
            lacking: vec![],
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment: None,
            signatures: Vec::new(),
        }),
        "receive" => Act::Receive { arrived: None, hour: None },
        "correct-on-spot" => Act::CorrectOnSpot { what: text(), answers: None, papers: vec![], signatures: vec![] },
        "ask-correction" => {
            Act::AskCorrection { defects: vec![Telling { about: "floor-plan".into(), words: text() }], exception: None }
        }
        "supply" => Act::Supply { answers: Some("{}".into()), papers: vec![], signatures: vec![] },
        "accept" => Act::Accept { deferred: vec![] },
        "supply-deferred" => Act::SupplyDeferred { papers: vec![] },
        "find-not-needed" => Act::FindNotNeeded { reason: text() },
        "refuse-intake" => Act::RefuseIntake { reason: text(), right_body: OTHER_AGENCY.into(), because: None },
        "assign" => Act::Assign { to: staff(), reason: None },
        "claim" => Act::Claim,
        "hand-over" => Act::HandOver { to: staff(), reason: text() },
        "ask-opinion" => Act::AskOpinion { agency: OTHER_AGENCY.into(), question: text(), after: None, due: None },
        "give-opinion" => Act::GiveOpinion { number: 1, agrees: true, text: text(), papers: vec![] },
        "check-point" => Act::CheckPoint { point: 0, met: true, note: None },
        "propose-award" => Act::ProposeAward { amount: "20万元".into(), reasons: text() },
        "publish-award" => Act::PublishAward,
        "raise-objection" => Act::RaiseObjection { who: text(), text: text(), person: None },
        "answer-objection" => Act::AnswerObjection { number: 1, text: text() },
        "name-account" => Act::NameAccount { payee: text(), number: text(), bank: text() },
        "order-payment" => Act::OrderPayment { file: "2026-1".into() },
        "recall-payment" => Act::RecallPayment { reason: text() },
        "record-payment" => Act::RecordPayment { paid: true, words: text() },
        "record-follow-up" => Act::RecordFollowUp { kept: true, text: text() },
        "demand-repayment" => Act::DemandRepayment { reasons: text(), basis: text() },
        "record-repayment" => Act::RecordRepayment { amount: String::new(), voucher: text() },
        "assign-testers" => Act::AssignTesters { officers: vec![staff()] },
        "inspect" => Act::Inspect { officers: vec![staff()], on: day, passed: true, findings: text(), papers: vec![] },
        "invite-statement" => Act::InviteStatement { party: text() },
        "hear-statement" => Act::HearStatement { text: text() },
        "offer-hearing" => Act::OfferHearing { at_own_motion: false, reason: text() },
        "ask-hearing" => Act::AskHearing { by_party: text() },
        "waive-hearing" => Act::WaiveHearing,
        "set-hearing" => Act::SetHearing { on: day, hour: jiff::civil::time(9, 0, 0, 0), presider: staff(), place: text() },
        "hold-hearing" => Act::HoldHearing { minutes: text() },
        "begin-special" => Act::BeginSpecial { kind: "testing".into(), basis: text(), expected_end: day, notice: text() },
        "end-special" => Act::EndSpecial { outcome: text() },
        "extend" => Act::Extend { n: 1, reason: text() },
        "review" => Act::Review { agrees: true, opinion: text() },
        "grant" => Act::Grant { content: text() },
        "refuse" => Act::Refuse { reasons: text(), basis: text(), false_statement: None },
        "file" => Act::File,
        "make-result" => Act::MakeResult { number: text(), name: text() },
        "deliver" => Act::Deliver { manner: text(), receiver: text() },
        "withdraw" => Act::Withdraw { reason: text() },
        "return" => Act::Return { reason: text() },
        "terminate" => Act::Terminate { reason: text(), basis: text() },
        "archive" => Act::Archive,
        "end" => Act::End { ground: text(), reason: text() },
        "propose-penalty" => Act::ProposePenalty { ground: text(), facts: text() },
        "classify" => Act::Classify { class: "simple".into() },
        "transfer" => Act::Transfer { agency: OTHER_AGENCY.into(), note: text() },
        "resolve" => Act::Resolve { solution: text() },
        "explain" => Act::Explain { reason: text(), basis: text(), other_way: text() },
        "give-feedback" => Act::GiveFeedback { satisfied: Some(true), words: text() },
        "verify" => Act::Verify { confirmed: true, findings: text() },
        "find-root-cause" => Act::FindRootCause { cause: "system".into(), item: None, words: text() },
        "record" => Act::Record,
        "note" => Act::Note { text: text() },
        "urge" => Act::Urge { text: text() },
        "supervise" => Act::Supervise { text: text() },
        "publish-reason" => Act::PublishReason { clock: "accept".into(), reason: text() },
        "correct-error" => Act::CorrectError { letter: None, what: text() },
        "rate" => Act::Rate { level: 1, words: None },
        "record-letter" => Act::RecordLetter {
            kind: LetterKind::Receipt,
            number: text(),
            check_code: text(),
            digest: text(),
            agency: AGENCY.into(),
        },
        "open-component" => Act::OpenComponent { item: item.into(), case: CaseNo("P2".into()) },
        "settle-component" => Act::SettleComponent {
            item: item.into(),
            case: CaseNo("P2".into()),
            came_to: casework::bundle::Settlement::Granted,
            number: None,
        },
        "leave-component" => Act::LeaveComponent { item: item.into(), reason: text() },
        "take-up-component" => Act::TakeUpComponent { item: item.into(), answers: None, papers: vec![] },
        "decide-at-once" => Act::DecideAtOnce {
            evidence: rulebook::at_once::Evidence { on: day, facts: vec![], silent: vec![], contradicted: vec![] },
            drawn: false,
            receiver: text(),
            held: None,
        },
        "ask-person" => Act::AskPerson { reason: text() },
        "audit" => Act::Audit { right: true, findings: text() },
        "amend-bundle" => Act::AmendBundle { answers: Some("{}".into()), papers: vec![], signatures: vec![], part: None },
        "report-leg" => Act::ReportLeg {
            report: Report { count: 1, stand: rulebook::Stand::Taken, number: None, ruling: None, licence: None, words: None },
        },
        "record-leg" => Act::RecordLeg {
            stand: rulebook::Stand::Taken,
            document: None,
            on: None,
            licence: None,
            words: text(),
            papers: vec![],
        },
        "choose-ordinary" => Act::ChooseOrdinary,
        "post-check" => Act::PostCheck {
            officers: vec![staff()],
            on: day,
            finding: casework::commitment::Finding::Passed,
            findings: text(),
            papers: vec![],
        },
        "report-rectified" => Act::ReportRectified { said: text(), papers: vec![] },
        "supply-promised" => Act::SupplyPromised { papers: vec![] },
        "repair-credit" => Act::RepairCredit { reason: text() },
        "ask-joint" => Act::AskJoint { kind: JointKind::SiteVisit, reason: text(), part: None },
        "set-joint" => Act::SetJoint { number: 1, on: day, hour: jiff::civil::time(9, 0, 0, 0), remote: false, place: text() },
        "show-joint" => Act::ShowJoint { number: 1, on: day, hour: jiff::civil::time(9, 0, 0, 0), place: text(), papers: vec![] },
        "attend-joint" => Act::AttendJoint { number: 1, officers: vec![staff()], agrees: true, findings: text(), papers: vec![] },
        "tell-joint" => Act::TellJoint {
            number: 1,
            news: JointNews::Shown { on: day, hour: jiff::civil::time(9, 0, 0, 0), place: text(), papers: vec![] },
        },
        "settle-joint" => Act::SettleJoint { number: 1, item: item.into(), agrees: true },
        "check-clocks" => Act::CheckClocks,
        "succeed" => Act::Succeed { by: CaseNo("P2".into()) },
        other => panic!("there is no sample of “{other}”"),
    }
}

/// Whether the door opens: the act stands at this step and this actor may do it, whatever else it may lack.
fn opens(case: &Case, act: &Act, by: &Actor) -> bool {
    let around = Surroundings { has_authority: true, ..Surroundings::default() };
    let now = Moment::at("2026-03-10T10:00".parse().expect("a moment"));
    let scene = Scene { case, around: &around, by, rules: &RULES, edition: "e", calendar: &CALENDAR, now };
    match decide(&scene, act) {
        Ok(_) => true,
        // A case that is not born has no item yet, so nothing but submitting it is known.
        Err(refusal) => !["not-now", "not-yours", "unknown-item"].contains(&refusal.code.as_str()),
    }
}

/// The roles to whom the door opens.
fn by_deciding(case: &Case, act: &Act) -> Vec<Role> {
    ROLES.iter().map(|(role, _)| *role).filter(|role| opens(case, act, &actor(*role))).collect()
}

/// The roles that the procedure names, in the order of the columns.
fn as_declared(procedure: &Procedure, step: &Step, act: &str, is_born: bool) -> Vec<Role> {
    let anywhere = procedure.anywhere.iter().filter(|_| is_born);
    let named: Vec<Role> =
        step.act.iter().chain(anywhere).filter(|a| a.act.get_ref() == act).flat_map(|a| a.by.iter().copied()).collect();
    let may = |role: &Role| named.contains(role) || (*role == Role::Handler && named.contains(&Role::Examiner));
    ROLES.iter().map(|(role, _)| *role).filter(may).collect()
}

/// Punctuation in full width, so that the file does not depend on how a name was typed.
fn full_width(text: &str) -> String {
    text.replace('(', "（").replace(')', "）")
}

fn matrix() -> String {
    let mut out = String::from(
        "谁在哪一步可以做什么。由 decide 逐个角色试出，并与流程定义核对；UPDATE=1 重写。\n\
         Who may do what at each step, tried out role by role. ● may, · may not; acts not listed at a step are open to nobody there.\n\
         “承办”是手上有这件的审查人员，“审查”是手上没有这件的。\n",
    );
    for (code, item) in ITEMS {
        let procedure = &RULES.procedures[code];
        writeln!(out, "\n══ {} {code}", procedure.name).expect("a string");
        for step in &procedure.step {
            writeln!(out, "\n── {} {}", full_width(&step.name), step.code.get_ref()).expect("a string");
            let heads: Vec<&str> = ROLES.iter().map(|(_, name)| *name).collect();
            writeln!(out, "{}  {}", " ".repeat(38), heads.join(" ")).expect("a string");
            let case = case_at(procedure, step, item);
            for (name, ..) in NAMES {
                let roles = by_deciding(&case, &sample(name, item));
                assert_eq!(roles, as_declared(procedure, step, name, case.is_born()), "{code} {} {name}", step.code.get_ref());
                if roles.is_empty() {
                    continue;
                }
                let head = full_width(&format!("{name} {}", title_in(Some(procedure), name).zh));
                let marks: Vec<String> = ROLES
                    .iter()
                    .map(|(role, name)| {
                        let mark = if roles.contains(role) { "●" } else { "·" };
                        // A Chinese character takes two columns, the marks one.
                        format!("{mark}{}", " ".repeat(name.chars().count() * 2 - 1))
                    })
                    .collect();
                let pad = 38_usize.saturating_sub(head.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum());
                writeln!(out, "{head}{}  {}", " ".repeat(pad), marks.join(" ").trim_end()).expect("a string");
            }
        }
    }
    out
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the matrix is a file that people read")]
fn the_matrix_of_powers_is_the_one_that_people_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/permissions.txt");
    let now = matrix();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &now).expect("the matrix is written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let changed = kept.lines().zip(now.lines()).enumerate().find(|(_, (kept, now))| kept != now);
    assert_eq!(changed, None, "powers have changed; UPDATE=1 writes them down for review");
    assert_eq!(kept.lines().count(), now.lines().count());
}

/// Nobody outside the case gets in, whatever the step: another firm, a body that was not asked, somebody without any power.
#[test]
fn strangers_may_do_nothing_at_any_step() {
    let stranger = Actor::Applicant {
        person: "p9".into(),
        holder: Holder::Firm("91120116MA0TEXT12W".into()),
        reach: casework::Reach::Whole,
    };
    let other_partner = Actor::Partner("entity-platform".into());
    let powerless = Actor::Officer(Officer { id: StaffId("nobody".into()), powers: vec![], stands_in_for: vec![] });
    for (code, item) in ITEMS {
        let procedure = &RULES.procedures[code];
        for step in &procedure.step {
            let mut case = case_at(procedure, step, item);
            case.opinions.clear();
            for (name, ..) in NAMES {
                let act = sample(name, item);
                for who in [&stranger, &powerless, &examiner_elsewhere(), &other_partner] {
                    // Anybody may apply, in a name of one's own.
                    let may = name == "submit" && !case.is_born() && matches!(who, Actor::Applicant { .. });
                    assert!(may || !opens(&case, &act, who), "{code} {} {name} {who:?}", step.code.get_ref());
                }
            }
        }
    }
}

/// A clerk of the general hall takes in for every body whose matters it takes; one whose office is no body of the case may do nothing.
#[test]
fn the_hall_takes_in_for_every_body_and_a_clerk_of_no_body_for_none() {
    let clerk = |agency: Option<&str>| {
        let power = Power { role: Role::Clerk, agency: agency.map(str::to_owned), items: vec![], until: None };
        Actor::Officer(Officer { id: StaffId("clerk".into()), powers: vec![power], stands_in_for: vec![] })
    };
    for (code, item) in ITEMS {
        let procedure = &RULES.procedures[code];
        for step in &procedure.step {
            for body in [AGENCY, OTHER_AGENCY] {
                let mut case = case_at(procedure, step, item);
                if case.is_born() {
                    case.agency = body.into();
                }
                case.opinions.clear();
                for (name, ..) in NAMES {
                    let mut act = sample(name, item);
                    if let Act::Submit(submission) = &mut act {
                        submission.agency = body.into();
                    }
                    let own = opens(&case, &act, &clerk(Some(body)));
                    assert_eq!(opens(&case, &act, &clerk(None)), own, "{code} {} {name} {body}", step.code.get_ref());
                    assert!(!opens(&case, &act, &clerk(Some("no-such-body"))), "{code} {} {name}", step.code.get_ref());
                }
            }
        }
    }
}

/// A power ends with its last day, holds for its items only, and a substitute has the absent colleague's cases.
#[test]
fn powers_end_and_substitutes_step_in() {
    let procedure = &RULES.procedures["permit"];
    let step = procedure.step.iter().find(|step| step.code.get_ref() == "awaiting-acceptance").expect("the step");
    let case = case_at(procedure, step, "food-operation-new");
    let with = |power: Power| Actor::Officer(Officer { id: StaffId("x".into()), powers: vec![power], stands_in_for: vec![] });
    let power = |items: &[&str], until: Option<&str>| Power {
        role: Role::Examiner,
        agency: Some(AGENCY.into()),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        until: until.map(|day| day.parse().expect("a day")),
    };
    for (who, may) in [
        (with(power(&[], None)), true),
        (with(power(&[], Some("2026-03-10"))), true),
        (with(power(&[], Some("2026-03-09"))), false),
        (with(power(&["food-operation-new"], None)), true),
        (with(power(&["drainage-permit"], None)), false),
    ] {
        assert_eq!(opens(&case, &Act::Claim, &who), may, "{who:?}");
    }
    let offer = |powers: Vec<Power>, absent: &[&str]| {
        let stands_in_for = absent.iter().map(|id| StaffId((*id).into())).collect();
        let by = Actor::Officer(Officer { id: StaffId("y".into()), powers, stands_in_for });
        opens(&case, &Act::HandOver { to: StaffId("z".into()), reason: "出差".into() }, &by)
    };
    assert!(offer(vec![power(&[], None)], &["handler"]));
    assert!(!offer(vec![power(&[], None)], &["somebody-else"]));
    assert!(!offer(vec![], &["handler"]), "a substitute without powers has none of the absent one's");
}
