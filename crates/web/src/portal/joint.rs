//! Joint acts on the page of a bundle: when several bodies come together, what they found, and the photographs that stand in for a
//! visit.
//!
//! Who comes here: somebody who waits for three bodies to see the kitchen and fears three visits on three days. Serves measure 3.

use super::case::{Mine, act, hidden, is_paper, mine, take_files};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::Area;
use crate::pieces::button::{Button, button};
use crate::pieces::{date, joint, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use casework::joint::Joint;
use casework::{Act, Event, Refusal, Words};
use maud::{Markup, html};
use rulebook::theme::JointKind;
use rulebook::{Lang, Text};

/// Photographs of one press at most.
const MOST: usize = 10;

/// Characters of a digest that are shown.
const DIGEST: usize = 12;

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
                        (sent(mine, joint, lang))
                        @if appointment.remote { (photographs(visitor, mine, joint, mine.words.get(&place.0).map_or("", String::as_str))) }
                        @else { p .hint { (lang.say("请在约定时间到场。几个部门一次看完，不再分别上门。", "Please be there. All look at once; nobody comes a second time.")) } }
                    }
                }
            }
        }
    }
}

/// What the theme wants to be photographed.
fn shots(mine: &Mine, kind: JointKind) -> &[String] {
    let theme = mine.case.bundle.as_ref().and_then(|bundle| mine.edition.rules.themes.get(bundle.theme.as_ref()?));
    let declared = theme.and_then(|theme| theme.joint.iter().find(|declared| declared.kind == kind));
    declared.map(|declared| declared.shots.as_slice()).unwrap_or_default()
}

/// What was sent so far, with time, place and digest, and which of the shots is still to come: a shot names its files.
fn sent(mine: &Mine, joint: &Joint, lang: Lang) -> Markup {
    let said = |words: Words| mine.words.get(&words.0).map_or("", String::as_str);
    let shown = mine.records.iter().filter_map(|record| match &record.event {
        Event::JointShown { number, on, hour, place, materials } if *number == joint.number => {
            Some((*on, *hour, *place, materials))
        }
        _ => None,
    });
    let shown: Vec<_> = shown.collect();
    let is_there = |shot: &&String| {
        let mut files = shown.iter().flat_map(|(.., materials)| materials.iter());
        files.any(|file| said(file.name).starts_with(&of_shot(shot)))
    };
    let missing: Vec<&String> = shots(mine, joint.kind).iter().filter(|shot| !is_there(shot)).collect();
    html! {
        @if !shown.is_empty() {
            p { strong { (lang.say("已提交的照片", "Photographs sent")) } }
            ul .stack-s { @for (on, hour, place, materials) in &shown { @for file in *materials { li {
                (words(said(file.name), lang))
                span .sub { (date::day(*on, lang)) " " span .num { (joint::clock(*hour)) } " · " (words(said(*place), lang)) " · SM3 " span .num { (file.digest.chars().take(DIGEST).collect::<String>()) "…" } }
            } } } }
            @if !missing.is_empty() {
                p { (lang.say("还没有照片的：", "Still without one: ")) (words(&missing.iter().map(|shot| shot.as_str()).collect::<Vec<_>>().join("、"), lang)) }
            }
        }
    }
}

/// How the name of a file begins that shows this.
fn of_shot(shot: &str) -> String {
    format!("{shot}：")
}

/// What to photograph, and the way to send it. Each file is kept by the digest of its bytes, with place and time.
fn photographs(visitor: &Visitor, mine: &Mine, joint: &Joint, place: &str) -> Markup {
    let lang = visitor.lang;
    let shots = shots(mine, joint.kind);
    let id = |name: &str| format!("j{}-{name}", joint.number);
    html! {
        form method="post" action={ "/matters/" (mine.case.no) "/joint" } enctype="multipart/form-data" .stack {
            (hidden(visitor, mine))
            input type="hidden" name="number" value=(joint.number);
            @if !shots.is_empty() { p { (lang.say("请依次拍摄：", "Please photograph, in this order:")) } }
            @for (at, shot) in shots.iter().enumerate() {
                @let id = id(&format!("shot-{at}"));
                div .field { label for=(id) { (at + 1) ". " (words(shot, lang)) }
                    input type="file" id=(id) name=(format!("papers.{at}")) accept="image/*" multiple capture="environment"; }
            }
            div .field { label for=(id("files")) { @if shots.is_empty() { (lang.say("照片", "Photographs")) } @else { (lang.say("其他照片", "Others")) } }
                input type="file" id=(id("files")) name="papers" accept="image/*" multiple required[shots.is_empty()] capture="environment"; }
            div .field { label for=(id("on")) { (lang.say("拍摄日期", "Day taken")) }
                input type="date" id=(id("on")) name="on" required; }
            div .field { label for=(id("hour")) { (lang.say("拍摄时刻", "Hour taken")) }
                input type="time" id=(id("hour")) name="hour" required; }
            div .field { label for=(id("place")) { (lang.say("拍摄地点", "Where taken")) }
                input type="text" id=(id("place")) name="place" value=(place) maxlength="200" required; }
            div .buttons { (button(&Button::new(lang.say("提交照片", "Send the photographs")))) }
            @if joint.shown > 0 { p .hint { (lang.say("可以补交。", "More can follow.")) } }
        }
    }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Portal, shown(&app, &visitor, &no, &posted).await)
}

async fn shown(app: &App, visitor: &Visitor, no: &str, posted: &Posted) -> Result<Response, Problem> {
    let mine = mine(app, visitor, no).await?;
    let files = || posted.files().iter().filter(|file| is_paper(&file.field));
    if let Some(other) = files().find(|file| !office::blobs::media_type(&file.bytes).starts_with("image/")) {
        let refusal = Refusal::new(
            "not-a-photograph",
            Text::new(format!("“{}”不是照片。", other.name), format!("“{}” is no photograph.", other.name)),
            Text::new("请上传照片（JPEG、PNG）。", "Send photographs (JPEG, PNG)."),
        );
        return again(app, visitor, no, &refusal).await;
    }
    let mut papers = match take_files(app, visitor, &mine.case.no, posted, MOST).await? {
        Ok(papers) => papers,
        Err(refusal) => return again(app, visitor, no, &refusal).await,
    };
    let (number, on, hour) = (posted.read("number")?, posted.read("on")?, posted.read("hour")?);
    let kind = mine.case.joints.iter().find(|joint| joint.number == number).map(|joint| joint.kind);
    let shots = kind.map(|kind| shots(&mine, kind)).unwrap_or_default();
    for (paper, file) in papers.iter_mut().zip(files()) {
        let shot = file.field.strip_prefix("papers.").and_then(|at| shots.get(at.parse::<usize>().ok()?));
        paper.file_name = shot.map_or_else(String::new, |shot| of_shot(shot)) + &paper.file_name;
    }
    let intent = Act::ShowJoint { number, on, hour, place: posted.get("place").to_owned(), papers };
    act(app, visitor, no, posted, &intent).await
}

/// The page once more, with what stood in the way.
async fn again(app: &App, visitor: &Visitor, no: &str, refusal: &casework::Refusal) -> Result<Response, Problem> {
    let mine = mine(app, visitor, no).await?;
    let page = super::case::page(app, visitor, &mine, vec![refusal_notice(refusal, visitor.lang)]).await?;
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
