//! `/follow`: how a matter stands, without signing in, by an unguessable code and a second secret. Few fields, and no name.
//!
//! Who comes here: somebody in whose hand a counter put a code, on a telephone. Serves measure 2.

use crate::app::App;
use crate::doors::Door;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::copy_code::copy_code;
use crate::pieces::field::{Control, Field, Line, field};
use crate::pieces::notice::Notice;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::light;
use crate::pieces::{date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::Case;
use maud::html;
use office::{Stop, follow};
use rulebook::procedure::WaitsFor;

pub fn routes() -> Router<App> {
    Router::new().route("/follow", get(form).post(find)).route("/matters/{no}/follow-code", post(issue))
}

async fn form(visitor: Visitor) -> Response {
    ask(&visitor, visitor.asked().get("code"), None).into_response()
}

/// The same visitor, for a page that answers a form: whoever switches the language there finds the code filled in again.
fn with_code(visitor: &Visitor, code: &str) -> Visitor {
    let here = if code.is_empty() { "/follow".to_owned() } else { format!("/follow?code={}", crate::encode(code)) };
    Visitor { here, ..visitor.clone() }
}

fn ask(visitor: &Visitor, code: &str, told: Option<Notice>) -> Page {
    let lang = visitor.lang;
    let body = html! {
        div .page-head { div { h1 { (lang.say("查进度", "Follow a matter")) }
            p .lead { (lang.say("不用登录，凭查询码和口令查看办到哪一步、最迟哪一天。", "Without signing in: where it stands and until when, by its code and its secret.")) } } }
        form method="post" action="/follow" .form .stack {
            input type="hidden" name="csrf" value=(visitor.csrf());
            (field(&Field::new("code", lang.say("查询码", "Code"), Control::Text { value: code, line: Line::Code }).required(), lang))
            (field(&Field::new("secret", lang.say("口令", "Secret"), Control::Text { value: "", line: Line::Password })
                .hint(lang.say("设置查询码时填写的口令，例如联系电话后四位。", "What was set with the code, such as the last four digits of the telephone.")).required(), lang))
            (button(&Button::new(lang.say("查看", "Show")).look(Look::Large)))
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("查进度", "Follow a matter"), body);
    page.notices.extend(told);
    page
}

async fn find(State(app): State<App>, visitor: Visitor, door: Door, posted: Posted) -> Response {
    if let Err(wait) = door.sign_in() {
        let code = posted.get("code");
        return wait.on(ask(&with_code(&visitor, code), code, Some(wait.notice(visitor.lang))));
    }
    let found = async {
        let office = &app.office;
        match follow::follow(&office.store, &office.number_key, posted.get("code"), posted.get("secret")).await {
            Ok(no) => {
                let case = office.store.case(&no).await?.ok_or(Problem::NotFound)?;
                Ok(stands(&app, &with_code(&visitor, posted.get("code")), &case).await?.into_response())
            }
            Err(Stop::Refused(refusal)) => Ok(ask(
                &with_code(&visitor, posted.get("code")),
                posted.get("code"),
                Some(refusal_notice(&refusal, visitor.lang)),
            )
            .into_response()),
            Err(Stop::Failed(failure)) => Err(failure.into()),
        }
    };
    visitor.answer(Area::Portal, found.await)
}

/// State, next actor, date: nothing that says whose it is.
async fn stands(app: &App, visitor: &Visitor, case: &Case) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let edition = app.office.rulebooks.edition(&app.office.store, &case.edition).await?;
    let item = edition.rules.items.get(&case.item);
    let name = item.map_or(case.item.as_str(), |item| lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name)));
    let procedure = edition.rules.procedures.get(&case.procedure);
    let step = procedure.and_then(|procedure| procedure.step.iter().find(|step| *step.code.get_ref() == case.step));
    let agency = edition.rules.agencies.get(&case.agency);
    let who = match step.map(|step| step.waits_for) {
        Some(WaitsFor::Applicant) => lang.say("等待申请人", "waiting for the applicant"),
        Some(WaitsFor::Nobody) => lang.say("已结束", "ended"),
        Some(WaitsFor::Others) => lang.say("等待第三方", "waiting for others"),
        _ => lang.say("办理机关", "with the office"),
    };
    let mut rows = vec![
        SummaryRow {
            name: lang.say("状态", "State"),
            value: html! { (light(super::case::light_of(case, now), lang)) },
            change: None,
        },
        SummaryRow { name: lang.say("现在", "Now"), value: html! { (who) }, change: None },
    ];
    if let Some(step) = step {
        let text = lang.say(&step.public, &step.public_label);
        rows.push(SummaryRow {
            name: lang.say("说明", "In words"),
            value: html! { strong { (lang.say(&step.name, &step.label)) } " " (text) },
            change: None,
        });
    }
    if let Some(clock) = case.next_due() {
        rows.push(SummaryRow {
            name: lang.say("最迟", "At the latest"),
            value: html! { (date::day(clock.due, lang)) },
            change: None,
        });
    }
    if let Some(agency) = agency {
        rows.push(SummaryRow {
            name: lang.say("咨询", "Ask"),
            value: html! { (words(super::wording::agency_name(agency, lang), lang)) " " span .num { (agency.phone) } },
            change: None,
        });
    }
    let body = html! { div .page-head { div { p .over { (lang.say("查进度", "Follow a matter")) } h1 { (words(name, lang)) } } } section .card { (summary_list(&rows, lang)) } };
    Ok(visitor.page(Area::Portal, name, body))
}

/// Makes the code of one's own matter, shown once; a former one ends.
async fn issue(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let found = async {
        let lang = visitor.lang;
        let mine = super::case::mine(&app, &visitor, &no).await?;
        let code = follow::issue(&app.office.store, &app.office.number_key, &mine.case.no, posted.get("secret")).await?;
        let body = html! {
            div .page-head { div { h1 { (lang.say("查询码", "Code to follow this matter")) } } }
            (copy_code(lang.say("查询码", "Code"), &code, lang))
            p { (lang.say("请与口令分开保管。凭两者可在“查进度”查看状态，看不到您的姓名和材料。", "Keep it apart from the secret. With both, “Follow a matter” shows the state, never your name or papers.")) }
            p { a href=(format!("/matters/{no}")) { (lang.say("返回", "Back")) } }
        };
        Ok::<_, Problem>(with_code(&visitor, &code).page(Area::Portal, lang.say("查询码", "Code to follow this matter"), body))
    };
    visitor.answer(Area::Portal, found.await)
}
