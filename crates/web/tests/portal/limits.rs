use crate::house::House;
use axum::http::StatusCode;

#[tokio::test]
async fn old_and_new_promises_stand_side_by_side() {
    let house = House::open().await;
    let page = house.get("/limits").await;
    page.is(StatusCode::OK).has(&["原承诺", "现承诺", "5个工作日", "环境影响报告书", "2026年1月1日"]);
    house.get("/limits?q=%E9%A3%9F%E5%93%81%E7%BB%8F%E8%90%A5").await.has(&["/items/food-operation-new#limits"]);
    house.in_english("/limits").await.has(&["What changed", "working days"]);
}

#[tokio::test]
async fn a_promise_of_the_future_says_that_it_does_not_hold_yet() {
    let house = House::with(|files| {
        let (_, text) = files.iter_mut().find(|(path, _)| path == "items/food-operation-new.toml").expect("the item");
        *text = text.replace("from = 2026-01-01, working-days = 8", "from = 2027-01-01, working-days = 8");
    })
    .await;
    house.get("/limits").await.has(&["尚未生效"]);
    house.get("/items/food-operation-new").await.has(&["尚未生效"]);
}
