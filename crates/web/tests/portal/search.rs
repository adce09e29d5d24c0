use crate::house::House;
use axum::http::StatusCode;

#[tokio::test]
async fn everyday_words_find_the_item() {
    let house = House::open().await;
    house
        .get("/search?q=%E5%BC%80%E9%A5%AD%E5%BA%97")
        .await
        .is(StatusCode::OK)
        .has(&["/items/food-operation-new", "食品经营许可"]);
    house.in_english("/search?q=food").await.has(&["/items/food-operation-new"]);
    house.get("/search?q=kaifandian").await.has(&["/items/food-operation-new", "常用说法“开饭店”"]);
}

#[tokio::test]
async fn what_is_not_found_is_helped_on_and_never_read_as_markup() {
    let house = House::open().await;
    let page = house.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    page.is(StatusCode::OK).has(&["没有找到", "/items", "/report", "&lt;script&gt;"]).lacks(&["<script>alert"]);
    house.get("/search").await.has(&["开饭店"]);
    house.get("/search?q=%FF%FE&page=999999999999999999999").await.is(StatusCode::OK);
}

#[tokio::test]
async fn suggestions_are_a_short_list_of_places_to_go() {
    let house = House::open().await;
    let answer = house.get("/search/suggest?q=%E8%AE%B8%E5%8F%AF").await;
    let found: serde_json::Value = serde_json::from_str(&answer.text).expect("JSON");
    let found = found.as_array().expect("a list");
    assert!(!found.is_empty() && found.len() <= 10, "{found:?}");
    let leads = |href: &str| href.starts_with("/items/") || href.starts_with("/themes/");
    assert!(found.iter().all(|one| one["text"].is_string() && one["href"].as_str().is_some_and(leads)));
    assert_eq!(house.get("/search/suggest?q=").await.text, "[]");
    house.get("/search/suggest?q=kaifd").await.has(&["开饭店", "/items/food-operation-new"]);
}

#[tokio::test]
async fn what_takes_several_items_is_found_as_one_thing_above_them() {
    let house = House::open().await;
    // 开饭店
    let page = house.get("/search?q=%E5%BC%80%E9%A5%AD%E5%BA%97").await;
    page.is(StatusCode::OK).has(&["/themes/restaurant", "开办餐饮店一件事", "/items/food-operation-new"]);
    let (theme, item) = (page.text.find("/themes/restaurant"), page.text.find("/items/food-operation-new"));
    assert!(theme < item, "one thing first");
    house.get("/search?q=kaiyaodian").await.has(&["/themes/pharmacy"]).lacks(&["/themes/restaurant"]);
    house.in_english("/search?q=restaurant").await.has(&["/themes/restaurant", "Opening a restaurant"]);
    // What a theme only resembles leads to items alone: 食品经营许可, 排水许可.
    for words in ["%E9%A3%9F%E5%93%81%E7%BB%8F%E8%90%A5%E8%AE%B8%E5%8F%AF", "%E6%8E%92%E6%B0%B4%E8%AE%B8%E5%8F%AF"] {
        house.get(&format!("/search?q={words}")).await.is(StatusCode::OK).lacks(&["/themes/restaurant", "/themes/pharmacy"]);
    }
    house.get("/search/suggest?q=kaifandian").await.has(&["/themes/restaurant", "/items/food-operation-new"]);
}
