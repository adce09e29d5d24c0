use crate::house::House;
use axum::http::StatusCode;

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
