use crate::house::House;
use axum::http::StatusCode;

#[tokio::test]
async fn a_switch_is_remembered_and_leads_back() {
    let house = House::open().await;
    let answer = house.get("/items?theme=x&lang=en&print=large").await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/items?theme=x"));
    let cookies: Vec<&str> = answer.cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect();
    assert_eq!(cookies, ["yimen-lang=en", "yimen-print=large"]);
    let page = house.get_with("/items", &cookies.join("; ")).await;
    page.has(&[r#"<html lang="en" data-print="large">"#, "Services and guides", "/items?lang=zh", "/items?print=normal"]);
}

#[tokio::test]
async fn a_switch_never_leads_elsewhere() {
    let house = House::open().await;
    assert_eq!(house.get("//elsewhere.example/?lang=en").await.location, "/elsewhere.example/");
}

#[tokio::test]
async fn whose_browser_asks_for_english_gets_it_until_she_chooses() {
    use axum::http::{Request, header};
    use tower::ServiceExt;
    let house = House::open().await;
    let ask = async |cookie: &str| {
        let request = Request::get("/")
            .header(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.9")
            .header(header::COOKIE, cookie)
            .body(axum::body::Body::empty())
            .expect("a request");
        let answer = web::router(house.office.clone()).oneshot(request).await.expect("an answer");
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        String::from_utf8_lossy(&body).contains(r#"<html lang="en""#)
    };
    assert!(ask("").await);
    assert!(!ask("yimen-lang=zh").await);
}
