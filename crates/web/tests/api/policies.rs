//! Policies: what everybody sees of them, what one's own firm is told, and that nobody else's firm is.

use super::district::{Ask, District, FIRM, ITEM, OTHER_FIRM};
use rulebook::Text;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::people::Subject;

/// The codes of the clauses of a group.
fn group(told: &Value, group: &str) -> BTreeSet<String> {
    let groups = told["groups"].as_array().expect("groups");
    let own = groups.iter().find(|one| one["group"] == group).expect("the group");
    own["clauses"].as_array().expect("clauses").iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

async fn import(district: &District, facts: &str) {
    let line: Result<String, Text> = Ok(format!("{{\"profile\":\"{FIRM}\",\"facts\":{{{facts}}}}}"));
    let report = district.office.import_profiles([(1, line)].into_iter(), "测试名单").await.expect("imported");
    assert_eq!(report.refused, 0, "{:?}", report.why);
}

#[tokio::test]
async fn everybody_sees_the_clauses_that_the_page_shows_and_no_draft() {
    let district = District::open().await;
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let told = district.ask(Ask::get(format!("/policies?limit=7&past=true&after={after}"))).await.is(200);
        found.extend(told.column("code"));
        match told.body["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    let live = district.office.rulebooks.live().expect("in force");
    let shown = |policy: &&rulebook::policy::Policy| {
        policy.life != rulebook::policy::Life::Draft
            && policy.kind != rulebook::policy::PolicyKind::Rule
            && !policy.for_comparison
    };
    let all = live.rules.policies.values().filter(shown).flat_map(|policy| &policy.clause);
    assert_eq!(
        found.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        all.map(|one| one.code.get_ref().as_str()).collect::<BTreeSet<_>>()
    );
    let cash = district.ask(Ask::get("/policies?benefit=cash&limit=100")).await.is(200);
    assert!(cash.column("code").contains(&"P36".to_owned()) && cash.column("benefit").iter().all(|kind| kind == "cash"));
    district.ask(Ask::get("/policies?benefit=gold")).await.told_problem(400, "malformed");
    let one = district.ask(Ask::get("/policies/P36")).await.is(200);
    assert_eq!((one.text("/clause/name"), one.text("/clause/status")), ("首次规上奖励", "example"));
    for code in ["P22a", "nothing"] {
        district.ask(Ask::get(format!("/policies/{code}"))).await.told_problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_firm_that_is_described_is_matched_and_nothing_of_it_is_kept() {
    let district = District::open().await;
    let ask = |answers: Value| Ask::post("/policies/found").json(json!({ "answers": answers }));
    let told = district.ask(ask(json!({ "first-above-scale": "true" }))).await.is(200);
    assert!(told.body["questions"].as_array().is_some_and(|asked| !asked.is_empty()));
    assert!(group(&told.body, "unknown").contains("P36"));
    let wrong = district.ask(ask(json!({ "first-above-scale": "也许", "nothing": "1" }))).await.told_problem(422, "wrong-shape");
    let pointers: Vec<&str> =
        wrong.body["errors"].as_array().expect("errors").iter().filter_map(|one| one["pointer"].as_str()).collect();
    assert_eq!(pointers, ["/answers/first-above-scale", "/answers/nothing"]);
}

#[tokio::test]
async fn ones_own_firm_is_told_what_is_known_corrects_its_own_word_and_objects_to_others() {
    let district = District::open().await;
    import(&district, r#""首次规上":{"value":true,"source":"official"},"经营异常":false"#).await;
    let boss = district.applicant("zhang", Some(FIRM)).await;
    let mine = district.ask(Ask::get("/me/policies").by(&boss)).await.is(200);
    assert_eq!(mine.body["matched"], true);
    assert!(!group(&mine.body, "met").contains("P36"));
    let say = |element: &str, value: &str| {
        Ask::put(format!("/me/policies/profile/{element}")).by(&boss).json(json!({ "value": value }))
    };
    district.ask(say("serious-dishonesty", "也许")).await.told_problem(422, "wrong-shape");
    district.ask(say("serious-dishonesty", "")).await.told_problem(422, "wrong-shape");
    district.ask(say("nothing", "1")).await.told_problem(404, "not-found");
    district.ask(say("serious-dishonesty", "false")).await.is(204);
    district.ask(say("first-above-scale", "false")).await.is(204);
    let profile = district.ask(Ask::get("/me/policies/profile").by(&boss)).await.is(200);
    assert_eq!(profile.text("/firm"), FIRM);
    let facts = profile.body["facts"].as_array().expect("facts");
    let of = |code: &str| facts.iter().find(|fact| fact["element"] == code).unwrap_or_else(|| panic!("no {code}"));
    let sources =
        |code: &str| of(code)["stated"].as_array().expect("all").iter().map(|one| one["source"].clone()).collect::<Vec<_>>();
    assert_eq!(sources("serious-dishonesty"), ["self-declared"]);
    assert_eq!(sources("first-above-scale").len(), 2, "one's own word stands beside that of others");
    assert_eq!(profile.body["consents"][0]["given"], true);
    district.ask(Ask::delete("/me/policies/profile/serious-dishonesty").by(&boss)).await.is(204);
    let profile = district.ask(Ask::get("/me/policies/profile").by(&boss)).await.is(200);
    assert!(!profile.body["facts"].as_array().expect("facts").iter().any(|fact| fact["element"] == "serious-dishonesty"));

    let object = |element: &str, key: &str| {
        let path = format!("/me/policies/profile/{element}/objection");
        Ask::post(path).by(&boss).key(key).json(json!({ "words": "去年就规上了" }))
    };
    district.ask(object("serious-dishonesty", "objection-1")).await.told_problem(422, "wrong-shape");
    for _ in 0..2 {
        district.ask(object("first-above-scale", "objection-2")).await.is(204);
    }
    let editor = district.officer("supervisor").await;
    let waiting = district.ask(Ask::get("/objections").by(&editor)).await.is(200);
    assert_eq!(waiting.column("words"), ["去年就规上了"], "the same key is the same objection");
    let answered = |token: &str| {
        let path = format!("/objections/{}/answered", web::encode(waiting.text("/rows/0/id")));
        Ask::put(path).by(token).json(json!({ "answer": "统计部门已更正" }))
    };
    for token in [district.officer("approver").await, district.officer("examiner").await, boss.clone()] {
        district.ask(Ask::get("/objections").by(&token)).await.told_problem(403, "not-yours");
        district.ask(answered(&token)).await.told_problem(403, "not-yours");
    }
    district.ask(answered(&editor)).await.is(204);
    district.ask(answered(&editor)).await.told_problem(404, "not-found");
    let profile = district.ask(Ask::get("/me/policies/profile").by(&boss)).await.is(200);
    assert_eq!(profile.text("/objections/0/answer"), "统计部门已更正");
}

#[tokio::test]
async fn who_switches_matching_off_is_not_matched() {
    let district = District::open().await;
    let boss = district.applicant("zhang", Some(FIRM)).await;
    let choose = |every: u32| Ask::put("/me/policies/choices").by(&boss).json(json!({ "matched": false, "told-every": every }));
    district.ask(choose(3)).await.told_problem(422, "wrong-shape");
    district.ask(choose(0)).await.is(204);
    let mine = district.ask(Ask::get("/me/policies").by(&boss)).await.is(200);
    assert_eq!((&mine.body["matched"], &mine.body["groups"]), (&json!(false), &json!([])));
}

#[tokio::test]
async fn nobody_sees_the_policies_of_a_firm_whose_file_is_not_open_to_them() {
    let district = District::open().await;
    import(&district, r#""首次规上":{"value":true,"source":"official"}"#).await;
    district.mandate("li", FIRM, &[ITEM], &[]).await;
    let limited = district.applicant("li", Some(FIRM)).await;
    let calls = |token: &str| {
        [
            Ask::get("/me/policies").by(token),
            Ask::get("/me/policies/profile").by(token),
            Ask::put("/me/policies/profile/first-above-scale").by(token).json(json!({ "value": "false" })),
            Ask::delete("/me/policies/profile/first-above-scale").by(token),
            Ask::post("/me/policies/profile/first-above-scale/objection")
                .by(token)
                .key("objection-1")
                .json(json!({ "words": "x" })),
            Ask::put("/me/policies/choices").by(token).json(json!({ "matched": false, "told-every": 0 })),
        ]
    };
    for call in calls(&limited) {
        district.ask(call).await.told_problem(403, "not-yours");
    }
    for call in calls(&district.applicant("zhang", None).await) {
        district.ask(call).await.told_problem(404, "not-found");
    }
    for call in calls(&district.officer("supervisor").await) {
        district.ask(call).await.told_problem(403, "not-yours");
    }
    let other = district.applicant("li", Some(OTHER_FIRM)).await;
    let profile = district.ask(Ask::get("/me/policies/profile").by(&other)).await.is(200);
    assert_eq!((profile.text("/firm"), profile.text("/firm") == FIRM), (OTHER_FIRM, false));
    assert!(!profile.body.to_string().contains("测试名单"));
    // A token for reading changes nothing.
    let reads = district.token(Subject::Person("zhang".into()), Some(FIRM), &["account:read"]).await;
    for (at, call) in calls(&reads).into_iter().enumerate() {
        let told = district.ask(call).await;
        if at < 2 {
            told.is(200)
        } else {
            told.told_problem(403, "scope")
        };
    }
}
