//! `/workbench/policies/reach`.

use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;
use store::profiles::Objection;

#[tokio::test]
async fn the_reach_is_counted_by_zone_for_those_who_may_look_and_an_objection_is_answered_once() {
    let rooms = Rooms::open().await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let li = rooms.staff("li", &[Role::Examiner, Role::Clerk, Role::Administrator], None).await;
    only(&rooms, "/workbench/policies/reach", &gao, &li).await;
    let here = rooms.staff("wang", &[Role::Supervisor], Some("scjgj")).await;
    rooms.get(&here, "/workbench/policies/reach").await.is(StatusCode::FORBIDDEN);
    let office = &rooms.house.office;
    let lines = [("A", "经开区"), ("B", "经开区"), ("C", "东疆综合保税区"), ("D", "新港街道")].map(|(firm, zone)| {
        Ok(format!("{{\"profile\":\"{firm}\",\"facts\":{{\"注册区域\":\"{zone}\",\"首次规上\":true,\"经营异常\":false,\"严重失信\":false}}}}"))
    });
    office.import_profiles((1..).zip(lines), "测试").await.expect("imported");
    office.find_policies().await.expect("looked");
    let of_first = async || {
        let all = office.store.reach().await.expect("read");
        all.into_iter().filter(|one| one.clause == "P36").map(|one| (one.zone, one.matched)).collect::<Vec<_>>()
    };
    assert_eq!(of_first().await, [("东疆综合保税区".to_owned(), 1), ("经开区".to_owned(), 2)]);
    rooms.get(&gao, "/workbench/policies/reach?zone=%E7%BB%8F%E5%BC%80%E5%8C%BA").await.has(&["首次规上奖励", "东疆综合保税区"]);
    // A changed fact takes its firm out again.
    let line = Ok("{\"profile\":\"B\",\"facts\":{\"注册区域\":\"经开区\",\"首次规上\":false}}".to_owned());
    rooms.days_pass(1).await;
    office.import_profiles([(1, line)].into_iter(), "测试").await.expect("imported");
    office.find_policies().await.expect("looked");
    assert_eq!(of_first().await, [("东疆综合保税区".to_owned(), 1), ("经开区".to_owned(), 1)]);

    let objection = Objection {
        id: "o1".to_owned(),
        firm: "A".to_owned(),
        element: "首次规上".to_owned(),
        said: "是".to_owned(),
        words: "我们不是".to_owned(),
        at: office.now().await.expect("now"),
        answer: None,
        answered_at: None,
    };
    office.store.object(&objection).await.expect("kept");
    rooms.get(&gao, "/workbench/policies/reach").await.has(&["我们不是"]);
    for (_, then) in [(1, "answered"), (2, "before")] {
        let answer = rooms.post(&gao, "/workbench/policies/reach", &[("objection", "o1"), ("answer", "已核对，改正")]).await;
        assert_eq!((answer.status, answer.location), (StatusCode::SEE_OTHER, format!("/workbench/policies/reach?done={then}")));
    }
    assert_eq!(office.store.objections_of("A", 9).await.expect("read")[0].answer.as_deref(), Some("已核对，改正"));
}
