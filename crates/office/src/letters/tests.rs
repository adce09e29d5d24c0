//! What stands in letters: the right law for the kind of matter, the day of the act, the body as it is now, and who acted.

use super::{Ground, compose};
use casework::act::{Submission, Telling};
use casework::award::Purse;
use casework::commitment::{Finding, Signing};
use casework::decide::Kept;
use casework::event::Channel;
use casework::{
    Act, Actor, Case, CaseNo, Errand, Holder, LetterKind, Moment, Officer, Power, Reach, Record, Scene, StaffId, Surroundings,
    decide,
};
use papers::letter::{Block, Letter};
use rulebook::procedure::Role;
use rulebook::{Calendar, Rulebook};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

const AREA: &str = "120116001";

static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if let (Ok(text), Ok(name)) = (std::fs::read_to_string(&path), path.strip_prefix(root)) {
                found.push((name.to_string_lossy().into_owned(), text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found
});

static RULES: LazyLock<Rulebook> = LazyLock::new(|| crate::rulebooks::compile(&FILES).0);

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    let text = FILES.iter().find(|(path, _)| path == crate::rulebooks::CALENDAR).map_or("", |(_, text)| text);
    Calendar::parse(crate::rulebooks::CALENDAR, text).0
});

/// A case as it is lived, act by act.
struct Life {
    case: Case,
    records: Vec<Record>,
    words: BTreeMap<u32, String>,
    /// The letters that the last act ordered.
    ordered: Vec<LetterKind>,
    errands: Vec<Errand>,
}

impl Life {
    fn of(item: &str, lacking: &[&str]) -> Life {
        Life::sent(item, lacking, None)
    }

    fn sent(item: &str, lacking: &[&str], commitment: Option<Box<Signing>>) -> Life {
        let bodies = RULES.competent(item, AREA, jiff::civil::date(2026, 3, 2));
        let agency = bodies.first().expect("a competent body").code.get_ref().clone();
        let mut life = Life {
            case: Case::unborn(CaseNo("S0001".into())),
            records: Vec::new(),
            words: BTreeMap::new(),
            ordered: Vec::new(),
            errands: Vec::new(),
        };
        let submission = Submission {
            item: item.into(),
            holder: Holder::Firm("91120116MA0TEXT042".into()),
            agency,
            area: AREA.into(),
            channel: Channel::Counter,
            parent: None,
            answers: "{}".into(),
            title: "示例公司".into(),
            papers: Vec::new(),
            lacking: lacking.iter().map(|key| (*key).to_owned()).collect(),
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment,
            signatures: Vec::new(),
        };
        life.does("2026-03-02T10:00", "chen", Act::Submit(submission));
        life
    }

    fn does(&mut self, at: &str, who: &str, act: Act) {
        let now = Moment::at(at.parse().expect("a moment"));
        let power = |role| Power { role, agency: None, items: Vec::new(), until: None };
        let officer = |id: &str| Officer {
            id: StaffId(id.into()),
            powers: [Role::Clerk, Role::Examiner, Role::Approver, Role::Head, Role::Presider].map(power).to_vec(),
            stands_in_for: Vec::new(),
        };
        let by = match who {
            "clock" => Actor::Clock,
            "applicant" => {
                Actor::Applicant { person: "p".into(), holder: Holder::Firm("91120116MA0TEXT042".into()), reach: Reach::Whole }
            }
            id => Actor::Officer(officer(id)),
        };
        let (item, agency) = match &act {
            Act::Submit(submission) => (submission.item.clone(), submission.agency.clone()),
            _ => (self.case.item.clone(), self.case.agency.clone()),
        };
        let mut around = Surroundings::by_rules(&RULES, "e1", &item, &agency, AREA, now.day());
        around.officers = ["li", "wang", "qin"].map(officer).to_vec();
        if matches!(act, Act::ProposeAward { .. } | Act::PublishAward) {
            let (programme, much) = ("rsj-stable-small".to_owned(), 100_000_000);
            around.purse =
                Some(Purse { programme, line_has: much, batch_has: much, line_left: much, batch_left: much, ..Purse::default() });
        }
        let scene = Scene { case: &self.case, around: &around, by: &by, rules: &RULES, edition: "e1", calendar: &CALENDAR, now };
        let decided = decide(&scene, &act).unwrap_or_else(|refusal| panic!("{at} {}: {}", act.name(), refusal.why.zh));
        let said = |kept: &Kept| (kept.words.0, String::from_utf8_lossy(&kept.bytes).into_owned());
        self.words.extend(decided.kept.iter().map(said));
        self.records.extend(decided.records);
        let ordered = decided.errands.iter().filter_map(|errand| match errand {
            Errand::MakeLetter { letter } => Some(*letter),
            _ => None,
        });
        self.ordered = ordered.collect();
        self.errands = decided.errands;
        self.case = decided.after;
    }

