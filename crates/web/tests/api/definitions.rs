//! What is open to everybody, as the rulebook has it.

use super::district::{Ask, District, ITEM};
use super::schema;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn the_list_of_items_is_whole_in_pages_and_narrowed_by_filters() {
    let district = District::open().await;
    let live = district.office.rulebooks.live().expect("in force");
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let told = district.ask(Ask::get(format!("/items?limit=20&after={after}"))).await.is(200);
        found.extend(told.column("code"));
        match told.body["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(found, live.rules.items.keys().cloned().collect::<Vec<_>>());
    let filings = district.ask(Ask::get("/items?type=filing&limit=100")).await.is(200);
    assert!(filings.column("code").contains(&"prepackaged-food-filing".to_owned()));
    assert!(!filings.column("code").contains(&ITEM.to_owned()));
    district.ask(Ask::get("/items?type=nothing")).await.told_problem(400, "malformed");
    let found = district.ask(Ask::get("/search?text=%E5%BC%80%E9%A5%AD%E5%BA%97")).await.is(200);
    assert!(found.column("code").contains(&ITEM.to_owned()));
    // No item says “restaurant” in English; the theme does, and this is what it always takes.
    let found = district.ask(Ask::get("/search?text=open%20a%20restaurant")).await.is(200);
    assert_eq!(found.column("code").first().map(String::as_str), Some(ITEM));
    // An item that is named itself stays first.
    let found = district.ask(Ask::get("/search?text=business%20bank%20account")).await.is(200);
    assert_eq!(found.column("code").first().map(String::as_str), Some("bank-account-appointment"));
}

#[tokio::test]
async fn every_guide_is_told_and_its_filled_sample_fits_its_own_schema() {
    let district = District::open().await;
    let live = district.office.rulebooks.live().expect("in force");
    for code in live.rules.items.keys() {
        let guide = district.ask(Ask::get(format!("/items/{code}"))).await.is(200);
        let form = &guide.body["form"];
        let Some(properties) = form["properties"].as_object() else { continue };
        assert_eq!(form["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let sample: Map<String, Value> =
            properties.iter().filter_map(|(code, property)| Some((code.clone(), property["examples"].get(0)?.clone()))).collect();
        let faults = schema::faults(form, form, &Value::Object(sample.clone()));
        assert!(faults.is_empty(), "{code}: {faults:?}");
        let asked = district.ask(Ask::post(format!("/items/{code}/intake")).json(json!({ "answers": sample }))).await.is(200);
        assert_eq!(asked.body["foreign"], json!([]), "{code}");
    }
    district.ask(Ask::get("/items/nothing")).await.told_problem(404, "not-found");
}

#[tokio::test]
async fn intake_says_what_the_rulebook_says() {
    let district = District::open().await;
    let live = district.office.rulebooks.live().expect("in force");
    let item = &live.rules.items[ITEM];
    let told =
        district.ask(Ask::post(format!("/items/{ITEM}/intake")).json(json!({ "answers": { "nonsense": "1" } }))).await.is(200);
    assert_eq!(told.body["foreign"], json!(["nonsense"]));
    let answers = [("nonsense".to_owned(), "1".to_owned())].into();
    let intake = live.rules.intake(item, &answers, &[], district.now().day());
    assert_eq!(told.body["lacking"], json!(intake.lacking()));
    let faults: BTreeSet<&str> = intake.faults().map(|(question, _)| question.field.code.as_str()).collect();
    let questions =
        told.body["sections"].as_array().expect("sections").iter().flat_map(|one| one["questions"].as_array().expect("a list"));
    let wrong: BTreeSet<&str> = questions.filter(|one| !one["fault"].is_null()).filter_map(|one| one["field"].as_str()).collect();
    assert_eq!(wrong, faults);
}

#[tokio::test]
async fn a_due_day_is_the_calendars_and_is_explained() {
    let district = District::open().await;
    let told = district.ask(Ask::get("/calendar/due?from=2026-03-02&n=5")).await.is(200);
    assert_eq!((told.text("/due"), &told.body["provisional"]), ("2026-03-09", &json!(false)));
    let counted = told.body["days"].as_array().expect("days").iter().filter(|day| day["kind"] == "counted").count();
    assert_eq!(counted, 5);
    assert_eq!(district.ask(Ask::get("/calendar/due?from=2027-12-30&n=30")).await.is(200).body["provisional"], true);
    let days = district.ask(Ask::get("/calendar/days?from=2026-03-06&to=2026-03-09")).await.is(200);
    let worked: Vec<bool> = days.body["rows"].as_array().expect("rows").iter().map(|day| day["working"] == true).collect();
    assert_eq!(worked, [true, false, false, true]);
    for wrong in [
        "/calendar/due?from=2026-03-02",
        "/calendar/due?from=x&n=1",
        "/calendar/due?from=2026-03-02&n=401",
        "/calendar/days?from=2026-03-02&to=2028-03-02",
        "/calendar/days?from=2026-03-02&to=2026-03-01",
    ] {
        district.ask(Ask::get(wrong)).await.told_problem(400, "malformed");
    }
}

#[tokio::test]
async fn lists_agencies_measures_and_editions_are_those_of_the_edition_in_force() {
    let district = District::open().await;
    let live = district.office.rulebooks.live().expect("in force");
    let rules = &live.rules;
    for (path, count) in [
        ("/agencies", rules.agencies.len()),
        ("/areas", rules.areas.len()),
        ("/windows", rules.windows.len()),
        ("/lists/services", rules.list.len()),
        ("/lists/higher", rules.higher_list.len()),
        ("/lists/authority", rules.authority.len()),
        ("/limits", rules.items.len()),
        ("/measures", rules.measures.len()),
        ("/editions", 1),
    ] {
        let told = district.ask(Ask::get(path)).await.is(200);
        assert_eq!(told.body["rows"].as_array().expect("rows").len(), count, "{path}");
    }
    let measures = district.ask(Ask::get("/measures")).await.is(200);
    let rows = measures.body["rows"].as_array().expect("rows");
    let all: Vec<&Value> = rows.iter().flat_map(|row| row["indicators"].as_array().expect("indicators")).collect();
    let rows_of_list = all.iter().find(|one| one["figure"] == "list-rows").expect("a figure of the rulebook");
    assert_eq!((&rows_of_list["value"], rows_of_list["unit"].as_str()), (&json!(rules.list.len()), Some("count")));
    assert!(rows.iter().all(|row| row["reached"] == true || row["indicators"] == json!([])));
    district.ask(Ask::get("/agencies/scjgj")).await.is(200);
    let edition = district.ask(Ask::get(format!("/editions/{}", live.name))).await.is(200);
    assert_eq!((&edition.body["edition"]["in-force"], edition.text("/edition/digest")), (&json!(true), live.digest.as_str()));
    district.ask(Ask::get("/editions/nothing")).await.told_problem(404, "not-found");
    district.ask(Ask::get("/decisions")).await.is(200);
    for code in ["nothing", "AAAAAAAAAAAAAAAA", "%00", "🎈"] {
        district.ask(Ask::get(format!("/check/{}", web::encode(code)))).await.told_problem(404, "not-found");
    }
}
