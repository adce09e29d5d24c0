//! Bundles from the outside: one application, cases that follow one another, and who may see them.

use crate::house::House;
use crate::uploads::{Someone, confirmed, number_of, someone};
use axum::http::StatusCode;
use casework::act::{Paper, Submission, Telling};
use casework::bundle::{Plan, Planned, Settlement};
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Holder, Officer, Power, Reach, StaffId};
use office::Outcome;
use rulebook::procedure::Role;

pub fn planned(item: &str, agency: &str, after: &[&str]) -> Planned {
    Planned {
        item: item.into(),
        agency: agency.into(),
        area: "120116001".into(),
        after: after.iter().map(|item| (*item).to_owned()).collect(),
    }
}

/// An original that was looked at.
pub fn seen(key: &str) -> Paper {
    Paper { key: key.into(), digest: String::new(), file_name: "原件已核对".into() }
}

pub fn officer(role: Role) -> Actor {
    let power = Power { role, agency: None, items: vec![], until: None };
    Actor::Officer(Officer { id: StaffId(format!("{role:?}")), powers: vec![power], stands_in_for: vec![] })
}

pub async fn does(house: &House, no: &CaseNo, act: Act, by: &Actor) -> Case {
    match house.office.perform(no, &act, by, None, None).await.expect("heard") {
        Outcome::Done(case) => *case,
        other => panic!("{act:?}: {other:?}"),
    }
}

pub async fn component(house: &House, bundle: &CaseNo, item: &str) -> Case {
    let bundle = house.office.store.case(bundle).await.expect("read").expect("there").bundle.expect("a bundle");
    let no = bundle.component(item).and_then(|component| component.case()).expect("opened").clone();
    house.office.store.case(&no).await.expect("read").expect("there")
}

