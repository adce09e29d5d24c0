//! Decided by rule: who meets every published rule has the result at once and sees why; everybody else has a person.

use crate::house::House;
use crate::uploads::{Someone, confirmed, someone};
use axum::http::StatusCode;
use casework::act::Submission;
use casework::event::Channel;
use casework::{Actor, Case, CaseNo};
use office::relied::Found;
use office::rulebooks::Edition;
use office::{Office, Outcome};
use std::collections::BTreeMap;
use store::readings::ReadingFilter;

const ITEM: &str = "employment-certificate";

/// An application with which every rule is met, but for what `but` says.
async fn apply(house: &House, me: &Someone, channel: Channel, but: &[(&str, &str)]) -> Case {
    let Actor::Applicant { holder, person, .. } = &me.actor else { panic!("an applicant") };
    let known = house.office.store.person(person).await.expect("read").expect("there");
    let mut answers = BTreeMap::from([
        ("person-name", known.name.as_str()),
        ("citizen-id", known.id_number.as_str()),
        ("birth-date", "1890-01-01"),
        ("employment-state", "登记失业"),
        ("never-employed", "是"),
        ("asks-hardship-recognition", "否"),
        ("by-agent", "否"),
        ("delivery-way", "电子送达"),
    ]);
    answers.extend(but.iter().copied());
    let submission = Submission {
        item: ITEM.into(),
        holder: holder.clone(),
        agency: "rsj".into(),
        area: "120116001".into(),
        channel,
        parent: None,
        answers: serde_json::to_string(&answers).expect("written"),
        title: known.name.clone(),
        papers: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    };
    let request = office::ids::opaque();
    let Outcome::Done(case) = house.office.submit(submission, &me.actor, &request).await.expect("submitted") else {
        panic!("refused")
    };
    *case
}

async fn run(office: &Office, no: &CaseNo) -> Case {
    office.run_due_errands().await.expect("run");
    office.store.case(no).await.expect("read").expect("there")
}

