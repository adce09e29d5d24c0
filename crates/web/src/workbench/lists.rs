//! `/workbench/lists`: the list as a process. A row is proposed, agreed or disputed, arbitrated and published; who disagreed and why
//! stays to be read, and so does the list as it stood on any past day (`?on=2026-03-01`). Serves measure 7.

mod row;

use super::frame::{carried, head, page, refused, say_done};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, Line, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::portal::leaf;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::Moment;
use jiff::civil::Date;
use maud::{Markup, html};
use office::publish::list::{Proposal, Row as ListRow};
use rulebook::item::ItemType;
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::sync::Arc;
use store::list_steps::ListState;

pub const ROLES: &[Role] = &[Role::Editor, Role::Approver, Role::Head, Role::Legal, Role::Publisher, Role::Supervisor];
const PAGE: usize = 40;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/lists", get(show).post(propose))
        .route("/lists/{code}", get(row::show))
        .route("/lists/{code}/speak", post(row::speak))
        .route("/lists/{code}/arbitrate", post(row::arbitrate))
        .route("/lists/{code}/publish", post(row::publish))
}

pub(super) fn state_tag(state: ListState, lang: Lang) -> Markup {
    let (text, tone) = match state {
        ListState::Proposed => (lang.say("已提出", "proposed"), Tone::Info),
        ListState::Agreed => (lang.say("已同意", "agreed"), Tone::Good),
        ListState::Disputed => (lang.say("有争议", "disputed"), Tone::Bad),
        ListState::Arbitrated => (lang.say("已裁定", "arbitrated"), Tone::Info),
        ListState::Published => (lang.say("已公布", "published"), Tone::Good),
        ListState::Withdrawn => (lang.say("不列入", "not on the list"), Tone::Rest),
    };
    tag(text, tone, lang)
}

/// One line of the list on a day: in the edition of that day, in the process, or in both.
struct Entry {
    code: String,
    name: String,
    agency: String,
    item_type: String,
    state: ListState,
    disagree: usize,
}

async fn lines(app: &App, on: Date) -> Result<(Vec<Entry>, Option<String>), Problem> {
    let end = Moment::end_of(on);
    let steps = app.office.list_at(end).await?;
    let edition = app.office.store.in_force(Moment(end.0 - 1)).await?;
    let rules = match &edition {
        Some(edition) => Some(app.office.rulebooks.edition(&app.office.store, &edition.name).await?),
        None => None,
    };
    let published = |code: &str| rules.as_ref().is_some_and(|edition| edition.rules.list.contains_key(code));
    let mut lines: Vec<Entry> = Vec::new();
    for edition in rules.iter() {
        for row in edition.rules.list.values() {
            lines.push(Entry {
                code: row.code.get_ref().clone(),
                name: row.name.clone(),
                agency: row.agency.clone(),
                item_type: row.item_type.name().zh,
                state: ListState::Published,
                disagree: steps.iter().find(|step| step.code == *row.code.get_ref()).map_or(0, |row| row.disagreeing().len()),
            });
        }
    }
    for row in steps.iter().filter(|row| !published(&row.code)) {
        let (name, agency, item_type) = proposed(row);
        let disagree = row.disagreeing().len();
        lines.push(Entry { code: row.code.clone(), name, agency, item_type, state: row.state, disagree });
    }
    // What is still being spoken about comes first.
    lines.sort_by_key(|line| (line.state == ListState::Published, line.code.clone()));
    Ok((lines, edition.map(|edition| edition.name)))
}