#[tokio::test]
async fn a_licence_opens_the_permits_that_wait_for_it_in_the_name_of_the_new_firm() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "founds", 1).await);
    let chief = confirmed(&house, "leads", "示例甲", 2).await;
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let answers = serde_json::json!({
        "proposed-name": "天津滨海示例餐饮有限公司", "legal-representative": "示例甲", "has-kitchen": "是", "shop-area": "120",
        "legal-representative-id": number_of(&house, &chief).await,
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
        signatures: Vec::new(),
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
    // Nor is the code of somebody else's firm one that this register could have given.
    let now = office.now().await.expect("now");
    let another = store::people::firms::Firm {
        code: "92120116MA0TEXT20L".into(),
        name: "别家小吃店".into(),
        kind: "个体工商户".into(),
        legal_person: "示例乙".into(),
        legal_digest: String::new(),
        address: String::new(),
        area: "120116001".into(),
        industry: String::new(),
        status: "存续".into(),
        source: "示例".into(),
        updated_at: now,
    };
    let audit = store::people::Audit {
        id: office::ids::opaque(),
        by: "test".into(),
        what: "enter-firm".into(),
        subject: another.code.clone(),
        at: now,
        detail: String::new(),
    };
    office.store.import_firms(&[another], &audit).await.expect("entered");
    let refused = office.perform(&licence.no, &make("92120116MA0TEXT20L"), &examiner, None, None).await.expect("heard");
    assert!(matches!(&refused, Outcome::Refused(refusal) if refusal.code == "code-of-another"), "{refused:?}");
    does(&house, &licence.no, make("91120116MA0TEXT042"), &examiner).await;
    office.run_due_errands().await.expect("run");
    let firm = office.store.firm("91120116MA0TEXT042").await.expect("read").expect("entered");
    assert_eq!((firm.name.as_str(), firm.legal_person.as_str()), ("天津滨海示例餐饮有限公司", "示例甲"));
    // The certificate is the firm's own: in its wallet, with its name on it, and not in the founder's.
    let owned = Holder::Firm(firm.code.clone());
    let held = office.store.wallet(&owned.key(), None, 9, 9).await.expect("read");
    assert_eq!(held.iter().map(|held| &held.licence.no).collect::<Vec<_>>(), [&licence.no]);
    assert!(office.store.wallet(&holder.key(), None, 9, 9).await.expect("read").is_empty(), "not the founder's own");
    let made = office.store.letters_of_case(&licence.no).await.expect("read");
    assert!(made.iter().any(|letter| letter.kind == casework::LetterKind::Certificate && !letter.digest.is_empty()));
    // The registrar named who leads it: that person may act at once. Who founded it for somebody else has a claim.
    let now = office.now().await.expect("now");
    let seats = async |person: &str| office::people::firms::seats(&office.store, person, now).await.expect("read");
    assert_eq!(seats(chief.person()).await.first().map(|seat| seat.code.clone()), Some(firm.code.clone()));
    assert!(seats(me.person()).await.is_empty(), "not before a counter has looked at it");
    house
        .get_with("/notices", &chief.cookie)
        .await
        .has(&["天津滨海示例餐饮有限公司", "切换为代表该企业"])
        .lacks(&[licence.no.0.as_str()]);
    house.get_with("/notices", &me.cookie).await.has(&["核实您的代办身份"]);
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
        signatures: Vec::new(),
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

/// An application for a food licence and a shop sign with these answers.
pub fn for_food_and_sign(me: &Someone, answers: &serde_json::Value) -> Submission {
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let components = vec![planned("food-operation-new", "scjgj", &[]), planned("shop-sign-filing", "cgw", &[])];
    Submission {
        item: "joint-handling".into(),
        holder: holder.clone(),
        agency: "zwfwb".into(),
        area: "120116001".into(),
        channel: Channel::Online,
        parent: None,
        answers: answers.to_string(),
        title: "示例甲".into(),
        papers: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        commitment: None,
        bundle: Some(Box::new(Plan { theme: None, components, limit: None })),
        signatures: Vec::new(),
    }
}

async fn sent(house: &House, me: &Someone, answers: serde_json::Value) -> Case {
    let sent = house.office.submit(for_food_and_sign(me, &answers), &me.actor, "food-and-sign").await.expect("submitted");
    let Outcome::Done(bundle) = sent else { panic!("refused") };
    *bundle
}

/// A bundle of a food licence and a shop sign whose parts both are with their bodies, which have these answers.
async fn food_and_sign(house: &House, me: &Someone, answers: serde_json::Value) -> Case {
    let bundle = sent(house, me, answers).await;
    house.office.run_due_errands().await.expect("run");
    bundle
}

#[tokio::test]
async fn a_part_whose_case_was_born_before_the_program_was_killed_is_not_born_twice() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "killed", 1).await);
    let bundle = sent(&house, &me, serde_json::json!({ "sign-text": "示例小吃" })).await;
    // The courier had submitted the part, and was killed before the bundle knew of it.
    let part = Submission {
        item: "shop-sign-filing".into(),
        agency: "cgw".into(),
        parent: Some(bundle.no.clone()),
        bundle: None,
        ..for_food_and_sign(&me, &serde_json::json!({ "sign-text": "示例小吃" }))
    };
    let request = format!("{}:shop-sign-filing:0", bundle.no);
    let Outcome::Done(born) = office.submit(part, &Actor::System, &request).await.expect("submitted") else { panic!("refused") };
    // Before anybody took up the errand again, its body was done with it.
    does(&house, &born.no, Act::Withdraw { reason: String::new() }, &me.actor).await;
    office.run_due_errands().await.expect("run");
    office.run_due_errands().await.expect("run");
    let sign = component(&house, &bundle.no, "shop-sign-filing").await;
    assert_eq!(sign.no, born.no, "the same case");
    let now = bundle_now(&house, &bundle.no).await;
    let part = now.bundle.as_ref().and_then(|bundle| bundle.component("shop-sign-filing")).expect("there");
    assert_eq!(part.came_to(), Some(Settlement::Withdrawn), "and what it came to is known");
}

async fn asks_for(house: &House, bundle: &CaseNo, item: &str, about: &str) {
    let defects = vec![Telling { about: about.into(), words: format!("请补交{about}") }];
    let ask = Act::AskCorrection { defects, exception: None };
    does(house, &component(house, bundle, item).await.no, ask, &officer(Role::Examiner)).await;
}

