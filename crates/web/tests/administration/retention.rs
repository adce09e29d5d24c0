use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use casework::{Act, Actor, Holder};
use rulebook::procedure::Role;

#[tokio::test]
async fn what_was_withdrawn_is_erased_after_two_warnings_and_its_record_stands() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    only(&rooms, "/workbench/retention", &shen, &gao).await;
    let no = rooms.case("one").await;
    let applicant = Actor::Applicant {
        person: "applicant-one".to_owned(),
        holder: Holder::Person("applicant-one".to_owned()),
        reach: casework::Reach::Whole,
    };
    rooms.perform(&no, Act::Withdraw { reason: "不开了".to_owned() }, &applicant).await;
    let path = "/workbench/retention?rule=without-result";
    rooms.get(&shen, path).await.has(&["一年内没有到期的"]);
    rooms.days_pass(400).await;
    let send = async |how: &str| {
        let shen = rooms.sign_in("shen").await;
        rooms.post(&shen, path, &[("rule", "without-result"), ("case", &no.0), ("how", how)]).await
    };
    let look = async || rooms.get(&rooms.sign_in("shen").await, path).await;
    look().await.has(&[&no.0, "发第一次提醒"]);
    send("erase").await.has(&["已清除 0 件"]);
    send("warn").await.has(&["已发出 1 条提醒"]);
    send("warn").await.has(&["已发出 0 条提醒"]);
    rooms.days_pass(310).await;
    look().await.has(&["发第二次提醒"]);
    send("warn").await.has(&["已发出 1 条提醒"]);
    rooms.days_pass(40).await;
    look().await.has(&["可以清除"]);
    rooms
        .post(&rooms.sign_in("gao").await, path, &[("rule", "without-result"), ("case", &no.0), ("how", "erase")])
        .await
        .is(StatusCode::FORBIDDEN);
    send("erase").await.has(&["已清除 1 件"]);
    let store = &rooms.house.office.store;
    assert!(store.particulars(&no).await.unwrap().is_empty());
    assert_eq!(store.erasure(&no).await.unwrap().map(|erasure| erasure.rule).as_deref(), Some("without-result"));
    assert!(!store.records(&no).await.unwrap().is_empty(), "the record stands");
    look().await.lacks(&[&no.0]);
}
