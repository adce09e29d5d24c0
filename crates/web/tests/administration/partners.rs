//! `/workbench/partners`, and what an officer writes down of a partner system that is down.

use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use office::exchange::Exchange;
use rulebook::procedure::Role;

#[tokio::test]
async fn who_answers_what_differs_and_asking_at_once_are_for_supervision() {
    let mut rooms = Rooms::open().await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let there = rooms.staff("there", &[Role::Supervisor], Some("cgw")).await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    only(&rooms, "/workbench/partners", &gao, &li).await;
    rooms.get(&gao, "/workbench/partners").await.has(&["天津市食品经营许可业务平台", "没有接入", "两边一致"]);
    rooms.get(&gao, "/workbench").await.has(&["/workbench/partners"]);
    // Nobody answers at the address that is set.
    let keys = std::env::temp_dir().join(format!("yimen-partner-{}", office::ids::opaque()));
    standin::make_keys(&keys, &["food-platform"]).expect("keys");
    let exchange = Exchange::open(&keys, [("food-platform", "food-platform", "http://127.0.0.1:9")]).expect("connected");
    std::fs::remove_dir_all(&keys).expect("gone");
    rooms.connect(exchange);
    let no = rooms.case("one").await;
    assert_eq!(rooms.house.office.push_due("food-platform").await.expect("tried"), 0);
    rooms.get(&gao, "/workbench/partners").await.has(&["没有应答", "no connection", "条待发送"]).lacks(&[&no.0]);
    rooms.days_pass(2).await;
    rooms.get(&gao, "/workbench/partners").await.has(&[&no.0, "久无消息", "现在查询"]);
    rooms.get(&there, "/workbench/partners").await.lacks(&[&no.0]);
    let asked = rooms.post(&gao, "/workbench/partners", &[("case", &no.0)]).await;
    asked.is(StatusCode::SEE_OTHER);
    assert_eq!(asked.location, "/workbench/partners?done=asked");
    rooms.get(&gao, "/workbench/partners").await.has(&["没有应答"]);
    rooms.post(&there, "/workbench/partners", &[("case", &no.0)]).await.is(StatusCode::NOT_FOUND);
    rooms.post(&li, "/workbench/partners", &[("case", &no.0)]).await.is(StatusCode::FORBIDDEN);
    rooms.post(&gao, "/workbench/partners", &[("case", "1")]).await.is(StatusCode::NOT_FOUND);

    // The examiner writes down what was done there, on the page of the act.
    let page = rooms.get(&li, &format!("/workbench/cases/{no}")).await;
    page.has(&["对接系统", "还没有消息", &format!("/workbench/cases/{no}/acts/record-leg")]);
    let path = format!("/workbench/cases/{no}/acts/record-leg");
    rooms.get(&li, &path).await.is(StatusCode::OK).has(&["对方状态", "决定文号"]);
    rooms.in_english(&li, &path).await.is(StatusCode::OK).has(&["Where it stands there"]);
    let case = rooms.house.office.store.case(&no).await.expect("read").expect("a case");
    let seen = case.version.to_string();
    let fields = [
        ("seen", seen.as_str()),
        ("request", "by-hand-1"),
        ("stand", "refused"),
        ("document", "津食不0001"),
        ("on", "2026-03-03"),
        ("words", "平台停机，电话核实；平面布置图与现场不符"),
        ("_step", "do"),
    ];
    rooms.post(&li, &path, &fields).await.is(StatusCode::SEE_OTHER);
    rooms.get(&li, &format!("/workbench/cases/{no}")).await.has(&[
        "人工登记",
        "津食不0001",
        "须由本机关人员审核确认",
        "电话核实",
    ]);
    rooms.get(&gao, "/workbench/partners").await.has(&["须由本机关人员审核确认"]);
    rooms.in_english(&gao, "/workbench/partners").await.has(&["It says no there"]);
}