#[tokio::test]
async fn a_draft_grows_with_what_a_second_body_asks_for_and_keeps_what_was_typed() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "grows", 1).await);
    let answers =
        serde_json::json!({ "has-kitchen": "是", "kitchen-area": "30", "sign-text": "示例小吃", "business-area": "120" });
    let bundle = food_and_sign(&house, &me, answers).await;
    asks_for(&house, &bundle.no, "food-operation-new", "floor-plan").await;
    let draft = office.begin_correction(&me.actor, &bundle_now(&house, &bundle.no).await).await.expect("begun");
    let page = house.get_with(&format!("/drafts/{draft}"), &me.cookie).await;
    page.is(StatusCode::OK).has(&["请补交floor-plan", "平面布置图"]).lacks(&["招牌文字内容", "设置效果图"]);
    let live = office.rulebooks.live().expect("in force");
    let now = office.now().await.expect("now");
    let typed = [("business-area", "88"), ("kitchen-area", "")].map(|(code, value)| (code.to_owned(), value.to_owned()));
    office::drafts::save(&office.store, &live.rules, &me.actor, &draft, &typed, now).await.expect("saved");
    office.attach_paper(&me.actor, &draft, "floor-plan", "图.pdf", b"%PDF-1.7 plan").await.expect("attached");

    asks_for(&house, &bundle.no, "shop-sign-filing", "effect-drawing").await;
    let again = office.begin_correction(&me.actor, &bundle_now(&house, &bundle.no).await).await.expect("found");
    assert_eq!(again, draft, "the same draft");
    let page = house.get_with(&format!("/drafts/{draft}"), &me.cookie).await;
    page.is(StatusCode::OK).has(&["请补交floor-plan", "请补交effect-drawing", "招牌文字内容", "设置效果图"]);
    let whole = office.open_draft(&me.actor, &draft).await.expect("opened");
    let answer = |code: &str| whole.answers.get(code).map(String::as_str);
    assert_eq!(answer("business-area"), Some("88"), "what was typed stays");
    assert_eq!(answer("kitchen-area"), None, "also where it was emptied");
    assert_eq!(answer("sign-text"), Some("示例小吃"), "what is asked anew is filled with what was sent");
    assert_eq!(whole.papers.len(), 1);
    office.attach_paper(&me.actor, &draft, "effect-drawing", "图.pdf", b"%PDF-1.7 sign").await.expect("attached");
    let seen = bundle_now(&house, &bundle.no).await.version;
    let sent = office.submit_draft(&me.actor, &draft, Some(seen)).await.expect("heard");
    assert!(matches!(sent, Outcome::Done(_)), "{sent:?}");
    for item in ["food-operation-new", "shop-sign-filing"] {
        assert!(component(&house, &bundle.no, item).await.corrected_in_full(), "{item}");
    }
}

#[tokio::test]
async fn a_correction_that_is_opened_twice_at_once_is_one_draft() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "presses-twice", 1).await);
    let bundle = food_and_sign(&house, &me, serde_json::json!({ "has-kitchen": "是", "sign-text": "示例小吃" })).await;
    asks_for(&house, &bundle.no, "food-operation-new", "floor-plan").await;
    let now = bundle_now(&house, &bundle.no).await;
    let (one, two) = tokio::join!(office.begin_correction(&me.actor, &now), office.begin_correction(&me.actor, &now));
    assert_eq!(one.expect("begun"), two.expect("found"));
    assert_eq!(office::drafts::mine(&office.store, &me.actor).await.expect("read").len(), 1);
}

/// A clerk at the counter of one body only.
pub fn clerk_of(agency: &str) -> Actor {
    let power = Power { role: Role::Clerk, agency: Some(agency.into()), items: vec![], until: None };
    Actor::Officer(Officer { id: StaffId("desk".into()), powers: vec![power], stands_in_for: vec![] })
}

/// Puts right at a counter what is written in one part of a bundle.
async fn corrects(house: &House, by: &Actor, part: &CaseNo, answers: &[(&str, &str)]) -> Outcome {
    let (office, live) = (&house.office, house.office.rulebooks.live().expect("rules"));
    let part = office.store.case(part).await.expect("read").expect("there");
    let id = office.begin_correction(by, &part).await.expect("begun");
    let answers: Vec<(String, String)> = answers.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect();
    office::drafts::save(&office.store, &live.rules, by, &id, &answers, office.now().await.expect("now")).await.expect("saved");
    office.correct_by_draft(by, &id, "更正写错的字", part.version).await.expect("heard")
}

