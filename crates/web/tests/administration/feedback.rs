//! A matter that could not be done, in the lists of whoever handles it: once it was answered it waits for whoever raised it.

use crate::rooms::Rooms;
use axum::http::StatusCode;
use casework::{Act, Actor, Holder};
use rulebook::procedure::Role;

#[tokio::test]
async fn a_matter_that_was_answered_waits_for_its_applicant_in_every_list() {
    let rooms = Rooms::open().await;
    let zhou = rooms.staff("zhou", &[Role::Receptionist, Role::Clerk], Some("scjgj")).await;
    let (_, id) = rooms.applicant("one-who-reports").await;
    let no = rooms.applied("unresolved-matter", &id, "张三", "r").await;
    let holder = Holder::Person(id.clone());
    let key = holder.key();
    let by = Actor::Applicant { person: id, holder, reach: casework::Reach::Whole };
    let actor = rooms.actor("zhou").await;
    rooms.perform(&no, Act::Claim, &actor).await;
    rooms.perform(&no, Act::Classify { class: "simple".to_owned() }, &actor).await;
    let lists = ["/workbench".to_owned(), format!("/workbench/counter/visitors/{key}")];
    for list in &lists {
        rooms.get(&zhou, list).await.is(StatusCode::OK).has(&[&no.0]).lacks(&["等申请人"]);
    }
    rooms.perform(&no, Act::Resolve { solution: "已经收件".to_owned() }, &actor).await;
    for list in &lists {
        rooms.get(&zhou, list).await.has(&[&no.0, "等申请人"]).lacks(&["等本机关"]);
        rooms.in_english(&zhou, list).await.has(&["waits for the applicant"]);
    }
    rooms.perform(&no, Act::GiveFeedback { satisfied: Some(true), words: "办成了".to_owned() }, &by).await;
    rooms.get(&zhou, "/workbench").await.lacks(&["等申请人"]);
}
