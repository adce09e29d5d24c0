//! `/matters/{no}/form`: the form as it stands with the office, to be read again and printed. Only the holder's own.

use super::{Mine, about_name, mine};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::{Icon, date, icon, words};
use crate::portal::sending::answers_shown;
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use casework::Moment;
use maud::{Markup, html};
use rulebook::Lang;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/matters/{no}/form", get(show))
}

/// The way to it, where there are answers.
pub(super) fn link(mine: &Mine, lang: Lang) -> Markup {
    html! {
        @if mine.case.answers.is_some() {
            p .no-print { a href={ "/matters/" (mine.case.no) "/form" } { (lang.say("看提交的申请表", "Read the form that was sent")) } }
        }
    }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(no): Path<String>) -> Response {
    let found = async { page(&app, &visitor, &no).await };
    visitor.answer(Area::Portal, found.await)
}

async fn page(app: &App, visitor: &Visitor, no: &str) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let mine = mine(app, visitor, no).await?;
    let (case, rules) = (&mine.case, &mine.edition.rules);
    let answers = app.office.answers_of(case).await?;
    let on = case.submitted.map_or(app.office.now().await?.day(), Moment::day);
    let intake = office::apply::asked_of(rules, case, &answers, on).ok_or(Problem::NotFound)?;
    let corrected = mine.records.iter().rev().find(|record| matches!(record.event, casework::Event::CorrectionSupplied { .. }));
    let papers = case.materials.iter().map(|handed| {
        let file = mine.words.get(&handed.name.0).cloned().unwrap_or_default();
        format!("{} · {file}", about_name(rules, &handed.key, lang))
    });
    let title = lang.say("提交的申请表", "The form that was sent");
    let body = html! {
        div .page-head {
            div {
                p .over { (lang.say("办件编号", "Case")) " " span .num { (case.no) } }
                h1 { (words(mine.item_name(lang), lang)) }
                p .lead {
                    @if let Some(at) = case.submitted { (lang.say("提交于 ", "Sent ")) (date::moment(at.wall(), lang)) }
                    @if let Some(record) = corrected { (lang.say("，补正于 ", ", corrected ")) (date::moment(record.at.wall(), lang)) }
                }
            }
            div .buttons.no-print { button .button.second.js-only.paper type="button" { (icon(Icon::Print)) (lang.say("打印", "Print")) } }
        }
        div .stack {
            @if answers.is_empty() { p .muted { (lang.say("填写的内容已按期限删除。", "What was filled in has been erased after its term.")) } }
            @else { (answers_shown(rules, &intake, lang)) }
            @if !case.materials.is_empty() {
                section .stack {
                    h2 { (lang.say("提交的材料", "Papers handed in")) }
                    ul { @for paper in papers { li { (words(&paper, lang)) } } }
                }
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = vec![
        Crumb::to("/matters", lang.say("我的事项", "My matters")),
        Crumb::to(format!("/matters/{no}"), no.to_owned()),
        Crumb::here(title),
    ];
    Ok(page)
}
