//! `/api`: the same table for people to read, without any script from elsewhere.

use super::caller::Scope;
use super::openapi::resources;
use super::problem::KINDS;
use super::route::{Route, Who};
use super::shape::Definitions;
use crate::app::App;
use crate::layout::{Area, Page};
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rulebook::Lang;

pub async fn show(State(_app): State<App>, visitor: Visitor) -> Response {
    view(&visitor).into_response()
}

fn view(visitor: &Visitor) -> Page {
    let lang = visitor.lang;
    let table = super::table();
    let body = html! {
        div .page-head {
            h1 { (lang.say("接口", "API")) }
            p .lead { (lang.say(
                "网页能办的，接口都能办：同样的规则、同样的权限。令牌的范围只会更窄。",
                "Whatever the pages can do, by the same rules and the same permissions. A token's scope only narrows them.",
            )) }
            p { a href="/api/v1/openapi.json" { "OpenAPI 3.1" } }
        }
        div .stack {
            (manner(lang))
            (scopes(lang))
            @for resource in resources(&table) {
                section .stack id={ "r-" (resource) } {
                    h2 .num { "/" (resource) }
                    (routes(&table, resource, lang))
                }
            }
            (problems(lang))
        }
    };
    visitor.page(Area::Portal, lang.say("接口", "API"), body)
}

fn manner(lang: Lang) -> Markup {
    let rows: [(&str, &str); 6] = [
        ("Authorization: Bearer …", lang.say("令牌；由本人或管理员签发，有范围、有效期，可吊销", "The token: given by oneself or an administrator, with a scope and an end, and revocable")),
        ("Idempotency-Key: …", lang.say("凡 POST 改动内容的都要：同一个键只办一次，重试得到第一次的结果", "On every POST that changes something: the same key does it once, and gives the first outcome again")),
        ("If-Match: \"12\"", lang.say("办理人看过的版本（ETag）；已有变化则 412，说明变化，什么也不改", "The version its author saw, from the ETag; if it changed meanwhile the answer is 412, tells what changed, and nothing is done")),
        ("Accept-Language: en", lang.say("问题说明的语言", "The language of problems")),
        ("?after=…&limit=…", lang.say("分页：把 next 作为 after 传回", "Pages: give `next` back as `after`")),
        ("429, Retry-After", lang.say("每个令牌有速率上限；没有令牌的按网络地址计", "Each token has a rate; calls without one are counted by address")),
    ];
    html! {
        section .stack {
            h2 { (lang.say("约定", "Manner")) }
            div .scroll tabindex="0" role="region" aria-label=(lang.say("约定", "Manner")) { table {
                thead { tr { th scope="col" { (lang.say("写法", "As written")) } th scope="col" { (lang.say("意思", "Meaning")) } } }
                tbody { @for (written, meaning) in rows { tr { td { code { (written) } } td { (meaning) } } } }
            } }
        }
    }
}

fn scopes(lang: Lang) -> Markup {
    html! {
        section .stack {
            h2 { (lang.say("令牌的范围", "Scopes")) }
            ul { @for scope in Scope::ALL { li { code { (scope.word()) } " " (scope.meaning().get(lang)) } } }
        }
    }
}

fn routes(table: &[Route], resource: &str, lang: Lang) -> Markup {
    html! {
        div .scroll tabindex="0" role="region" aria-label=(resource) { table {
            thead { tr {
                th scope="col" { (lang.say("方法和路径", "Method and path")) }
                th scope="col" { (lang.say("做什么", "What it does")) }
                th scope="col" { (lang.say("范围", "Scope")) }
                th scope="col" { (lang.say("参数和请求体", "Parameters and body")) }
            } }
            tbody { @for route in table.iter().filter(|route| route.resource() == resource) { tr {
                td { code { (route.method.as_str()) " " (route.path) } }
                td { (lang.say(route.title.0, route.title.1)) }
                td { @match route.who { Who::With(scope) => code { (scope.word()) }, Who::AnyToken => { (lang.say("任何令牌", "any token")) }, Who::Public => { (lang.say("公开", "public")) } } }
                td { (takes(route, lang)) }
            } } }
        } }
    }
}

fn takes(route: &Route, lang: Lang) -> Markup {
    let body = (route.body)(&mut Definitions::new(lang));
    let shape = body.and_then(|(_, schema)| schema["$ref"].as_str().and_then(|name| name.rsplit('/').next().map(str::to_owned)));
    html! {
        @for parameter in &route.parameters {
            span .sub { code { (parameter.name) } " " (lang.say(parameter.words.0, parameter.words.1)) }
        }
        @if let Some(shape) = shape { span .sub { (lang.say("请求体 ", "Body ")) code { (shape) } } }
        @if route.keyed { span .sub { code { "Idempotency-Key" } } }
    }
}

fn problems(lang: Lang) -> Markup {
    html! {
        section .stack {
            h2 { (lang.say("问题的种类", "Kinds of problems")) }
            p { (lang.say("没有办成时答复 application/problem+json（RFC 9457）：type、title、status、detail、code、next、basis、lang。", "What is not done is answered by application/problem+json (RFC 9457): type, title, status, detail, code, next, basis, lang.")) }
            dl {
                @for kind in KINDS {
                    dt id=(kind.name) { code { (kind.status.as_u16()) " " (kind.name) } " " (lang.say(kind.title.0, kind.title.1)) }
                    dd { (lang.say(kind.meaning.0, kind.meaning.1)) }
                }
            }
        }
    }
}
