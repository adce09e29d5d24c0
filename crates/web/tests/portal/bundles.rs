//! Bundles from the outside: one application, cases that follow one another, and who may see them.

use crate::house::House;
use crate::uploads::someone;
use axum::http::StatusCode;
use casework::act::{Paper, Submission, Telling};
use casework::bundle::{Plan, Planned, Settlement};
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Holder, Officer, Power, Reach, StaffId};
use office::Outcome;
use rulebook::procedure::Role;

fn planned(item: &str, agency: &str, after: &[&str]) -> Planned {
    Planned {
        item: item.into(),
        agency: agency.into(),
        area: "120116001".into(),
        after: after.iter().map(|item| (*item).to_owned()).collect(),
    }
}

/// An original that was looked at.
fn seen(key: &str) -> Paper {
    Paper { key: key.into(), digest: String::new(), file_name: "原件已核对".into() }
}

fn officer(role: Role) -> Actor {
    let power = Power { role, agency: None, items: vec![], until: None };
    Actor::Officer(Officer { id: StaffId(format!("{role:?}")), powers: vec![power], stands_in_for: vec![] })
}

async fn does(house: &House, no: &CaseNo, act: Act, by: &Actor) -> Case {
    match house.office.perform(no, &act, by, None, None).await.expect("heard") {
        Outcome::Done(case) => *case,
        other => panic!("{act:?}: {other:?}"),
    }
}

async fn component(house: &House, bundle: &CaseNo, item: &str) -> Case {
    let bundle = house.office.store.case(bundle).await.expect("read").expect("there").bundle.expect("a bundle");
    let no = bundle.component(item).and_then(|component| component.case()).expect("opened").clone();
    house.office.store.case(&no).await.expect("read").expect("there")
}

#[tokio::test]
async fn a_licence_opens_the_permits_that_wait_for_it_in_the_name_of_the_new_firm() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "founds", 1).await);
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let answers = serde_json::json!({
        "proposed-name": "天津滨海示例餐饮有限公司", "legal-representative": "示例甲", "has-kitchen": "是", "shop-area": "120",
    });
    let plan = Plan {
        theme: None,
        components: vec![
            planned("company-registration", "scjgj", &[]),
            planned("food-operation-new", "scjgj", &["company-registration"]),
            planned("shop-sign-filing", "cgw", &["company-registration"]),
        ],
        limit: None,
    };
    let submission = Submission {
        item: "joint-handling".into(),
        holder: holder.clone(),
        agency: "zwfwb".into(),
        area: "120116001".into(),
        channel: Channel::Online,
        parent: None,
        answers: answers.to_string(),
        title: "示例甲".into(),
        papers: ["articles-of-association", "appointment-documents", "effect-drawing"].map(seen).to_vec(),
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: Some(Box::new(plan)),
        commitment: None,
    };
    let Outcome::Done(bundle) = office.submit(submission, &me.actor, "one").await.expect("submitted") else { panic!("refused") };
    office.run_due_errands().await.expect("run");
    let licence = component(&house, &bundle.no, "company-registration").await;
    assert_eq!((licence.parent.as_ref(), licence.holder.as_ref()), (Some(&bundle.no), Some(holder)));
    let kept = office.answers_of(&licence).await.expect("answers");
    assert!(kept.contains_key("proposed-name") && !kept.contains_key("has-kitchen"), "its own form only: {kept:?}");
    let now = office.store.case(&bundle.no).await.expect("read").expect("there");
    assert_eq!(now.bundle.as_ref().and_then(|bundle| bundle.component("food-operation-new")?.case()), None, "only prepared");

    let (examiner, approver) = (officer(Role::Examiner), officer(Role::Approver));
    does(&house, &licence.no, Act::Claim, &examiner).await;
    does(&house, &licence.no, Act::Accept { deferred: vec![] }, &examiner).await;
    let text = || "符合".to_owned();
    does(&house, &licence.no, Act::Review { agrees: true, opinion: text() }, &examiner).await;
    does(&house, &licence.no, Act::Grant { content: text() }, &approver).await;
    let make = |number: &str| Act::MakeResult { number: number.into(), name: String::new() };
    let refused = office.perform(&licence.no, &make("登字〔2026〕1号"), &examiner, None, None).await.expect("heard");
    assert!(matches!(&refused, Outcome::Refused(refusal) if refusal.code == "number-impossible"), "{refused:?}");
    does(&house, &licence.no, make("91120116MA0TEXT042"), &examiner).await;
    office.run_due_errands().await.expect("run");
    let firm = office.store.firm("91120116MA0TEXT042").await.expect("read").expect("entered");
    assert_eq!((firm.name.as_str(), firm.legal_person.as_str()), ("天津滨海示例餐饮有限公司", "示例甲"));
    let permit = component(&house, &bundle.no, "food-operation-new").await;
    assert_eq!(permit.holder, Some(Holder::Firm(firm.code.clone())));
    let kept = office.answers_of(&permit).await.expect("answers");
    assert_eq!(kept.get("credit-code"), Some(&firm.code), "not asked, but given by the licence");
    assert_eq!(kept.get("applicant-name"), Some(&firm.name));
    assert!(!kept.contains_key("proposed-name"));

    // Told twice nothing happens twice; the refusal of one leaves the other alone.
    office.run_due_errands().await.expect("run");
    let sign = component(&house, &bundle.no, "shop-sign-filing").await;
    let person = if let Actor::Applicant { person, .. } = &me.actor { person.clone() } else { panic!("an applicant") };
    let firm = Actor::Applicant { person, holder: Holder::Firm(firm.code), reach: Reach::Whole };
    does(&house, &permit.no, Act::Withdraw { reason: String::new() }, &firm).await;
    does(&house, &sign.no, Act::File, &examiner).await;
    office.run_due_errands().await.expect("run");
    let now = office.store.case(&bundle.no).await.expect("read").expect("there");
    let came_to = |item: &str| now.bundle.as_ref().and_then(|bundle| bundle.component(item)?.came_to());
    assert_eq!(came_to("food-operation-new"), Some(Settlement::Withdrawn));
    assert_eq!(came_to("shop-sign-filing"), Some(Settlement::Granted));
    assert!(!now.is_open());
}

