//! A matter that could not be done, in the lists of whoever handles it: once it was answered it waits for whoever raised it.

use crate::rooms::Rooms;
use axum::http::StatusCode;
use casework::act::Submission;
use casework::event::Channel;
use casework::{Act, Actor, Holder};
use office::Outcome;
use rulebook::procedure::Role;

#[tokio::test]
async fn a_matter_that_was_answered_waits_for_its_applicant_in_every_list() {
    let rooms = Rooms::open().await;
    let zhou = rooms.staff("zhou", &[Role::Receptionist, Role::Clerk], Some("scjgj")).await;
    let (_, id) = rooms.applicant("one-who-reports").await;
    let holder = Holder::Person(id.clone());
    let submission = Submission {
        item: "unresolved-matter".to_owned(),
        holder: holder.clone(),
        agency: "scjgj".to_owned(),
        area: "120116001".to_owned(),
        channel: Channel::Online,
        parent: None,
        answers: "{}".to_owned(),
        title: "张三".to_owned(),
        papers: Vec::new(),
        lacking: Vec::new(),
        first_contact: None,
        earlier: None,
        bundle: None,
    };
    let key = holder.key();
    let by = Actor::Applicant { person: id, holder, reach: casework::Reach::Whole };
    let Outcome::Done(case) = rooms.house.office.submit(submission, &by, "r").await.expect("submitted") else {
        panic!("refused")
    };
    let actor = rooms.actor("zhou").await;
    rooms.perform(&case.no, Act::Claim, &actor).await;
    rooms.perform(&case.no, Act::Classify { class: "simple".to_owned() }, &actor).await;
    let lists = ["/workbench".to_owned(), format!("/workbench/counter/visitors/{key}")];
    for list in &lists {
        rooms.get(&zhou, list).await.is(StatusCode::OK).has(&[&case.no.0]).lacks(&["等申请人"]);
    }
    rooms.perform(&case.no, Act::Resolve { solution: "已经收件".to_owned() }, &actor).await;
    for list in &lists {
        rooms.get(&zhou, list).await.has(&[&case.no.0, "等申请人"]).lacks(&["等本机关"]);
        rooms.in_english(&zhou, list).await.has(&["waits for the applicant"]);
    }
    rooms.perform(&case.no, Act::GiveFeedback { satisfied: Some(true), words: "办成了".to_owned() }, &by).await;
    rooms.get(&zhou, "/workbench").await.lacks(&["等申请人"]);
}
