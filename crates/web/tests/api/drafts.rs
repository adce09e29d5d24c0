//! From an empty draft to a case, as another system would do it.

use super::district::{AREA, Ask, District, FIRM, ITEM, OTHER_FIRM, Told};
use casework::Act;
use serde_json::json;

async fn begin(district: &District, token: &str, key: &str) -> Told {
    district.ask(Ask::post("/drafts").by(token).key(key).json(json!({ "item": ITEM, "area": AREA }))).await
}

#[tokio::test]
async fn a_draft_becomes_one_case_however_often_it_is_sent() {
    let district = District::open().await;
    let token = district.applicant("zhang", Some(FIRM)).await;
    let first = begin(&district, &token, "draft-0001").await.is(201);
    let again = begin(&district, &token, "draft-0001").await.is(201);
    assert_eq!(first.body["id"], again.body["id"], "the same key makes no second draft");
    let other = json!({ "item": "prepackaged-food-filing", "area": AREA });
    district.ask(Ask::post("/drafts").by(&token).key("draft-0001").json(other)).await.told_problem(422, "key-reused");
    let id = first.text("/id").to_owned();
    assert_eq!(first.headers["location"], format!("/api/v1/drafts/{id}"));

    let send = || Ask::post(format!("/drafts/{id}/submit")).by(&token).key("submit-001");
    let told = district.ask(send()).await.told_problem(422, "incomplete");
    assert!(told.text("/errors/0/pointer").starts_with("/answers/"), "every fault with its place");
    let answers = district.sample(ITEM);
    let saved =
        district.ask(Ask::put(format!("/drafts/{id}/fields")).by(&token).json(json!({ "answers": answers }))).await.is(200);
    assert!(saved.body["rows"].as_array().expect("rows").iter().all(|row| row["fault"].is_null()), "{}", saved.body);
    let foreign = json!({ "answers": { "no-such-field": "1" } });
    district.ask(Ask::put(format!("/drafts/{id}/fields")).by(&token).json(foreign)).await.told_problem(409, "foreign-field");
    let whole = district.ask(Ask::get(format!("/drafts/{id}")).by(&token)).await.is(200);
    let lacking = whole.body["asked"]["lacking"].as_array().expect("a list").clone();
    assert!(!lacking.is_empty());
    for key in &lacking {
        let path = format!("/drafts/{id}/papers/{}?name=a.pdf", key.as_str().expect("a key"));
        district.ask(Ask::put(path).by(&token).bytes("application/octet-stream", &b"%PDF-1.7 paper"[..])).await.is(204);
    }
    let whole = district.ask(Ask::get(format!("/drafts/{id}")).by(&token)).await.is(200);
    assert_eq!(whole.body["asked"]["complete"], true, "{}", whole.body["asked"]);

    let sent = district.ask(send()).await.is(201);
    let again = district.ask(send()).await.is(201);
    assert_eq!((&sent.body["no"], &sent.body["again"], &again.body["again"]), (&again.body["no"], &json!(false), &json!(true)));
    assert_eq!(sent.text("/case/listed/channel"), "api");
    let other_key = Ask::post(format!("/drafts/{id}/submit")).by(&token).key("submit-002");
    assert_eq!(district.ask(other_key).await.is(201).body["no"], sent.body["no"]);
    let mine = district.ask(Ask::get("/cases").by(&token)).await.is(200);
    assert_eq!(mine.column("no"), [sent.text("/no")]);
}

