//! `/workbench/people`: who works where, with which powers, who is away and who stands in. Everything that changes here names who
//! changed it, and nobody gives powers to herself.

mod person;
mod reassign;

use super::frame::{head, page, say_done};
use super::wording::agency_name;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::copy_code::copy_code;
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, Line, field};
use crate::pieces::notice::Notice;
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::leaf;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::decide::role_name;
use maud::{Markup, html};
use office::people::staff::{self, NewStaff};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::collections::BTreeMap;

/// Who manages people.
pub const ROLES: &[Role] = &[Role::Administrator];

/// Roles that are given; the others come with a case or are no person's.
pub const GIVEN: [Role; 14] = [
    Role::Clerk,
    Role::Examiner,
    Role::Approver,
    Role::Head,
    Role::GovernmentHead,
    Role::Presider,
    Role::Supervisor,
    Role::Receptionist,
    Role::Verifier,
    Role::Editor,
    Role::Legal,
    Role::Publisher,
    Role::Analyst,
    Role::Administrator,
];

const PAGE: usize = 50;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(show).post(add))
        .route("/people/{id}", get(person::show))
        .route("/people/{id}/give", post(person::give))
        .route("/people/{id}/take", post(person::take))
        .route("/people/{id}/absent", post(person::absent))
        .route("/people/{id}/back", post(person::back))
        .route("/people/{id}/password", post(person::password))
        .route("/people/{id}/leave", post(person::leave))
        .route("/people/{id}/cases", get(reassign::show).post(reassign::send))
}

/// The choices of a list of agencies, with the name of each.
pub fn agencies(rules: &Rulebook, lang: Lang) -> Vec<Choice<'_>> {
    rules.agencies.keys().map(|code| Choice::new(code, agency_name(rules, code, lang))).collect()
}

