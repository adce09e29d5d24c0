//! The reading log and the dead errands.

use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

#[tokio::test]
async fn every_reading_is_found_by_case_and_by_person() {
    let rooms = Rooms::open().await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    only(&rooms, "/workbench/readings", &gao, &li).await;
    let no = rooms.case("one").await;
    rooms.get(&li, &format!("/workbench/cases/{no}")).await.is(StatusCode::OK);
    rooms.get(&gao, &format!("/workbench/readings?case={no}")).await.has(&["li同志", &no.0]);
    rooms.get(&gao, "/workbench/readings?reader=li").await.has(&["li同志", &no.0]);
    rooms.get(&gao, "/workbench/readings?reader=li同志").await.has(&[&no.0]);
    rooms.get(&li, "/workbench/search?q=小吃店").await.is(StatusCode::OK).has(&["one小吃店"]);
    rooms.get(&gao, "/workbench/readings?reader=li").await.has(&["搜索", "小… 1"]).lacks(&["小吃店"]);
    rooms.get(&gao, "/workbench/readings?case=1").await.has(&["没有符合条件的记录"]);
    rooms.get(&gao, "/workbench/readings/administration").await.has(&["give-power", "li同志"]);
}

#[tokio::test]
async fn dead_errands_are_tried_again_by_administrators() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/errands", &gao, &li).await;
    rooms.get(&shen, "/workbench/errands").await.has(&["没有失败的任务"]);
    rooms.case("one").await;
    let store = &rooms.house.office.store;
    for _ in 0..10 {
        let now = casework::Moment(i64::MAX - 1_000_000);
        for claimed in store.claim_errands(now, 50, 1).await.unwrap() {
            store.errand_failed(&claimed.id, "the printer is on fire", casework::Moment(0)).await.unwrap();
        }
    }
    rooms.get(&gao, "/workbench/errands").await.has(&["the printer is on fire"]).lacks(&["全部重试"]);
    rooms.post(&gao, "/workbench/errands", &[("errand", "*")]).await.is(StatusCode::FORBIDDEN);
    rooms.post(&shen, "/workbench/errands", &[("errand", "*")]).await.is(StatusCode::SEE_OTHER);
    rooms.get(&shen, "/workbench/errands").await.has(&["没有失败的任务"]);
}

#[tokio::test]
async fn whoever_administers_one_body_sees_its_people_tokens_errands_and_logs_alone() {
    let rooms = Rooms::open().await;
    let here = rooms.staff("here", &[Role::Administrator], Some("scjgj")).await;
    let there = rooms.staff("there", &[Role::Administrator], Some("cgw")).await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    let no = rooms.case("one").await;
    rooms.get(&li, &format!("/workbench/cases/{no}")).await.is(StatusCode::OK);
    let system = [("name", "住建系统账号"), ("login", "zhujian"), ("agency", "scjgj")];
    rooms.post(&shen, "/workbench/people", &system).await.is(StatusCode::OK);
    let store = &rooms.house.office.store;
    let id = store.account("zhujian").await.unwrap().unwrap().subject.id().to_owned();
    let new = [("name", "住建对接"), ("staff", id.as_str()), ("scope", "cases:read"), ("days", "30")];
    rooms.post(&shen, "/workbench/tokens", &new).await.is(StatusCode::OK);
    for _ in 0..10 {
        let now = casework::Moment(i64::MAX - 1_000_000);
        for claimed in store.claim_errands(now, 50, 1).await.unwrap() {
            store.errand_failed(&claimed.id, "the printer is on fire", casework::Moment(0)).await.unwrap();
        }
    }
    for (path, sign) in [
        ("/workbench/people", "li同志"),
        ("/workbench/tokens", "住建对接"),
        ("/workbench/tokens", &*format!("value=\"{id}\"")),
        ("/workbench/errands", "the printer is on fire"),
        ("/workbench/readings", no.0.as_str()),
        ("/workbench/readings?reader=li", no.0.as_str()),
        (&*format!("/workbench/readings?case={no}"), "li同志"),
        ("/workbench/readings/administration", "give-power"),
    ] {
        rooms.get(&shen, path).await.is(StatusCode::OK).has(&[sign]);
        rooms.get(&here, path).await.is(StatusCode::OK).has(&[sign]);
        rooms.get(&there, path).await.is(StatusCode::OK).lacks(&[sign]);
    }
    for path in ["/workbench/people/li", "/workbench/people/li/cases"] {
        rooms.get(&here, path).await.is(StatusCode::OK);
        rooms.get(&there, path).await.is(StatusCode::NOT_FOUND);
    }
}