#[tokio::test]
async fn who_meets_every_rule_has_the_result_at_once_and_sees_why() {
    let house = House::built(|_| {}, true).await;
    let me = confirmed(&house, "seeks", "张三", 1).await;
    let sent = apply(&house, &me, Channel::Online, &[]).await;
    let page = format!("/matters/{}", sent.no);
    house.get_with(&page, &me.cookie).await.is(StatusCode::OK).has(&["系统正在按公布的规则核对", "/assets/again."]);
    let case = run(&house.office, &sent.no).await;
    assert!(!case.is_open() && case.step == "delivered", "{}", case.step);
    assert!(case.first_officer.is_none() && case.result.is_some());
    run(&house.office, &sent.no).await;
    let again = house.office.store.case(&sent.no).await.expect("read").expect("there");
    assert_eq!(again.version, run(&house.office, &sent.no).await.version, "asked again nothing changes");
    let shown = house.get_with(&page, &me.cookie).await;
    shown.is(StatusCode::OK).has(&["全部规则符合", "实名用户库", "年满十六周岁", "请工作人员复查", "系统"]);
    let readings = house.office.store.readings(&ReadingFilter { case_no: Some(sent.no.clone()), ..Default::default() }, 50).await;
    let of_registers = readings.expect("read").into_iter().filter(|reading| reading.what == "register");
    assert_eq!(of_registers.count(), 2, "persons and cases, and no other register");
    let other = someone(&house, "other", 2).await;
    house.get_with(&page, &other.cookie).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn everybody_else_has_a_person_and_nobody_is_refused() {
    let house = House::built(|_| {}, true).await;
    for (n, channel, but, open) in [
        (1, Channel::Online, vec![("never-employed", "否")], vec![2]),
        (2, Channel::Online, vec![("person-name", "李四")], vec![0]),
        (3, Channel::Online, vec![("delivery-way", "窗口领取"), ("birth-date", "2015-01-01")], vec![1, 3]),
        (4, Channel::Online, vec![("by-person", "是")], vec![]),
        (5, Channel::Online, vec![("area", "经开区")], vec![]), // not the area that was chosen
    ] {
        let me = confirmed(&house, &format!("one{n}"), "张三", n).await;
        let sent = apply(&house, &me, channel, &but).await;
        let case = run(&house.office, &sent.no).await;
        let at_once = case.at_once.as_ref().expect("asked");
        assert!(case.is_open() && !at_once.met, "{but:?}");
        assert_eq!(at_once.open, open, "{but:?}");
        let due = |case: &Case| case.clock("decide-promised").map(|clock| clock.due);
        assert_eq!(due(&case), due(&sent), "its limits stay as they were");
        house.get_with(&format!("/matters/{}", sent.no), &me.cookie).await.is(StatusCode::OK).has(&["由工作人员办理"]);
    }
    let me = someone(&house, "says-so", 8).await;
    let sent = apply(&house, &me, Channel::Online, &[]).await;
    let at_once = run(&house.office, &sent.no).await.at_once.expect("asked");
    assert!(at_once.open == [0], "who has only said so herself is in no register: {:?}", at_once.open);
    let me = confirmed(&house, "walks-in", "张三", 9).await;
    let sent = apply(&house, &me, Channel::Counter, &[]).await;
    assert!(run(&house.office, &sent.no).await.at_once.is_none(), "who comes to a person has a person");
    // A second one while the first is open is looked at by a person.
    let twice = apply(&house, &me, Channel::Online, &[]).await;
    assert_eq!(run(&house.office, &twice.no).await.at_once.map(|at_once| at_once.open), Some(vec![4]));
}

#[tokio::test]
async fn the_area_chosen_is_not_asked_again_and_another_one_leaves_the_case_to_a_person() {
    let house = House::built(|_| {}, true).await;
    let me = confirmed(&house, "moves", "张三", 1).await;
    let begin = [("csrf", me.csrf.as_str()), ("area", "120116001")];
    let begun = house.post_with(&format!("/apply/{ITEM}"), &begin, &me.cookie).await;
    house.get_with(&begun.location, &me.cookie).await.is(StatusCode::OK).has(&[r#"<option value="塘沽街道" selected"#]);
    let sent = apply(&house, &me, Channel::Online, &[("area", "经开区")]).await;
    let case = run(&house.office, &sent.no).await;
    assert_eq!(case.at_once.as_ref().and_then(|at_once| at_once.held.as_deref()), Some("area-differs"));
    let shown = house.get_with(&format!("/matters/{}", sent.no), &me.cookie).await;
    shown.is(StatusCode::OK).has(&["申请时选择的区域和申请表里写的区域不一致"]);
}

#[tokio::test]
async fn a_licence_in_place_of_a_paper_is_looked_up_when_it_is_sent_and_when_it_is_decided() {
    let house = House::built(|_| {}, true).await;
    let (office, now) = (&house.office, house.office.now().await.expect("now"));
    let live = office.rulebooks.live().expect("in force");
    let item = &live.rules.items["shop-sign-filing"];
    let enter = async |status: &str| {
        let firm = store::people::firms::Firm {
            code: "92120116MA0TEXT20L".into(),
            name: "示例小吃店".into(),
            kind: "个体工商户".into(),
            legal_person: "示例甲".into(),
            legal_digest: String::new(),
            address: String::new(),
            area: "120116001".into(),
            industry: String::new(),
            status: status.into(),
            source: "示例".into(),
            updated_at: now,
        };
        let audit = store::people::Audit {
            id: office::ids::opaque(),
            by: "test".into(),
            what: "enter-firm".into(),
            subject: firm.code.clone(),
            at: now,
            detail: String::new(),
        };
        office.store.import_firms(&[firm], &audit).await.expect("entered");
    };
    let holder = casework::Holder::Firm("92120116MA0TEXT20L".into());
    let look = async || {
        let (nothing, today) = (BTreeMap::new(), now.day());
        let intake = live.rules.intake(item, &nothing, &[], today);
        let relied = office.relied_on(&live.rules, &holder, &intake, today).await.expect("looked");
        relied.into_iter().find(|one| one.licence == "营业执照").expect("a licence in place of a paper").found
    };
    assert_eq!(look().await, Found::Unknown, "nobody is turned away for what no register knows");
    enter("存续").await;
    assert!(matches!(look().await, Found::Stands { .. }));
    let submission = Submission {
        item: "shop-sign-filing".into(),
        holder: holder.clone(),
        agency: "cgw".into(),
        area: "120116001".into(),
        channel: Channel::Counter,
        parent: None,
        answers: "{}".into(),
        title: "示例小吃店".into(),
        papers: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    };
    let Outcome::Done(case) = office.submit(submission, &Actor::System, "sign").await.expect("heard") else { panic!("refused") };
    enter("吊销").await;
    let power = casework::Power { role: rulebook::procedure::Role::Clerk, agency: None, items: vec![], until: None };
    let clerk = casework::Officer { id: casework::StaffId("he".into()), powers: vec![power], stands_in_for: vec![] };
    let file =
        async || office.perform(&case.no, &casework::Act::File, &Actor::Officer(clerk.clone()), None, None).await.expect("heard");
    assert!(matches!(file().await, Outcome::Refused(refusal) if refusal.code == "licence-fallen"));
    enter("存续").await;
    assert!(matches!(file().await, Outcome::Done(_)));
}

#[tokio::test]
async fn a_decision_is_asked_again_under_its_own_rules_and_under_others() {
    let house = House::built(|_| {}, true).await;
    let office = &house.office;
    let me = confirmed(&house, "seeks", "张三", 1).await;
    let sent = apply(&house, &me, Channel::Online, &[]).await;
    run(office, &sent.no).await;
    let own = office.replay(&sent.no, None).await.expect("replayed");
    assert!(own.now.as_ref().is_some_and(|now| now.met()) && !own.differs());

    let live = office.rulebooks.live().expect("in force");
    let changed = |from: &str, to: &str| {
        let files = live.files.iter().map(|(path, text)| (path.clone(), text.replace(from, to))).collect();
        Edition::new("draft", files)
    };
    let before = office.store.case(&sent.no).await.expect("read");
    let older = changed("when = \"years_since(出生日期) >= 16\"", "when = \"years_since(出生日期) >= 160\"");
    let replayed = office.replay(&sent.no, Some(&older)).await.expect("replayed");
    assert!(replayed.differs() && replayed.now.map(|now| now.open()) == Some(vec![1]));
    // Other rules may look at answers that the first did not.
    let curious = changed("when = \"years_since(出生日期) >= 16\"", "when = \"known(手机号码)\"");
    let replayed = office.replay(&sent.no, Some(&curious)).await.expect("replayed");
    assert_eq!(replayed.now.map(|now| now.open()), Some(vec![1]), "nobody gave a number");
    let mut told = Vec::new();
    office
        .what_if(&older, |no, replayed| told.push((no.clone(), replayed.is_some_and(|one| one.differs()))))
        .await
        .expect("asked");
    assert_eq!(told, [(sent.no.clone(), true)]);
    assert_eq!(office.store.case(&sent.no).await.expect("read"), before, "a simulation touches no decision");
    assert!(office.replay(&CaseNo("nothing".into()), None).await.is_err());
}

#[tokio::test]
async fn the_guide_tells_the_rules_before_anybody_applies() {
    let house = House::open().await;
    let guide = house.get(&format!("/items/{ITEM}")).await;
    guide.is(StatusCode::OK).has(&["能不能当场自动办结", "年满十六周岁", "系统不会拒绝任何人"]);
    house.in_english(&format!("/items/{ITEM}")).await.is(StatusCode::OK).has(&["Decided at once by rule"]);
}
