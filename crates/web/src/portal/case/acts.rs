//! What the holder does to a matter from its page, and what stands in the way with the text kept.

use super::{Mine, hidden, mine, page};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::Area;
use crate::pieces::Tone;
use crate::pieces::button::{Button, Look, button};
use crate::pieces::date::short_day;
use crate::pieces::notice::Notice;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use casework::{Act, CaseNo, narrate};
use jiff::civil::Date;
use maud::{Markup, html};
use office::Outcome;
use rulebook::{Lang, Text};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/matters/{no}/withdraw", post(withdraw))
        .route("/matters/{no}/rate", post(rate))
        .route("/matters/{no}/feedback", post(feedback))
        .route("/matters/{no}/urge", post(urge))
        .route("/matters/{no}/hearing", post(hearing))
}

/// Performs an act of the applicant and goes back to the page, or shows what stands in the way with the text kept.
pub(in crate::portal) async fn act(
    app: &App,
    visitor: &Visitor,
    no: &str,
    posted: &Posted,
    act: &Act,
) -> Result<Response, Problem> {
    let mine = mine(app, visitor, no).await?;
    let (signed_in, _) = visitor.applicant()?;
    if !signed_in.may(&mine.case.item, Some(act.name())) {
        return Err(Problem::Forbidden);
    }
    let actor = &signed_in.actor;
    let seen: u64 = posted.read("seen")?;
    // Requests of people and of the system never share a name.
    let request = posted.given("request").map(|request| format!("w:{request}"));
    let notices = match app.office.perform(&mine.case.no, act, actor, Some(seen), request.as_deref()).await? {
        Outcome::Done(_) | Outcome::Again { .. } => {
            let done = if matches!(act, Act::Urge { .. }) { "?done=urged" } else { "" };
            return Ok(Redirect::to(&format!("/matters/{no}{done}")).into_response());
        }
        Outcome::Refused(refusal) => refusal_notice(&refusal, visitor.lang),
        Outcome::Overtaken { since } => overtaken(&mine, since, seen, visitor.lang),
    };
    Ok(page(app, visitor, &mine, vec![notices]).await?.into_response())
}

/// Whether a file of a form is one that an act will name: `papers`, or `papers.N` where each has a place of its own.
pub(in crate::portal) fn is_paper(field: &str) -> bool {
    field == "papers" || field.starts_with("papers.")
}

/// Keeps the files that came with a form and that an act will name; a refusal where there are too many, or one cannot be taken.
pub(in crate::portal) async fn take_files(
    app: &App,
    visitor: &Visitor,
    no: &CaseNo,
    posted: &Posted,
    most: usize,
) -> Result<Result<Vec<casework::act::Paper>, casework::Refusal>, Problem> {
    let (signed_in, _) = visitor.applicant()?;
    let files: Vec<_> = posted.files().iter().filter(|file| is_paper(&file.field)).collect();
    if files.len() > most {
        return Ok(Err(casework::Refusal::new(
            "too-many-files",
            Text::new(format!("附件最多{most}份。"), format!("There can be {most} files at most.")),
            Text::new("请合并后再传。", "Put them together."),
        )));
    }
    let (office, by) = (&app.office, &signed_in.actor);
    let taken = async {
        let mut ids = Vec::new();
        for file in files {
            let now = office.now().await?;
            ids.push(office.uploads.take_for_case(&office.store, by, no, &file.name, file.bytes.to_vec(), now).await?);
        }
        office.uploads.taken_for_case(&office.store, by, no, ids.iter().map(String::as_str)).await
    };
    match taken.await {
        Ok(papers) => Ok(Ok(papers)),
        Err(office::Stop::Refused(refusal)) => Ok(Err(*refusal)),
        Err(office::Stop::Failed(failure)) => Err(failure.into()),
    }
}

/// The page of the matter with what stood in the way.
pub(in crate::portal) async fn refused(
    app: &App,
    visitor: &Visitor,
    no: &str,
    refusal: &casework::Refusal,
) -> Result<Response, Problem> {
    let mine = mine(app, visitor, no).await?;
    Ok(page(app, visitor, &mine, vec![refusal_notice(refusal, visitor.lang)]).await?.into_response())
}

