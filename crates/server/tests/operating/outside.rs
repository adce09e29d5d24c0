//! What the program is told about the world outside by its settings: papers in an S3 store, notices by mail.

use crate::district::{District, FIRM, PERSON, submit};
use crate::program::{Folder, Serving, yimen};
use casework::Moment;
use office::Clock;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A store that keeps what it is given under its path.
fn objects() -> (String, Objects) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let objects = Objects::default();
    let kept = Arc::clone(&objects);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let kept = Arc::clone(&kept);
            std::thread::spawn(move || while serve(&stream, &kept).is_some() {});
        }
    });
    (endpoint, objects)
}

fn serve(mut stream: &TcpStream, kept: &Objects) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let (method, rest) = line.split_once(' ')?;
    let path = rest.split([' ', '?']).next()?.to_owned();
    let mut length = 0;
    loop {
        let mut head = String::new();
        reader.read_line(&mut head).ok()?;
        let head = head.trim().to_ascii_lowercase();
        if head.is_empty() {
            break;
        }
        if let Some(value) = head.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut kept = kept.lock().expect("no panic");
    let (status, answer) = match method {
        "PUT" => {
            kept.insert(path, body);
            ("200 OK", Vec::new())
        }
        "DELETE" => {
            kept.remove(&path);
            ("204 No Content", Vec::new())
        }
        _ => kept.get(&path).map_or(("404 Not Found", Vec::new()), |found| ("200 OK", found.clone())),
    };
    stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", answer.len()).as_bytes()).ok()?;
    stream.write_all(&answer).ok()
}

#[tokio::test]
async fn papers_lie_in_the_s3_store_of_the_settings_and_its_secret_is_told_to_nobody() {
    let folder = Folder::new();
    let district = District::found(&folder.0.join("data"), None, None).await;
    let token = district.token().await;
    district.leave().await;
    let (endpoint, objects) = objects();
    let settings =
        format!("[papers]\nendpoint = \"{endpoint}\"\nbucket = \"papers\"\nregion = \"cn-north-1\"\nprefix = \"binhai\"\n");
    let settings = folder.write("yimen.toml", &settings);
    let mut command = yimen(&["serve", "--listen", "127.0.0.1:0", "--data", &folder.path("data"), "--config", &settings]);
    command
        .env("YIMEN_PAPERS_ACCESS_KEY", "an-access-key")
        .env("YIMEN_PAPERS_SECRET_KEY", "a-secret-key")
        .env("YIMEN_LOG", "debug");
    let node = Serving::spawn(&folder, &mut command);
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "begin-0001"), ("content-type", "application/json")];
    let begun = format!(r#"{{"item":"{}","area":"{}"}}"#, crate::district::ITEM, crate::district::AREA);
    let draft = node.ask("POST", "/api/v1/drafts", &headers, begun.as_bytes()).expect("an answer").is(201).json()["id"].clone();
    let draft = draft.as_str().expect("an id");
    let octets = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream")];
    let path = format!("/api/v1/drafts/{draft}/papers/floor-plan");
    let paper = b"%PDF-1.7 kept elsewhere";
    node.ask("PUT", &format!("{path}?name=a.pdf"), &octets, paper).expect("an answer").is(204);
    {
        let kept = objects.lock().expect("no panic");
        assert_eq!(kept.len(), 1);
        assert!(
            kept.iter().all(|(path, bytes)| path.starts_with("/papers/binhai/blobs/") && bytes == paper),
            "{:?}",
            kept.keys()
        );
    }
    assert!(!folder.0.join("data/blobs").exists(), "nothing lies beside the database");
    let whole = node.ask("GET", &format!("/api/v1/drafts/{draft}"), &octets, b"").expect("an answer").is(200).json();
    let digest = whole["papers"][0]["digest"].as_str().expect("a digest").to_owned();
    assert_eq!(node.ask("GET", &format!("{path}/{digest}"), &octets, b"").expect("an answer").is(200).body.as_bytes(), paper);
    let log = node.log();
    assert!(!log.contains("a-secret-key") && !log.contains("X-Amz-Signature"), "{log}");
}

#[tokio::test]
async fn a_notice_goes_out_by_the_mail_of_the_settings() {
    let folder = Folder::new();
    let clock = Clock::default();
    clock.start_at(Moment(jiff::Timestamp::now().as_millisecond() - 28 * 24 * 3_600_000));
    let district = District::found(&folder.0.join("data"), None, Some(clock)).await;
    district.office.store.set_contact(PERSON, "13800000000", "zhang@example.test").await.expect("written");
    let draft = district.draft().await;
    district.office.submit_draft(&district.applicant(), &draft, None).await.expect("sent");
    let (token, unsent) = (district.token().await, district.draft().await);
    district.leave().await;
    let mails = folder.0.join("mail");
    let settings = format!("[mail]\nfolder = \"{}\"\nfrom = \"一门 <noreply@example.test>\"\n", mails.display());
    let settings = folder.write("yimen.toml", &settings);
    let node = Serving::start(&folder, &["--data", &folder.path("data"), "--config", &settings]);
    submit(&node.address, &token, &unsent).expect("an answer").is(201);
    let until = Instant::now() + Duration::from_secs(60);
    let mail = loop {
        let mut found = std::fs::read_dir(&mails).into_iter().flatten().flatten().map(|entry| entry.path());
        if let Some(mail) = found.find(|path| path.extension().is_some_and(|end| end == "eml")) {
            break std::fs::read_to_string(mail).expect("a mail");
        }
        assert!(Instant::now() < until, "no mail came:\n{}", node.log());
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(mail.contains("To: zhang@example.test") && mail.contains("noreply@example.test"), "{mail}");
    assert!(!mail.contains(FIRM), "a mail says nothing of the matter: {mail}");
    assert!(!node.log().contains("example.test"), "nor does the log of whom it went to: {}", node.log());
}
