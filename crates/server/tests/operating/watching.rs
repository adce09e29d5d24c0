//! What an operator sees: ready soon, measured, and logs that say nothing of anybody.

use crate::district::{District, FIRM, LOGIN, sign_in, submit};
use crate::program::{Folder, Serving, run};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_node_is_ready_soon_measures_itself_and_logs_nothing_of_anybody() {
    let folder = Folder::new();
    let district = District::found(&folder.0.join("data"), None, None).await;
    let (token, draft) = (district.token().await, district.draft().await);
    district.leave().await;
    let began = Instant::now();
    let node = Serving::start(&folder, &["--data", &folder.path("data")]);
    node.until("/readyz", 200, Duration::from_secs(20));
    println!("ready after {} ms", began.elapsed().as_millis());
    assert_eq!(node.get("/healthz").is(200).body, "ok");

    let no =
        submit(&node.address, &token, &draft).expect("an answer").is(201).json()["no"].as_str().expect("a number").to_owned();
    let cookie = sign_in(&node);
    node.ask("GET", "/search?q=%E5%BC%A0%E4%B8%80%E9%97%A8", &[], b"").expect("an answer").is(200);
    // She acts for herself here, and the matter is the firm's: there is no such page for her.
    node.ask("GET", &format!("/matters/{no}"), &[("cookie", &cookie)], b"").expect("an answer").is(404);
    assert_eq!(node.get("/no-such-page/120116189001010012").status, 404);
    assert_eq!(node.get("/metrics").status, 404, "not for strangers");
    let metrics = node.metrics().is(200).body;
    for name in [
        "yimen_requests_total{method=\"POST\",route=\"/api/v1/drafts/{id}/submit\",status=\"201\"} 1",
        "yimen_request_seconds_bucket",
        "yimen_append_seconds_count",
        "yimen_clocks_due 0",
        "yimen_errands_waiting",
        "yimen_errands_dead 0",
        "yimen_journal_digests",
        "yimen_database_up 1",
        "route=\"/matters/{no}\"",
    ] {
        assert!(metrics.contains(name), "{name} in\n{metrics}");
    }
    let log = node.log();
    assert!(log.contains("POST /api/v1/drafts/{id}/submit 201"), "{log}");
    for personal in ["张", "%E5%BC%A0", LOGIN, FIRM, "120116189001010012", "13800000000", &token, &draft, "yimen_", "q="] {
        assert!(!log.contains(personal), "{personal} in\n{log}");
        assert!(personal == "yimen_" || !metrics.contains(personal), "{personal} in\n{metrics}");
    }
}

#[test]
fn settings_that_cannot_be_stop_the_start_with_a_remedy() {
    let folder = Folder::new();
    let settings = folder.write("yimen.toml", "listen = \"127.0.0.1:0\"\nlisten-on = \"x\"\n");
    let said = run(&["serve", "--config", &settings, "--data", &folder.path("data")]).ended(1);
    for part in ["line 2", "listen-on", "docs/yimen.example.toml"] {
        assert!(said.err.contains(part), "{part} in {}", said.err);
    }
    let settings = folder.write("s3.toml", "[papers]\nendpoint = \"https://s3.example.cn\"\nbucket = \"papers\"\n");
    let said = run(&["serve", "--listen", "127.0.0.1:0", "--config", &settings, "--data", &folder.path("data")]).ended(1);
    assert!(said.err.contains("YIMEN_PAPERS_ACCESS_KEY"), "{}", said.err);
}