    /// The letter made long after the act that ordered it.
    fn letter(&self, kind: LetterKind) -> Letter {
        self.letter_under(kind, &RULES)
    }

    fn letter_under(&self, kind: LetterKind, live: &Rulebook) -> Letter {
        assert!(self.ordered.contains(&kind), "{kind:?} was not ordered: {:?}", self.ordered);
        let names = [("chen", "陈窗口"), ("li", "李审查"), ("wang", "王审查"), ("qin", "秦听证")];
        let names = names.map(|(id, name)| (id.to_owned(), name.to_owned())).into();
        let ground = Ground {
            case: &self.case,
            records: &self.records,
            words: &self.words,
            rules: &RULES,
            live,
            names: &names,
            found: &[],
            public_url: "https://example.test",
            demonstration: false,
        };
        compose(&ground, kind, "号", "CODE", Moment::at(jiff::civil::date(2027, 1, 5).at(9, 0, 0, 0)))
    }

    fn text(&self, kind: LetterKind) -> String {
        text(&self.letter(kind))
    }
}

fn text(letter: &Letter) -> String {
    let block = |block: &Block| match block {
        Block::Paragraph(text) | Block::Heading(text) | Block::Small(text) => text.clone(),
        Block::KeyValues(pairs) => pairs.iter().map(|(name, value)| format!("{name}：{value}\n")).collect(),
        Block::Table { rows, .. } => rows.iter().map(|row| row.join(" ") + "\n").collect(),
        Block::List(lines) | Block::Signatures(lines) => lines.join("\n"),
    };
    letter.blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn told(about: &str) -> Act {
    Act::AskCorrection { defects: vec![Telling { about: about.into(), words: "请补充。".into() }], exception: None }
}

#[test]
fn the_licensing_law_stands_in_the_letters_of_permits_only() {
    let mut permit = Life::of("food-operation-new", &[]);
    let receipt = permit.text(LetterKind::Receipt);
    assert!(receipt.contains("自收到之日起即为受理（行政许可法第三十二条第一款第四项）"), "{receipt}");
    assert!(receipt.contains("收件人：陈窗口"), "{receipt}");
    permit.does("2026-03-03T10:00", "li", Act::Accept { deferred: Vec::new() });
    assert!(permit.text(LetterKind::AcceptanceNotice).contains("专家评审"));
    permit.does("2026-03-04T10:00", "li", Act::Claim);
    permit.does("2026-03-04T10:10", "li", Act::Review { agrees: true, opinion: "符合。".into() });
    permit.does("2026-03-05T10:00", "wang", Act::Grant { content: "全部".into() });
    let grant = permit.letter(LetterKind::Grant);
    assert_eq!((grant.title.as_str(), grant.date.as_str()), ("准予行政许可决定书", "2026年3月5日"), "dated by the act");
    assert!(text(&grant).contains("第三十八条第一款") && permit.errands.contains(&Errand::Publish));

    let mut service = Life::of("information-disclosure-request", &[]);
    let receipt = service.text(LetterKind::Receipt);
    assert!(!receipt.contains("行政许可") && !receipt.contains("即为受理"), "silence accepts nothing here: {receipt}");
    service.does("2026-03-02T11:00", "li", told("general-application-form"));
    assert!(!service.text(LetterKind::CorrectionNotice).contains("行政许可"));
    let mut service = Life::of("employment-certificate", &[]);
    service.does("2026-03-02T11:00", "li", Act::Grant { content: "就业创业证".into() });
    let grant = service.letter(LetterKind::Grant);
    assert_eq!(grant.title, "准予决定书");
    assert!(!text(&grant).contains("行政许可"), "{}", text(&grant));
    assert!(!service.errands.contains(&Errand::Publish), "art. 40 publishes permits, not what a person was given");
}

#[test]
fn a_receipt_of_a_zone_says_on_whose_behalf_it_is_handled() {
    let mut life = Life::of("company-registration", &[]);
    assert!(!life.text(LetterKind::Receipt).contains("委托办理"));
    (life.case.agency, life.case.area) = ("jkq".into(), "120116400".into());
    let name = |code: &str| RULES.agencies[code].name.as_str();
    let said = format!("本申请由{}受{}委托办理", name("jkq"), name("scjgj"));
    let receipt = life.text(LetterKind::Receipt);
    assert!(receipt.contains(&said), "{receipt}");
}

#[test]
fn what_is_refused_says_where_to_turn_and_disclosure_goes_to_reconsideration_first() {
    let mut disclosure = Life::of("information-disclosure-request", &[]);
    disclosure.does("2026-03-03T10:00", "li", Act::Accept { deferred: Vec::new() });
    disclosure.does("2026-03-03T10:05", "li", Act::Claim);
    disclosure.does("2026-03-04T10:00", "li", Act::Review { agrees: true, opinion: "不予公开。".into() });
    disclosure.does(
        "2026-03-05T10:00",
        "wang",
        Act::Refuse {
            reasons: "属于国家秘密。".into(), basis: "政府信息公开条例第十四条".into(), false_statement: None
        },
    );
    let refusal = disclosure.letter(LetterKind::RefusalDecision);
    assert_eq!(refusal.title, "不予办理决定书");
    let words = text(&refusal);
    assert!(words.contains("先向") && words.contains("第二十三条第一款第四项") && !words.contains("也可以在"), "{words}");

    let mut permit = Life::of("food-operation-new", &[]);
    permit.does("2026-03-03T10:00", "li", Act::FindNotNeeded { reason: "不需要。".into() });
    assert!(permit.text(LetterKind::NotNeededNotice).contains("行政复议"));
    let mut permit = Life::of("food-operation-new", &["food-equipment-list"]);
    permit.does("2026-03-03T10:00", "li", told("food-equipment-list"));
    permit.does("2026-05-06T10:00", "li", Act::Return { reason: "逾期没有补正。".into() });
    assert!(permit.text(LetterKind::ReturnNotice).contains("行政复议"));
}

#[test]
fn a_body_signs_with_the_name_and_the_remedies_that_it_has_now() {
    let life = Life::of("food-operation-new", &[]);
    let mut live = RULES.clone();
    let body = live.agencies.get_mut(&life.case.agency).expect("the body");
    body.name = "改名后的机关".into();
    let receipt = life.letter_under(LetterKind::Receipt, &live);
    assert_eq!((receipt.letterhead.as_str(), receipt.signer.as_str()), ("改名后的机关", "改名后的机关"));
}

#[test]
fn accepted_by_silence_the_notice_lists_what_still_lacks() {
    let mut life = Life::of("food-operation-new", &["food-equipment-list"]);
    life.does("2026-03-10T00:01", "clock", Act::CheckClocks);
    let notice = life.text(LetterKind::AcceptanceNotice);
    assert!(notice.contains("视为受理") && notice.contains("尚缺：") && notice.contains("设备"), "{notice}");
}

#[test]
fn hearing_and_inspection_name_who_presides_and_who_came_and_the_minutes_are_a_letter() {
    let mut life = Life::of("food-operation-new", &[]);
    life.does("2026-03-03T10:00", "li", Act::Accept { deferred: Vec::new() });
    life.does("2026-03-03T10:05", "li", Act::Claim);
    let officers = vec![StaffId("li".into()), StaffId("wang".into())];
    let on = jiff::civil::date(2026, 3, 4);
    life.does("2026-03-04T10:00", "li", Act::Inspect { officers, on, passed: true, findings: "符合。".into(), papers: vec![] });
    assert!(life.text(LetterKind::InspectionRecord).contains("李审查、王审查"));
    life.does("2026-03-04T11:00", "li", Act::OfferHearing { at_own_motion: false, reason: "涉及邻居。".into() });
    life.does("2026-03-05T10:00", "applicant", Act::AskHearing { by_party: "申请人".into() });
    let on = jiff::civil::date(2026, 3, 20);
    let set =
        Act::SetHearing {
            on, hour: jiff::civil::time(9, 0, 0, 0), presider: StaffId("qin".into()), place: "三楼听证室".into()
        };
    life.does("2026-03-05T11:00", "li", set);
    let notice = life.text(LetterKind::HearingNotice);
    for said in ["秦听证", "3月20日9时举行", "三楼听证室", "申请回避", "第四十五条", "听证笔录"] {
        assert!(notice.contains(said), "{said}: {notice}");
    }
    life.does("2026-03-20T10:00", "qin", Act::HoldHearing { minutes: "双方到场。".into() });
    let minutes = life.letter(LetterKind::HearingMinutes);
    assert_eq!((minutes.title.as_str(), minutes.date.as_str()), ("听证笔录", "2026年3月20日"));
    assert!(text(&minutes).contains("双方到场。") && text(&minutes).contains("秦听证"));
}

#[test]
fn an_extension_cites_the_limits_own_ground_and_an_ending_has_its_own_title() {
    let mut life = Life::of("information-disclosure-request", &[]);
    life.does("2026-03-03T10:00", "li", Act::Accept { deferred: Vec::new() });
    life.does("2026-03-03T10:05", "li", Act::Claim);
    life.does("2026-03-10T10:00", "han", Act::Extend { n: 10, reason: "需要征求第三方意见。".into() });
    let notice = life.text(LetterKind::ExtensionNotice);
    assert!(notice.contains("政府信息公开条例第三十三条第二款") && notice.contains("10个工作日"), "{notice}");
    assert!(!notice.contains("行政许可法"));

    let mut permit = Life::of("food-operation-new", &[]);
    permit.does("2026-03-03T10:00", "li", Act::Accept { deferred: Vec::new() });
    permit.does("2026-03-03T10:05", "li", Act::Claim);
    permit.does("2026-03-03T10:10", "li", Act::Review { agrees: true, opinion: "符合。".into() });
    permit.does("2026-03-04T10:00", "wang", Act::Grant { content: "全部".into() });
    permit.does("2026-03-04T10:10", "wang", Act::MakeResult { number: "1".into(), name: String::new() });
    permit.does("2026-03-04T10:20", "wang", Act::Deliver { manner: "窗口".into(), receiver: "张".into() });
    let end = Act::End { ground: "holder-applied".into(), reason: "停业。".into() };
    permit.does("2026-04-01T10:00", "wang", end);
    assert_eq!(permit.letter(LetterKind::EndOfPermit).title, "注销行政许可决定书");
}

#[test]
fn a_commitment_is_handed_out_as_it_was_signed_and_its_check_says_what_follows_and_until_when() {
    let signing = Signing { notice: Some(2), proofs: vec![], replaced: vec!["floor-plan".into()] };
    let mut life = Life::sent("fire-safety-check", &[], Some(Box::new(signing)));
    let signed = life.text(LetterKind::CommitmentLetter);
    for says in ["第2版", "消防法第十五条第一款", "承诺人：示例公司", "2026年3月2日", "一般程序"] {
        assert!(signed.contains(says), "{says} in {signed}");
    }
    life.does("2026-03-02T11:00", "li", Act::Grant { content: "同意".into() });
    assert!(
        life.text(LetterKind::Grant).contains("以告知承诺方式作出")
            && life.text(LetterKind::Grant).contains("2026年5月6日前核查")
    );
    life.does("2026-03-02T12:00", "li", Act::MakeResult { number: "1".into(), name: String::new() });
    assert!(life.text(LetterKind::Certificate).contains("告知承诺"), "the certificate shows it");
    life.does("2026-03-02T13:00", "li", Act::Deliver { manner: "电子送达".into(), receiver: "甲".into() });
    let check = |finding, findings: &str| Act::PostCheck {
        officers: vec![StaffId("li".into()), StaffId("wang".into())],
        on: jiff::civil::date(2026, 3, 20),
        finding,
        findings: findings.into(),
        papers: vec![],
    };
    life.does("2026-03-20T10:00", "li", check(Finding::Rectify, "安全出口堵塞"));
    let order = life.text(LetterKind::RectificationOrder);
    assert!(
        order.contains("安全出口堵塞") && order.contains("2026年4月7日前整改") && order.contains("李审查、王审查"),
        "{order}"
    );
    life.does("2026-04-08T10:00", "li", check(Finding::Broken, "没有整改"));
    let told = life.text(LetterKind::CheckResult);
    assert!(told.contains("拟予撤销") && told.contains("2026年4月15日前陈述、申辩"), "{told}");
    life.does("2026-04-09T10:00", "applicant", Act::HearStatement { text: "申辩".into() });
    life.does("2026-04-10T10:00", "li", Act::End { ground: "commitment-broken".into(), reason: "没有整改".into() });
    let end = life.text(LetterKind::EndOfPermit);
    assert!(end.contains("信用记录") && end.contains("2027年4月10日") && end.contains("行政复议"), "{end}");
}

#[test]
fn the_opinion_of_the_assessment_names_the_conclusion_and_who_signed_also_after_later_reviews() {
    let mut life = Life::of("policy-consistency", &[]);
    let answers = r#"{"policy-draft-name":"绿色转型扶持办法","policy-draft-code":"green-2026"}"#;
    life.words.insert(life.case.answers.expect("answers").0, answers.into());
    life.does("2026-03-02T10:20", "li", Act::Claim);
    life.does("2026-03-02T10:30", "li", Act::Accept { deferred: Vec::new() });
    let review = |opinion: &str| Act::Review { agrees: true, opinion: opinion.into() };
    life.does("2026-03-03T10:00", "li", review("附分析"));
    assert!(life.ordered.is_empty(), "the analysis is no opinion: {:?}", life.ordered);
    life.does("2026-03-04T10:00", "wang", Act::Classify { class: "consistent-amended".into() });
    life.does("2026-03-05T10:00", "wang", review("修改后同意"));
    let text = life.text(LetterKind::AssessmentOpinion);
    for part in ["基本一致（修改后）", "签署意见：修改后同意", "签署人：王审查", "没有征求其他部门意见", "不代替任何一项审查"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    for part in ["经对《绿色转型扶持办法》进行", "green-2026", "示例公司"] {
        assert!(text.contains(part), "it names the draft, not who sent it: {part}: {text}");
    }
    assert!(!text.contains("《示例公司》"), "{text}");
    assert_eq!(life.letter(LetterKind::AssessmentOpinion).date, "2026年3月5日");
}

#[test]
fn a_decision_that_pays_names_the_amount_that_was_on_notice_and_has_no_validity() {
    let mut life = Life::of("job-stabilisation-refund", &[]);
    life.does("2026-03-03T09:00", "li", Act::Claim);
    life.does("2026-03-03T09:10", "li", Act::Accept { deferred: vec![] });
    life.does("2026-03-03T10:00", "li", Act::ProposeAward { amount: "14400元".into(), reasons: "属实".into() });
    life.does("2026-03-03T11:00", "wang", Act::PublishAward);
    life.does("2026-03-16T09:00", "wang", Act::Grant { content: "返还，金额1440000元".into() });
    let text = life.text(LetterKind::Grant);
    assert!(text.contains("决定兑现14400元") && text.contains("兑现金额"), "{text}");
    assert!(!text.contains("有效期"), "{text}");
}
