use crate::house::House;
use axum::http::StatusCode;

#[tokio::test]
async fn the_first_page_asks_before_all_what_is_wanted() {
    let house = House::open().await;
    let page = house.get("/").await;
    page.is(StatusCode::OK).has(&[
        "要办什么事？",
        r#"action="/search""#,
        "/search/suggest",
        "大家常办",
        "时限新变化",
        "/report",
        "/follow",
    ]);
    house.in_english("/").await.has(&["What would you like to get done?", r#"<html lang="en""#, "New limits"]);
}

#[tokio::test]
async fn there_is_one_heading_of_the_first_rank() {
    let house = House::open().await;
    for path in [
        "/",
        "/items",
        "/items/food-operation-new",
        "/lists",
        "/lists/authority",
        "/measures",
        "/venues",
        "/limits",
        "/decisions",
        "/check",
        "/search",
        "/report",
    ] {
        let page = house.get(path).await;
        assert_eq!(page.text.matches("<h1").count(), 1, "{path}");
    }
}