#[tokio::test]
async fn what_a_counter_puts_right_in_one_part_reaches_the_parts_that_are_still_to_come() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "misspelt", 1).await);
    let components = vec![planned("shop-sign-filing", "cgw", &[]), planned("food-operation-new", "scjgj", &["shop-sign-filing"])];
    let submission = Submission {
        bundle: Some(Box::new(Plan { theme: None, components, limit: None })),
        papers: vec![seen("effect-drawing")],
        ..for_food_and_sign(
            &me,
            &serde_json::json!({ "applicant-name": "示例小池", "sign-text": "示例小吃", "shop-area": "120" }),
        )
    };
    let Outcome::Done(bundle) = office.submit(submission, &me.actor, "one").await.expect("submitted") else { panic!("refused") };
    office.run_due_errands().await.expect("run");
    let sign = component(&house, &bundle.no, "shop-sign-filing").await;
    let before = bundle_now(&house, &bundle.no).await;

    // The clerk has no power over the whole.
    let clerk = clerk_of("cgw");
    let sent = corrects(&house, &clerk, &sign.no, &[("applicant-name", "示例小吃店"), ("sign-text", "示例小吃店")]).await;
    assert!(matches!(sent, Outcome::Done(_)), "{sent:?}");
    office.run_due_errands().await.expect("run");
    let now = bundle_now(&house, &bundle.no).await;
    let kept = office.answers_of(&now).await.expect("answers");
    assert_eq!(kept.get("applicant-name").map(String::as_str), Some("示例小吃店"));
    assert_eq!(kept.get("shop-area").map(String::as_str), Some("120"), "what that body was not asked stays");
    assert!(now.overtaken(before.version).is_some(), "whoever was writing about the whole sees it");
    house.get_with(&format!("/matters/{}", bundle.no), &me.cookie).await.is(StatusCode::OK).has(&["更正的内容已记入整件申请"]);

    does(&house, &sign.no, Act::File, &officer(Role::Examiner)).await;
    office.run_due_errands().await.expect("run");
    let food = component(&house, &bundle.no, "food-operation-new").await;
    let kept = office.answers_of(&food).await.expect("answers");
    assert_eq!(kept.get("applicant-name").map(String::as_str), Some("示例小吃店"), "not the old one: {kept:?}");
    assert!(!kept.contains_key("sign-text"));

    // What the last body is told or put right changes nothing for others; once all is over nothing is passed on.
    let sent = corrects(&house, &clerk_of("scjgj"), &food.no, &[("applicant-name", "示例小吃部")]).await;
    assert!(matches!(sent, Outcome::Done(_)), "{sent:?}");
    does(&house, &food.no, Act::Withdraw { reason: String::new() }, &me.actor).await;
    office.run_due_errands().await.expect("run");
    assert!(!bundle_now(&house, &bundle.no).await.is_open());
    let much_later = casework::Moment(office.now().await.expect("now").0 + 86_400_000);
    let left = office.store.claim_errands(much_later, 50, 60_000).await.expect("read");
    assert!(!left.iter().any(|left| matches!(left.errand, casework::Errand::PassOn { .. })), "{left:?}");
}

#[tokio::test]
async fn a_body_that_asked_after_the_draft_was_looked_at_keeps_what_it_has_and_goes_on_waiting() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "sends-early", 1).await);
    let bundle = food_and_sign(&house, &me, serde_json::json!({ "has-kitchen": "是", "sign-text": "示例小吃" })).await;
    asks_for(&house, &bundle.no, "food-operation-new", "floor-plan").await;
    let draft = office.begin_correction(&me.actor, &bundle_now(&house, &bundle.no).await).await.expect("begun");
    office.attach_paper(&me.actor, &draft, "floor-plan", "图.pdf", b"%PDF-1.7 plan").await.expect("attached");
    asks_for(&house, &bundle.no, "shop-sign-filing", "effect-drawing").await;
    let seen = bundle_now(&house, &bundle.no).await.version;
    let sent = office.submit_draft(&me.actor, &draft, Some(seen)).await.expect("heard");
    assert!(matches!(sent, Outcome::Done(_)), "{sent:?}");
    let sign = component(&house, &bundle.no, "shop-sign-filing").await;
    assert!(sign.awaits_correction() && sign.materials.is_empty());
    let kept = office.answers_of(&sign).await.expect("answers");
    assert_eq!(kept.get("sign-text").map(String::as_str), Some("示例小吃"), "nothing of it is wiped: {kept:?}");
    assert!(component(&house, &bundle.no, "food-operation-new").await.corrected_in_full());
}

async fn bundle_now(house: &House, no: &CaseNo) -> Case {
    house.office.store.case(no).await.expect("read").expect("there")
}