pub fn role_text(role: Role, lang: Lang) -> &'static str {
    let (zh, en) = role_name(role);
    lang.say(zh, en)
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &Posted::default(), Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let asked = visitor.asked();
    let mut all = staff::seen_by(&app.office.store, officer).await?;
    all.retain(|one| asked.given("agency").is_none_or(|agency| one.agency == agency));
    let text = asked.get("q");
    let found: Vec<_> = all.iter().filter(|one| text.is_empty() || one.name.contains(text) || one.id == text).collect();
    let leaf = leaf(&found, asked.get("page"), PAGE, &visitor.here);
    let today = app.office.now().await?.day();
    let mut roles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for one in leaf.rows {
        let held = app.office.store.powers_of(&one.id).await?;
        let held = held.iter().filter(|row| row.taken_at.is_none() && row.power.until.is_none_or(|until| today <= until));
        roles.insert(&one.id, held.map(|row| role_text(row.power.role, lang).to_owned()).collect());
    }
    let columns = [
        Column::new(lang.say("姓名", "Name")),
        Column::new(lang.say("单位", "Body")),
        Column::new(lang.say("岗位", "Roles")),
        Column::new(lang.say("状态", "State")),
    ];
    let rows = leaf.rows.iter().map(|one| {
        Row::new(vec![
            html! { a href={ "/workbench/people/" (one.id) } { (words(&one.name, lang)) } span .sub { (one.phone) } },
            words(agency_name(&live.rules, &one.agency, lang), lang),
            html! { (roles.get(one.id.as_str()).map(|roles| roles.join(lang.say("、", ", "))).unwrap_or_default()) },
            html! {
                @if one.active { (tag(lang.say("在职", "active"), Tone::Good, lang)) }
                @else { (tag(lang.say("已离职", "left"), Tone::Rest, lang)) @if let Some(on) = one.left_on { span .sub { (on) } } }
            },
        ])
    });
    let at = officer.bodies(ROLES);
    let mut choices = agencies(&live.rules, lang);
    choices.retain(|choice| at.as_ref().is_none_or(|at| at.iter().any(|agency| agency == choice.value)));
    let empty = empty_state(lang.say("没有符合条件的人员", "Nobody fits"), "", html! {});
    let caption = lang.say("工作人员", "Members of staff");
    let title = lang.say("人员与岗位", "People and roles");
    let buttons = html! {
        (link_button("/workbench/import?kind=staff", lang.say("从表格导入", "Import from a table"), Look::Second, None))
        (link_button("/workbench/tokens", lang.say("接口令牌", "API tokens"), Look::Second, None))
    };
    let body = html! {
        (head(title, "", buttons, lang))
        div .stack {
            form .grid.small method="get" action="/workbench/people" role="search" aria-label=(lang.say("找人", "Find somebody")) {
                (field(&Field::text("q", lang.say("姓名", "Name"), text), lang))
                (field(&Field::new("agency", lang.say("单位", "Body"), Control::Select { value: asked.get("agency"), choices: &choices }).filter(), lang))
                div .buttons { (button(&Button::new(lang.say("查找", "Find")).look(Look::Second))) }
            }
            (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), &format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 人", " people")), lang))
            section .card.stack-s {
                h2 { (lang.say("新增人员", "Take somebody on")) }
                (new_person(visitor, typed, &choices))
            }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    page.notices = notices;
    say_done(
        &mut page,
        visitor,
        &[("left", "已办理离职，账号停用，已全部退出登录。", "Left: the account is closed and signed out everywhere.")],
    );
    Ok(page)
}

fn new_person(visitor: &Visitor, typed: &Posted, agencies: &[Choice<'_>]) -> Markup {
    let lang = visitor.lang;
    let login = Control::Text { value: typed.get("login"), line: Line::Code };
    let phone = Control::Text { value: typed.get("phone"), line: Line::Phone };
    html! {
        form .form method="post" action="/workbench/people" {
            (super::frame::carried(visitor, 0))
            (field(&Field::text("name", lang.say("姓名", "Name"), typed.get("name")).required(), lang))
            (field(&Field::new("login", lang.say("登录名", "Login"), login).required(), lang))
            (field(&Field::new("agency", lang.say("单位", "Body"), Control::Select { value: typed.get("agency"), choices: agencies }).required(), lang))
            (field(&Field::new("phone", lang.say("电话", "Telephone"), phone), lang))
            div .buttons { (button(&Button::new(lang.say("新增", "Take on")))) }
        }
    }
}

async fn add(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, added(&app, &visitor, &posted).await)
}

async fn added(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let text = |name: &str| posted.get(name).to_owned();
    let new = NewStaff { name: text("name"), login: text("login"), agency: text("agency"), phone: text("phone") };
    let known = app.office.rulebooks.live()?.rules.agencies.contains_key(&new.agency);
    if !known {
        let lang = visitor.lang;
        let notice = Notice::new(Tone::Bad, lang.say("请选择单位。", "Choose the body."));
        return Ok(view(app, visitor, posted, vec![notice]).await?.into_response());
    }
    let now = app.office.now().await?;
    match staff::add(&app.office.store, &app.office.entrance, officer, &new, now).await {
        Ok((id, password)) => Ok(told_once(visitor, &new.name, &new.login, &password, &id).into_response()),
        Err(stop) => {
            let refusal = super::frame::refused(stop)?;
            Ok(view(app, visitor, posted, vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
        }
    }
}

/// A password is shown here once and nowhere else: it is not in any address, log or message.
fn told_once(visitor: &Visitor, name: &str, login: &str, password: &str, id: &str) -> Page {
    let lang = visitor.lang;
    let title = lang.say("一次性密码", "One-time password");
    let body = html! {
        (head(title, "", html! {}, lang))
        div .card.stack-s {
            p { (words(name, lang)) "（" (lang.say("登录名", "login")) " " code { (login) } "）" }
            p { (copy_code(lang.say("一次性密码", "One-time password"), password, lang)) }
            p { (lang.say("只显示这一次，请当面交给本人。首次登录后必须修改。", "Shown only this once: hand it over in person. It must be changed at the first sign-in.")) }
            p { (link_button(&format!("/workbench/people/{id}"), lang.say("去设置岗位", "Give roles"), Look::Main, None)) }
        }
    };
    let way = vec![crate::layout::Crumb::to("/workbench/people", lang.say("人员与岗位", "People and roles"))];
    page(visitor, title, way, body)
}
