//! `kill -9` in the middle of a burst of applications: what was answered is there once, what is sent again is not doubled, and an
//! upload goes on where it stood.

use crate::district::{District, FIRM, store, submit};
use crate::program::{Folder, Serving, run};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::engine::args;
use xtask::postgres::{Postgres, programs};

const DRAFTS: usize = 120;

#[tokio::test]
async fn on_sqlite() {
    tell(None).await;
}

#[tokio::test]
async fn on_postgresql() {
    if programs().is_none() {
        return println!("skipped: PostgreSQL's server programs are not installed");
    }
    let postgres = Postgres::start().expect("PostgreSQL");
    tell(Some(&postgres.url)).await;
}

async fn tell(url: Option<&str>) {
    let folder = Folder::new();
    let data = folder.path("data");
    let mut place = vec!["--data", data.as_str()];
    if let Some(url) = url {
        place.extend(["--database-url", url]);
    }
    let district = District::found(&folder.0.join("data"), url, None).await;
    let token = district.token().await;
    let mut drafts = Vec::new();
    for _ in 0..DRAFTS {
        drafts.push(district.draft().await);
    }
    let holder = casework::Holder::Firm(FIRM.to_owned());
    let (by, channel) = (district.applicant(), casework::event::Channel::Api);
    let begun =
        district.office.begin_draft(&by, &holder, crate::district::ITEM, crate::district::AGENCY, crate::district::AREA, channel);
    let unfinished = begun.await.expect("begun");
    district.leave().await;

    let mut node = Serving::start(&folder, &place);
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "upload-0001"), ("content-type", "application/json")];
    let file = b"%PDF-1.7 a plan in two parts, cut by a crash".to_vec();
    let announced = format!(r#"{{"key":"floor-plan","name":"plan.pdf","size":{}}}"#, file.len());
    let path = format!("/api/v1/drafts/{unfinished}/uploads");
    let upload = node.ask("POST", &path, &headers, announced.as_bytes()).expect("an answer").is(201).json()["id"].clone();
    let upload = upload.as_str().expect("an id").to_owned();
    let octets = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream")];
    node.ask("PUT", &format!("/api/v1/uploads/{upload}?offset=0"), &octets, &file[..20]).expect("an answer").is(200);

    let answered: Mutex<BTreeMap<String, String>> = Mutex::default();
    let next = AtomicUsize::new(0);
    let address = node.address.clone();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(draft) = drafts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match submit(&address, &token, draft) {
                        Ok(answer) if answer.status == 201 => {
                            let no = answer.json()["no"].as_str().expect("a number").to_owned();
                            answered.lock().expect("no panic").insert(draft.clone(), no);
                        }
                        Ok(answer) => panic!("{}: {}", answer.status, answer.body),
                        // The line broke with the program.
                        Err(_) => return,
                    }
                }
            });
        }
        while answered.lock().expect("no panic").len() < DRAFTS / 4 {
            std::thread::sleep(Duration::from_millis(2));
        }
        node.kill();
    });
    let answered = answered.into_inner().expect("no panic");
    assert!(answered.len() < DRAFTS, "it was killed before the burst was over");

    let node = Serving::start(&folder, &place);
    let mut cases = BTreeMap::new();
    for draft in &drafts {
        let answer = submit(&node.address, &token, draft).expect("an answer").is(201).json();
        let no = answer["no"].as_str().expect("a number").to_owned();
        if let Some(first) = answered.get(draft) {
            assert_eq!((&no, &answer["again"]), (first, &serde_json::json!(true)), "what was answered stands");
        }
        assert!(cases.insert(no, draft).is_none(), "two drafts are two cases");
    }
    let stood = node.ask("GET", &format!("/api/v1/uploads/{upload}"), &octets, b"").expect("an answer").is(200);
    assert_eq!(stood.json()["offset"], 20, "the upload stands where it stood");
    let rest = node.ask("PUT", &format!("/api/v1/uploads/{upload}?offset=20"), &octets, &file[20..]).expect("an answer").is(200);
    assert_eq!(rest.json()["done"], true);
    drop(node);
    let store = store(&folder.0.join("data"), url, None).await;
    let rows = store.engine().read("SELECT no FROM cases ORDER BY no", args![]).await.expect("read");
    let kept: Vec<String> = rows.iter().map(|row| row.string(0).expect("a number")).collect();
    assert_eq!(kept, cases.keys().cloned().collect::<Vec<_>>(), "every case once, and no other");
    store.engine().close().await;
    let said = run(&[&["verify"][..], &place].concat()).ended(0);
    assert!(said.out.contains(&format!("{DRAFTS} cases")), "{}", said.out);
}
