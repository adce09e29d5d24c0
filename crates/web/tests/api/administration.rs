//! People, powers and tokens: for administrators, each thing once for each key.

use super::district::{AGENCY, Ask, District};
use serde_json::json;

#[tokio::test]
async fn an_administrator_takes_somebody_on_and_makes_a_token_that_works_until_revoked() {
    let district = District::open().await;
    let admin = district.officer("admin").await;
    let add = || {
        let body = json!({ "name": "新人员", "login": "newcomer", "agency": AGENCY, "phone": "022-00000000" });
        Ask::post("/staff").by(&admin).key("staff-0001").json(body)
    };
    let first = district.ask(add()).await.is(201);
    assert!(first.body["password"].is_string());
    let again = district.ask(add()).await.is(201);
    assert_eq!((&again.body["id"], &again.body["password"]), (&first.body["id"], &json!(null)), "told once");
    let id = first.text("/id").to_owned();
    let give = Ask::post(format!("/staff/{id}/powers")).by(&admin).key("power-0001");
    let power = district.ask(give.json(json!({ "role": "examiner", "agency": AGENCY }))).await.is(201);
    let make = Ask::post("/tokens").by(&admin).key("token-0001");
    let body = json!({ "staff": id, "name": "对接系统", "scopes": ["cases:read"], "days": 10 });
    let made = district.ask(make.json(body)).await.is(201);
    let secret = made.text("/secret").to_owned();
    let no = district.food_case().await;
    assert_eq!(district.ask(Ask::get("/tasks").by(&secret)).await.is(200).column("no"), std::slice::from_ref(&no.0));
    district.ask(Ask::get("/drafts").by(&secret)).await.told_problem(403, "scope");
    district.ask(Ask::delete(format!("/powers/{}", power.text("/id"))).by(&admin)).await.is(204);
    assert_eq!(district.ask(Ask::get("/tasks").by(&secret)).await.is(200).column("no"), Vec::<String>::new());
    let whole = district.ask(Ask::get(format!("/staff/{id}")).by(&admin)).await.is(200);
    assert!(whole.body["powers"][0]["taken-at"].is_string());
    district.ask(Ask::delete(format!("/tokens/{}", made.text("/id"))).by(&admin)).await.is(204);
    district.ask(Ask::get("/tasks").by(&secret)).await.told_problem(401, "unauthorized");
}

#[tokio::test]
async fn nobody_else_administers() {
    let district = District::open().await;
    for id in ["examiner", "supervisor", "clerk"] {
        let token = district.officer(id).await;
        for path in ["/staff", "/staff/examiner"] {
            district.ask(Ask::get(path).by(&token)).await.told_problem(403, "not-yours");
        }
        let give = Ask::post(format!("/staff/{id}/powers")).by(&token).key("power-0001");
        district.ask(give.json(json!({ "role": "administrator" }))).await.told_problem(403, "not-yours");
        let tokens = district.ask(Ask::get("/tokens").by(&token)).await.is(200);
        assert!(tokens.column("subject").iter().all(|subject| *subject == format!("s:{id}")), "only one's own");
    }
    let admin = district.officer("admin").await;
    let own = Ask::post("/staff/admin/powers").by(&admin).key("power-0001").json(json!({ "role": "supervisor" }));
    district.ask(own).await.told_problem(409, "own-power");
    let unknown = Ask::post("/staff/nobody/powers").by(&admin).key("power-0002").json(json!({ "role": "king" }));
    district.ask(unknown).await.told_problem(422, "wrong-shape");
}

#[tokio::test]
async fn a_token_hands_on_no_scope_that_it_lacks_and_no_name_of_a_person() {
    let district = District::open().await;
    let narrow = district.token(store::people::Subject::Staff("admin".into()), None, &["people:write"]).await;
    let make = |staff: &str, scopes: &[&str], key: &str| {
        let body = json!({ "staff": staff, "name": "对接系统", "scopes": scopes, "days": 10 });
        Ask::post("/tokens").by(&narrow).key(key).json(body)
    };
    district.ask(make("admin", &["people:write", "cases:act"], "token-0001")).await.told_problem(409, "beyond-token");
    for staff in ["admin", "examiner"] {
        district.ask(make(staff, &["people:write"], "token-0002")).await.told_problem(409, "not-a-system");
    }
}
