//! A stop that was asked for lets requests finish, and ends all the same.

use crate::district::District;
use crate::program::{Folder, Serving, answer, head};
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

#[tokio::test]
async fn a_request_on_its_way_is_finished_and_no_new_one_is_taken() {
    let folder = Folder::new();
    let district = District::found(&folder.0.join("data"), None, None).await;
    let token = district.token().await;
    district.leave().await;
    let mut node = Serving::start(&folder, &["--data", &folder.path("data")]);
    let bearer = format!("Bearer {token}");
    let body = format!(r#"{{"item":"{}","area":"{}"}}"#, crate::district::ITEM, crate::district::AREA);
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "begin-0001"), ("content-type", "application/json")];
    let mut stream = TcpStream::connect(&node.address).expect("connected");
    stream.write_all(&head("POST", "/api/v1/drafts", &headers, body.len())).expect("sent");
    stream.write_all(&body.as_bytes()[..10]).expect("sent");
    stream.flush().expect("sent");
    std::thread::sleep(Duration::from_millis(300));

    node.terminate();
    let until = std::time::Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(&node.address).is_ok() {
        assert!(std::time::Instant::now() < until, "it goes on taking connections");
        std::thread::sleep(Duration::from_millis(20));
    }
    stream.write_all(&body.as_bytes()[10..]).expect("sent");
    assert_eq!(answer(stream).expect("an answer").status, 201, "{}", node.log());
    assert!(node.ended(Duration::from_secs(15)).success());
    assert!(node.log().contains("Stopping"), "{}", node.log());
}
