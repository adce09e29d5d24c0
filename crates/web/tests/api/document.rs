//! The document and the router: neither has a path that the other lacks, and the checks at the door are those it tells of.

use super::district::{Ask, DOCUMENT, District};
use axum::http::Method;
use serde_json::{Value, json};
use store::people::Subject;
use web::api::route::Who;

/// A path of the document with something in the place of each part.
fn filled(template: &str) -> String {
    let part = |part: &str| match part {
        "{number}" => "1".to_owned(),
        "{act}" => "note".to_owned(),
        part if part.starts_with('{') => "x".to_owned(),
        part => part.to_owned(),
    };
    template.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn operations() -> Vec<(Method, String, &'static Value)> {
    let mut all = Vec::new();
    for (path, methods) in DOCUMENT["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let method = method.to_ascii_uppercase().parse().expect("a method");
            all.push((method, path.clone(), operation));
        }
    }
    all
}

/// A body that is taken in, and parameters that are asked for.
fn whole(method: &Method, path: &str, operation: &Value) -> Ask {
    let parameters: Vec<String> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true)
        .map(|parameter| {
            let value = if parameter["schema"]["format"] == "date" { "2026-03-02" } else { "1" };
            format!("{}={value}", parameter["name"].as_str().expect("a name"))
        })
        .collect();
    let ask = Ask::new(method.clone(), format!("{}?{}", filled(path), parameters.join("&")));
    match operation["requestBody"]["content"].as_object().and_then(|content| content.keys().next()) {
        Some(media) if media == "application/json" => ask.json(json!({})),
        Some(media) => ask.bytes(media, b"x".to_vec()),
        None => ask,
    }
}

#[tokio::test]
async fn every_path_of_the_document_is_answered_by_a_handler() {
    let district = District::open().await;
    for (method, path, operation) in operations() {
        let told = district.ask(whole(&method, &path, operation)).await;
        let code = told.body["code"].as_str().unwrap_or("");
        assert!(code != "no-such-path" && told.status != 405, "{method} {path} is not in the router");
    }
    district.ask(Ask::get("/nothing/here")).await.told_problem(404, "no-such-path");
    district.ask(Ask::delete("/items")).await.told_problem(405, "no-such-method");
}

#[tokio::test]
async fn every_route_is_in_the_document_with_a_name_and_words_of_its_own() {
    let mut names: Vec<String> = Vec::new();
    for route in web::api::table() {
        let operation = &DOCUMENT["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        assert!(operation.is_object(), "{} {} is not in the document", route.method, route.path);
        assert!(!route.title.0.is_empty() && !route.title.1.is_empty(), "{} {} has no words", route.method, route.path);
        assert_eq!(route.who == Who::Public, operation["security"] == json!([{}]), "{} {}", route.method, route.path);
        names.push(operation["operationId"].as_str().expect("a name").to_owned());
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), operations().len()), (all, all));
}

#[tokio::test]
async fn what_is_not_public_asks_for_a_token_and_for_its_scope() {
    let district = District::open().await;
    let narrow = district.token(Subject::Person("zhang".into()), None, &["items:read"]).await;
    for (method, path, operation) in operations() {
        let told = district.ask(whole(&method, &path, operation)).await;
        let scopes = operation["security"].pointer("/0/token").and_then(Value::as_array);
        let Some(scopes) = scopes else {
            assert_ne!(told.status, 401, "{method} {path}");
            continue;
        };
        let told = told.told_problem(401, "unauthorized");
        assert!(told.headers["www-authenticate"].to_str().expect("text").starts_with("Bearer"), "{method} {path}");
        if let Some(scope) = scopes.first() {
            let told = district.ask(whole(&method, &path, operation).by(&narrow)).await.told_problem(403, "scope");
            assert_eq!(&told.body["scope"], scope);
        }
    }
}

/// What is posted because addresses are logged, or because it is too long for one.
const ONLY_READ: [&str; 6] =
    ["/items/{code}/intake", "/visitors/found", "/follow", "/themes/{code}/guide", "/themes/together", "/policies/found"];

/// What brings a number of its own under its signature.
const NUMBERED: [&str; 2] = ["/partners/{partner}/messages", "/partners/{partner}/papers"];

#[tokio::test]
async fn whatever_changes_something_by_post_asks_for_a_key() {
    let district = District::open().await;
    let token = district.officer("admin").await;
    for (method, path, operation) in operations() {
        let asked = operation["parameters"].as_array().into_iter().flatten();
        let keyed = asked.clone().any(|parameter| parameter["name"] == "Idempotency-Key");
        assert_eq!(
            keyed,
            method == Method::POST && !ONLY_READ.contains(&path.as_str()) && !NUMBERED.contains(&path.as_str()),
            "{method} {path}"
        );
        if keyed {
            let told = district.ask(whole(&method, &path, operation).by(&token)).await;
            told.told_problem(400, "key-required");
            let told = district.ask(whole(&method, &path, operation).by(&token).key("short")).await;
            told.told_problem(400, "key-required");
        }
        if asked.clone().any(|parameter| parameter["name"] == "If-Match") {
            let told = district.ask(whole(&method, &path, operation).by(&token).key("key-0001")).await;
            told.told_problem(428, "seen-required");
        }
    }
}

#[tokio::test]
async fn the_document_is_of_openapi_3_1_in_both_languages_and_its_references_lead_somewhere() {
    let district = District::open().await;
    let told = district.ask(Ask::get("/openapi.json").header("accept-language", "en")).await.is(200);
    assert_eq!(told.body, *DOCUMENT);
    let chinese = district.ask(Ask::get("/openapi.json")).await.is(200);
    assert_eq!(chinese.text("/paths/~1items/get/summary"), "事项清单");
    fn look(value: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(name) = object.get("$ref").and_then(Value::as_str) {
                    assert!(DOCUMENT.pointer(name.trim_start_matches('#')).is_some_and(|target| !target.is_null()), "{name}");
                }
                object.values().for_each(look);
            }
            Value::Array(all) => all.iter().for_each(look),
            _ => {}
        }
    }
    look(&DOCUMENT);
    assert_eq!(DOCUMENT["openapi"], "3.1.0");
}
