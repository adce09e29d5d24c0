//! What the pages of supervision and administration share: head and way of a page, what a form carries, what was done.

use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::notice::Notice;
use crate::pieces::{Tone, words};
use crate::visitor::Visitor;
use axum::response::{IntoResponse, Redirect, Response};
use casework::Refusal;
use maud::{Markup, html};
use office::Stop;
use rulebook::Lang;
use std::collections::BTreeMap;
use std::fmt::Display;

/// A page of the workbench under its heading. `way` lies between the start and the page itself.
pub fn page(visitor: &Visitor, title: &str, way: Vec<Crumb>, body: Markup) -> Page {
    let mut page = visitor.page(Area::Workbench, title, body);
    let start = Crumb::to("/workbench", visitor.lang.say("工作台", "Workbench"));
    page.breadcrumbs = std::iter::once(start).chain(way).chain([Crumb::here(title)]).collect();
    page
}

/// Heading, one line below it, and buttons beside.
pub fn head(title: &str, lead: &str, buttons: Markup, lang: Lang) -> Markup {
    html! {
        div .page-head {
            div { h1 { (words(title, lang)) } @if !lead.is_empty() { p .lead { (words(lead, lang)) } } }
            div .buttons { (buttons) }
        }
    }
}

/// The token of the session and the version that the author of a form has seen.
pub fn carried(visitor: &Visitor, seen: impl Display) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(visitor.csrf());
        input type="hidden" name="seen" value=(seen);
        input type="hidden" name="request" value=(crate::fresh_request());
    }
}

/// Back to a page that says what was done.
pub fn done(path: &str, what: &str) -> Response {
    let mark = if path.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{path}{mark}done={what}")).into_response()
}

/// Says what the address says was done. Only words of `known` are ever said.
pub fn say_done(page: &mut Page, visitor: &Visitor, known: &[(&str, &str, &str)]) {
    let asked = visitor.asked();
    if let Some((_, zh, en)) = known.iter().find(|(word, ..)| *word == asked.get("done")) {
        page.notices.push(Notice::new(Tone::Good, visitor.lang.say(zh, en)));
    }
}

/// A refusal goes back to the page it came from; what failed or is not there is a page of its own.
pub fn refused(stop: Stop) -> Result<Refusal, Problem> {
    match stop {
        Stop::Refused(refusal) if refusal.code != "not-found" => Ok(*refusal),
        stop => Err(stop.into()),
    }
}

/// Names of members of staff by their identifiers; somebody unknown keeps the identifier.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    pub async fn of(app: &App, ids: Vec<String>) -> Result<Names, Problem> {
        Ok(Names(app.office.store.staff_names(&ids).await?))
    }

    pub fn get<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }
}