#[tokio::test]
async fn what_several_bodies_told_is_one_list_and_each_gets_its_own_part_of_the_answer() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "corrects-all", 1).await);
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let components = vec![planned("food-operation-new", "scjgj", &[]), planned("shop-sign-filing", "cgw", &[])];
    let submission = Submission {
        item: "joint-handling".into(),
        holder: holder.clone(),
        agency: "zwfwb".into(),
        area: "120116001".into(),
        channel: Channel::Online,
        parent: None,
        answers: serde_json::json!({ "has-kitchen": "是" }).to_string(),
        title: "示例甲".into(),
        papers: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: Some(Box::new(Plan { theme: None, components, limit: None })),
        commitment: None,
    };
    let Outcome::Done(bundle) = office.submit(submission, &me.actor, "two").await.expect("submitted") else { panic!("refused") };
    office.run_due_errands().await.expect("run");
    let examiner = officer(Role::Examiner);
    for (item, about) in [("food-operation-new", "floor-plan"), ("shop-sign-filing", "effect-drawing")] {
        let defects = vec![Telling { about: about.into(), words: "请补交".into() }];
        does(&house, &component(&house, &bundle.no, item).await.no, Act::AskCorrection { defects, exception: None }, &examiner)
            .await;
    }
    let page = house.get_with(&format!("/matters/{}", bundle.no), &me.cookie).await;
    page.is(StatusCode::OK).has(&["请您一次补正", "平面布置图", "设置效果图", "一次补正"]);

    // Only one of the two papers is at hand: the other body goes on waiting.
    let draft = office.begin_correction(&me.actor, &bundle_now(&house, &bundle.no).await).await.expect("begun");
    let empty = office.submit_draft(&me.actor, &draft, Some(bundle.version + 5)).await.expect("heard");
    assert!(matches!(&empty, Outcome::Refused(refusal) if refusal.code == "nothing-changed"), "{empty:?}");
    office.attach_paper(&me.actor, &draft, "floor-plan", "图.pdf", b"%PDF-1.7 plan").await.expect("attached");
    let sent = office.submit_draft(&me.actor, &draft, Some(bundle.version + 5)).await.expect("heard");
    assert!(matches!(sent, Outcome::Done(_)), "{sent:?}");
    let (food, sign) =
        (component(&house, &bundle.no, "food-operation-new").await, component(&house, &bundle.no, "shop-sign-filing").await);
    assert!(food.corrected_in_full() && !sign.corrected_in_full());
    assert_eq!(food.materials.last().map(|paper| paper.key.as_str()), Some("floor-plan"));
    assert!(sign.materials.is_empty(), "nothing of the others");
    let told = office.corrections_in(&bundle_now(&house, &bundle.no).await).await.expect("read");
    assert_eq!(told.len(), 1);
    let draft = office.begin_correction(&me.actor, &bundle_now(&house, &bundle.no).await).await.expect("begun");
    office.attach_paper(&me.actor, &draft, "effect-drawing", "图.pdf", b"%PDF-1.7 sign").await.expect("attached");
    let sent = office.submit_draft(&me.actor, &draft, Some(bundle.version + 9)).await.expect("heard");
    assert!(matches!(sent, Outcome::Done(_)), "{sent:?}");
    assert!(component(&house, &bundle.no, "shop-sign-filing").await.corrected_in_full());
}

async fn bundle_now(house: &House, no: &CaseNo) -> Case {
    house.office.store.case(no).await.expect("read").expect("there")
}
