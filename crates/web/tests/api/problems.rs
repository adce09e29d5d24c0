//! Calls that no system should make: each gets a clear answer, and nothing is done.

use super::district::{AREA, Ask, District, FIRM, ITEM};
use serde_json::json;

#[tokio::test]
async fn bodies_that_are_no_json_of_the_shape_are_refused() {
    let district = District::open().await;
    let token = district.applicant("zhang", Some(FIRM)).await;
    let post = |key: &str| Ask::post("/drafts").by(&token).key(key);
    let json_of = |text: &str| post("draft-0001").bytes("application/json", text.as_bytes().to_vec());
    for (body, status, code) in [
        ("", 400, "malformed"),
        ("{", 400, "malformed"),
        ("not json", 400, "malformed"),
        (r#"{"item":"a","area":"b"}{}"#, 400, "malformed"),
        ("\u{feff}{}", 400, "malformed"),
        ("[]", 422, "wrong-shape"),
        ("null", 422, "wrong-shape"),
        ("{}", 422, "wrong-shape"),
        (r#"{"item":1,"area":"x"}"#, 422, "wrong-shape"),
        (r#"{"item":"a","area":"b","more":1}"#, 422, "wrong-shape"),
        (r#"{"item":"a","item":"b","area":"c"}"#, 422, "wrong-shape"),
        (r#"{"item":"a\u0000","area":"b"}"#, 400, "malformed"),
        (r#"{"item":"nothing","area":"nowhere"}"#, 422, "wrong-shape"),
    ] {
        let told = district.ask(json_of(body)).await.told_problem(status, code);
        assert!(!told.text("/detail").is_empty(), "{body}");
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    district.ask(json_of(&deep)).await.told_problem(422, "wrong-shape");
    let body = json!({ "item": ITEM, "area": AREA }).to_string().into_bytes();
    for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        district.ask(post("draft-0002").bytes(media, body.clone())).await.told_problem(415, "wrong-media");
    }
    let huge = json!({ "item": "x".repeat(600 * 1024), "area": AREA }).to_string().into_bytes();
    district.ask(post("draft-0003").bytes("application/json", huge)).await.told_problem(413, "too-large");
    assert_eq!(district.ask(Ask::get("/drafts").by(&token)).await.is(200).column("id"), Vec::<String>::new());
    district.ask(post("draft-0001").json(json!({ "item": ITEM, "area": AREA }))).await.is(201);
}

#[tokio::test]
async fn parameters_are_known_bounded_and_given_once() {
    let district = District::open().await;
    let long = "x".repeat(2_000);
    for query in
        ["nothing=1", "limit=0", "limit=101", "limit=-1", "limit=x", "limit=5&limit=6", "online=perhaps", &format!("text={long}")]
    {
        district.ask(Ask::get(format!("/items?{query}"))).await.told_problem(400, "malformed");
    }
    let token = district.applicant("zhang", Some(FIRM)).await;
    for after in ["x", "1", "~", "x~y"] {
        district.ask(Ask::get(format!("/cases?after={after}")).by(&token)).await.told_problem(400, "malformed");
    }
    for seen in ["x", "-1"] {
        let ask = Ask::post(format!("/cases/1/acts/note?seen={seen}")).by(&token).key("note-0001");
        district.ask(ask.json(json!({ "text": "x" }))).await.told_problem(400, "malformed");
    }
    let ask = Ask::post("/cases/1/acts/note").by(&token).key("note-0001").header("if-match", "*");
    district.ask(ask.json(json!({ "text": "x" }))).await.told_problem(400, "malformed");
    district.ask(Ask::get(format!("/cases/{long}")).by(&token)).await.told_problem(404, "not-found");
    district.ask(Ask::get("/cases/%00").by(&token)).await.told_problem(404, "not-found");
    district.ask(Ask::get("/cases/%FF").by(&token)).await.told_problem(404, "not-found");
}

#[tokio::test]
async fn a_problem_is_told_in_the_language_asked_for() {
    let district = District::open().await;
    let chinese = district.ask(Ask::get("/cases")).await.told_problem(401, "unauthorized");
    assert_eq!((chinese.text("/lang"), chinese.text("/title")), ("zh-CN", "没有有效的令牌"));
    let english =
        district.ask(Ask::get("/cases").header("accept-language", "en-GB, zh;q=0.5")).await.told_problem(401, "unauthorized");
    assert_eq!((english.text("/lang"), english.text("/title")), ("en", "No valid token"));
    assert_eq!(english.text("/type"), "http://localhost/api#unauthorized");
}
