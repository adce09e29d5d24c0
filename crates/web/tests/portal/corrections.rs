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
