use crate::house::House;
use axum::http::StatusCode;

#[tokio::test]
async fn the_list_is_filtered_by_theme_body_and_type_and_paged() {
    let house = House::open().await;
    let all = house.get("/items").await;
    all.is(StatusCode::OK).has(&["下一页", "示例"]);
    house.get("/items?page=2").await.has(&["上一页"]);
    house.get("/items?type=%E8%A1%8C%E6%94%BF%E5%A4%87%E6%A1%88").await.has(&["共 12 项"]).lacks(&["下一页"]);
    house.get("/items?theme=%E8%AE%BE%E7%AB%8B%E5%8F%98%E6%9B%B4&body=scjgj").await.has(&["公司设立登记"]);
    house.get("/items?theme=nothing").await.is(StatusCode::OK).has(&["没有符合的事项"]);
}
