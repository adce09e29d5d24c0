//! What no browser of ours would send, at the forms of the workbench: a clear answer, nothing lost and nothing doubled.

use crate::rooms::Rooms;
use axum::http::StatusCode;
use casework::Holder;
use casework::event::Channel;
use rulebook::procedure::Role;

#[tokio::test]
async fn an_act_is_done_once_however_often_and_however_wrongly_it_is_sent() {
    let rooms = Rooms::open().await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    let far = rooms.staff("far", &[Role::Examiner], Some("cgw")).await;
    let no = rooms.case("one").await;
    let store = &rooms.house.office.store;
    let version = async || store.case(&no).await.expect("read").expect("a case").version;
    let path = format!("/workbench/cases/{no}/acts/note");
    let page = rooms.get(&li, &path).await;
    let (seen, request) = (Rooms::hidden(&page, "seen"), Rooms::hidden(&page, "request"));
    let before = version().await;
    let fields = |seen: &'static str| [("seen", seen), ("request", "r-000001"), ("text", "请补平面图")];
    rooms.post(&li, &path, &fields("")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    rooms.post(&li, &path, &fields("many")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    rooms.post(&far, &path, &fields("1")).await.is(StatusCode::NOT_FOUND).lacks(&["one小吃店"]);
    rooms.post(&li, &format!("/workbench/cases/{no}/acts/no-such-act"), &fields("1")).await.is(StatusCode::NOT_FOUND);
    let monstrous = "x".repeat(600 * 1024);
    rooms.post(&li, &path, &[("seen", &seen), ("text", &monstrous)]).await.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["太大"]);
    let empty = rooms.post(&li, &path, &[("seen", &seen), ("request", &request), ("text", "")]).await;
    empty.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(version().await, before, "nothing was done");
    for _ in 0..2 {
        let sent = [("seen", seen.as_str()), ("request", &request), ("text", "请补平面图"), ("foreign", "1")];
        rooms.post(&li, &path, &sent).await.is(StatusCode::SEE_OTHER);
    }
    assert_eq!(version().await, before + 1, "sent twice, done once");
}

#[tokio::test]
async fn a_counter_draft_takes_no_foreign_answer_no_strange_file_and_no_other_clerk() {
    let rooms = Rooms::open().await;
    let clerk = rooms.staff("clerk", &[Role::Clerk], None).await;
    let other = rooms.staff("other", &[Role::Clerk], None).await;
    let office = &rooms.house.office;
    let by = rooms.actor("clerk").await;
    let holder = Holder::Person("visitor".to_owned());
    let item = "food-operation-new";
    let id = office.begin_draft(&by, &holder, item, "scjgj", "120116001", Channel::Counter).await.expect("begun");
    let path = format!("/workbench/counter/drafts/{id}");
    rooms.post(&clerk, &path, &[("applicant-name", "津味小馆")]).await.is(StatusCode::SEE_OTHER);
    let foreign = rooms.post(&clerk, &path, &[("applicant-name", "改过的"), ("no-such-field", "1")]).await;
    foreign.is(StatusCode::CONFLICT).has(&["申请表中没有这一项"]);
    for (field, bytes, said) in
        [("paper.floor-plan", &b"MZ\x90\x00"[..], "不是可接受的类型"), ("paper.no-such-paper", b"%PDF-1.7", "不需要这份材料")]
    {
        rooms.upload_as(&clerk, &path, &[], field, ("图.pdf", bytes)).await.is(StatusCode::OK).has(&[said]);
    }
    rooms.post(&clerk, &path, &[("_seen", "no-such-paper")]).await.is(StatusCode::NOT_FOUND);
    rooms.get(&other, &path).await.is(StatusCode::NOT_FOUND);
    rooms.post(&other, &path, &[("applicant-name", "别人")]).await.is(StatusCode::NOT_FOUND);
    rooms.post(&other, &format!("{path}/submit"), &[]).await.is(StatusCode::NOT_FOUND);
    let whole = office::drafts::open(&office.store, &by, &id).await.expect("opened");
    assert_eq!(whole.answers.get("applicant-name").map(String::as_str), Some("津味小馆"));
    assert_eq!((whole.papers.len(), whole.draft.submitted), (0, None));
    // Whoever opened it is written down.
    let read = office.store.readings(&Default::default(), 10).await.expect("read");
    assert!(read.iter().any(|reading| reading.what == "draft" && reading.reader == "s:clerk"), "{read:?}");
}
