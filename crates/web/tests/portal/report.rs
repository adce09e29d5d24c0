use crate::house::House;
use axum::http::StatusCode;

#[tokio::test]
async fn who_could_not_get_it_done_learns_how_it_goes_on_and_how_long_it_takes() {
    let house = House::open().await;
    house.get("/report").await.is(StatusCode::OK).has(&[
        "办不成事",
        "分类",
        "转办",
        "核查",
        "5个工作日",
        "10个工作日",
        "自动升级为",
        "/apply/",
    ]);
    house.in_english("/report").await.has(&["Could not get it done?", "on the spot", "goes up to"]);
}
