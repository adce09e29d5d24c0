//! `/workbench/tokens`: what lets another system in. A token acts as a member of staff with that one's rights of the moment, within
//! its scope and until its end; its secret is shown once.

use super::frame::{Names, carried, done, head, page, refused, say_done};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::copy_code::copy_code;
use crate::pieces::date;
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::token_form::{ended, scope_and_days};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::Moment;
use maud::{Markup, html};
use office::tokens::{self, NewToken, SCOPES};
use rulebook::procedure::Role;
use store::tokens::Token;

const ROLES: &[Role] = &[Role::Administrator];

pub fn routes() -> Router<App> {
    Router::new().route("/tokens", get(show).post(create)).route("/tokens/revoke", post(revoke))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &Posted::default(), Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let all = tokens::seen_by(&app.office.store, officer).await?;
    let ids = all.iter().flat_map(|token| [token.subject.id().to_owned(), creator(token).to_owned()]);
    let names = Names::of(app, ids.collect()).await?;
    let title = lang.say("接口令牌", "API tokens");
    let body = html! {
        (head(title, lang.say("每个外部系统一个令牌，用途和期限都要最小。", "One for each system, with the narrowest scope and the shortest life that will do."), html! {}, lang))
        div .stack {
            (list(&all, &names, visitor, now))
            section .card.stack-s { h2 { (lang.say("新建令牌", "A new token")) } (form(app, visitor, typed).await?) }
        }
    };
    let way = vec![Crumb::to("/workbench/people", lang.say("人员与岗位", "People and roles"))];
    let mut page = page(visitor, title, way, body);
    page.notices = notices;
    say_done(&mut page, visitor, &[("revoked", "令牌已作废，立即生效。", "The token is revoked, as of now.")]);
    Ok(page)
}

/// Who made it, where that was a member of staff.
fn creator(token: &Token) -> &str {
    token.created_by.strip_prefix("s:").unwrap_or(&token.created_by)
}

fn list(all: &[Token], names: &Names, visitor: &Visitor, now: Moment) -> Markup {
    let lang = visitor.lang;
    let columns = [
        Column::new(lang.say("名称", "Name")),
        Column::new(lang.say("代表谁", "Acts as")),
        Column::new(lang.say("用途", "Scope")),
        Column::new(lang.say("期限", "Until")),
        Column::new(lang.say("最近使用", "Last used")),
        Column { block: true, ..Column::new(lang.say("状态", "State")) },
    ];
    let rows = all.iter().map(|token| {
        Row::new(vec![
            html! { (words(&token.name, lang)) span .sub { (lang.say("创建：", "made by ")) (words(names.get(creator(token)), lang)) } },
            words(names.get(token.subject.id()), lang),
            html! { @for scope in token.scope.split(' ') { code { (scope) } " " } },
            date::moment(token.expires_at.wall(), lang),
            html! { @match token.used_at { Some(at) => { (date::moment(at.wall(), lang)) } None => { (lang.say("从未", "never")) } } },
            html! {
                @if let Some(ended) = ended(token, now, lang) { (ended) }
                @else {
                    form method="post" action="/workbench/tokens/revoke" {
                        (carried(visitor, 0))
                        (button(&Button::new(lang.say("作废", "Revoke")).look(Look::Danger).named("token", &token.id)))
                    }
                }
            },
        ])
    });
    let empty = empty_state(lang.say("还没有令牌", "There are no tokens yet"), "", html! {});
    let caption = lang.say("令牌，新的在前", "Tokens, the newest first");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

async fn form(app: &App, visitor: &Visitor, typed: &Posted) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let (_, officer) = visitor.officer_with(ROLES)?;
    let at = officer.bodies(ROLES);
    let mut systems = app.office.store.systems().await?;
    systems.retain(|one| at.as_ref().is_none_or(|at| at.contains(&one.agency)));
    let systems: Vec<Choice<'_>> = systems.iter().map(|one| Choice::new(&one.id, &one.name)).collect();
    Ok(html! {
        form .form method="post" action="/workbench/tokens" {
            (carried(visitor, 0))
            (field(&Field::text("name", lang.say("哪个系统、做什么用", "Which system, and what for"), typed.get("name")).required(), lang))
            (field(&Field::new("staff", lang.say("代表哪个工作人员", "Acts as"), Control::Select { value: typed.get("staff"), choices: &systems }).required().hint(lang.say("为外部系统专设一个人员账号，只给需要的岗位，不用它登录。这里只列出没有人登录使用的账号。", "Take on a member of staff of its own, with just the roles it needs, and never sign in with it. Listed are accounts that nobody signs in with.")), lang))
            (scope_and_days(&SCOPES, typed, lang))
            div .buttons { (button(&Button::new(lang.say("新建", "Make it")))) }
        }
    })
}

async fn create(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, created(&app, &visitor, &posted).await)
}

async fn created(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let scopes: Vec<&str> = posted.all("scope").filter(|scope| !scope.is_empty()).collect();
    let days = posted.get("days").parse().unwrap_or_default();
    let new = NewToken { name: posted.get("name"), scopes: &scopes, firm: None, days };
    if !posted.is_set("staff") {
        let notice = Notice::new(Tone::Bad, visitor.lang.say("请选择代表哪个工作人员。", "Choose as whom it acts."));
        return Ok(view(app, visitor, posted, vec![notice]).await?.into_response());
    }
    match tokens::create_for(&app.office.store, officer, posted.get("staff"), &new, app.office.now().await?).await {
        Ok((token, secret)) => Ok(told_once(visitor, &token, &secret).into_response()),
        Err(stop) => {
            let refusal = refused(stop)?;
            Ok(view(app, visitor, posted, vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
        }
    }
}

fn told_once(visitor: &Visitor, token: &Token, secret: &str) -> Page {
    let lang = visitor.lang;
    let title = lang.say("新令牌", "The new token");
    let body = html! {
        (head(title, "", html! {}, lang))
        div .card.stack-s {
            p { (words(&token.name, lang)) }
            p { (copy_code(lang.say("令牌", "Token"), secret, lang)) }
            p { (lang.say("只显示这一次，请立即存入对方系统。我们只保存它的摘要。", "Shown only this once: put it into the other system now. We keep nothing but its digest.")) }
            p { (link_button("/workbench/tokens", lang.say("返回令牌列表", "Back to the tokens"), Look::Second, None)) }
        }
    };
    page(visitor, title, vec![Crumb::to("/workbench/tokens", lang.say("接口令牌", "API tokens"))], body)
}

async fn revoke(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let now = app.office.now().await?;
        match tokens::revoke_any(&app.office.store, officer, posted.get("token"), now).await {
            Ok(()) => Ok(done("/workbench/tokens", "revoked")),
            Err(stop) => {
                let refusal = refused(stop)?;
                Ok(view(&app, &visitor, &Posted::default(), vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
            }
        }
    };
    visitor.answer(Area::Workbench, found.await)
}
