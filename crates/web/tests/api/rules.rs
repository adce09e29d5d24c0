//! The rulebook on its way to an edition, the list, mandates, visitors, follow codes and the logs: as the workbench and the portal
//! have them, and for nobody else.

use super::district::{Ask, District, FIRM};
use serde_json::json;

#[tokio::test]
async fn a_change_is_drafted_checked_and_given_up_and_nobody_is_overwritten() {
    let district = District::open().await;
    let editor = district.officer("editor").await;
    let path = "items/food-operation-new.toml";
    let file = district.ask(Ask::get(format!("/rules/file?path={path}")).by(&editor)).await.is(200);
    let text = format!("{}\n# A remark.\n", file.text("/text"));
    let draft = |text: &str| {
        let body = json!({ "path": path, "text": text, "note": "补充说明" });
        Ask::post("/rules/changes").by(&editor).key("change-0001").json(body)
    };
    let made = district.ask(draft(&text)).await.is(201);
    let id = made.text("/id").to_owned();
    assert_eq!(district.ask(draft(&text)).await.is(201).text("/id"), id, "one key, one change");
    district.ask(draft("another text")).await.told_problem(422, "key-reused");
    let broken = Ask::put(format!("/rules/changes/{id}")).by(&editor).seen(1);
    let body = json!({ "base-edition": file.text("/edition"), "text": "[[item]]\ncode = 3\n", "note": "" });
    district.ask(broken.json(body)).await.is(200);
    let looked = district.ask(Ask::get(format!("/rules/changes/{id}")).by(&editor)).await.is(200);
    assert!(looked.body["problems"].as_array().is_some_and(|all| !all.is_empty()), "{}", looked.body);
    let late = Ask::put(format!("/rules/changes/{id}")).by(&editor).seen(1);
    let body = json!({ "base-edition": file.text("/edition"), "text": text, "note": "" });
    district.ask(late.json(body.clone())).await.told_problem(412, "overtaken");
    district.ask(Ask::put(format!("/rules/changes/{id}")).by(&editor).seen(2).json(body)).await.is(200);
    // Definitions marked as examples are no law outside of a demonstration, so this district publishes none.
    let on = Ask::put(format!("/rules/changes/{id}/passed-on")).by(&editor).seen(3).json(json!({ "words": "请审核" }));
    district.ask(on).await.told_problem(409, "has-errors");
    let dropped = Ask::put(format!("/rules/changes/{id}/dropped")).by(&editor).seen(3).json(json!({ "words": "不改了" }));
    district.ask(dropped).await.is(204);
    let steps = district.ask(Ask::get(format!("/rules/changes/{id}")).by(&editor)).await.is(200);
    assert_eq!(steps.text("/change/state"), "dropped");
    let clerk = district.officer("clerk").await;
    district.ask(Ask::get(format!("/rules/changes/{id}")).by(&clerk)).await.told_problem(403, "not-yours");
}

#[tokio::test]
async fn a_row_is_proposed_and_disputed_and_every_step_is_told() {
    let district = District::open().await;
    let editor = district.officer("editor").await;
    let row = json!({
        "name": "示例许可", "item-type": "行政许可", "agency": "区市场监管局", "law": "示例法", "why": "上级清单新增。"
    });
    let propose = |seen| Ask::put("/rules/rows/xk-example/proposed").by(&editor).seen(seen).json(row.clone());
    district.ask(propose(0)).await.is(204);
    assert!(district.ask(propose(0)).await.status.is_client_error(), "twice is once");
    let approver = district.officer("approver").await;
    let against = json!({ "agrees": false, "words": "不属于本区事权。" });
    district.ask(Ask::put("/rules/rows/xk-example/spoken").by(&approver).seen(1).json(against)).await.is(204);
    let told = district.ask(Ask::get("/rules/rows/xk-example").by(&editor)).await.is(200);
    assert_eq!((told.text("/state"), told.text("/steps/1/words")), ("disputed", "不属于本区事权。"));
    let rule = json!({ "on-the-list": true, "words": "裁定" });
    let own = Ask::put("/rules/rows/xk-example/ruled").by(&editor).seen(2).json(rule);
    assert!(district.ask(own).await.status.is_client_error(), "an editor does not rule");
}

