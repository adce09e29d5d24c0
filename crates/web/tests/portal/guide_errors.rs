use crate::house::House;
use axum::http::StatusCode;

const HERE: &str = "/items/food-operation-new/error";

#[tokio::test]
async fn an_error_that_is_told_becomes_a_correction_once() {
    let house = House::open().await;
    house.get(HERE).await.is(StatusCode::OK).has(&["指南纠错", "食品经营许可", r#"name="request""#]);
    let fields = [("request", "r1"), ("part", "material"), ("words", "缺少样表"), ("contact", "a@example.org")];
    for _ in 0..2 {
        let answer = house.post(HERE, &fields).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/items/food-operation-new/error?sent=1"));
    }
    house.get(&format!("{HERE}?sent=1")).await.has(&["收到了"]);
    let corrections = house.office.store.corrections("open", 10).await.expect("corrections");
    assert_eq!(corrections.len(), 1);
    let correction = &corrections[0];
    assert_eq!(
        (correction.item.as_str(), correction.cause.as_str(), correction.words.as_str()),
        ("food-operation-new", "material", "缺少样表")
    );
    assert_eq!(correction.due_on, jiff::civil::date(2026, 3, 16));
}

#[tokio::test]
async fn what_cannot_be_taken_comes_back_with_everything_typed() {
    let house = House::open().await;
    let long = "长".repeat(1_001);
    house.post(HERE, &[("part", "material"), ("words", ""), ("contact", "我的电话")]).await.has(&["请写下哪里不对", "我的电话"]);
    house.post(HERE, &[("part", "none"), ("words", &long)]).await.has(&["请选择哪一部分有问题", "太长了", &long]);
    house.post("/items/no-such-item/error", &[("part", "material"), ("words", "x")]).await.is(StatusCode::NOT_FOUND);
    assert!(house.office.store.corrections("open", 10).await.expect("corrections").is_empty());
}

#[tokio::test]
async fn many_in_an_hour_are_turned_away_without_losing_a_word() {
    let house = House::open().await;
    for at in 0..5 {
        let request = format!("r{at}");
        let answer = house.post(HERE, &[("request", &request), ("part", "limit"), ("words", "不对")]).await;
        answer.is(StatusCode::SEE_OTHER);
    }
    house.post(HERE, &[("part", "limit"), ("words", "还有一处不对")]).await.has(&["暂时收不下", "还有一处不对"]);
}

#[tokio::test]
async fn another_site_cannot_tell_for_somebody() {
    use axum::http::header;
    use tower::ServiceExt;
    let house = House::open().await;
    let request = axum::http::Request::post(HERE)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body(axum::body::Body::from("part=limit&words=x"))
        .expect("a request");
    let answer = web::router(house.office.clone()).oneshot(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}
