//! Tasks, supervision and corrections: for officers, as the workbench shows them.

use super::district::{Ask, District, FIRM};
use casework::Act;
use serde_json::json;

#[tokio::test]
async fn tasks_are_those_of_the_officer_and_of_nobody_else() {
    let district = District::open().await;
    let no = district.food_case().await;
    let examiner = district.officer("examiner").await;
    assert_eq!(district.ask(Ask::get("/tasks").by(&examiner)).await.is(200).column("no"), std::slice::from_ref(&no.0));
    assert_eq!(district.ask(Ask::get("/tasks/lights").by(&examiner)).await.is(200).body["green"], 1);
    let only_mine = Ask::get("/tasks?only-mine=true").by(&examiner);
    assert_eq!(district.ask(only_mine).await.is(200).column("no"), Vec::<String>::new());
    district.act(&no, &district.actor("examiner").await, Act::Claim).await;
    let only_mine = Ask::get("/tasks?only-mine=true").by(&examiner);
    assert_eq!(district.ask(only_mine).await.is(200).column("no"), std::slice::from_ref(&no.0));
    for id in ["stranger", "supervisor", "admin"] {
        let token = district.officer(id).await;
        assert_eq!(district.ask(Ask::get("/tasks").by(&token)).await.is(200).column("no"), Vec::<String>::new(), "{id}");
    }
    let applicant = district.applicant("zhang", Some(FIRM)).await;
    district.ask(Ask::get("/tasks").by(&applicant)).await.told_problem(403, "not-yours");
}

#[tokio::test]
async fn supervision_is_for_those_who_oversee() {
    let district = District::open().await;
    district.food_case().await;
    let supervisor = district.officer("supervisor").await;
    let board = district.ask(Ask::get("/supervision").by(&supervisor)).await.is(200);
    assert_eq!((board.text("/agencies/0/agency"), &board.body["agencies"][0]["open"]), ("scjgj", &json!(1)));
    for path in ["/supervision/red", "/supervision/minutes", "/supervision/special"] {
        district.ask(Ask::get(path).by(&supervisor)).await.is(200);
    }
    let week = district.ask(Ask::get("/supervision/week").by(&supervisor)).await.is(200);
    assert_eq!((week.text("/week/from"), &week.body["week"]["submitted"]), ("2026-03-02", &json!(1)));
    assert_eq!((week.text("/before/from"), &week.body["before"]["submitted"]), ("2026-02-23", &json!(0)));
    let of_sunday = district.ask(Ask::get("/supervision/week?from=2026-03-01").by(&supervisor)).await.is(200);
    assert_eq!(of_sunday.text("/week/from"), "2026-02-23");
    let paths = ["/supervision", "/supervision/red", "/supervision/minutes", "/supervision/week", "/supervision/special"];
    for path in paths {
        for token in
            [district.officer("examiner").await, district.officer("admin").await, district.applicant("zhang", None).await]
        {
            district.ask(Ask::get(path).by(&token)).await.told_problem(403, "not-yours");
        }
    }
}

#[tokio::test]
async fn a_missed_limit_and_its_reason_are_public_and_name_nobody() {
    let district = District::open().await;
    let no = district.food_case().await;
    let none = district.ask(Ask::get("/broken-promises")).await.is(200);
    assert_eq!(none.body["rows"], json!([]));
    district.office.clock.start_at(casework::Moment::at("2026-03-20T10:00".parse().expect("a moment")));
    district.office.look_at_clocks().await.expect("looked");
    let told = district.ask(Ask::get("/broken-promises")).await.is(200);
    assert_eq!((told.text("/rows/0/item/code"), told.text("/rows/0/due-on")), ("food-operation-new", "2026-03-09"));
    assert!(!told.body.to_string().contains(&no.0) && !told.body.to_string().contains(FIRM));
    let red = district.ask(Ask::get("/supervision/week").by(&district.officer("supervisor").await)).await.is(200);
    assert_eq!(red.text("/red/0/case/no"), no.0);
    let other = district.ask(Ask::get("/broken-promises?agency=wjw")).await.is(200);
    assert_eq!(other.body["rows"], json!([]));
}

#[tokio::test]
async fn an_error_in_a_guide_is_reported_once_and_answered_by_an_editor() {
    let district = District::open().await;
    let applicant = district.applicant("zhang", None).await;
    let report = |words: &str| {
        let body = json!({ "item": "food-operation-new", "words": words });
        Ask::post("/corrections").by(&applicant).key("report-001").json(body)
    };
    district.ask(report("错")).await.told_problem(409, "bad-report");
    let first = district.ask(report("电话号码不对")).await.is(201);
    let again = district.ask(report("电话号码不对")).await.is(201);
    assert_eq!(first.body["id"], again.body["id"]);
    let editor = district.officer("editor").await;
    let open = district.ask(Ask::get("/corrections").by(&editor)).await.is(200);
    assert_eq!(open.column("id"), [first.text("/id")]);
    district.ask(Ask::get("/corrections").by(&applicant)).await.told_problem(403, "not-yours");
    let id = first.text("/id");
    district.ask(Ask::put(format!("/corrections/{id}/taken")).by(&editor)).await.is(204);
    let close = |answer: &str| Ask::put(format!("/corrections/{id}/closed")).by(&editor).json(json!({ "answer": answer }));
    district.ask(close("")).await.told_problem(409, "no-answer");
    district.ask(close("已改正电话号码")).await.is(204);
    let closed = district.ask(Ask::get("/corrections?state=closed").by(&editor)).await.is(200);
    assert_eq!(closed.column("answer"), ["已改正电话号码"]);
}
