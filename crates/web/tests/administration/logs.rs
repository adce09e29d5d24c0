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
