//! What the holder of a matter that rests on a commitment does: leaves it for the ordinary way, says that something was put right,
//! hands in what was promised, answers to a breach. Drawn at the head of `/matters/{no}`. Serves measure 5.

use super::case::{Mine, about_name, act, hidden, mine, refused, take_files};
use crate::app::App;
use crate::error::Problem;
use crate::layout::Area;
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use casework::act::Paper;
use casework::commitment::Stand;
use casework::{Act, Refusal};
use maud::{Markup, html};

pub fn routes() -> Router<App> {
    Router::new().route("/matters/{no}/commitment", post(answer))
}

/// What is asked of the holder now, and what comes next.
pub(super) fn asked(visitor: &Visitor, mine: &Mine) -> Markup {
    let Some(pledge) = &mine.case.pledge else { return Markup::default() };
    let lang = visitor.lang;
    let due = |clock: &str| mine.case.clock(clock).filter(|clock| clock.is_running()).map(|clock| clock.due);
    let rules = &mine.edition.rules;
    html! {
        @match pledge.stand {
            Stand::Signed if mine.can("choose-ordinary") => {
                section .card .stack {
                    h2 { (lang.say("您选择了告知承诺", "You chose a commitment")) }
                    p { (lang.say("材料齐全的，机关按承诺作出决定，以后再核查。作出决定以前可以改为一般程序，填写和提交过的内容都保留。", "If all is there the office decides on your commitment and checks later. Until then you may go the ordinary way: all that you typed and handed in is kept.")) }
                    (press(visitor, mine, "ordinary", lang.say("改为一般程序", "Go the ordinary way")))
                }
            }
            Stand::ToCheck | Stand::Rectified => {
                @if let Some(due) = due("post-check").or(due("recheck")) {
                    (notice(&Notice::new(Tone::Info, lang.say("机关会核查一次", "The office will check once")).body(html! {
                        p { (lang.say("核查时间：", "By ")) (date::day(due, lang)) (lang.say("以前。请保持符合承诺的标准，核查时予以配合。", ". Keep to what you committed to, and let the officers in.")) }
                    }), lang))
                }
            }
            Stand::Rectifying => {
                (notice(&Notice::new(Tone::Warn, lang.say("请整改", "Please put it right")).body(html! {
                    @if let Some(due) = due("rectify") { p { (lang.say("请在", "By ")) (date::day(due, lang)) (lang.say("前整改，内容见整改通知书。", ": the order says what.")) } }
                    (write(visitor, mine, "rectified", lang.say("整改情况", "What was put right"), lang.say("报告整改完成", "Report that it is done"), true))
                }), lang))
            }
            Stand::Broken => {
                (notice(&Notice::new(Tone::Warn, lang.say("核查认定违背承诺，您可以陈述申辩", "The commitment was found broken: you may answer")).body(html! {
                    @if let Some(due) = due("answer-breach") { p { (lang.say("期限至", "Until ")) (date::day(due, lang)) (lang.say("。是否撤销，由审批人听取以后决定。", ". An approver hears you and decides whether it is revoked.")) } }
                    (write(visitor, mine, "answer", lang.say("陈述申辩", "Your answer"), lang.say("提交陈述申辩", "Send the answer"), false))
                }), lang))
            }
            Stand::Revoked => {
                @if let Some(breach) = &mine.case.breach {
                    (notice(&Notice::new(Tone::Warn, lang.say("违背承诺已记入信用记录", "The broken commitment stands on your record")).body(html! {
                        p { (lang.say("至", "Until ")) (date::day(breach.until, lang)) (lang.say("止不适用告知承诺；一般程序不受影响。改正以后可以向办理机关申请信用修复。", " no commitment can be made; the ordinary way stays open. Once mended, ask the office to repair the record.")) }
                    }), lang))
                }
            }
            _ => {}
        }
        @if mine.can("supply-promised") && !pledge.promised.is_empty() {
            (notice(&Notice::new(Tone::Warn, lang.say("承诺补交的材料还没有交", "Papers that you promised are still to come")).body(html! {
                ul { @for key in &pledge.promised { li { (words(&about_name(rules, key, lang), lang)) } } }
                @if let Some(due) = due("promised-papers") { p { (lang.say("请在", "By ")) (date::day(due, lang)) (lang.say("前补交。", ".")) } }
                p { (link_button(&format!("/matters/{}/correction", mine.case.no), lang.say("去补交", "Hand them in"), Look::Main, None)) }
            }), lang))
        }
    }
}

fn press(visitor: &Visitor, mine: &Mine, answer: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(format!("/matters/{}/commitment", mine.case.no)) .buttons {
            (hidden(visitor, mine))
            (button(&Button::new(label).look(Look::Second).named("answer", answer)))
        }
    }
}

fn write(visitor: &Visitor, mine: &Mine, answer: &str, label: &str, send: &str, files: bool) -> Markup {
    let lang = visitor.lang;
    let media = files.then_some("multipart/form-data");
    html! {
        form method="post" action=(format!("/matters/{}/commitment", mine.case.no)) enctype=[media] .stack {
            (hidden(visitor, mine))
            div .field { label for="f-said" { (label) } textarea #f-said name="said" rows="4" maxlength="2000" required {} }
            @if files {
                div .field {
                    label for="f-papers" { (lang.say("照片、证明（可以不传）", "Photographs, proofs (if you like)")) }
                    p .hint #f-papers-hint { (lang.say("可以一次选几份，最多", "Several at once, at most ")) (MOST_FILES) (lang.say("份。", ".")) }
                    input #f-papers type="file" name="papers" multiple aria-describedby="f-papers-hint";
                }
            }
            div .buttons { (button(&Button::new(send).named("answer", answer))) }
        }
    }
}

/// Files of one report at most.
const MOST_FILES: usize = 20;

async fn answer(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let done = async {
        let said = posted.get("said").to_owned();
        let intent = match posted.get("answer") {
            "ordinary" => Act::ChooseOrdinary,
            "rectified" => match attached(&app, &visitor, &no, &posted).await? {
                Ok(papers) => Act::ReportRectified { said, papers },
                Err(refusal) => return refused(&app, &visitor, &no, &refusal).await,
            },
            _ => Act::HearStatement { text: said },
        };
        act(&app, &visitor, &no, &posted, &intent).await
    };
    visitor.answer(Area::Portal, done.await)
}

/// Keeps the files of a report, for somebody who may report; a refusal where one cannot be taken.
async fn attached(app: &App, visitor: &Visitor, no: &str, posted: &Posted) -> Result<Result<Vec<Paper>, Refusal>, Problem> {
    let mine = mine(app, visitor, no).await?;
    let (signed_in, _) = visitor.applicant()?;
    if !mine.can("report-rectified") || !signed_in.may(&mine.case.item, Some("report-rectified")) {
        return Err(Problem::Forbidden);
    }
    take_files(app, visitor, &mine.case.no, posted, MOST_FILES).await
}
