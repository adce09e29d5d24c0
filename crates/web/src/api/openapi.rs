//! The OpenAPI 3.1 document, drawn from the table of routes in the language asked for.

use super::call::language;
use super::caller::Scope;
use super::problem::KINDS;
use super::route::{Parameter, Route, Who};
use super::shape::Definitions;
use crate::app::App;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use rulebook::Lang;
use serde_json::{Map, Value, json};

pub async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    axum::Json(document(&super::table(), language(&headers), &app.office.settings.public_url)).into_response()
}

/// The document; everything in it comes from the table and from the types of its handlers.
pub fn document(table: &[Route], lang: Lang, public_url: &str) -> Value {
    let mut all = Definitions::new(lang);
    let mut paths: Map<String, Value> = Map::new();
    for route in table {
        let operation = operation(route, &mut all);
        let path = paths.entry(route.path.to_owned()).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    let tags: Vec<Value> = resources(table).into_iter().map(|name| json!({ "name": name })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": lang.say("一门 · 政务服务接口", "Yimen · API of government services"),
            "version": "1",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": lang.say(
                "网页能办的，接口都能办：同样的规则、同样的权限。令牌的范围只会更窄。",
                "Whatever the pages can do, by the same rules and the same permissions. A token's scope only narrows them.",
            ),
        },
        "servers": [{ "url": format!("{public_url}/api/v1") }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas(all, lang),
            "responses": { "Problem": problem_response(lang) },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": scopes_told(lang) } },
        },
    })
}

/// The resources of the table, each once, in its order.
pub fn resources(table: &[Route]) -> Vec<&'static str> {
    let mut seen = Vec::new();
    for route in table {
        if !seen.contains(&route.resource()) {
            seen.push(route.resource());
        }
    }
    seen
}

fn schemas(all: Definitions, lang: Lang) -> Value {
    let mut schemas: Map<String, Value> = all.all.into_iter().collect();
    schemas.insert("Problem".to_owned(), problem_schema(lang));
    Value::Object(schemas)
}

fn operation(route: &Route, all: &mut Definitions) -> Value {
    let lang = all.lang;
    let mut parameters: Vec<Value> = route.parts().into_iter().map(part).collect();
    parameters.extend(route.parameters.iter().map(|parameter| query(parameter, lang)));
    if route.keyed {
        let words = lang.say(
            "每次操作一个新的随机键；重试时用同一个",
            "A fresh random key for each thing to do; the same one when it is tried again",
        );
        parameters.push(header("Idempotency-Key", true, words, json!({ "type": "string", "minLength": 8, "maxLength": 80 })));
    }
    if route.versioned {
        let words =
            lang.say("看过的版本（ETag）；也可用 seen 参数", "The version seen, from the ETag; or by the parameter `seen`");
        parameters.push(header("If-Match", false, words, json!({ "type": "string" })));
    }
    let (status, told) = (route.told)(all);
    let mut answer = json!({ "description": lang.say("办理成功", "Done") });
    if let Some((media, schema)) = told {
        answer["content"] = json!({ media: { "schema": schema } });
    }
    let mut operation = json!({
        "operationId": name(route),
        "tags": [route.resource()],
        "summary": lang.say(route.title.0, route.title.1),
        "parameters": parameters,
        "responses": { status.as_str(): answer, "default": { "$ref": "#/components/responses/Problem" } },
        "security": match route.who {
            Who::Public => json!([{}]),
            Who::AnyToken => json!([{ "token": [] }]),
            Who::With(scope) => json!([{ "token": [scope.word()] }]),
        },
    });
    if let Some((media, schema)) = (route.body)(all) {
        operation["requestBody"] = json!({ "required": true, "content": { media: { "schema": schema } } });
    }
    operation
}

/// `get /cases/{no}/clocks/{clock}` is `get-cases-no-clocks-clock`.
fn name(route: &Route) -> String {
    let path: Vec<&str> =
        route.path.split('/').filter(|part| !part.is_empty()).map(|part| part.trim_matches(['{', '}'])).collect();
    format!("{}-{}", route.method.as_str().to_ascii_lowercase(), path.join("-"))
}

fn part(name: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
}

fn query(parameter: &Parameter, lang: Lang) -> Value {
    json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": lang.say(parameter.words.0, parameter.words.1),
        "schema": parameter.schema,
    })
}

fn header(name: &str, required: bool, words: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "header", "required": required, "description": words, "schema": schema })
}

fn problem_schema(lang: Lang) -> Value {
    let text = |zh: &str, en: &str| json!({ "type": "string", "description": lang.say(zh, en) });
    json!({
        "type": "object",
        "description": lang.say("问题说明（RFC 9457）", "A problem document (RFC 9457)"),
        "required": ["type", "title", "status", "detail", "code", "lang"],
        "properties": {
            "type": { "type": "string", "format": "uri", "description": lang.say("问题种类", "The kind of problem") },
            "title": text("标题", "Title"),
            "status": { "type": "integer" },
            "detail": text("理由", "Why"),
            "code": text("规则的稳定代码", "Stable code of the rule"),
            "next": text("下一步", "What to do next"),
            "basis": text("法律依据", "Legal ground"),
            "lang": { "enum": ["zh-CN", "en"] },
            "errors": { "type": "array", "items": { "type": "object" } },
            "changes": { "type": "array", "items": { "type": "object" } },
            "version": { "type": "integer" },
            "fault": text("故障编号", "Number of the fault"),
        },
    })
}

fn problem_response(lang: Lang) -> Value {
    let kinds: Vec<String> = KINDS.iter().map(|kind| format!("{} {}", kind.status.as_u16(), kind.name)).collect();
    json!({
        "description": format!("{}: {}", lang.say("没有办成", "Not done"), kinds.join(", ")),
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

fn scopes_told(lang: Lang) -> String {
    let told: Vec<String> = Scope::ALL.iter().map(|scope| format!("`{}` {}", scope.word(), scope.meaning().get(lang))).collect();
    told.join("; ")
}
