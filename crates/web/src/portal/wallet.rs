//! `/wallet`: the holder's own licences (我的证照), whatever their state, each with its days left and its files. Only the holder, and who
//! acts for a firm, comes here. Serves measure 2.

use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::empty_state::empty_state;
use crate::pieces::{date, licence, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::LetterKind;
use maud::html;

/// More than anybody has; a firm with more finds the others in its matters.
const MOST: u32 = 200;

pub fn routes() -> Router<App> {
    Router::new().route("/wallet", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let found = async { page(&app, &visitor).await };
    visitor.answer(Area::Portal, found.await)
}

async fn page(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let (signed_in, holder) = visitor.applicant()?;
    let live = app.office.rulebooks.live()?;
    let (store, today) = (&app.office.store, app.office.now().await?.day());
    let mut shown = Vec::new();
    for found in store.licences_of_holder(&holder.key(), MOST).await? {
        // Only what is a certificate (出证): a notice or an approval is found in its matter.
        if !licence::is_licence(&found.item, &live.rules) {
            continue;
        }
        let case = store.case(&found.no).await?;
        let made = case.and_then(|case| case.letters.iter().rev().find(|letter| letter.kind == LetterKind::Certificate).cloned());
        let kept = match &made {
            Some(made) => store.letter_by_code(&made.check_code).await?,
            None => None,
        };
        let path = made.map(|made| format!("/matters/{}/letters/{}", found.no, made.number));
        shown.push((found, path, kept.is_some_and(|kept| !kept.ofd_digest.is_empty())));
    }
    let title = lang.say("我的证照", "My licences");
    let body = html! {
        div .page-head { div { h1 { (title) } p .lead { (words(signed_in.role.get(lang), lang)) } } }
        @if shown.is_empty() {
            (empty_state(lang.say("还没有证照", "No licences yet"), lang.say("准予的许可制证后会出现在这里。", "What was granted appears here when its certificate is made."), html! {}))
        } @else {
            ul .plain.grid.two {
                @for (found, path, ofd) in &shown {
                    @let (_, state) = licence::state(found, today);
                    li .card {
                        h2 { (words(&found.name, lang)) }
                        p { (lang.say("编号 ", "Number ")) span .num { (found.number) } }
                        p { (lang.say("现状：", "Now: ")) strong { (state.get(lang)) }
                            @if let Some((_, on)) = found.ended { (lang.say("，", ", ")) (date::day(on, lang)) } }
                        p { (lang.say("有效期：", "Valid: ")) (licence::validity(found, lang)) }
                        @if let Some(days) = found.days_left(today) { p .hint { (lang.say("还有 ", "")) (days) (lang.say(" 天", " days left")) } }
                        p { a href=(format!("/matters/{}", found.no)) { (lang.say("办件", "The matter")) span .vh { " " (words(&found.name, lang)) } }
                            @if let Some(path) = path {
                                " · " a href=(path) { "PDF" span .vh { " " (words(&found.name, lang)) } }
                                @if *ofd { " · " a href=(format!("{path}/ofd")) { "OFD" span .vh { " " (words(&found.name, lang)) } } }
                            } }
                    }
                }
            }
        }
        p { a href="/verify" { (lang.say("查验一份证照文件", "Check the file of a licence")) } }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = vec![Crumb::to("/matters", lang.say("我的事项", "My matters")), Crumb::here(title)];
    Ok(page)
}
