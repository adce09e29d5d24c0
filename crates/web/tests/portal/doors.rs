//! How often one address may knock at the doors that stand open to anybody, and what it is told.

use crate::house::House;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use std::net::SocketAddr;
use tower::ServiceExt;
use web::doors::{Doors, Limits, Network};

struct Told {
    status: StatusCode,
    wait: Option<u64>,
    text: String,
}

/// Somebody at an address, behind a proxy that tells `forwarded`.
async fn knock(router: &axum::Router, peer: &str, forwarded: &str, form: Option<&str>, path: &str, lang: &str) -> Told {
    let request = Request::builder().uri(path).header(header::COOKIE, format!("yimen-lang={lang}"));
    let request = if forwarded.is_empty() { request } else { request.header("x-forwarded-for", forwarded) };
    let request = match form {
        None => request.body(Body::empty()),
        Some(form) => request
            .method("POST")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_LENGTH, form.len())
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(form.to_owned())),
    };
    let mut request = request.expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 1)));
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let wait = answer.headers().get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
    let status = answer.status();
    let text = String::from_utf8_lossy(&to_bytes(answer.into_body(), 1 << 22).await.expect("a body")).into_owned();
    Told { status, wait, text }
}

async fn limited(limits: Limits) -> (House, axum::Router) {
    let house = House::open().await;
    let router = web::router_behind(house.office.clone(), Doors::new(limits));
    (house, router)
}

#[tokio::test]
async fn who_signs_in_too_often_is_told_how_long_to_wait_and_keeps_what_was_typed() {
    let (_house, router) = limited(Limits { sign_in: 2, ..Limits::default() }).await;
    let sign_in = "login=somebody-typed&password=not-this-one&back=%2Fwallet";
    for _ in 0..2 {
        let told = knock(&router, "203.0.113.7", "", Some(sign_in), "/sign-in", "zh").await;
        assert_eq!(told.status, StatusCode::OK);
    }
    for (lang, words) in [("zh", "请求太多"), ("en", "Too many requests")] {
        for path in ["/sign-in", "/workbench/sign-in"] {
            let told = knock(&router, "203.0.113.7", "", Some(sign_in), path, lang).await;
            assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
            assert!(told.wait.is_some_and(|seconds| (1..=30).contains(&seconds)), "{:?}", told.wait);
            assert!(told.text.contains(words) && told.text.contains("somebody-typed") && told.text.contains("/wallet"), "{path}");
            assert!(!told.text.contains("not-this-one"));
        }
        let form = "name=%E5%BC%A0%E4%B8%89&phone=13800000000&login=new-one&password=long-enough-1&id_number=1";
        let told = knock(&router, "203.0.113.7", "", Some(form), "/register", lang).await;
        assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(told.text.contains("张三") && told.text.contains("13800000000") && told.text.contains("new-one"));
        let told = knock(&router, "203.0.113.7", "", Some("code=ABCD2345&secret=1"), "/follow", lang).await;
        assert!(told.status == StatusCode::TOO_MANY_REQUESTS && told.text.contains("ABCD2345"));
    }
    let other = knock(&router, "203.0.113.8", "", Some(sign_in), "/sign-in", "zh").await;
    assert_eq!(other.status, StatusCode::OK, "nobody pays for somebody else");
    assert_eq!(knock(&router, "203.0.113.7", "", None, "/sign-in", "zh").await.status, StatusCode::OK, "the form itself is open");
}

#[tokio::test]
async fn search_verification_and_the_public_api_are_bounded_each_by_itself() {
    let (_house, router) = limited(Limits { look: 2, api: 2, ..Limits::default() }).await;
    let get = async |path: &str| knock(&router, "203.0.113.7", "", None, path, "en").await;
    assert_eq!(get("/search?q=licence").await.status, StatusCode::OK);
    assert_ne!(get("/check/NOSUCHCODE").await.status, StatusCode::TOO_MANY_REQUESTS);
    let told = get("/search?q=licence").await;
    assert_eq!((told.status, told.wait), (StatusCode::TOO_MANY_REQUESTS, Some(30)));
    assert!(told.text.contains("Open this page again") && told.text.contains("/search?q=licence"), "the question is not lost");
    let verify = knock(&router, "203.0.113.7", "", Some("file="), "/verify", "zh").await;
    assert_eq!(verify.status, StatusCode::TOO_MANY_REQUESTS);

    assert_eq!(get("/api/v1/items").await.status, StatusCode::OK, "another door");
    assert_eq!(get("/api/v1/cases").await.status, StatusCode::UNAUTHORIZED);
    let told = get("/api/v1/items").await;
    assert_eq!((told.status, told.wait), (StatusCode::TOO_MANY_REQUESTS, Some(30)));
    assert!(told.text.contains("too-many"), "{}", told.text);
}

#[tokio::test]
async fn behind_a_proxy_that_is_named_everybody_has_a_bucket_of_their_own_and_nobody_can_leave_it() {
    let proxies = Network::parse("10.0.0.0/8").into_iter().collect();
    let (_house, router) = limited(Limits { look: 1, proxies, ..Limits::default() }).await;
    let ask = async |peer: &str, forwarded: &str| knock(&router, peer, forwarded, None, "/search?q=x", "zh").await.status;
    assert_eq!(ask("10.0.0.1", "198.51.100.1").await, StatusCode::OK);
    assert_eq!(ask("10.0.0.1", "198.51.100.2").await, StatusCode::OK);
    assert_eq!(ask("10.0.0.1", "192.0.2.99, 198.51.100.1").await, StatusCode::TOO_MANY_REQUESTS, "what it wrote itself");
    assert_eq!(ask("198.51.100.1", "192.0.2.98").await, StatusCode::TOO_MANY_REQUESTS, "past the proxy");
}
