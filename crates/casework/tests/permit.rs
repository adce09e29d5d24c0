//! One life of a permit, from a person's screen to the journal, by the district's own rulebook.

mod district;

use casework::act::Telling;
use casework::*;
use district::{CALENDAR, RULES, applicant, officer, staff};
use jiff::civil::date;
use rulebook::procedure::Role;

struct Life {
    case: Case,
    around: Surroundings,
    records: Vec<Record>,
}

impl Life {
    fn new() -> Life {
        let around = Surroundings {
            has_authority: true,
            officers: vec![officer("li", &[Role::Examiner]), officer("wang", &[Role::Examiner])],
            ..Surroundings::default()
        };
        Life { case: Case::unborn(CaseNo("T1".into())), around, records: Vec::new() }
    }

    fn act(&mut self, by: &Actor, act: Act, at: &str) -> Result<(), Refusal> {
        let now = Moment::at(at.parse().expect("a moment"));
        let scene =
            Scene { case: &self.case, around: &self.around, by, rules: &RULES, edition: "2026-01", calendar: &CALENDAR, now };
        let decided = decide(&scene, &act)?;
        self.records.extend(decided.records);
        let replayed = Case::from_records(self.case.no.clone(), &self.records);
        assert_eq!(replayed, decided.after, "replay equals state");
        self.case = decided.after;
        Ok(())
    }

    fn due(&self, clock: &str) -> String {
        self.case.clock(clock).map_or_else(|| "-".into(), |clock| clock.due.to_string())
    }
}

fn application(lacking: &[&str]) -> Act {
    district::application("food-operation-new", lacking)
}

#[test]
fn silence_for_five_working_days_is_acceptance_as_of_the_day_of_receipt() {
    let mut life = Life::new();
    life.act(&applicant(), application(&["floor-plan"]), "2026-03-02T10:00").expect("submitted");
    assert_eq!((life.case.step.as_str(), life.due("accept").as_str()), ("awaiting-acceptance", "2026-03-09"));
    life.act(&Actor::Clock, Act::CheckClocks, "2026-03-09T23:59").expect("nothing to do");
    assert_eq!(life.case.accepted, None);
    life.act(&Actor::Clock, Act::CheckClocks, "2026-03-10T00:05").expect("deemed accepted");
    assert_eq!((life.case.accepted, life.case.deemed, life.case.step.as_str()), (Some(date(2026, 3, 2)), true, "in-review"));
    assert_eq!(life.due("decide-promised"), "2026-03-12");
    let events = life.records.len();
    life.act(&Actor::Clock, Act::CheckClocks, "2026-03-10T00:06").expect("again");
    assert_eq!(life.records.len(), events, "looking twice changes nothing");
}

#[test]
fn corrections_are_told_once_and_a_full_answer_leads_to_a_decision() {
    let mut life = Life::new();
    let li = staff("li", &[Role::Examiner]);
    let chief = staff("zhao", &[Role::Approver, Role::Head]);
    life.act(&applicant(), application(&["floor-plan"]), "2026-03-02T10:00").expect("submitted");
    life.act(&li, Act::Claim, "2026-03-03T09:00").expect("claimed");
    let tell = |about: &str| vec![Telling { about: about.into(), words: "缺少平面布置图，请补交".into() }];
    let refused = life.act(&li, Act::AskCorrection { defects: tell("anything-else"), exception: None }, "2026-03-03T09:10");
    assert_eq!(refused.expect_err("off the list").code, "off-the-list");
    life.act(&li, Act::AskCorrection { defects: tell("floor-plan"), exception: None }, "2026-03-03T09:20").expect("asked");
    assert_eq!(life.case.step, "awaiting-correction");
    let paper = act::Paper { key: "floor-plan".into(), digest: "00".into(), file_name: "平面图.pdf".into() };
    life.act(&applicant(), Act::Supply { answers: None, papers: vec![paper], signatures: vec![] }, "2026-03-04T20:00")
        .expect("supplied");
    let second = life.act(&li, Act::AskCorrection { defects: tell("food-equipment-list"), exception: None }, "2026-03-05T09:00");
    assert_eq!(second.expect_err("told once only").code, "told-once-only");
    life.act(&li, Act::Accept { deferred: vec![] }, "2026-03-05T09:05").expect("accepted");
    assert_eq!(life.due("decide-promised"), "2026-03-17");
    life.act(
        &li,
        Act::BeginSpecial {
            kind: "testing".into(),
            basis: "行政许可法第四十五条".into(),
            expected_end: date(2026, 3, 20),
            notice: "检测约需十日".into(),
        },
        "2026-03-06T09:00",
    )
    .expect_err("only an approver pauses a clock");
    life.act(
        &chief,
        Act::BeginSpecial {
            kind: "testing".into(),
            basis: "行政许可法第四十五条".into(),
            expected_end: date(2026, 3, 20),
            notice: "检测约需十日".into(),
        },
        "2026-03-06T09:00",
    )
    .expect("paused");
    life.act(&chief, Act::EndSpecial { outcome: "合格".into() }, "2026-03-13T09:00").expect("resumed");
    assert_eq!(life.due("decide-promised"), "2026-03-24");
    life.act(&li, Act::Review { agrees: true, opinion: "符合条件".into() }, "2026-03-16T09:00").expect("reviewed");
    life.act(&chief, Act::Grant { content: "准予经营热食类食品制售".into() }, "2026-03-16T10:00").expect("granted");
    life.act(&li, Act::MakeResult { number: "JY21201160000001".into(), name: String::new() }, "2026-03-17T10:00").expect("made");
    life.act(&li, Act::Deliver { manner: "电子送达".into(), receiver: "申请人".into() }, "2026-03-17T11:00").expect("delivered");
    assert!(!life.case.is_open() && !life.case.is_red());
    assert_eq!(life.act(&applicant(), Act::Rate { level: 1, words: None }, "2026-03-18T08:00"), Ok(()));
    assert_eq!(
        life.act(&applicant(), Act::Rate { level: 1, words: None }, "2026-03-18T08:01").expect_err("once").code,
        "rated-already"
    );
}

#[test]
fn another_firm_and_another_body_may_do_nothing() {
    let mut life = Life::new();
    life.act(&applicant(), application(&[]), "2026-03-02T10:00").expect("submitted");
    let stranger = Actor::Applicant {
        person: "p2".into(),
        holder: Holder::Firm("91120116MA0TEXT12W".into()),
        reach: casework::Reach::Whole,
    };
    assert_eq!(
        life.act(&stranger, Act::Withdraw { reason: "x".into() }, "2026-03-02T11:00").expect_err("not his").code,
        "not-yours"
    );
    let other = Actor::Officer(Officer {
        id: StaffId("sun".into()),
        powers: vec![Power { role: Role::Examiner, agency: Some("wjw".into()), items: vec![], until: None }],
        stands_in_for: vec![],
    });
    assert_eq!(life.act(&other, Act::Claim, "2026-03-02T11:00").expect_err("not theirs").code, "not-yours");
    life.around.has_authority = false;
    let li = staff("li", &[Role::Examiner]);
    assert_eq!(life.act(&li, Act::Accept { deferred: vec![] }, "2026-03-02T12:00").expect_err("no power").code, "no-authority");
}