fn proposed(row: &ListRow) -> (String, String, String) {
    row.proposal.as_ref().map_or_else(
        || (row.code.clone(), String::new(), String::new()),
        |proposal| (proposal.name.clone(), proposal.agency.clone(), proposal.item_type.name().zh),
    )
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &Posted::default(), 0, Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, typed: &Posted, seen: u64, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let asked = visitor.asked();
    let today = app.office.now().await?.day();
    let on = asked.get("on").parse().unwrap_or(today);
    let live = app.office.rulebooks.live()?;
    let (lines, edition) = lines(app, on).await?;
    let text = asked.get("q");
    let found: Vec<&Entry> =
        lines.iter().filter(|line| text.is_empty() || line.name.contains(text) || line.code.contains(text)).collect();
    let leaf = leaf(&found, asked.get("page"), PAGE, &visitor.here);
    let past = on != today;
    let columns = [
        Column::new(lang.say("事项", "Item")),
        Column::new(lang.say("类型", "Type")),
        Column::new(lang.say("实施机关", "Body")),
        Column::new(lang.say("状态", "State")),
    ];
    let rows = leaf.rows.iter().map(|line| {
        Row::new(vec![
            html! { a href={ "/workbench/lists/" (line.code) } { (words(&line.name, lang)) } span .sub { code { (line.code) } } },
            words(&line.item_type, lang),
            words(&line.agency, lang),
            html! { (state_tag(line.state, lang)) @if line.disagree > 0 { span .sub { (line.disagree) (lang.say(" 个机关不同意", " bodies disagree")) } } },
        ])
    });
    let title = lang.say("清单管理", "The list as a process");
    let empty = empty_state(lang.say("没有符合条件的条目", "No row fits"), "", html! {});
    let caption = lang.say("清单条目，未定的在前", "Rows of the list, the undecided first");
    let on_text = on.to_string();
    let body = html! {
        (head(title, lang.say("提出、同意或不同意、裁定、公布，每一步都留下来。", "Proposed, agreed or disputed, arbitrated, published: every step stays."), html! {}, lang))
        div .stack {
            form .grid.small method="get" action="/workbench/lists" role="search" aria-label=(title) {
                (field(&Field::text("q", lang.say("名称或代码", "Name or code"), text), lang))
                (field(&Field::new("on", lang.say("清单在哪一天的样子", "As it stood on"), Control::Date { value: &on_text }), lang))
                div .buttons { (button(&Button::new(lang.say("查看", "Show")).look(Look::Second))) }
            }
            @if past { (notice(&Notice::new(Tone::Info, past_said(on, edition.as_deref(), lang)), lang)) }
            (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), &format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 项", " rows")), lang))
            @if visitor.has_role(Role::Editor) && !past {
                section .card.stack-s { h2 { (lang.say("提出新条目", "Propose a row")) } (form(visitor, typed, seen, &live.rules)) }
            }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    page.notices = notices;
    say_done(&mut page, visitor, &[("proposed", "已提出，等各机关表态。", "Proposed; the bodies are asked.")]);
    Ok(page)
}

fn past_said(on: Date, edition: Option<&str>, lang: Lang) -> String {
    let day = date::day_text(on, lang);
    match (lang, edition) {
        (Lang::Zh, Some(edition)) => format!("这是 {day} 的清单，当时有效的是 {edition} 版。"),
        (Lang::Zh, None) => format!("{day} 还没有有效的规则书。"),
        (Lang::En, Some(edition)) => format!("The list as it stood on {day}, by edition {edition}."),
        (Lang::En, None) => format!("On {day} no edition was in force."),
    }
}

fn form(visitor: &Visitor, typed: &Posted, seen: u64, rules: &Rulebook) -> Markup {
    let lang = visitor.lang;
    let kept: Vec<String> = ItemType::ALL.iter().map(|kind| kind.name().get(lang).to_owned()).collect();
    let values: Vec<String> = ItemType::ALL.iter().map(|kind| type_word(*kind)).collect();
    let types: Vec<Choice<'_>> = values.iter().zip(&kept).map(|(value, name)| Choice::new(value, name)).collect();
    let agencies: Vec<Choice<'_>> = rules.agencies.values().map(|agency| Choice::new(&agency.name, &agency.name)).collect();
    let code = Control::Text { value: typed.get("code"), line: Line::Code };
    html! {
        form .form method="post" action="/workbench/lists" {
            (carried(visitor, seen))
            (field(&Field::new("code", lang.say("代码", "Code"), code).required().hint(lang.say("小写字母、数字和连字符，例如 xk-food-operation", "Small letters, digits and hyphens, such as xk-food-operation")), lang))
            (field(&Field::text("name", lang.say("名称", "Name"), typed.get("name")).required(), lang))
            (field(&Field::new("type", lang.say("类型", "Type"), Control::Select { value: typed.get("type"), choices: &types }).required(), lang))
            (field(&Field::new("agency", lang.say("实施机关", "Body"), Control::Select { value: typed.get("agency"), choices: &agencies }).required(), lang))
            (field(&Field::text("law", lang.say("依据（法律、法规、规章）", "Ground (law, regulation, rule)"), typed.get("law")).required(), lang))
            (field(&Field::text("article", lang.say("条款", "Article"), typed.get("article")), lang))
            (field(&Field::new("why", lang.say("为什么要列入", "Why it belongs on the list"), Control::Area { value: typed.get("why"), rows: 3 }).required(), lang))
            div .buttons { (button(&Button::new(lang.say("提出", "Propose")))) }
        }
    }
}

async fn propose(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(&[Role::Editor])?;
        let lang = visitor.lang;
        let seen: u64 = posted.read("seen")?;
        let Some(item_type) = ItemType::ALL.into_iter().find(|kind| type_word(*kind) == posted.get("type")) else {
            let notice = Notice::new(Tone::Bad, lang.say("请选择类型。", "Choose the type."));
            return Ok(view(&app, &visitor, &posted, seen, vec![notice]).await?.into_response());
        };
        let text = |name: &str| posted.get(name).to_owned();
        let proposal = Proposal {
            name: text("name"),
            item_type,
            agency: text("agency"),
            law: text("law"),
            article: text("article"),
            why: text("why"),
        };
        match app.office.propose_row(officer, posted.get("code"), &proposal, seen).await {
            Ok(()) => Ok(super::frame::done("/workbench/lists", "proposed")),
            Err(stop) => {
                let refusal = refused(stop)?;
                let mut notice = refusal_notice(&refusal, lang);
                let mut seen = seen;
                // What happened to the code before is shown, and the proposal that is sent again has seen it.
                if refusal.code == "overtaken"
                    && let Some(row) = app.office.list_row(posted.get("code")).await?
                {
                    seen = row.steps.len() as u64;
                    notice = Notice::new(Tone::Warn, lang.say("这个代码以前办理过，请看过经过后再提出。", "This code has a history: look at it, then propose again.")).body(html! {
                        p { a href={ "/workbench/lists/" (row.code) } { (words(&row.code, lang)) } " " (state_tag(row.state, lang)) }
                    });
                }
                Ok(view(&app, &visitor, &posted, seen, vec![notice]).await?.into_response())
            }
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

/// The value of a type in the form: its Chinese name, as files write it.
fn type_word(kind: ItemType) -> String {
    kind.name().zh
}

/// The rows of the edition in force, for a row that never went through the process.
async fn live(app: &App) -> Result<Arc<office::Edition>, Problem> {
    Ok(app.office.rulebooks.live()?)
}
