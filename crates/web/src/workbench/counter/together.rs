//! `/workbench/counter/visitors/{key}/themes/{code}` and `…/together`: one thing for the visitor who stands here. The clerk reads out the
//! guide's questions and gives the answers; guide, merge and intake are those of the portal (无差别受理). Serves measures 1, 3 and 4.

use super::*;
use crate::portal::wording::named;
use crate::portal::{Desk, themes};
use axum::extract::Path;
use casework::event::Channel;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/counter/visitors/{key}/themes/{code}", get(guide).post(begin))
        .route("/counter/visitors/{key}/together", get(pick).post(begin_picked))
}

/// Themes that the visitor's words clearly mean, and the way to pick items freely.
pub(super) fn offered(desk: &Desk, here: &str, asked: &str) -> Markup {
    let lang = desk.lang;
    let found = desk.themes(asked);
    html! {
        ul .plain.stack-s {
            @for theme in &found {
                li {
                    (tag(lang.say("一件事", "one thing"), Tone::Info, lang)) " "
                    a href={ (here) "/themes/" (theme.code.get_ref()) } { (words(named(&theme.name, &theme.label, lang), lang)) }
                    p .small.muted { (words(&theme.summary, lang)) }
                }
            }
        }
        p .small { a href={ (here) "/together" } { (lang.say("几个事项一起办", "Several items together")) } }
    }
}

async fn guide(State(app): State<App>, visitor: Visitor, Path((key, code)): Path<(String, String)>) -> Response {
    visitor.answer(Area::Workbench, page(&app, &visitor, &key, Some(&code), &visitor.asked(), None).await)
}

async fn pick(State(app): State<App>, visitor: Visitor, Path(key): Path<String>) -> Response {
    visitor.answer(Area::Workbench, page(&app, &visitor, &key, None, &visitor.asked(), None).await)
}

/// The guide through a theme, or picking freely without one.
async fn page(
    app: &App,
    visitor: &Visitor,
    key: &str,
    theme: Option<&str>,
    told: &Posted,
    refused: Option<Notice>,
) -> Result<Page, Problem> {
    clerk(visitor)?;
    let desk = Desk::of(app, visitor)?;
    let lang = visitor.lang;
    let holder = Holder::from_key(key).ok_or(Problem::NotFound)?;
    let (name, mark) = holder_shown(app, &holder).await?.ok_or(Problem::NotFound)?;
    let here = format!("/workbench/counter/visitors/{key}");
    let (title, body) = match theme {
        Some(code) => {
            let theme = desk.rules().themes.get(code).ok_or(Problem::NotFound)?;
            let body = themes::guided(&desk, visitor, theme, told, &format!("{here}/themes/{code}"));
            (named(&theme.name, &theme.label, lang), body)
        }
        None => (
            lang.say("几个事项一起办", "Several items together"),
            themes::picked(&desk, visitor, told, &format!("{here}/together")),
        ),
    };
    let body = html! {
        div .page-head { div {
            p .over { (lang.say("为 ", "For ")) a href=(here) { (words(&name, lang)) } " " code { (mark) } }
            h1 { (words(title, lang)) }
        } }
        (body)
    };
    let mut page = around(visitor, title, body);
    page.notices.extend(refused);
    Ok(page)
}

async fn begin(State(app): State<App>, visitor: Visitor, Path((key, code)): Path<(String, String)>, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, begun(&app, &visitor, &key, Some(&code), &posted).await)
}

async fn begin_picked(State(app): State<App>, visitor: Visitor, Path(key): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, begun(&app, &visitor, &key, None, &posted).await)
}

async fn begun(app: &App, visitor: &Visitor, key: &str, theme: Option<&str>, posted: &Posted) -> Result<Response, Problem> {
    clerk(visitor)?;
    let holder = Holder::from_key(key).ok_or(Problem::NotFound)?;
    holder_shown(app, &holder).await?.ok_or(Problem::NotFound)?;
    match themes::begun(app, visitor, theme, posted, &holder, Channel::Counter).await? {
        Ok(id) => Ok(Redirect::to(&format!("/workbench/counter/drafts/{id}")).into_response()),
        Err(refused) => Ok(page(app, visitor, key, theme, posted, Some(refused)).await?.into_response()),
    }
}
