//! Themes: the list, one of them, and the guide through it, as the rulebook has them.

use super::district::{Ask, District, ITEM};
use rulebook::bundle::Bundle;
use rulebook::guide::{Guide, Told};
use rulebook::intake::Answers;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn every_theme_is_told_with_its_items() {
    let district = District::open().await;
    let live = district.office.rulebooks.live().expect("in force");
    let listed = district.ask(Ask::get("/themes")).await.is(200);
    assert_eq!(listed.column("code"), live.rules.themes.keys().cloned().collect::<Vec<_>>());
    for (code, theme) in &live.rules.themes {
        let whole = district.ask(Ask::get(format!("/themes/{code}"))).await.is(200);
        assert_eq!(whole.body["components"].as_array().expect("items").len(), theme.component.len(), "{code}");
        district.ask(Ask::post(format!("/themes/{code}/guide")).json(json!({ "answers": {} }))).await.is(200);
    }
    district.ask(Ask::get("/themes/nothing")).await.told_problem(404, "not-found");
    let guide = Ask::post("/themes/nothing/guide").json(json!({ "answers": {} }));
    district.ask(guide).await.told_problem(404, "not-found");
}

#[tokio::test]
async fn the_guide_asks_what_the_rulebook_asks_and_says_what_follows_and_why() {
    let district = District::open().await;
    let live = district.office.rulebooks.live().expect("in force");
    let (rules, today) = (&live.rules, district.now().day());
    let bundle = Bundle::of_theme(rules, &rules.themes["restaurant"]);
    let guide = Guide::of_bundle(&bundle, today);
    let (mut answers, mut asked) = (Answers::new(), BTreeSet::new());
    loop {
        let body = json!({ "answers": answers });
        let told = district.ask(Ask::post("/themes/restaurant/guide").json(body)).await.is(200);
        let next = guide.next(Told { answers: &answers, unsure: &BTreeSet::new() }, today);
        assert_eq!(told.body["next"]["field"].as_str(), next.as_ref().map(|question| question.field.code.as_str()));
        let Some(question) = next else {
            let needed: Vec<&Value> =
                told.body["items"].as_array().expect("items").iter().filter(|one| one["needed"] == "true").collect();
            assert!(needed.iter().any(|one| one["item"]["code"] == ITEM));
            assert!(!needed.iter().any(|one| one["needed"] == "unknown"), "all is answered");
            break;
        };
        assert!(asked.insert(question.field.code.clone()), "{} is asked twice", question.field.code);
        let answer = match rules.choices(question.field).first() {
            Some(word) => word.clone(),
            None if question.field.kind == rulebook::field::FieldKind::YesNo => "true".to_owned(),
            None => "100".to_owned(),
        };
        answers.insert(question.field.code.clone(), answer);
    }
    let wrong = Ask::post("/themes/restaurant/guide").json(json!({ "answers": { "has-kitchen": "也许" } }));
    district.ask(wrong).await.told_problem(422, "wrong-shape");
    let unsure = json!({ "answers": {}, "unsure": ["has-business-licence"] });
    let told = district.ask(Ask::post("/themes/restaurant/guide").json(unsure)).await.is(200);
    assert_ne!(told.body["next"]["field"], "has-business-licence", "what is not known is not asked again");
}

#[tokio::test]
async fn items_that_are_picked_are_put_in_order() {
    let district = District::open().await;
    let pick = |items: &[&str]| Ask::post("/themes/together").json(json!({ "items": items }));
    let told = district.ask(pick(&[ITEM, "company-registration"])).await.is(200);
    let order: Vec<&str> =
        told.body["items"].as_array().expect("items").iter().filter_map(|one| one["item"]["code"].as_str()).collect();
    assert_eq!(order, ["company-registration", ITEM]);
    assert_eq!(told.body["items"][1]["after"], json!(["company-registration"]));
    district.ask(pick(&["nothing"])).await.told_problem(422, "wrong-shape");
}
