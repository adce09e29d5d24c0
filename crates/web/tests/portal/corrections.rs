//! `/matters/{no}/correction` and the draft that answers it.

use crate::house::House;
use crate::uploads::someone;
use axum::http::StatusCode;
use casework::act::{Submission, Telling};
use casework::event::Channel;
use casework::{Act, Actor, Officer, Power, StaffId};
use office::Outcome;
use rulebook::procedure::Role;

#[tokio::test]
async fn a_correction_is_sent_on_what_its_author_has_seen_and_loses_nothing() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "corrects", 1).await);
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let word = |word: &str| word.to_owned();
    let submission = Submission {
        item: word("food-operation-new"),
        holder: holder.clone(),
        agency: word("scjgj"),
        area: word("120116001"),
        channel: Channel::Online,
        parent: None,
        answers: word("{}"),
        title: word("张三"),
        papers: vec![],
        lacking: vec![word("floor-plan")],
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    };
    let Outcome::Done(case) = office.submit(submission, &me.actor, "one").await.expect("submitted") else { panic!("refused") };
    let power = Power { role: Role::Examiner, agency: None, items: vec![], until: None };
    let li = Actor::Officer(Officer { id: StaffId(word("li")), powers: vec![power], stands_in_for: vec![] });
    let ask = Act::AskCorrection { defects: vec![Telling { about: word("floor-plan"), words: word("缺图") }], exception: None };
    let Outcome::Done(case) = office.perform(&case.no, &ask, &li, None, None).await.expect("told") else { panic!("refused") };

    // The copy of one's own data says what was told, and neither the office's notes nor who wrote them.
    let note = Act::Note { text: word("内部意见") };
    let Outcome::Done(case) = office.perform(&case.no, &note, &li, None, None).await.expect("noted") else { panic!("refused") };
    let copy = house.get_with("/account/my-data.json", &me.cookie).await;
    copy.is(StatusCode::OK).has(&[&case.no.0, "缺图", "一次性告知需要补正1项", "食品经营许可"]);
    copy.lacks(&["内部意见", "officer", "\"li\"", "effective", "keeps"]);

    let draft = office.begin_correction(&me.actor, &case).await.expect("begun");
    office.attach_paper(&me.actor, &draft, "floor-plan", "图.pdf", b"%PDF-1.7 plan").await.expect("attached");
    let check = house.get_with(&format!("/drafts/{draft}/check"), &me.cookie).await;
    if check.text.contains("name=\"seen\"") {
        check.has(&[&format!("name=\"seen\" value=\"{}\"", case.version)]);
    }
    let send = async |seen: &str| {
        let fields = [("csrf", me.csrf.as_str()), ("seen", seen)];
        house.post_with(&format!("/drafts/{draft}/submit"), &fields, &me.cookie).await
    };
    send("1").await.is(StatusCode::OK).has(&["办件刚刚有了变化", "缺图"]);
    let kept = office::drafts::open(&office.store, &me.actor, &draft).await.expect("opened");
    assert_eq!(kept.papers.len(), 1, "nothing is lost");
    send("").await.is(StatusCode::CONFLICT);
    send(&case.version.to_string()).await.is(StatusCode::SEE_OTHER);
    send(&case.version.to_string()).await.is(StatusCode::SEE_OTHER);
    let supplied = office.store.case(&case.no).await.expect("read").expect("a case");
    assert_eq!(supplied.corrections.len(), 1);
    assert!(supplied.corrections[0].supplied.is_some(), "once and whole");
}

/// A food licence applied for with the sample of its guide, one paper handed in and these lacking.
pub async fn applied(house: &House, me: &crate::uploads::Someone, lacking: &[&str]) -> casework::Case {
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let live = house.office.rulebooks.live().expect("in force");
    let form = &live.rules.forms[live.rules.items["food-operation-new"].form.as_ref().expect("a form").get_ref()];
    let asks = form.section.iter().flat_map(|section| &section.ask).filter(|ask| !ask.sample.is_empty());
    let answers: rulebook::intake::Answers =
        asks.map(|ask| (live.rules.fields[ask.field.get_ref()].code.clone(), ask.sample.clone())).collect();
    let digest = house.office.uploads.blobs.keep(b"%PDF-1.7 plan".to_vec()).await.expect("kept");
    let submission = Submission {
        item: "food-operation-new".into(),
        holder: holder.clone(),
        agency: "scjgj".into(),
        area: "120116001".into(),
        channel: Channel::Online,
        parent: None,
        answers: serde_json::to_string(&answers).expect("JSON"),
        title: "张三".into(),
        papers: vec![casework::act::Paper { key: "floor-plan".into(), digest, file_name: "图.pdf".into() }],
        lacking: lacking.iter().map(|key| (*key).to_owned()).collect(),
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    };
    match house.office.submit(submission, &me.actor, "one").await.expect("submitted") {
        Outcome::Done(case) => *case,
        other => panic!("{other:?}"),
    }
}

fn examiner() -> Actor {
    let power = Power { role: Role::Examiner, agency: None, items: vec![], until: None };
    Actor::Officer(Officer { id: StaffId("li".into()), powers: vec![power], stands_in_for: vec![] })
}

#[tokio::test]
async fn what_was_handed_in_is_not_missing_and_what_was_told_and_left_is_named() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "corrects", 1).await);
    let case = applied(&house, &me, &["food-safety-rules"]).await;
    let defects = vec![Telling { about: "food-safety-rules".into(), words: "缺清单".into() }];
    let ask = Act::AskCorrection { defects, exception: None };
    let told = office.perform(&case.no, &ask, &examiner(), None, None).await.expect("told");
    let Outcome::Done(case) = told else { panic!("{told:?}") };
    let draft = office.begin_correction(&me.actor, &case).await.expect("begun");
    let check = format!("/drafts/{draft}/check");
    let rules = &office.rulebooks.live().expect("in force").rules;
    let (list, plan) = (&rules.materials["food-safety-rules"].name, &rules.materials["floor-plan"].name);
    let page = house.get_with(&check, &me.cookie).await;
    page.is(StatusCode::OK).has(&["这些还没有补", &format!("<li>{list}")]).lacks(&[&format!("<li>{plan}"), "逾期不告知"]);
    office.attach_paper(&me.actor, &draft, "food-safety-rules", "清单.pdf", b"%PDF-1.7 list").await.expect("attached");
    house.get_with(&check, &me.cookie).await.is(StatusCode::OK).lacks(&["这些还没有补"]);
}

#[tokio::test]
async fn what_may_follow_an_acceptance_is_asked_for_alone() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "follows", 1).await);
    let lacking = ["food-safety-rules"];
    let case = applied(&house, &me, &lacking).await;
    let accept = Act::Accept { deferred: lacking.map(String::from).to_vec() };
    let accepted = office.perform(&case.no, &accept, &examiner(), None, None).await.expect("accepted");
    let Outcome::Done(case) = accepted else { panic!("{accepted:?}") };
    let draft = office.begin_correction(&me.actor, &case).await.expect("begun");
    let page = house.get_with(&format!("/drafts/{draft}"), &me.cookie).await;
    page.is(StatusCode::OK).has(&["补交材料", "请在期限内补交", "paper.food-safety-rules"]);
    page.lacks(&["name=\"applicant-name\"", "paper.floor-plan"]);
    house.get_with(&format!("/drafts/{draft}/check"), &me.cookie).await.is(StatusCode::OK).has(&["这些还没有补"]);
}
