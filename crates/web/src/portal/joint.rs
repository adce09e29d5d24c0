//! Joint acts on the page of a bundle: when several bodies come together, what they found, and the photographs that stand in for a
//! visit.
//!
//! Who comes here: somebody who waits for three bodies to see the kitchen and fears three visits on three days. Serves measure 3.

use super::case::{Mine, act, hidden, mine, take_files};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::Area;
use crate::pieces::button::{Button, button};
use crate::pieces::{joint, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use casework::Act;
use casework::joint::Joint;
use maud::{Markup, html};

/// Photographs of one press at most.
const MOST: usize = 10;

pub fn routes() -> Router<App> {
    Router::new().route("/matters/{no}/joint", post(show))
}

/// Every joint act of a bundle; nothing on other pages.
pub(super) fn acts(visitor: &Visitor, mine: &Mine) -> Markup {
    let Some(bundle) = mine.case.bundle.as_ref().filter(|_| !mine.case.joints.is_empty()) else { return Markup::default() };
    let lang = visitor.lang;
    html! {
        section .stack {
            h2 { (lang.say("部门联合进行", "Bodies together")) }
            @for joint in &mine.case.joints {
                div .card .stack-s {
                    (joint::one(&mine.case, joint, &mine.words, &mine.edition.rules, lang))
                    @if joint.held { p .hint { (lang.say("各部门的意见写在一份告知书里，见“文书”。", "One letter says what each body found: see the letters.")) } }
                    @if let (Some((appointment, place)), true) = (&joint.set, joint.is_pending(bundle)) {
                        @if appointment.remote { (photographs(visitor, mine, joint, mine.words.get(&place.0).map_or("", String::as_str))) }
                        @else { p .hint { (lang.say("请在约定时间到场。几个部门一次看完，不再分别上门。", "Please be there. All look at once; nobody comes a second time.")) } }
                    }
                }
            }
        }
    }
}

/// What to photograph, and the way to send it. Each file is kept by the digest of its bytes, with place and time.
fn photographs(visitor: &Visitor, mine: &Mine, joint: &Joint, place: &str) -> Markup {
    let lang = visitor.lang;
    let theme = mine.case.bundle.as_ref().and_then(|bundle| mine.edition.rules.themes.get(bundle.theme.as_ref()?));
    let declared = theme.and_then(|theme| theme.joint.iter().find(|declared| declared.kind == joint.kind));
    let shots = declared.map(|declared| declared.shots.as_slice()).unwrap_or_default();
    let id = |name: &str| format!("j{}-{name}", joint.number);
    html! {
        form method="post" action={ "/matters/" (mine.case.no) "/joint" } enctype="multipart/form-data" .stack {
            (hidden(visitor, mine))
            input type="hidden" name="number" value=(joint.number);
            @if !shots.is_empty() {
                p { (lang.say("请依次拍摄：", "Please photograph, in this order:")) }
                ol { @for shot in shots { li { (words(shot, lang)) } } }
            }
            div .field { label for=(id("files")) { (lang.say("照片", "Photographs")) }
                input type="file" id=(id("files")) name="papers" accept="image/*" multiple required capture="environment"; }
            div .field { label for=(id("on")) { (lang.say("拍摄日期", "Day taken")) }
                input type="date" id=(id("on")) name="on" required; }
            div .field { label for=(id("hour")) { (lang.say("拍摄时刻", "Hour taken")) }
                input type="time" id=(id("hour")) name="hour" required; }
            div .field { label for=(id("place")) { (lang.say("拍摄地点", "Where taken")) }
                input type="text" id=(id("place")) name="place" value=(place) maxlength="200" required; }
            div .buttons { (button(&Button::new(lang.say("提交照片", "Send the photographs")))) }
            @if joint.shown > 0 { p .hint { (lang.say("已提交", "Sent so far: ")) (joint.shown) (lang.say("次，可以补交。", ". More can follow.")) } }
        }
    }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Portal, shown(&app, &visitor, &no, &posted).await)
}

async fn shown(app: &App, visitor: &Visitor, no: &str, posted: &Posted) -> Result<Response, Problem> {
    let case = mine(app, visitor, no).await?.case;
    let papers = match take_files(app, visitor, &case.no, posted, MOST).await? {
        Ok(papers) => papers,
        Err(refusal) => return again(app, visitor, no, &refusal).await,
    };
    let (number, on, hour) = (posted.read("number")?, posted.read("on")?, posted.read("hour")?);
    let intent = Act::ShowJoint { number, on, hour, place: posted.get("place").to_owned(), papers };
    act(app, visitor, no, posted, &intent).await
}

/// The page once more, with what stood in the way.
async fn again(app: &App, visitor: &Visitor, no: &str, refusal: &casework::Refusal) -> Result<Response, Problem> {
    let mine = mine(app, visitor, no).await?;
    let page = super::case::page(app, visitor, &mine, vec![refusal_notice(refusal, visitor.lang)]).await?;
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
