//! Acts through the API: once for each key, never on what was not seen, and refused by the same rules as on the pages.

use super::district::{Ask, District, FIRM};
use casework::Act;
use serde_json::json;

#[tokio::test]
async fn the_same_key_gives_the_first_outcome_again() {
    let district = District::open().await;
    let no = district.food_case().await;
    let token = district.officer("examiner").await;
    let seen = district.version(&no).await;
    let claim = || Ask::post(format!("/cases/{no}/acts/claim")).by(&token).key("claim-0001").seen(seen).json(json!({}));
    let first = district.ask(claim()).await.is(200);
    assert_eq!(first.body["again"], false);
    let second = district.ask(claim()).await.is(200);
    assert_eq!((&second.body["again"], &second.body["version"]), (&json!(true), &first.body["version"]));
    assert_eq!(district.version(&no).await, first.body["version"].as_u64().expect("a number"), "nothing was done twice");
    let other = district.food_case().await;
    let reused = Ask::post(format!("/cases/{other}/acts/claim")).by(&token).key("claim-0001").seen(9).json(json!({}));
    district.ask(reused).await.told_problem(422, "key-reused");
    let reused =
        Ask::post(format!("/cases/{no}/acts/note")).by(&token).key("claim-0001").seen(99).json(json!({ "text": "别的" }));
    district.ask(reused).await.told_problem(422, "key-reused");
    let changed = |text: &str| {
        Ask::post(format!("/cases/{no}/acts/note")).by(&token).key("note-00001").seen(99).json(json!({ "text": text }))
    };
    district.ask(changed("知道了")).await.is(200);
    district.ask(changed("改了字")).await.told_problem(422, "key-reused");
    assert_eq!(district.ask(changed("知道了")).await.is(200).body["again"], true);
    // The same key of somebody else is another key.
    let approver = district.officer("approver").await;
    let note = Ask::post(format!("/cases/{no}/acts/note")).by(&approver).key("claim-0001").seen(99);
    assert_eq!(district.ask(note.json(json!({ "text": "知道了" }))).await.is(200).body["again"], false);
}

#[tokio::test]
async fn an_author_who_was_overtaken_hears_what_changed_and_changes_nothing() {
    let district = District::open().await;
    let no = district.food_case().await;
    let seen = district.version(&no).await;
    let examiner = district.actor("examiner").await;
    district.act(&no, &examiner, Act::Accept { deferred: vec![] }).await;
    let now = district.version(&no).await;
    let token = district.officer("examiner").await;
    let act = |name: &str| Ask::post(format!("/cases/{no}/acts/{name}")).by(&token).header("accept-language", "en");
    let told = district.ask(act("claim").key("claim-0001").seen(seen).json(json!({}))).await.told_problem(412, "overtaken");
    assert_eq!(told.body["version"], json!(now));
    assert_eq!(told.body["changes"][0]["text"], "Accepted");
    let path = format!("/cases/{no}/acts/claim?seen={seen}");
    district.ask(Ask::post(path).by(&token).key("claim-0002").json(json!({}))).await.told_problem(409, "overtaken");
    assert_eq!(district.version(&no).await, now);
    district.ask(act("claim").key("claim-0003").seen(now).json(json!({}))).await.is(200);
}

#[tokio::test]
async fn a_refusal_names_its_rule_and_what_to_do_in_the_language_asked_for() {
    let district = District::open().await;
    let no = district.food_case().await;
    let seen = district.version(&no).await;
    let applicant = district.applicant("zhang", Some(FIRM)).await;
    let grant = || Ask::post(format!("/cases/{no}/acts/grant")).key("grant-0001").seen(seen).json(json!({ "content": "准予" }));
    let told = district.ask(grant().by(&applicant).header("accept-language", "en")).await.told_problem(409, "not-now");
    assert_eq!(told.headers["content-language"], "en");
    assert!(told.text("/detail").contains("not possible") && !told.text("/next").is_empty());
    let told = district.ask(grant().by(&applicant)).await.told_problem(409, "not-now");
    assert_eq!(told.text("/lang"), "zh-CN");
    let accept = Ask::post(format!("/cases/{no}/acts/accept")).by(&applicant).key("accept-001").seen(seen);
    district.ask(accept.json(json!({ "deferred": [] }))).await.told_problem(403, "not-yours");
    for (act, status, code) in [("supply", 409, "elsewhere"), ("check-clocks", 409, "elsewhere"), ("nothing", 404, "not-found")] {
        let ask = Ask::post(format!("/cases/{no}/acts/{act}")).by(&applicant).key("other-0001").seen(seen).json(json!({}));
        district.ask(ask).await.told_problem(status, code);
    }
    assert_eq!(district.version(&no).await, seen);
}

