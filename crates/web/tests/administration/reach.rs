//! `/workbench/policies/reach` and `/workbench/objections`.

use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;
use std::sync::Arc;
use store::policy_matches::{By, Within};
use store::profiles::Objection;

#[tokio::test]
async fn the_reach_is_counted_by_zone_and_industry_for_those_whose_role_it_is() {
    let rooms = Rooms::open().await;
    let wen = rooms.staff("wen", &[Role::Analyst], None).await;
    let others = [Role::Examiner, Role::Clerk, Role::Administrator, Role::Supervisor, Role::Editor, Role::Legal, Role::Publisher];
    let li = rooms.staff("li", &others, None).await;
    only(&rooms, "/workbench/policies/reach", &wen, &li).await;
    let here = rooms.staff("wang", &[Role::Analyst], Some("scjgj")).await;
    rooms.get(&here, "/workbench/policies/reach").await.is(StatusCode::FORBIDDEN);
    let office = &rooms.house.office;
    let lines = [("A", "经开区"), ("B", "经开区"), ("C", "东疆综合保税区"), ("D", "新港街道")].map(|(firm, zone)| {
        Ok(format!("{{\"profile\":\"{firm}\",\"facts\":{{\"行业大类\":\"6210\",\"注册区域\":\"{zone}\",\"首次规上\":true,\"经营异常\":false,\"严重失信\":false}}}}"))
    });
    office.import_profiles((1..).zip(lines), "测试").await.expect("imported");
    office.find_policies().await.expect("looked");
    let of_first = async || {
        let all = office.store.reach(By::Zone, Within { clause: "P36", ..Within::default() }).await.expect("read");
        all.into_iter().map(|one| (one.of, one.matched)).collect::<Vec<_>>()
    };
    assert_eq!(of_first().await, [("东疆综合保税区".to_owned(), 1), ("经开区".to_owned(), 2)]);
    rooms.get(&wen, "/workbench/policies/reach?zone=%E7%BB%8F%E5%BC%80%E5%8C%BA").await.has(&[
        "首次规上奖励",
        "东疆综合保税区",
        "餐饮业",
    ]);
    rooms.get(&wen, "/workbench/policies/reach?clause=P36&industry=62").await.has(&["只看条款", "东疆综合保税区"]);
    rooms.get(&wen, "/workbench/policies/reach?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA%E8%AF%8D").await.has(&["共 0 条"]);
    // A changed fact takes its firm out again.
    let line = Ok("{\"profile\":\"B\",\"facts\":{\"注册区域\":\"经开区\",\"首次规上\":false}}".to_owned());
    rooms.days_pass(1).await;
    office.import_profiles([(1, line)].into_iter(), "测试").await.expect("imported");
    office.find_policies().await.expect("looked");
    assert_eq!(of_first().await, [("东疆综合保税区".to_owned(), 1), ("经开区".to_owned(), 1)]);
}

#[tokio::test]
async fn an_objection_is_answered_once() {
    let rooms = Rooms::open().await;
    let office = &rooms.house.office;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let li = rooms.staff("li", &[Role::Examiner, Role::Clerk, Role::Administrator, Role::Analyst], None).await;
    only(&rooms, "/workbench/objections", &gao, &li).await;
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
    rooms.get(&gao, "/workbench/objections").await.has(&["我们不是"]);
    for (_, then) in [(1, "answered"), (2, "before")] {
        let answer = rooms.post(&gao, "/workbench/objections", &[("objection", "o1"), ("answer", "已核对，改正")]).await;
        assert_eq!((answer.status, answer.location), (StatusCode::SEE_OTHER, format!("/workbench/objections?done={then}")));
    }
    assert_eq!(office.store.objections_of("A", 9).await.expect("read")[0].answer.as_deref(), Some("已核对，改正"));
}

#[tokio::test]
async fn a_clause_that_asks_the_day_is_looked_through_again_when_the_day_passes() {
    let rooms = Rooms::open().await;
    let office = &rooms.house.office;
    // P29 wants a certificate that has not run out; nothing of the firm changes.
    let line = Ok("{\"profile\":\"A\",\"facts\":{\"高企证书截止日\":\"2026-03-03\"}}".to_owned());
    office.import_profiles([(1, line)].into_iter(), "测试").await.expect("imported");
    let has = async || {
        office.find_policies().await.expect("looked");
        office.store.matches_of("A").await.expect("read").contains_key("P29")
    };
    assert!(has().await, "it runs out tomorrow");
    rooms.days_pass(1).await;
    assert!(has().await, "today is its last day");
    rooms.days_pass(1).await;
    assert!(!has().await, "it has run out");
}

#[tokio::test]
async fn what_the_assessment_finds_is_made_once_for_each_edition_day_and_draft() {
    let rooms = Rooms::open().await;
    let office = &rooms.house.office;
    let live = office.rulebooks.live().expect("an edition");
    let assess = async |draft| office.assess(live.clone(), draft).await.expect("assessed");
    let (whole, at_once) = tokio::join!(assess(None), assess(None));
    assert!(Arc::ptr_eq(&whole, &at_once), "two who come together wait for one");
    assert!(Arc::ptr_eq(&whole, &assess(Some("no-such-policy")).await), "what is no draft is the edition as a whole");
    let draft = assess(Some("ftz-quality-draft")).await;
    assert!(!Arc::ptr_eq(&whole, &draft));
    assert!(Arc::ptr_eq(&draft, &assess(Some("ftz-quality-draft")).await));
    rooms.days_pass(1).await;
    assert!(!Arc::ptr_eq(&whole, &assess(None).await), "another day, other clauses in force");
}