#[tokio::test]
async fn tables_are_taken_in_from_those_who_may_and_with_a_scope_for_people() {
    let district = District::open().await;
    let admin = district.officer("admin").await;
    let table = json!({ "csv": "姓名,登录名,机关\n新人员,newone,scjgj\n没有机关,newtwo,nowhere\n" });
    let told = district.ask(Ask::put("/imports/staff").by(&admin).json(table.clone())).await.is(200);
    assert_eq!((&told.body["added"], told.body["refused"].as_array().map(Vec::len)), (&json!(1), Some(1)), "{}", told.body);
    assert!(told.body["passwords"]["newone"].is_string());
    let again = district.ask(Ask::put("/imports/staff").by(&admin).json(table.clone())).await.is(200);
    assert_eq!((&again.body["added"], &again.body["unchanged"]), (&json!(0), &json!(1)));
    let narrow = district.token(store::people::Subject::Staff("admin".into()), None, &["rules:write"]).await;
    district.ask(Ask::put("/imports/staff").by(&narrow).json(table.clone())).await.told_problem(403, "scope");
    let examiner = district.officer("examiner").await;
    assert!(district.ask(Ask::put("/imports/staff").by(&examiner).json(table)).await.status.is_client_error());
    district.ask(Ask::put("/imports/nothing").by(&admin).json(json!({ "csv": "a\n" }))).await.is(404);
}

#[tokio::test]
async fn a_matter_is_followed_by_code_and_secret_and_a_stranger_makes_none() {
    let district = District::open().await;
    let no = district.food_case().await;
    let mine = district.applicant("zhang", Some(FIRM)).await;
    let issue = Ask::put(format!("/cases/{no}/follow-code")).by(&mine).json(json!({ "secret": "1357" }));
    let code = district.ask(issue).await.is(200).text("/code").to_owned();
    let follow = |code: &str, secret: &str| Ask::post("/follow").json(json!({ "code": code, "secret": secret }));
    let told = district.ask(follow(&code, "1357")).await.is(200);
    assert_eq!(told.text("/item"), "food-operation-new");
    assert!(told.body.get("title").is_none() && !told.body.to_string().contains(FIRM), "nothing says whose it is");
    assert!(district.ask(follow(&code, "2468")).await.status.is_client_error());
    let stranger = district.applicant("li", Some(super::district::OTHER_FIRM)).await;
    let issue = Ask::put(format!("/cases/{no}/follow-code")).by(&stranger).json(json!({ "secret": "1357" }));
    district.ask(issue).await.told_problem(404, "not-found");
}

#[tokio::test]
async fn the_logs_are_for_those_who_keep_them() {
    let district = District::open().await;
    let no = district.food_case().await;
    let examiner = district.officer("examiner").await;
    district.ask(Ask::get(format!("/cases/{no}")).by(&examiner)).await.is(200);
    let admin = district.officer("admin").await;
    let told = district.ask(Ask::get(format!("/readings?case={no}")).by(&admin)).await.is(200);
    assert_eq!(told.column("reader"), ["s:examiner"]);
    for path in ["/readings", "/audits", "/retention", "/retention/permit"] {
        district.ask(Ask::get(path).by(&admin)).await.is(200);
        district.ask(Ask::get(path).by(&examiner)).await.told_problem(403, "not-yours");
    }
    let erase = Ask::put("/retention/permit/erasures").by(&admin).json(json!({ "cases": [no.0] }));
    assert_eq!(district.ask(erase).await.is(200).body["rows"], json!([]), "nothing has come to its end");
}
