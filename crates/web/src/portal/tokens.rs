//! `/account/tokens`: what lets a program act for a person, or for the firm she acts for now.
//!
//! Who comes here: whoever keeps a firm's books in a program of its own and wants it to read its matters and send applications. She
//! fears a key that opens more than it should and is never found again: so each has a name, a scope and an end, asks for the password
//! once more, and can be revoked here at any time.

use crate::api::caller::Scope;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::copy_code::copy_code;
use crate::pieces::field::{Control, Field, Line, field};
use crate::pieces::form::{Form, form};
use crate::pieces::notice::Notice;
use crate::pieces::token_form::{ended, scope_and_days};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use casework::{Holder, Moment};
use maud::{Markup, html};
use office::Stop;
use office::tokens::{self, NewToken};
use rulebook::Lang;
use store::tokens::Token;

/// What a program may do for an applicant.
const SCOPES: [Scope; 6] = [Scope::Cases, Scope::Drafts, Scope::Acts, Scope::Account, Scope::Profile, Scope::Mandates];
const HERE: &str = "/account/tokens";

pub fn routes() -> Router<App> {
    Router::new().route(HERE, get(show).post(create)).route("/account/tokens/revoke", post(revoke))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, view(&app, &visitor, &Posted::default(), Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    let (signed_in, _) = visitor.applicant()?;
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let mine = tokens::mine(&app.office.store, &signed_in.session.subject).await?;
    let title = lang.say("接口令牌", "API tokens");
    let body = html! {
        div .page-head { div { h1 { (title) } p .lead { (lang.say("让您自己的软件代您查看办件、提交申请。每个软件一个令牌，用途和期限都要最小。", "Let a program of yours read your matters and send applications for you. One token for each program, with the narrowest scope and the shortest life that will do.")) }
            p { a href="/api/v1/openapi.json" { (lang.say("接口说明（OpenAPI）", "What the API can do (OpenAPI)")) } } } }
        div .stack {
            section .card .stack {
                h2 { (lang.say("我的令牌", "My tokens")) }
                @if mine.is_empty() { p .muted { (lang.say("还没有令牌。", "There are no tokens yet.")) } }
                @else { ul .stack { @for token in &mine { (line(token, visitor, now)) } } }
            }
            section .card .stack { h2 { (lang.say("新建令牌", "A new token")) } (new_form(visitor, typed)) }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang);
    page.notices = notices;
    if visitor.asked().is_set("revoked") {
        page.notices.push(Notice::new(Tone::Good, lang.say("令牌已作废，立即生效。", "The token is revoked, as of now.")));
    }
    Ok(page)
}

fn way(lang: Lang) -> Vec<Crumb> {
    vec![Crumb::to("/account", lang.say("我的账户", "My account")), Crumb::here(lang.say("接口令牌", "API tokens"))]
}

fn line(token: &Token, visitor: &Visitor, now: Moment) -> Markup {
    let lang = visitor.lang;
    let scopes = SCOPES.iter().filter(|scope| token.scope.split(' ').any(|word| word == scope.word()));
    let scopes: Vec<_> = scopes.map(|scope| scope.meaning().get(lang).to_owned()).collect();
    let ended = ended(token, now, lang);
    let firm = token.scope.split(' ').find_map(|word| word.strip_prefix("firm:"));
    html! {
        li .row.apart {
            span {
                strong { (words(&token.name, lang)) } " "
                @if let Some(ended) = &ended { (ended) }
                br; span .hint { (scopes.join(lang.say("、", ", "))) }
                br; span .hint {
                    @match firm { Some(code) => { (lang.say("代表企业 ", "for the firm ")) span .num { (code) } } None => (lang.say("代表本人", "for myself")) }
                    (lang.say("；有效至 ", "; holds until ")) (date::moment(token.expires_at.wall(), lang))
                    (lang.say("；最近使用：", "; last used: "))
                    @match token.used_at { Some(at) => { (date::moment(at.wall(), lang)) } None => { (lang.say("从未", "never")) } }
                }
            }
            @if ended.is_none() {
                form method="post" action="/account/tokens/revoke" {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    (button(&Button::new(lang.say("作废", "Revoke")).look(Look::Danger).named("token", &token.id)))
                }
            }
        }
    }
}

fn new_form(visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let scopes = SCOPES.map(Scope::word);
    let firm = visitor.signed_in.as_ref().filter(|signed_in| signed_in.session.acting_for.is_some());
    let whom = firm.map_or(lang.say("本人", "myself"), |signed_in| signed_in.role.get(lang));
    let fields = html! {
        p { (lang.say("代表：", "It acts for: ")) (words(whom, lang)) " · " a href="/account" { (lang.say("换一个", "someone else")) } }
        (field(&Field::text("name", lang.say("哪个软件、做什么用", "Which program, and what for"), typed.get("name")).required(), lang))
        (scope_and_days(&scopes, typed, lang))
        (field(&Field::new("password", lang.say("登录密码", "Your password"), Control::Text { value: "", line: Line::Password })
            .required().hint(lang.say("再输一次，确认是您本人。", "Once more, so that we know it is you.")), lang))
    };
    let foot = html! { div .buttons { (button(&Button::new(lang.say("新建", "Make it")))) } };
    form(&Form { action: HERE, csrf: visitor.csrf(), ..Form::default() }, fields, foot, lang)
}

async fn create(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Portal, created(&app, &visitor, &posted).await)
}

async fn created(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (signed_in, holder) = visitor.applicant()?;
    let (store, now) = (&app.office.store, app.office.now().await?);
    let firm = match holder {
        Holder::Firm(code) => Some(code.as_str()),
        Holder::Person(_) => None,
    };
    let known = |word: &&str| SCOPES.iter().any(|scope| scope.word() == *word);
    let scopes: Vec<&str> = posted.all("scope").filter(known).collect();
    let new = NewToken { name: posted.get("name"), scopes: &scopes, firm, days: posted.get("days").parse().unwrap_or_default() };
    let made = match app.office.entrance.still_oneself(store, &signed_in.session, posted.get("password"), now).await {
        Ok(()) => tokens::create(store, &signed_in.session.subject, &new, now).await,
        Err(stop) => Err(stop),
    };
    match made {
        Ok((token, secret)) => Ok(told_once(visitor, &token, &secret).into_response()),
        Err(Stop::Refused(refusal)) if refusal.code != "not-found" => {
            Ok(view(app, visitor, posted, vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
        }
        Err(stop) => Err(stop.into()),
    }
}

fn told_once(visitor: &Visitor, token: &Token, secret: &str) -> Page {
    let lang = visitor.lang;
    let title = lang.say("新令牌", "The new token");
    let body = html! {
        div .page-head { div { h1 { (title) } p .lead { (words(&token.name, lang)) } } }
        div .card .stack {
            p { (copy_code(lang.say("令牌", "Token"), secret, lang)) }
            p { (lang.say("只显示这一次，请立即存入您的软件。我们只保存它的摘要；丢了就作废，再建一个。", "Shown only this once: put it into your program now. We keep nothing but its digest; if it is lost, revoke it and make another.")) }
            p { (link_button(HERE, lang.say("返回令牌列表", "Back to the tokens"), Look::Second, None)) }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang);
    page
}

async fn revoke(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let now = app.office.now().await?;
        match tokens::revoke(&app.office.store, &signed_in.session.subject, posted.get("token"), now).await {
            Ok(()) => Ok(Redirect::to("/account/tokens?revoked=1").into_response()),
            Err(Stop::Refused(refusal)) if refusal.code != "not-found" => {
                let told = vec![refusal_notice(&refusal, visitor.lang)];
                Ok(view(&app, &visitor, &Posted::default(), told).await?.into_response())
            }
            Err(stop) => Err(Problem::from(stop)),
        }
    };
    visitor.answer(Area::Portal, found.await)
}