/// Fills a draft with the samples of its forms, until nothing is wrong with it.
pub async fn filled(house: &House, me: &Someone, draft: &str, more: &[(&str, &str)]) {
    let (office, now) = (&house.office, house.office.now().await.expect("now"));
    let live = office.rulebooks.live().expect("in force");
    let given: Vec<(String, String)> = more.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect();
    office::drafts::save(&office.store, &live.rules, &me.actor, draft, &given, now).await.expect("saved");
    for _ in 0..12 {
        let whole = office.open_draft(&me.actor, draft).await.expect("opened");
        let wanted = office::drafts::Wanted::of(&live.rules, &whole.draft).expect("wanted");
        let bundle = wanted.bundle();
        let intake = bundle.intake(&whole.answers, &whole.handed(), &rulebook::intake::NOTHING_KNOWN, now.day());
        let wrong: Vec<(String, String)> =
            intake.faults().map(|(question, _)| (question.field.code.clone(), question.ask.sample.clone())).collect();
        if wrong.is_empty() {
            return;
        }
        office::drafts::save(&office.store, &live.rules, &me.actor, draft, &wrong, now).await.expect("saved");
    }
    panic!("the samples do not fill it");
}

#[tokio::test]
async fn a_part_of_a_bundle_goes_by_commitment_and_the_other_the_ordinary_way() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "commits-part", 1).await);
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let items = ["fire-safety-check", "drainage-permit"].map(str::to_owned);
    let draft = office.begin_bundle(&me.actor, holder, None, &items, "120116001", Channel::Online).await.expect("begun");
    filled(&house, &me, &draft, &[]).await;
    let check = format!("/drafts/{draft}/check");
    let page = house.get_with(&check, &me.cookie).await;
    page.is(StatusCode::OK).has(&["各项怎样办理，由您选择", "commitment:fire-safety-check", "提交申请"]);
    page.lacks(&["commitment:drainage-permit", "您将签署的告知承诺书"]);
    let live = office.rulebooks.live().expect("in force");
    let own = live.rules.items["fire-safety-check"].commitment.as_ref().expect("offered");
    let notice = own.notice_on(office.now().await.expect("now").day()).expect("in force").version.to_string();
    let choice = [("csrf", me.csrf.as_str()), ("commitment:fire-safety-check", notice.as_str()), ("next", "check")];
    let saved = house.post_with(&format!("/drafts/{draft}"), &choice, &me.cookie).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, check.as_str()), "{}", saved.text);
    house.get_with(&check, &me.cookie).await.has(&["您将签署的告知承诺书", "签署承诺书并提交"]);
    let foreign = [("csrf", me.csrf.as_str()), ("commitment:drainage-permit", "1")];
    house.post_with(&format!("/drafts/{draft}"), &foreign, &me.cookie).await.is(StatusCode::CONFLICT);

    let Outcome::Done(bundle) = office.submit_draft(&me.actor, &draft, None).await.expect("heard") else { panic!("refused") };
    office.run_due_errands().await.expect("run");
    let (fire, drain) =
        (component(&house, &bundle.no, "fire-safety-check").await, component(&house, &bundle.no, "drainage-permit").await);
    assert!(fire.rests_on_commitment() && !drain.rests_on_commitment());
    assert!(
        !fire.lacking.contains(&"floor-plan".to_owned()),
        "what the commitment replaces is not asked for: {:?}",
        fire.lacking
    );
    let kept = office.answers_of(&drain).await.expect("answers");
    assert!(!kept.keys().any(|code| code.starts_with("commitment")), "how another part goes is nothing to it: {kept:?}");
    // She leaves it for the ordinary way, as everybody may.
    let left = does(&house, &fire.no, Act::ChooseOrdinary, &me.actor).await;
    assert!(!left.rests_on_commitment() && !left.lacking.is_empty());
}