/// What changed since the author looked.
fn overtaken(mine: &Mine, _since: u64, seen: u64, lang: Lang) -> Notice {
    let changes = mine
        .records
        .iter()
        .filter(|record| record.version > seen)
        .filter_map(|record| narrate(record, &mine.edition.rules, &mine.case.procedure));
    Notice::new(Tone::Warn, lang.say("这件事在您查看之后有了变化", "The matter changed since you looked")).body(html! {
        ul { @for text in changes { li { (text.get(lang)) } } }
        p { (lang.say("请看过以后再决定。", "Please look again before you decide.")) }
    })
}

pub(super) fn other_acts(app: &App, visitor: &Visitor, mine: &Mine, today: Date) -> Markup {
    let lang = visitor.lang;
    let again = casework::urge_again_on(&mine.case, &app.office.rulebooks.calendar(), today);
    let no = &mine.case.no;
    html! {
        section .card.no-print {
            h2 { (lang.say("其他", "More")) }
            ul .plain.stack-s {
                @if mine.case.is_open() {
                    li { @if let Some(again) = again {
                        (lang.say("已催办，承办人已收到；", "Urged; the handler was told. ")) (lang.say("", "You may urge again from ")) (short_day(again, lang)) (lang.say("起可以再次催办。", "."))
                    } @else { details { summary { (lang.say("催办", "Urge")) }
                        form method="post" action=(format!("/matters/{no}/urge")) .stack {
                            (hidden(visitor, mine))
                            div .field { label for="f-urge" { (lang.say("想说明的情况", "What should be known")) } textarea #f-urge name="text" rows="2" maxlength="500" required {} }
                            (button(&Button::new(lang.say("发送", "Send")).look(Look::Second)))
                        } } } }
                }
                @if mine.can("withdraw") {
                    li { details { summary { (lang.say("撤回申请", "Withdraw")) }
                        form method="post" action=(format!("/matters/{no}/withdraw")) .stack {
                            (hidden(visitor, mine))
                            p { (lang.say("撤回后不能恢复，可以重新申请。", "This cannot be undone; you may apply again.")) }
                            div .field { label for="f-reason" { (lang.say("原因（可不填）", "Why (optional)")) } textarea #f-reason name="reason" rows="2" maxlength="500" {} }
                            (button(&Button::new(lang.say("确认撤回", "Withdraw for good")).look(Look::Danger)))
                        } } }
                }
                li { details { summary { (lang.say("设置查询码", "A code to follow it")) }
                    form method="post" action=(format!("/matters/{no}/follow-code")) .stack {
                        input type="hidden" name="csrf" value=(visitor.csrf());
                        div .field { label for="f-secret" { (lang.say("口令（4至12位字母或数字）", "Secret (4 to 12 letters or digits)")) } input #f-secret name="secret" maxlength="12" required autocomplete="off"; }
                        (button(&Button::new(lang.say("生成", "Make it")).look(Look::Second)))
                    } } }
                li { a href=(format!("/apply/unresolved-matter?case={no}")) { (lang.say("反映“办不成事”", "Report that it could not be done")) } }
                li { a href=(format!("/items/{}", mine.case.item)) { (lang.say("办事指南", "Guide")) } }
            }
        }
    }
}

async fn withdraw(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let intent = Act::Withdraw { reason: posted.get("reason").to_owned() };
    visitor.answer(Area::Portal, act(&app, &visitor, &no, &posted, &intent).await)
}

async fn urge(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let intent = Act::Urge { text: posted.get("text").to_owned() };
    visitor.answer(Area::Portal, act(&app, &visitor, &no, &posted, &intent).await)
}

async fn rate(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let found = async {
        let intent = Act::Rate { level: posted.read("level")?, words: posted.given("words").map(str::to_owned) };
        act(&app, &visitor, &no, &posted, &intent).await
    };
    visitor.answer(Area::Portal, found.await)
}

async fn feedback(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let intent = Act::GiveFeedback { satisfied: Some(posted.get("satisfied") == "yes"), words: posted.get("words").to_owned() };
    visitor.answer(Area::Portal, act(&app, &visitor, &no, &posted, &intent).await)
}

async fn hearing(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let intent = match posted.get("answer") {
        "ask" => {
            Act::AskHearing { by_party: visitor.signed_in.as_ref().map_or_else(String::new, |signed_in| signed_in.name.clone()) }
        }
        _ => Act::WaiveHearing,
    };
    visitor.answer(Area::Portal, act(&app, &visitor, &no, &posted, &intent).await)
}
