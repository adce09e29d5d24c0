//! `/workbench/objections`: what firms say against what is stated of them. An objection names its firm, because somebody has to look
//! and answer. Serves measure 14.

use super::frame::{carried, done, head, page, say_done};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::date::moment;
use crate::pieces::empty_state::empty_state;
use crate::pieces::words;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use rulebook::procedure::Role;
use store::profiles::Objection;

/// Who answers, for the whole district: what is stated of firms is of every body.
pub(super) const ROLES: &[Role] = &[Role::Supervisor, Role::Editor];
const OBJECTIONS: u32 = 100;
const LONGEST: usize = 1_000;
const HERE: &str = "/workbench/objections";

pub fn routes() -> Router<App> {
    Router::new().route("/objections", get(show).post(answer))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_of_district(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let objections = app.office.store.open_objections(OBJECTIONS).await?;
    let name =
        |element: &str| live.rules.dictionary.get(element).map_or(element.to_owned(), |one| one.label().get(lang).to_owned());
    let title = lang.say("对企业信息的异议", "Objections to facts of firms");
    let lead = lang.say(
        "企业说关于它的记载不对。请向提供信息的单位核实后答复；记载由来源改正，平台不改。",
        "A firm says that what is stated of it is wrong. Ask the source, then answer; the source corrects what it states, the platform does not.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            @if objections.is_empty() { (empty_state(lang.say("没有待答复的异议", "Nothing waits for an answer"), "", html! {})) }
            @for one in &objections { (waiting(visitor, one, &name(&one.element))) }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    let told = [("answered", "已答复。", "Answered."), ("before", "别人已经答复过了。", "Somebody has answered it before.")];
    say_done(&mut page, visitor, &told);
    Ok(page)
}

fn waiting(visitor: &Visitor, one: &Objection, element: &str) -> Markup {
    let lang = visitor.lang;
    html! {
        article .card.stack-s {
            p { span .num { (one.firm) } " · " (moment(one.at.wall(), lang)) }
            p { strong { (words(element, lang)) } (lang.say("：现有记载 ", ": stated is ")) (words(&one.said, lang)) }
            p { (words(&one.words, lang)) }
            form method="post" action=(HERE) .stack-s {
                (carried(visitor, ""))
                input type="hidden" name="objection" value=(one.id);
                label { (lang.say("答复", "Answer")) br; textarea name="answer" rows="2" maxlength=(LONGEST) required {} }
                div .buttons { (button(&Button::new(lang.say("答复", "Answer")).look(Look::Second))) }
            }
        }
    }
}

async fn answer(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_of_district(ROLES)?;
        let text: String = posted.get("answer").chars().take(LONGEST).collect();
        if text.is_empty() {
            return Ok::<_, Problem>(done(HERE, ""));
        }
        let by = format!("s:{}", officer.id);
        let answered = app.office.store.answer_objection(posted.get("objection"), &text, &by, app.office.now().await?).await?;
        Ok(done(HERE, if answered { "answered" } else { "before" }))
    };
    visitor.answer(Area::Workbench, found.await)
}
