use crate::house::House;
use axum::http::StatusCode;
use casework::Moment;
use store::list_steps::{ListState, ListStep};

#[tokio::test]
async fn the_permit_list_holds_permits_only() {
    let house = House::open().await;
    house
        .get("/lists")
        .await
        .is(StatusCode::OK)
        .has(&["行政许可事项清单", "清单之外", "/lists/xk-company-registration"])
        .lacks(&["/lists/ba-"]);
    house.get("/lists?list=services&q=%E6%AD%87%E4%B8%9A").await.has(&["歇业备案"]);
    house.get("/lists?q=nothing").await.is(StatusCode::OK).has(&["清单里没有"]);
}

#[tokio::test]
async fn what_is_not_at_the_centre_says_why() {
    let house = House::open().await;
    house.get("/lists?list=absent").await.has(&["为什么不在大厅", "在电子税务局办理"]);
}

#[tokio::test]
async fn a_row_leads_to_its_item_and_its_bodies() {
    let house = House::open().await;
    house.get("/lists/xk-food-operation-new").await.is(StatusCode::OK).has(&[
        "/items/food-operation-new",
        "对应上级清单",
        "权责清单",
    ]);
    house.get("/lists/no-such-row").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_may_do_what_where_is_found_by_area() {
    let house = House::open().await;
    let all = house.get("/lists/authority?q=%E5%BC%80%E9%A5%AD%E5%BA%97").await;
    all.is(StatusCode::OK).has(&["天津经济技术开发区管理委员会", "天津港保税区管理委员会", "法定", "委托", "第二十四条"]);
    // Inside a zone its own body is competent and nobody else.
    let rows = |text: &str| text.split_once("<tbody").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    let zone = house.get("/lists/authority?q=%E5%BC%80%E9%A5%AD%E5%BA%97&area=120116401").await;
    let zone = rows(&zone.text);
    assert!(zone.contains("天津港保税区管理委员会") && !zone.contains("天津经济技术开发区管理委员会"), "{zone}");
    house.in_english("/lists/authority?area=120116401").await.has(&["Entrusted", "Powers of the bodies"]);
}

#[tokio::test]
async fn the_list_of_a_past_day_is_that_of_the_edition_then_in_force() {
    let house = House::open().await;
    house.get("/lists?on=2026-02-27").await.is(StatusCode::OK).has(&["那一天还没有在本平台公布清单"]).lacks(&["/lists/xk-"]);
    let now = Moment::at("2026-03-20T10:00".parse().expect("a moment"));
    house.office.clock.start_at(now);
    let then = house.get("/lists?on=2026-03-05").await;
    then.is(StatusCode::OK).has(&["2026年3月5日", "2026-03-02-1", "/lists/xk-company-registration"]);
    house.get("/lists?on=yesterday").await.is(StatusCode::OK).has(&["/lists/xk-company-registration"]);
}

#[tokio::test]
async fn how_a_row_came_about_is_told_without_what_offices_said_to_each_other() {
    let house = House::open().await;
    for (number, state) in [(1, ListState::Proposed), (2, ListState::Published)] {
        let step = ListStep {
            row: "xk-food-operation-new".to_owned(),
            number,
            state,
            agency: "scjgj".to_owned(),
            words: "内部意见".to_owned(),
            by: "li".to_owned(),
            at: Moment(0),
        };
        assert!(house.office.store.append_list_step(&step).await.expect("appended"));
    }
    house.get("/lists/xk-food-operation-new").await.has(&["这一条的来历", "提出", "公布"]).lacks(&["内部意见"]);
}