#[tokio::test]
async fn a_paper_of_a_bundle_is_replaced_by_a_commitment_where_all_who_want_it_may_do_without() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "commits-paper", 1).await);
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let begin = async |items: [&str; 2]| {
        let items = items.map(str::to_owned);
        office.begin_bundle(&me.actor, holder, None, &items, "120116001", Channel::Online).await.expect("begun")
    };
    let choose = async |draft: &str| {
        let choice = [("csrf", me.csrf.as_str()), ("commitment-proof:premises-proof", "1"), ("next", "check")];
        house.post_with(&format!("/drafts/{draft}"), &choice, &me.cookie).await
    };
    // One of the bodies has to have it: then it is handed in.
    let draft = begin(["labour-dispatch-licence", "drug-retail-licence"]).await;
    choose(&draft).await.is(StatusCode::CONFLICT);

    let items = ["labour-dispatch-licence", "hr-service-licence"];
    let draft = begin(items).await;
    filled(&house, &me, &draft, &[]).await;
    let check = format!("/drafts/{draft}/check");
    house.get_with(&check, &me.cookie).await.has(&["可以用承诺替代的材料", "commitment-proof:premises-proof"]);
    choose(&draft).await.is(StatusCode::SEE_OTHER);
    house.get_with(&check, &me.cookie).await.has(&["场所使用证明证明事项告知承诺书", "签署承诺书并提交"]);
    let Outcome::Done(bundle) = office.submit_draft(&me.actor, &draft, None).await.expect("heard") else { panic!("refused") };
    office.run_due_errands().await.expect("run");
    for item in items {
        let part = component(&house, &bundle.no, item).await;
        let proofs = part.pledge.as_ref().map(|pledge| pledge.proofs.clone()).unwrap_or_default();
        assert_eq!(proofs, ["premises-proof"], "{item}: each body has its own commitment");
        assert!(!part.lacking.contains(&"premises-proof".to_owned()), "{item}: {:?}", part.lacking);
    }
}

#[tokio::test]
async fn what_is_claimed_under_a_programme_is_claimed_by_itself() {
    let house = House::open().await;
    let me = someone(&house, "claims-too-much", 1).await;
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    house.get("/together").await.is(StatusCode::OK).has(&["店招牌匾设置备案"]).lacks(&["digital-workshop-award"]);
    let items = ["shop-sign-filing", "digital-workshop-award"].map(str::to_owned);
    let begun = house.office.begin_bundle(&me.actor, holder, None, &items, "120116001", Channel::Online).await;
    assert_eq!(begun.expect_err("refused").code(), Some("not-offered"));
}

#[tokio::test]
async fn a_theme_that_is_edited_while_people_are_in_it_is_told_before_they_send() {
    let house = House::built(|_| {}, true).await;
    let (office, me) = (&house.office, someone(&house, "meanwhile", 1).await);
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let items = ["food-operation-new", "shop-sign-filing"].map(str::to_owned);
    let begun = office.begin_bundle(&me.actor, holder, Some("restaurant"), &items, "120116001", Channel::Online);
    let draft = begun.await.expect("begun");
    let (latest, files) = office.latest_files().await.expect("read");
    let path = "themes/restaurant.toml";
    let text = &files.iter().find(|(known, _)| known == path).expect("a file").1;
    let changed = text.replacen("when = \"设置户外招牌\"", "when = \"设置户外招牌 or 设有厨房\"", 1).replacen(
        "kind = \"promised\", from = 2026-01-01, working-days = 15",
        "kind = \"promised\", from = 2026-01-01, working-days = 18",
        1,
    );
    assert_ne!(*text, changed);
    let release = office::publish::Release {
        files: office::publish::with_file(&files, path, &changed),
        base: Some(&latest.name),
        in_force_at: office.now().await.expect("now"),
        by: "test",
        note: "",
        changes: &[],
    };
    let released = office.release(&release).await.expect("heard");
    assert!(matches!(released, office::publish::Released::Done(_)), "{released:?}");
    let sent = office.submit_draft(&me.actor, &draft, None).await.expect("heard");
    let Outcome::Refused(refusal) = sent else { panic!("{sent:?}") };
    assert_eq!(refusal.code, "rules-changed");
    assert!(refusal.why.zh.contains("店招牌匾设置备案") && refusal.why.zh.contains("整体承诺时限"), "{}", refusal.why.zh);
    let whole = office.open_draft(&me.actor, &draft).await.expect("kept");
    assert!(whole.draft.submitted.is_none(), "nothing is lost");
    // She has read it and goes on under the new terms.
    let taken = house.post_with(&format!("/drafts/{draft}/edition"), &[("csrf", me.csrf.as_str())], &me.cookie).await;
    taken.is(StatusCode::SEE_OTHER);
    let sent = office.submit_draft(&me.actor, &draft, None).await.expect("heard");
    assert!(!matches!(&sent, Outcome::Refused(refusal) if refusal.code == "rules-changed"), "{sent:?}");
}