#[tokio::test]
async fn papers_cannot_be_brought_in_by_their_digest() {
    let district = District::open().await;
    let no = district.food_case().await;
    let token = district.officer("examiner").await;
    let body =
        json!({ "what": "更正", "papers": [{ "key": "floor-plan", "digest": "ab".repeat(32), "file-name": "别人的.pdf" }] });
    let ask =
        Ask::post(format!("/cases/{no}/acts/correct-on-spot")).by(&token).key("correct-01").seen(district.version(&no).await);
    let told = district.ask(ask.json(body)).await.told_problem(422, "wrong-shape");
    assert_eq!(told.text("/errors/0/pointer"), "/papers");
}

#[tokio::test]
async fn the_open_acts_are_those_of_the_step_with_what_stands_in_the_way() {
    let district = District::open().await;
    let no = district.food_case().await;
    let told = district.ask(Ask::get(format!("/cases/{no}/acts")).by(&district.officer("examiner").await)).await.is(200);
    let of =
        |name: &str| told.body["rows"].as_array().expect("rows").iter().find(|row| row["act"] == name).cloned().expect("an act");
    assert_eq!(of("accept")["open"], true);
    assert_eq!(of("withdraw")["open"], false);
    assert_eq!(of("withdraw")["obstacle"]["code"], "not-yours");
}

#[tokio::test]
async fn photographs_go_up_first_and_the_act_names_them() {
    let district = District::open().await;
    let no = district.food_case().await;
    let (examiner, token) = (district.actor("examiner").await, district.officer("examiner").await);
    district.act(&no, &examiner, Act::Claim).await;
    district.act(&no, &examiner, Act::Accept { deferred: vec![] }).await;
    let put = |name: &str, by: &str| {
        let bytes = &b"\x89PNG\r\n\x1a\nthe kitchen"[..];
        Ask::put(format!("/cases/{no}/files?name={name}")).by(by).bytes("application/octet-stream", bytes)
    };
    let taken = district.ask(put("kitchen.png", &token)).await.is(200);
    let id = taken.text("/id").to_owned();
    let unknown = Ask::put(format!("/cases/{no}/files?name=a.exe")).by(&token).bytes("application/octet-stream", &b"MZ\x90"[..]);
    assert_eq!(district.ask(unknown).await.status, 409, "what a file is its bytes say");
    let seen = district.version(&no).await;
    let inspect = |key: &str, attached: &str| {
        let body = json!({ "officers": ["examiner", "approver"], "on": "2026-03-02", "passed": true, "findings": "与图纸一致", "attached": [attached] });
        Ask::post(format!("/cases/{no}/acts/inspect")).by(&token).key(key).seen(seen).json(body)
    };
    district.ask(inspect("inspect-01", "no-such-file")).await.told_problem(409, "file-gone");
    district.ask(inspect("inspect-02", &id)).await.is(200);
    let told = district.ask(Ask::get(format!("/cases/{no}")).by(&token)).await.is(200);
    assert_eq!(told.body["files"][0]["name"], "kitchen.png");
    district.ask(Ask::get(format!("/cases/{no}/files/1")).by(&token)).await.is(200);
    // The firm that was inspected sees them; a stranger sees nothing.
    let firm = district.applicant("zhang", Some(FIRM)).await;
    district.ask(Ask::get(format!("/cases/{no}/files/1")).by(&firm)).await.is(200);
    district.ask(Ask::get(format!("/cases/{no}/files/2")).by(&firm)).await.is(404);
    let stranger = district.applicant("li", None).await;
    district.ask(Ask::get(format!("/cases/{no}/files/1")).by(&stranger)).await.is(404);
    district.ask(put("x.png", &stranger)).await.is(404);
}
