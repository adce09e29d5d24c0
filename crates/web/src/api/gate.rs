//! The door of the API: every call comes through here and is asked the same things in the same order: token, rate, scope,
//! parameters, size, key. The handler behind it sees only what was let through.

use super::call::{Call, bad_parameter, language};
use super::caller::{self, Caller, Scope};
use super::problem::{FORBIDDEN, Fault, TOO_LARGE, TOO_MANY, UNAUTHORIZED};
use super::route::{Route, Who};
use crate::app::App;
use crate::doors::Wait;
use crate::rates::Rates;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use casework::Moment;
use rulebook::Text;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Instant;

/// Longest parameter or part of a path, in bytes.
const LONGEST: usize = 1_000;

pub async fn answer(app: App, route: &Route, rates: &Rates<String>, request: Request) -> Response {
    let lang = language(request.headers());
    let url = app.office.settings.public_url.clone();
    match pass(app, route, rates, request).await {
        Ok(response) => response,
        Err(fault) => fault.answer(lang, &url),
    }
}

async fn pass(app: App, route: &Route, rates: &Rates<String>, request: Request) -> Result<Response, Fault> {
    let (mut parts, body) = request.into_parts();
    let now = app.office.now().await?;
    let caller = caller_of(&app, route, &parts, now, rates).await?;
    let named = RawPathParams::from_request_parts(&mut parts, &()).await.map_err(|_| Fault::not_found())?;
    let path: BTreeMap<String, String> = named.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if path.values().any(|value| value.len() > LONGEST || value.contains('\0')) {
        return Err(Fault::not_found());
    }
    let query = parameters(route, parts.uri.query().unwrap_or(""))?;
    let body = axum::body::to_bytes(body, route.largest).await.map_err(|_| {
        let most = route.largest;
        let detail = Text::new(
            format!("请求体超过 {most} 字节，或连接中断。"),
            format!("The body is longer than {most} bytes, or the connection broke."),
        );
        Fault::new(&TOO_LARGE, detail).with("largest", json!(most))
    })?;
    let lang = language(&parts.headers);
    let address = format!("{} {}", parts.method, parts.uri.path());
    let call = Call { address, app, lang, now, caller, path, query, headers: parts.headers, body };
    if route.keyed {
        call.request()?;
    }
    if route.versioned {
        call.seen()?;
    }
    route.run(call).await
}

/// Who is behind the token. One that does not hold is refused even where none is needed. Whoever has none is counted by address.
async fn caller_of(app: &App, route: &Route, parts: &Parts, now: Moment, rates: &Rates<String>) -> Result<Option<Caller>, Fault> {
    let Some(header) = parts.headers.get(header::AUTHORIZATION) else {
        if route.path.starts_with(super::partners::PLACE) {
            let partner = app.doors.partner(&parts.extensions, &parts.headers);
            partner.map_or(Ok(()), |partner| rated(rates, partner))?;
        } else {
            stranger(app, parts)?;
        }
        return if route.who == Who::Public { Ok(None) } else { Err(no_token()) };
    };
    let secret = header
        .to_str()
        .ok()
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = match secret {
        Some((_, secret)) => caller::token(app, secret.trim(), now).await?,
        None => None,
    };
    let Some(token) = token else {
        stranger(app, parts)?;
        return Err(no_token());
    };
    rated(rates, token.id.clone())?;
    let scope = match route.who {
        Who::With(scope) if !caller::scopes_of(&token).any(|word| word == scope.word()) => return Err(too_narrow(scope)),
        Who::With(scope) => scope.word().to_owned(),
        Who::Public | Who::AnyToken => caller::scopes_of(&token).next().unwrap_or_default().to_owned(),
    };
    Ok(Some(caller::of_token(app, token, &scope, now).await?))
}

fn rated(rates: &Rates<String>, who: String) -> Result<(), Fault> {
    rates.take(who, Instant::now()).map_err(|wait| too_many(Wait(wait), Fault::plain(&TOO_MANY)))
}

fn stranger(app: &App, parts: &Parts) -> Result<(), Fault> {
    app.doors.call(&parts.extensions, &parts.headers).map_err(|wait| {
        let detail = Text::new(
            "没有有效令牌的调用按网络地址计数，已经太多；Retry-After 说明多少秒后再试。",
            "Calls without a valid token are counted by address, and there were too many; Retry-After says in how many seconds to come again.",
        );
        too_many(wait, Fault::new(&TOO_MANY, detail))
    })
}

fn too_many(wait: Wait, fault: Fault) -> Fault {
    fault.header(header::RETRY_AFTER, &wait.seconds().to_string())
}

fn no_token() -> Fault {
    Fault::plain(&UNAUTHORIZED)
        .header(header::WWW_AUTHENTICATE, "Bearer realm=\"yimen\", error=\"invalid_token\"")
        .next("请用有效的令牌：Authorization: Bearer …", "Use a valid token: Authorization: Bearer …")
}

pub(super) fn too_narrow(scope: Scope) -> Fault {
    let word = scope.word();
    let detail = Text::new(format!("令牌的范围不包括“{word}”。"), format!("The token's scope does not include “{word}”."));
    Fault::new(&FORBIDDEN, detail)
        .code("scope")
        .with("scope", json!(word))
        .header(header::WWW_AUTHENTICATE, &format!("Bearer realm=\"yimen\", error=\"insufficient_scope\", scope=\"{word}\""))
        .next("请换用范围更宽的令牌。", "Use a token with a wider scope.")
}

fn unknown_parameter(route: &Route, name: &str) -> Fault {
    let name: String = name.chars().take(80).collect();
    let known: Vec<&str> = route.parameters.iter().map(|parameter| parameter.name).collect();
    Fault::malformed(format!("没有参数“{name}”。"), format!("There is no parameter “{name}”."))
        .with("parameter", name.into())
        .with("one-of", known.into())
}

/// The parameters, each known to the route and given once.
fn parameters(route: &Route, query: &str) -> Result<BTreeMap<String, String>, Fault> {
    let mut given = BTreeMap::new();
    for (name, value) in crate::visitor::urlencoded_pairs(query.as_bytes()) {
        let Some(known) = route.parameters.iter().find(|parameter| parameter.name == name) else {
            return Err(unknown_parameter(route, &name));
        };
        if value.len() > LONGEST {
            return Err(bad_parameter(known.name));
        }
        let one_of = known.schema.get("enum").and_then(|words| words.as_array());
        if one_of.is_some_and(|words| !words.iter().any(|word| word == &value)) && !value.is_empty() {
            return Err(bad_parameter(known.name).with("one-of", known.schema["enum"].clone()));
        }
        if given.insert(name, value).is_some() {
            return Err(bad_parameter(known.name));
        }
    }
    match route.parameters.iter().find(|parameter| parameter.required && given.get(parameter.name).is_none_or(String::is_empty)) {
        Some(missing) => Err(bad_parameter(missing.name)),
        None => Ok(given),
    }
}