#[tokio::test]
async fn the_head_of_a_bundle_tells_the_earliest_day_and_the_worst_light_of_its_parts() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "opens-shop", 1).await);
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let plan = Plan {
        theme: Some("restaurant".into()),
        components: vec![planned("food-operation-new", "scjgj", &[]), planned("fire-safety-check", "xfjy", &[])],
        limit: Some(rulebook::Term::working_days(60)),
    };
    let submission = Submission {
        item: "joint-handling".into(),
        holder: holder.clone(),
        agency: "zwfwb".into(),
        area: "120116001".into(),
        channel: Channel::Online,
        parent: None,
        answers: "{}".into(),
        title: "张三".into(),
        papers: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: Some(Box::new(plan)),
        commitment: None,
        signatures: Vec::new(),
    };
    let Outcome::Done(case) = office.submit(submission, &me.actor, "whole").await.expect("heard") else { panic!("refused") };
    office.run_due_errands().await.expect("run");
    let path = format!("/matters/{}", case.no);
    let mut dues = Vec::new();
    for item in ["food-operation-new", "fire-safety-check"] {
        dues.extend(component(&house, &case.no, item).await.next_due().map(|clock| clock.due));
    }
    let first = dues.into_iter().min().expect("a limit runs");
    let head = |page: &str| {
        page.split("class=\"lead\"").nth(1).and_then(|rest| rest.split("</p>").next()).unwrap_or_default().to_owned()
    };
    let page = house.get_with(&path, &me.cookie).await;
    let told = page.text.split("最早到期").nth(1).and_then(|rest| rest.split("</dd>").next()).unwrap_or_default();
    assert!(told.contains(&format!("{}月{}日", first.month(), first.day())), "{first}: {told}");
    assert!(!head(&page.text).contains("超期"));
    office.clock.set(casework::Moment::at(first.tomorrow().expect("a day").at(9, 0, 0, 0)));
    office.look_at_clocks().await.expect("looked");
    let now = office.now().await.expect("now");
    let opened =
        office.entrance.sign_in(&office.store, "opens-shop", crate::uploads::PASSWORD, None, now).await.expect("signed in");
    let page = house.get_with(&path, &format!("yimen-session={}", opened.secret)).await;
    assert!(head(&page.text).contains("超期"), "{}", head(&page.text));
}

#[tokio::test]
async fn a_part_that_came_to_nothing_leads_on_and_where_nothing_runs_the_applicant_is_told() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "goes-on", 1).await);
    let bundle = food_and_sign(&house, &me, serde_json::json!({ "sign-text": "示例小吃" })).await;
    let place = format!("/matters/{}", bundle.no);
    let food = component(&house, &bundle.no, "food-operation-new").await;
    let sign = component(&house, &bundle.no, "shop-sign-filing").await;
    does(&house, &food.no, Act::Withdraw { reason: String::new() }, &me.actor).await;
    office.run_due_errands().await.expect("run");
    let page = house.get_with(&place, &me.cookie).await;
    page.is(StatusCode::OK).has(&["看理由、文书和救济途径", "1/2 已有结果"]).lacks(&["重新申请这一项", "现在没有部门在办"]);
    does(&house, &sign.no, Act::Withdraw { reason: String::new() }, &me.actor).await;
    office.run_due_errands().await.expect("run");
    house.get_with(&place, &me.cookie).await.has(&["重新申请这一项", "/apply/food-operation-new"]);

    let components = vec![planned("shop-sign-filing", "cgw", &[]), planned("food-operation-new", "scjgj", &["shop-sign-filing"])];
    let submission = Submission {
        bundle: Some(Box::new(Plan { theme: None, components, limit: None })),
        ..for_food_and_sign(&me, &serde_json::json!({}))
    };
    let Outcome::Done(bundle) = office.submit(submission, &me.actor, "stuck").await.expect("submitted") else {
        panic!("refused")
    };
    office.run_due_errands().await.expect("run");
    let sign = component(&house, &bundle.no, "shop-sign-filing").await;
    does(&house, &sign.no, Act::Withdraw { reason: String::new() }, &me.actor).await;
    office.run_due_errands().await.expect("run");
    house.get_with(&format!("/matters/{}", bundle.no), &me.cookie).await.has(&["现在没有部门在办", "暂不能开始"]);
}
