//! PostgreSQL goes and comes back: clear answers meanwhile that keep what was typed, and nobody has to start anything anew.

use crate::district::{District, sign_in, submit};
use crate::program::{Folder, Serving, run};
use std::time::Duration;
use xtask::postgres::{Postgres, programs};

#[tokio::test]
async fn a_lost_database_is_told_and_found_again() {
    if programs().is_none() {
        return println!("skipped: PostgreSQL's server programs are not installed");
    }
    let postgres = Postgres::start().expect("PostgreSQL");
    let folder = Folder::new();
    let district = District::found(&folder.0.join("data"), Some(&postgres.url), None).await;
    let token = district.token().await;
    let drafts = [district.draft().await, district.draft().await];
    district.leave().await;
    let data = folder.path("data");
    let place = ["--data", &data, "--database-url", &postgres.url];
    let mut node = Serving::start(&folder, &place);
    let first = submit(&node.address, &token, &drafts[0]).expect("an answer").is(201).json()["no"].clone();
    let cookie = sign_in(&node);
    node.until("/readyz", 200, Duration::from_secs(5));

    postgres.stop().expect("stopped");
    let away = node.get("/readyz");
    assert_eq!((away.status, away.body.as_str()), (503, "not ready"), "the fault is for the log");
    assert_eq!(node.get("/healthz").status, 200, "the process itself lives");
    assert!(node.metrics().is(200).body.contains("yimen_database_up 0"));
    let told = submit(&node.address, &token, &drafts[1]).expect("an answer").is(503);
    assert!(told.header("content-type").is_some_and(|media| media.starts_with("application/problem+json")));
    let form = "csrf=x&request=r1&reason=%E6%88%91%E5%86%99%E4%BA%86%E5%BE%88%E4%B9%85";
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie.as_str())];
    let page = node.ask("POST", "/matters/1/withdraw", &headers, form.as_bytes()).expect("an answer").is(503);
    for part in ["暂时无法办理", "我写了很久", "action=\"/matters/1/withdraw\"", "name=\"request\" value=\"r1\""] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    let english = node.ask("GET", "/matters", &[("cookie", &cookie), ("accept-language", "en")], b"").expect("an answer").is(503);
    assert!(english.body.contains("Not possible just now"), "{}", english.body);
    let secret = node.ask("POST", "/sign-in", &headers[..1], b"login=zhang&password=geheim-123").expect("an answer").is(503);
    assert!(!secret.body.contains("geheim"), "a password is not shown again");

    postgres.go_on(&[]).expect("started");
    node.until("/readyz", 200, Duration::from_secs(20));
    let sent = submit(&node.address, &token, &drafts[1]).expect("an answer").is(201).json();
    assert_eq!(sent["again"], false);
    assert_eq!(submit(&node.address, &token, &drafts[0]).expect("an answer").is(201).json()["no"], first);
    let log = node.log();
    assert!(!log.contains("panicked"), "{log}");
    node.terminate();
    assert!(node.ended(Duration::from_secs(40)).success());
    assert!(run(&[&["verify"][..], &place].concat()).ended(0).out.contains("2 cases"));
}
