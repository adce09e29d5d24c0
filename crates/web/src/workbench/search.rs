//! `/workbench/search`: a case by its number, by the name of the applicant, by a credit code or by the initials of a pinyin,
//! among the cases that this officer may see. `/workbench/suggest` answers while one types.

use super::wording::{due, item_name, step_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::empty_state::empty_state;
use crate::pieces::search_box::{SearchBox, search_box};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::{date, words};
use crate::visitor::Visitor;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use casework::Moment;
use maud::html;
use serde::Deserialize;

pub fn routes() -> Router<App> {
    Router::new().route("/search", get(show)).route("/suggest", get(suggest))
}

/// Rows that a page shows; whoever finds more types more.
const MOST: usize = 50;

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    q: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    visitor.answer(Area::Workbench, found(&app, &visitor, asked.q.trim()).await)
}

async fn found(app: &App, visitor: &Visitor, typed: &str) -> Result<Response, Problem> {
    let lang = visitor.lang;
    let reader = super::reader(app, visitor).await?;
    let now = app.office.now().await?;
    let found = reader.search(typed, MOST).await?;
    noted(app, visitor, typed, found.rows.len(), now).await?;
    if let [only] = found.rows.as_slice()
        && only.no.0 == typed
    {
        return Ok(Redirect::to(&format!("/workbench/cases/{}", only.no)).into_response());
    }
    let live = app.office.rulebooks.live()?;
    let calendar = app.office.rulebooks.calendar();
    let rows: Vec<Row> = found
        .rows
        .iter()
        .map(|row| {
            Row::new(vec![
                html! { a href={ "/workbench/cases/" (row.no) } { (words(item_name(&live.rules, &row.item, lang), lang)) } span .sub.num { (row.no) } },
                html! { (words(&row.title, lang)) },
                html! { (words(step_name(&live.rules, &row.procedure, &row.step, lang), lang)) },
                html! { (due(row, &calendar, now, lang)) },
                date::day(row.submitted_at.day(), lang),
            ])
            .light(super::wording::light_of(row, now))
        })
        .collect();
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("申请人", "Applicant")),
        Column::new(lang.say("环节", "Step")),
        Column::new(lang.say("时限", "Due")),
        Column::new(lang.say("提交", "Sent")),
    ];
    let label = lang.say("编号、申请人、信用代码、拼音首字母", "Number, applicant, credit code, initials of the pinyin");
    let empty = match typed {
        "" => html! {},
        _ => empty_state(
            lang.say("没有找到您可以查看的办件", "No case found that you may see"),
            lang.say("核对编号或名称；其他机关的办件不在此列。", "Check number or name; cases of other bodies are not listed."),
            html! {},
        ),
    };
    let body = html! {
        div .page-head { h1 { (lang.say("查办件", "Find a case")) } }
        (search_box(&SearchBox { action: "/workbench/search", value: typed, label, suggest: Some("/workbench/suggest"), id: "case-search", ..SearchBox::default() }, lang))
        div .stack {
            p .muted role="status" {
                @if !typed.is_empty() {
                    (lang.say("共 ", "")) (rows.len()) (lang.say(" 件", " found"))
                    @if found.cut { (lang.say("，可能还有更多：请多输入几个字。", "; there may be more: type more.")) }
                }
            }
            (table(&Table { caption: lang.say("找到的办件", "Cases found"), columns: &columns, rows, empty, keys: true, ..Table::default() }, lang))
        }
    };
    let page: Page = visitor.page(Area::Workbench, lang.say("查办件", "Find a case"), body);
    Ok(page.into_response())
}

/// A search shows names, so it is a reading. What was typed is often a name itself: the log keeps its beginning and how many were
/// found.
async fn noted(app: &App, visitor: &Visitor, typed: &str, found: usize, now: Moment) -> Result<(), Problem> {
    if typed.is_empty() {
        return Ok(());
    }
    let purpose = format!("{}… {found}", typed.chars().take(1).collect::<String>());
    Ok(app.office.note_reading(visitor.signed_in.as_ref(), "search", None, &purpose, now).await?)
}

async fn suggest(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    let found = async {
        let reader = super::reader(&app, &visitor).await?;
        let live = app.office.rulebooks.live()?;
        let found = reader.search(asked.q.trim(), 10).await?;
        noted(&app, &visitor, asked.q.trim(), found.rows.len(), app.office.now().await?).await?;
        let lines: Vec<serde_json::Value> = found
            .rows
            .iter()
            .map(|row| {
                serde_json::json!({
                    "text": format!("{} {}", row.title, item_name(&live.rules, &row.item, visitor.lang)),
                    "hint": row.no.0,
                    "href": format!("/workbench/cases/{}", row.no),
                })
            })
            .collect();
        Ok::<_, Problem>(Json(lines).into_response())
    };
    match found.await {
        Ok(lines) => lines,
        Err(problem) => crate::error::json(&problem, visitor.lang),
    }
}
