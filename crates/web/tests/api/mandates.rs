//! What a mandate bounds: whoever acts for a firm in one item sees nothing of its other items.

use super::district::{AREA, Ask, District, FIRM, ITEM};
use casework::Holder;
use rulebook::Text;
use serde_json::json;

const OTHER_ITEM: &str = "prepackaged-food-filing";

#[tokio::test]
async fn an_operator_of_one_item_sees_no_draft_notice_paper_or_number_of_another() {
    let district = District::open().await;
    district.mandate("li", FIRM, &[OTHER_ITEM], &[]).await;
    let (legal, operator) = (district.applicant("zhang", Some(FIRM)).await, district.applicant("li", Some(FIRM)).await);
    let (theirs, mine) =
        (district.food_case().await, district.case_of("zhang", Holder::Firm(FIRM.into()), OTHER_ITEM, "scjgj").await);
    for (id, no) in [("n1", Some(&theirs)), ("n2", Some(&mine)), ("n3", None)] {
        district.office.notify(id, &format!("f:{FIRM}"), no, &Text::new("有变化。", "Something changed.")).await.expect("told");
    }
    let told = async |token: &str| {
        let notices = district.ask(Ask::get("/notices").by(token)).await.is(200).column("id");
        let data = district.ask(Ask::get("/me/data").by(token)).await.is(200).body;
        let unread = district.ask(Ask::get("/me").by(token)).await.is(200).body["unread"].clone();
        (notices.into_iter().filter(|id| id.len() == 2).count(), data["cases"].clone(), data["notices"].to_string(), unread)
    };
    let (notices, cases, copy, unread) = told(&operator).await;
    assert_eq!((notices, cases), (2, json!([mine.0])));
    assert!(!copy.contains(&theirs.0), "{copy}");
    assert_eq!(told(&legal).await.0, 3);
    assert!(unread.as_u64() < told(&legal).await.3.as_u64());
    district.ask(Ask::put("/notices/read").by(&operator)).await.is(204);
    assert_eq!(district.ask(Ask::get("/me").by(&operator)).await.is(200).body["unread"], 0);
    assert!(told(&legal).await.3.as_u64() >= Some(1), "what the operator does not see stays unread");
    assert_eq!(district.ask(Ask::get("/cases").by(&operator)).await.is(200).column("no"), *std::slice::from_ref(&mine.0));
    district.ask(Ask::get(format!("/cases/{theirs}")).by(&operator)).await.told_problem(404, "not-found");

    let begin =
        |token: &str, item: &str, key: &str| Ask::post("/drafts").by(token).key(key).json(json!({ "item": item, "area": AREA }));
    district.ask(begin(&operator, ITEM, "draft-0001")).await.told_problem(403, "no-mandate");
    // A mandate that was wider once: the draft and the upload begun then are out of reach now.
    district.mandate("li", FIRM, &[ITEM], &[]).await;
    let id = district.ask(begin(&operator, ITEM, "draft-0002")).await.is(201).text("/id").to_owned();
    let announced = json!({ "key": "floor-plan", "name": "平面图.pdf", "size": 20 });
    let begun = Ask::post(format!("/drafts/{id}/uploads")).by(&operator).key("upload-001").json(announced);
    let upload = district.ask(begun).await.is(201).text("/id").to_owned();
    let wider = district.office.store.mandates_of_person("li").await.expect("read");
    let wider = wider.iter().find(|mandate| mandate.firm == FIRM && mandate.items == [ITEM]).expect("given").id.clone();
    office::people::firms::revoke(&district.office.store, "zhang", &wider, district.now()).await.expect("revoked");
    for ask in [
        Ask::get(format!("/drafts/{id}")),
        Ask::put(format!("/drafts/{id}/fields")).json(json!({ "answers": {} })),
        Ask::delete(format!("/drafts/{id}")),
        Ask::get(format!("/uploads/{upload}")),
        Ask::delete(format!("/uploads/{upload}")),
        Ask::put(format!("/uploads/{upload}?offset=0")).bytes("application/octet-stream", &b"%PDF-1.7 "[..]),
    ] {
        district.ask(ask.by(&operator)).await.told_problem(404, "not-found");
    }
    assert_eq!(district.ask(Ask::get("/drafts").by(&operator)).await.is(200).column("id"), Vec::<String>::new());
}

#[tokio::test]
async fn an_officer_who_opens_a_draft_is_written_down() {
    let district = District::open().await;
    let clerk = district.officer("clerk").await;
    let begin = json!({ "item": ITEM, "area": AREA, "holder": format!("f:{FIRM}") });
    let id = district.ask(Ask::post("/drafts").by(&clerk).key("draft-0001").json(begin)).await.is(201).text("/id").to_owned();
    district.ask(Ask::get(format!("/drafts/{id}")).by(&clerk)).await.is(200);
    let read = district.office.store.readings(&Default::default(), 10).await.expect("read");
    assert!(read.iter().any(|reading| reading.what == "draft" && reading.purpose.contains(&id)), "{read:?}");
}
