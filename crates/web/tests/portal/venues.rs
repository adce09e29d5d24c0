use crate::house::House;
use axum::http::StatusCode;

#[tokio::test]
async fn halls_have_windows_hours_and_telephones() {
    let house = House::open().await;
    house.get("/venues").await.is(StatusCode::OK).has(&[
        "天津市滨海新区政务服务中心",
        "综合窗口",
        "tel:022-",
        "周一至周五",
        "所有事项",
    ]);
    house.get("/venues?area=120116401").await.is(StatusCode::OK).has(&["天津市滨海新区政务服务中心"]);
    house.in_english("/venues").await.has(&["Where to go"]);
}