#[tokio::test]
async fn an_upload_in_parts_goes_on_where_the_line_broke() {
    let district = District::open().await;
    let token = district.applicant("zhang", Some(FIRM)).await;
    let id = begin(&district, &token, "draft-0001").await.is(201).text("/id").to_owned();
    let file = b"%PDF-1.7 a floor plan in two parts".to_vec();
    let announced = json!({ "key": "floor-plan", "name": "平面图.pdf", "size": file.len() });
    let begun = Ask::post(format!("/drafts/{id}/uploads")).by(&token).key("upload-001").json(announced);
    let upload = district.ask(begun).await.is(201).text("/id").to_owned();
    let part = |offset: usize, bytes: &[u8]| {
        Ask::put(format!("/uploads/{upload}?offset={offset}")).by(&token).bytes("application/octet-stream", bytes)
    };
    assert_eq!(district.ask(part(0, &file[..10])).await.is(200).body["offset"], 10);
    let told = district.ask(part(0, &file[..10])).await.told_problem(409, "other-offset");
    assert_eq!(told.body["offset"], 10);
    assert_eq!(district.ask(Ask::get(format!("/uploads/{upload}")).by(&token)).await.is(200).body["offset"], 10);
    let stranger = district.applicant("li", None).await;
    district.ask(Ask::get(format!("/uploads/{upload}")).by(&stranger)).await.told_problem(404, "not-found");
    assert_eq!(district.ask(part(10, &file[10..])).await.is(200).body["done"], true);
    let whole = district.ask(Ask::get(format!("/drafts/{id}")).by(&token)).await.is(200);
    let digest = whole.text("/papers/0/digest").to_owned();
    let path = format!("/drafts/{id}/papers/floor-plan/{digest}");
    assert_eq!(district.ask(Ask::get(&path).by(&token)).await.is(200).bytes, file);
    district.ask(Ask::delete(&path).by(&token)).await.is(204);
    district.ask(Ask::get(&path).by(&token)).await.told_problem(404, "not-found");
    let wrong = Ask::put(format!("/drafts/{id}/papers/floor-plan?name=a.exe")).by(&token);
    assert_eq!(district.ask(wrong.bytes("application/octet-stream", &b"MZ\x90"[..])).await.status, 409);
}

#[tokio::test]
async fn nobody_else_sees_or_changes_a_draft() {
    let district = District::open().await;
    let mine = district.applicant("zhang", Some(FIRM)).await;
    let id = begin(&district, &mine, "draft-0001").await.is(201).text("/id").to_owned();
    let others = [
        district.applicant("zhang", None).await,
        district.applicant("li", Some(OTHER_FIRM)).await,
        district.officer("examiner").await,
        district.officer("admin").await,
    ];
    for token in &others {
        district.ask(Ask::get(format!("/drafts/{id}")).by(token)).await.told_problem(404, "not-found");
        let save = Ask::put(format!("/drafts/{id}/fields")).by(token).json(json!({ "answers": {} }));
        district.ask(save).await.told_problem(404, "not-found");
        district.ask(Ask::post(format!("/drafts/{id}/submit")).by(token).key("submit-001")).await.told_problem(404, "not-found");
        district.ask(Ask::delete(format!("/drafts/{id}")).by(token)).await.told_problem(404, "not-found");
        assert_eq!(district.ask(Ask::get("/drafts").by(token)).await.is(200).column("id"), Vec::<String>::new());
    }
    district.ask(Ask::delete(format!("/drafts/{id}")).by(&mine)).await.is(204);
    district.ask(Ask::get(format!("/drafts/{id}")).by(&mine)).await.told_problem(404, "not-found");
    district.ask(Ask::put(format!("/drafts/{id}/restore")).by(&mine)).await.is(204);
    district.ask(Ask::get(format!("/drafts/{id}")).by(&mine)).await.is(200);
}

