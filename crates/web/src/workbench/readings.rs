//! `/workbench/readings`: who looked at which case, when and for what; and what administrators did. To be searched when somebody
//! asks who has seen her papers.

use super::frame::{Names, head, page};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page, with_parameter};
use crate::pieces::button::{Button, button};
use crate::pieces::date;
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tabs::{Tab, tabs};
use crate::pieces::words;
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::{CaseNo, Moment};
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::procedure::Role;
use store::people::Subject;
use store::readings::ReadingFilter;

const ROLES: &[Role] = &[Role::Administrator, Role::Supervisor];
const PAGE: u32 = 50;

pub fn routes() -> Router<App> {
    Router::new().route("/readings", get(show)).route("/readings/administration", get(administration))
}

fn log_tabs(second: bool, lang: Lang) -> Markup {
    let here = |href, text, current| Tab { href, text, current, ..Tab::default() };
    tabs(
        lang.say("日志", "Logs"),
        &[
            here("/workbench/readings", lang.say("谁看过什么", "Who read what"), !second),
            here("/workbench/readings/administration", lang.say("管理操作", "What administrators did"), second),
        ],
    )
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let asked = visitor.asked();
    let reader = match asked.given("reader") {
        // Whoever asks knows a name; the log knows identifiers.
        Some(typed) => Some(identified(app, typed).await?),
        None => None,
    };
    let filter = ReadingFilter {
        reader,
        case_no: asked.given("case").map(|no| CaseNo(no.to_owned())),
        at: officer.bodies(ROLES),
        before: asked.get("before").parse().ok().map(Moment),
    };
    let all = app.office.store.readings(&filter, PAGE).await?;
    let ids = all.iter().filter_map(|row| row.reader.strip_prefix("s:").map(str::to_owned));
    let names = Names::of(app, ids.collect()).await?;
    let later = all.last().filter(|_| all.len() == PAGE as usize);
    let later = later.map(|row| with_parameter(&visitor.here, "before", &row.at.0.to_string()));
    let columns = [
        Column::new(lang.say("时间", "When")),
        Column::new(lang.say("谁", "Who")),
        Column::new(lang.say("看了什么", "What")),
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("在哪个页面或环节", "Page or act")),
    ];
    let rows = all.iter().map(|row| {
        Row::new(vec![
            date::moment(row.at.wall(), lang),
            words(reader_name(&row.reader, &names, lang), lang),
            html! { (what(&row.what, lang)) },
            html! { @if let Some(no) = &row.case_no { span .num { (no) } } },
            words(&row.purpose, lang),
        ])
    });
    let title = lang.say("阅读日志", "Reading log");
    let empty = empty_state(lang.say("没有符合条件的记录", "Nothing fits"), "", html! {});
    let caption = lang.say("阅读记录，新的在前", "Readings, the newest first");
    let body = html! {
        (head(title, lang.say("只增不改。看过个人材料的每一次都在这里。", "Append-only: every look at somebody's papers stands here."), html! {}, lang))
        (log_tabs(false, lang))
        div .stack {
            form .grid.small method="get" action="/workbench/readings" role="search" aria-label=(title) {
                (field(&Field::text("case", lang.say("办件编号", "Case number"), asked.get("case")), lang))
                (field(&Field::text("reader", lang.say("姓名或登录名", "Name or login"), asked.get("reader")), lang))
                div .buttons { (button(&Button::new(lang.say("查找", "Find")))) }
            }
            (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
            (pagination(None, later.as_deref(), "", lang))
        }
    };
    Ok(page(visitor, title, Vec::new(), body))
}

/// The key of the reader behind a login, an identifier or a name.
async fn identified(app: &App, typed: &str) -> Result<String, Problem> {
    let store = &app.office.store;
    if let Some(account) = store.account(&office::sessions::fold_login(typed)).await? {
        return Ok(account.subject.key());
    }
    let named = store.staff_at(None).await?.into_iter().find(|staff| staff.name == typed || staff.id == typed);
    Ok(Subject::Staff(named.map_or_else(|| typed.to_owned(), |staff| staff.id)).key())
}

/// Who looked: a colleague, or the system on behalf of a recorded act.
fn reader_name<'a>(key: &'a str, names: &'a Names, lang: Lang) -> &'a str {
    match key.strip_prefix("s:") {
        Some(id) => names.get(id),
        None if key == "system" => lang.say("系统", "the system"),
        None => key,
    }
}

fn what(word: &str, lang: Lang) -> &str {
    match word {
        "case" => lang.say("办件", "case"),
        "file" => lang.say("材料文件", "paper"),
        "search" => lang.say("搜索", "search"),
        "register" => lang.say("登记库", "register"),
        "draft" => lang.say("未提交的收件", "draft"),
        "visitor" => lang.say("来访人信息", "visitor"),
        "export" => lang.say("导出", "export"),
        other => other,
    }
}

async fn administration(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, audits(&app, &visitor).await)
}

async fn audits(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let before = visitor.asked().get("before").parse().map_or(Moment(i64::MAX), Moment);
    let all = app.office.store.audits(officer.bodies(ROLES).as_deref(), before, i64::from(PAGE)).await?;
    let id = |key: &str| key.strip_prefix("s:").unwrap_or(key).to_owned();
    let names = Names::of(app, all.iter().flat_map(|row| [id(&row.by), id(&row.subject)]).collect()).await?;
    let later = all.last().filter(|_| all.len() == PAGE as usize);
    let later = later.map(|row| with_parameter(&visitor.here, "before", &row.at.0.to_string()));
    let columns = [
        Column::new(lang.say("时间", "When")),
        Column::new(lang.say("谁", "Who")),
        Column::new(lang.say("做了什么", "What")),
        Column::new(lang.say("对谁", "Whom")),
        Column::new(lang.say("详情", "Detail")),
    ];
    let rows = all.iter().map(|row| {
        Row::new(vec![
            date::moment(row.at.wall(), lang),
            words(names.get(&id(&row.by)), lang),
            html! { code { (row.what) } },
            words(names.get(&id(&row.subject)), lang),
            words(&row.detail, lang),
        ])
    });
    let title = lang.say("管理操作", "What administrators did");
    let empty = empty_state(lang.say("还没有记录", "Nothing yet"), "", html! {});
    let caption = lang.say("管理操作，新的在前", "What was done, the newest first");
    let body = html! {
        (head(title, "", html! {}, lang))
        (log_tabs(true, lang))
        (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
        (pagination(None, later.as_deref(), "", lang))
    };
    Ok(page(visitor, title, Vec::new(), body))
}
