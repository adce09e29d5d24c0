//! `/wallet`: the holder's own licences (我的证照), whatever their state, each with its days left and its files. Only the holder, and who
//! acts for a firm, comes here. Serves measure 2.

use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::empty_state::empty_state;
use crate::pieces::{date, licence, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::CaseNo;
use jiff::civil::Date;
use maud::{Markup, html};
use office::licences::{CopyWanted, Format};
use rulebook::{Lang, Text};
use store::licences::{Held, Licence, LicenceState, LicenceUse};

/// More than anybody has; a firm with more finds the others in its matters.
const MOST: u32 = 200;
/// The latest uses that are shown of each.
const MOST_USES: u32 = 50;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/wallet", get(show))
        .route("/wallet/{no}/pdf", get(pdf))
        .route("/wallet/{no}/ofd", get(ofd))
        .route("/wallet/{no}/copy", post(copy))
}

async fn pdf(State(app): State<App>, visitor: Visitor, Path(no): Path<String>) -> Response {
    file(&app, &visitor, CaseNo(no), Format::Pdf).await
}

async fn ofd(State(app): State<App>, visitor: Visitor, Path(no): Path<String>) -> Response {
    file(&app, &visitor, CaseNo(no), Format::Ofd).await
}

/// The file of the holder's own licence, whatever its state.
async fn file(app: &App, visitor: &Visitor, no: CaseNo, format: Format) -> Response {
    let found = async {
        let (signed_in, holder) = visitor.applicant()?;
        let held = app.office.store.wallet(&holder.key(), Some(&no), 1, 0).await?.pop();
        let held = held.filter(|held| signed_in.may(&held.licence.item, None)).ok_or(Problem::NotFound)?;
        let by = signed_in.session.subject.key();
        let (bytes, name) = app.office.licence_file(&held, format, &by).await?.ok_or(Problem::NotFound)?;
        let media = if format == Format::Pdf { "application/pdf" } else { "application/ofd" };
        Ok::<_, Problem>(crate::download(bytes, media, &name))
    };
    visitor.answer(Area::Portal, found.await)
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let found = async { page(&app, &visitor).await };
    visitor.answer(Area::Portal, found.await)
}

/// A copy for one purpose, answered as a file. Only the holder's own, and only while it is in force.
async fn copy(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (signed_in, holder) = visitor.applicant()?;
        let until: Date = posted
            .get("until")
            .parse()
            .map_err(|_| Problem::Malformed(Text::new("请填写截止日期。", "Fill in the last day.")))?;
        let no = CaseNo(no);
        let found = app.office.store.licence_of_case(&no).await?;
        if !found.is_some_and(|found| signed_in.may(&found.item, None)) {
            return Err(Problem::NotFound);
        }
        let wanted = CopyWanted {
            no,
            holder: holder.key(),
            by: signed_in.session.subject.key(),
            purpose: posted.get("purpose").to_owned(),
            until,
        };
        let pdf = app.office.licence_copy(&wanted).await?.map_err(Problem::Malformed)?;
        Ok::<_, Problem>(crate::download(pdf, "application/pdf", &format!("副本-{}.pdf", wanted.no)).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

fn copy_form(found: &Licence, csrf: &str, today: Date, lang: Lang) -> Markup {
    let id = |what: &str| format!("f-{what}-{}", found.no);
    html! {
        details {
            summary { (lang.say("制作限定用途的副本", "Make a copy for one purpose")) }
            form .form method="post" action=(format!("/wallet/{}/copy", found.no)) {
                input type="hidden" name="csrf" value=(csrf);
                div .field { label for=(id("purpose")) { (lang.say("用途（会印在每一页上，不超过40个字）", "Purpose (printed on every page, at most 40 characters)")) }
                    input id=(id("purpose")) name="purpose" maxlength="40" required; }
                div .field { label for=(id("until")) { (lang.say("使用期限至", "May be used until")) }
                    input id=(id("until")) type="date" name="until" min=(today) max=[found.valid_until] required; }
                div .buttons { button .button.second type="submit" { (lang.say("制作并下载", "Make and download")) } }
            }
        }
    }
}

fn uses(all: &[LicenceUse], lang: Lang) -> Markup {
    html! {
        details {
            summary { (lang.say("使用记录", "What was done with it")) " (" (all.len()) ")" }
            ul {
                @for done in all {
                    li { (date::moment(done.at.wall(), lang)) " "
                        @match done.what.as_str() {
                            "copy" => { (lang.say("制作副本，用途：", "copy made for: ")) (words(&done.purpose, Lang::Zh))
                                @if let Some(until) = done.until { (lang.say("，至", ", until ")) (date::day(until, lang)) } }
                            what => { (lang.say("下载 ", "taken as ")) (what.to_uppercase()) }
                        } }
                }
            }
        }
    }
}

async fn page(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let (signed_in, holder) = visitor.applicant()?;
    let live = app.office.rulebooks.live()?;
    let (store, today) = (&app.office.store, app.office.now().await?.day());
    let held = store.wallet(&holder.key(), None, MOST, MOST_USES).await?.into_iter();
    // Only what is a certificate (出证), a notice or an approval is found in its matter; and only what the mandate covers.
    let covered = |held: &Held| licence::is_licence(&held.licence.item, &live.rules) && signed_in.may(&held.licence.item, None);
    let shown: Vec<Held> = held.filter(covered).collect();
    let title = lang.say("我的证照", "My licences");
    let body = html! {
        div .page-head { div { h1 { (title) } p .lead { (words(signed_in.role.get(lang), lang)) } } }
        @if shown.is_empty() {
            (empty_state(lang.say("还没有证照", "No licences yet"), lang.say("准予的许可制证后会出现在这里。", "What was granted appears here when its certificate is made."), html! {}))
        } @else {
            ul .plain.grid.two {
                @for held in &shown {
                    @let found = &held.licence;
                    @let (_, state) = licence::state(found, today);
                    li .card {
                        h2 { (words(&found.name, lang)) }
                        p { (lang.say("编号 ", "Number ")) span .num { (found.number) } }
                        @if !found.identifier.is_empty() { p .small { (lang.say("电子证照标识 ", "Identifier ")) (licence::identifier(found)) } }
                        p { (lang.say("现状：", "Now: ")) strong { (state.get(lang)) }
                            @if let Some((_, on)) = found.ended { (lang.say("，", ", ")) (date::day(on, lang)) } }
                        p { (lang.say("有效期：", "Valid: ")) (licence::validity(found, lang)) }
                        @if let Some(days) = found.days_left(today) { p .hint { (lang.say("还有 ", "")) (days) (lang.say(" 天", " days left")) } }
                        p { a href=(format!("/matters/{}", found.no)) { (lang.say("办件", "The matter")) span .vh { " " (words(&found.name, lang)) } }
                            @if let Some(letter) = &held.certificate {
                                @for (format, digest) in [("pdf", &letter.digest), ("ofd", &letter.ofd_digest)] {
                                    @if !digest.is_empty() {
                                        " · " a href=(format!("/wallet/{}/{format}", found.no)) { (format.to_uppercase()) span .vh { " " (words(&found.name, lang)) } }
                                    }
                                }
                            } }
                        @if held.certificate.is_some() && found.state(today) == LicenceState::InForce { (copy_form(found, visitor.csrf(), today, lang)) }
                        @if !held.uses.is_empty() { (uses(&held.uses, lang)) }
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