#[tokio::test]
async fn a_correction_is_answered_through_a_draft_of_its_case() {
    let district = District::open().await;
    let no = district.food_case().await;
    let examiner = district.actor("examiner").await;
    let defects = vec![casework::act::Telling { about: "floor-plan".into(), words: "缺尺寸".into() }];
    district.act(&no, &examiner, Act::AskCorrection { defects, exception: None }).await;
    let token = district.applicant("zhang", Some(FIRM)).await;
    let told = district.ask(Ask::get(format!("/cases/{no}")).by(&token)).await.is(200);
    assert_eq!(told.text("/corrections/0/defects/0/words"), "缺尺寸");
    let correct = |key: &str| Ask::post(format!("/cases/{no}/correction")).by(&token).key(key);
    let draft = district.ask(correct("fix-000001")).await.is(201);
    let id = draft.text("/id").to_owned();
    assert_eq!(district.ask(correct("fix-000002")).await.is(201).text("/id"), id, "one draft for one correction");
    assert_eq!(draft.text("/for-case"), no.0);
    let plan = Ask::put(format!("/drafts/{id}/papers/floor-plan?name=plan.pdf")).by(&token);
    district.ask(plan.bytes("application/octet-stream", &b"%PDF-1.7 with measures"[..])).await.is(204);
    let send = |key: &str| Ask::post(format!("/drafts/{id}/submit")).by(&token).key(key);
    district.ask(send("submit-001")).await.told_problem(428, "seen-required");
    // Somebody who looked before the office spoke: nothing is lost, and what changed is told.
    let late = district.ask(send("submit-002").seen(1)).await.told_problem(412, "overtaken");
    assert!(late.body["changes"].as_array().is_some_and(|changes| !changes.is_empty()), "{}", late.body);
    let kept = district.ask(Ask::get(format!("/drafts/{id}")).by(&token)).await.is(200);
    assert_eq!(kept.text("/papers/0/name"), "plan.pdf");
    let sent = district.ask(send("submit-003").seen(district.version(&no).await)).await.is(201);
    assert_eq!((sent.text("/no"), sent.text("/case/listed/step/code")), (no.0.as_str(), "awaiting-acceptance"));
}

#[tokio::test]
async fn several_items_are_begun_asked_and_sent_together() {
    let district = District::open().await;
    let token = district.applicant("zhang", Some(FIRM)).await;
    let begin = |key: &str, body: serde_json::Value| Ask::post("/drafts/together").by(&token).key(key).json(body);
    let items = [ITEM, "shop-sign-filing"];
    let body = json!({ "theme": "restaurant", "items": items, "area": AREA });
    let begun = district.ask(begin("together-1", body.clone())).await.is(201);
    assert_eq!((&begun.body["theme"], &begun.body["items"]), (&json!("restaurant"), &json!(items)));
    assert_eq!(
        district.ask(begin("together-1", body)).await.is(201).body["id"],
        begun.body["id"],
        "the same key, the same draft"
    );
    for (key, body, code) in [
        ("together-2", json!({ "items": [], "area": AREA }), "how-many"),
        ("together-3", json!({ "items": [ITEM, "no-such-item"], "area": AREA }), "not-offered"),
        ("together-4", json!({ "theme": "pharmacy", "items": [ITEM], "area": AREA }), "not-offered"),
        ("together-5", json!({ "items": [ITEM], "area": "1" }), "no-area"),
    ] {
        district.ask(begin(key, body)).await.told_problem(409, code);
    }
    let id = begun.text("/id").to_owned();
    let asked = district.ask(Ask::get(format!("/drafts/{id}")).by(&token)).await.is(200);
    let lacking = |asked: &Told| asked.body["asked"]["lacking"].as_array().expect("a list").clone();
    assert!(lacking(&asked).contains(&json!("effect-drawing")), "the papers of both: {}", asked.body["asked"]["lacking"]);
    let send = || Ask::post(format!("/drafts/{id}/submit")).by(&token).key("submit-001");
    district.ask(send()).await.told_problem(422, "incomplete");
    for item in ["shop-sign-filing", ITEM] {
        let answers = json!({ "answers": district.sample(item) });
        district.ask(Ask::put(format!("/drafts/{id}/fields")).by(&token).json(answers)).await.is(200);
    }
    let sent = district.ask(send()).await.is(201);
    assert_eq!(sent.text("/case/listed/item/code"), "joint-handling");
}
