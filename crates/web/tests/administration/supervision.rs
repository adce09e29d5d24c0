use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use casework::Act;
use rulebook::procedure::Role;

#[tokio::test]
async fn the_board_is_for_supervision_and_heads() {
    let rooms = Rooms::open().await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let li = rooms.staff("li", &[Role::Examiner, Role::Clerk, Role::Administrator], None).await;
    only(&rooms, "/workbench/supervision", &gao, &li).await;
    only(&rooms, "/workbench/supervision/agencies.csv", &gao, &li).await;
    only(&rooms, "/workbench/supervision/cases.xlsx", &gao, &li).await;
}

#[tokio::test]
async fn what_ran_out_is_red_and_can_be_urged_from_the_list() {
    let rooms = Rooms::open().await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    let no = rooms.case("one").await;
    let li = rooms.actor("li").await;
    rooms.perform(&no, Act::Accept { deferred: Vec::new() }, &li).await;
    rooms.get(&gao, "/workbench/supervision").await.is(StatusCode::OK).has(&["没有红灯", "市场监督管理局"]);
    rooms.days_pass(60).await;
    let board = rooms.get(&gao, "/workbench/supervision").await;
    board.has(&["one小吃店", "尚未公开原因", &no.0]);
    let version = rooms.house.office.store.case(&no).await.unwrap().unwrap().version;
    let seen = (format!("seen.{no}"), version.to_string());
    let press = [("case", no.0.as_str()), (&seen.0, &seen.1), ("words", "请本周办结"), ("how", "urge"), ("request", "r1")];
    let again = rooms.post(&gao, "/workbench/supervision/press", &[("words", "请本周办结"), ("how", "urge")]).await;
    again.is(StatusCode::OK).has(&["没有勾选办件", "请本周办结"]);
    for _ in 0..2 {
        let answer = rooms.post(&gao, "/workbench/supervision/press", &press).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/workbench/supervision?done=pressed"));
    }
    let after = rooms.house.office.store.case(&no).await.unwrap().unwrap().version;
    assert_eq!(after, version + 1, "the same press twice urges once");
}

#[tokio::test]
async fn an_export_holds_what_its_reader_may_see() {
    let rooms = Rooms::open().await;
    rooms.case("one").await;
    let here = rooms.staff("han", &[Role::Head], Some("scjgj")).await;
    let elsewhere = rooms.staff("zhou", &[Role::Head], Some("wjw")).await;
    let mine = rooms.get(&here, "/workbench/supervision/cases.csv").await;
    mine.is(StatusCode::OK).has(&["办件编号", "one小吃店"]);
    assert!(mine.text.starts_with('\u{feff}'), "Excel knows UTF-8 by its mark");
    rooms.get(&elsewhere, "/workbench/supervision/cases.csv").await.is(StatusCode::OK).lacks(&["one小吃店"]);
    rooms.get(&elsewhere, "/workbench/supervision").await.lacks(&["市场监督管理局</a>"]);
}

#[tokio::test]
async fn a_case_that_may_not_be_seen_cannot_be_urged() {
    let rooms = Rooms::open().await;
    let no = rooms.case("one").await;
    let elsewhere = rooms.staff("gao", &[Role::Supervisor], Some("wjw")).await;
    let press = [("case", no.0.as_str()), ("words", "x"), ("how", "urge"), ("request", "r1")];
    rooms.post(&elsewhere, "/workbench/supervision/press", &press).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_broken_promise_is_public_with_its_reason_and_without_its_applicant() {
    let rooms = Rooms::open().await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    rooms.house.get("/broken-promises").await.is(StatusCode::OK).has(&["最近一年没有逾期的办件"]);
    let no = rooms.case("one").await;
    let li = rooms.actor("li").await;
    rooms.perform(&no, Act::Accept { deferred: Vec::new() }, &li).await;
    rooms.days_pass(60).await;
    let open = rooms.house.get("/broken-promises").await;
    let body = ["食品经营许可", "市场监督管理局", "个工作日", "仍未办结"];
    open.is(StatusCode::OK).has(&body).has(&["尚未公开原因"]).lacks(&["one小吃店", &no.0]);
    let missed = rooms.house.office.store.case(&no).await.unwrap().unwrap();
    let clock =
        missed.clocks.iter().find(|clock| clock.binds_office && clock.expired.is_some()).expect("a missed limit").code.clone();
    let reason = "系统停机三天，one小吃店的核查推迟".to_owned();
    rooms.perform(&no, Act::PublishReason { clock, reason }, &rooms.actor("gao").await).await;
    rooms.house.get("/broken-promises").await.has(&body).has(&["系统停机三天，申请人的核查推迟"]).lacks(&["one小吃店"]);
    rooms.house.in_english("/broken-promises").await.has(&["working days", "still open", "系统停机三天"]);
    rooms.house.get("/broken-promises?body=wjw").await.has(&["最近一年没有逾期的办件"]);
    rooms.house.get("/broken-promises?after=x_y&body=scjgj").await.is(StatusCode::OK).has(&body);
    let withdrawn = Act::Withdraw { reason: "不办了".to_owned() };
    let by = casework::Actor::Applicant {
        person: "applicant-one".to_owned(),
        holder: casework::Holder::Person("applicant-one".to_owned()),
        reach: casework::Reach::Whole,
    };
    rooms.perform(&no, withdrawn, &by).await;
    rooms.house.get("/broken-promises").await.has(&["系统停机三天", "结束于"]).lacks(&["仍未办结"]);
    for page in ["/", "/lists", "/limits"] {
        rooms.house.get(page).await.has(&["href=\"/broken-promises\""]);
    }
    rooms.get(&gao, "/workbench/supervision").await.has(&["href=\"/broken-promises\""]);
}
