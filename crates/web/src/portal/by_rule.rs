//! What the system decided by rule, on the applicant's own page: why, from which facts, and how to have a person look. Who comes here
//! got an answer within seconds and wants to know whether it counts, or fears that a machine decides over her. Serves measure 5.

use super::case::{Mine, hidden};
use crate::app::App;
use crate::pieces::Tone;
use crate::pieces::button::{Button, Look, button};
use crate::pieces::by_rule::ByRule;
use crate::pieces::notice::{Notice, notice};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use casework::event::Channel;
use casework::{Act, Case, Moment};
use maud::{Markup, html};
use rulebook::Rulebook;

pub fn routes() -> Router<App> {
    Router::new().route("/matters/{no}/ask-person", post(ask_person))
}

/// For how long after a case was sent its page says that the rules are being asked, in minutes; afterwards an officer has it.
const SOON: i64 = 2;

/// Whether the rules are about to be asked: the page then looks again by itself.
pub(super) fn is_coming(case: &Case, rules: &Rulebook, now: Moment) -> bool {
    let declared = rules.items.get(&case.item).and_then(|item| item.at_once.as_ref());
    let by_itself = matches!(case.channel, Some(Channel::Online | Channel::Api));
    case.at_once.is_none()
        && case.is_open()
        && case.handler.is_none()
        && by_itself
        && case.lacking.is_empty()
        && case.received.is_some_and(|on| declared.is_some_and(|declared| declared.in_force(on)))
        && case.submitted.is_some_and(|at| now.minutes_since(at) < SOON)
}

/// Says that the answer is on its way.
pub(super) fn coming(mine: &Mine, now: Moment, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    if !is_coming(&mine.case, &mine.edition.rules, now) {
        return Markup::default();
    }
    let said = Notice::new(Tone::Info, lang.say("系统正在按公布的规则核对", "The published rules are being asked")).body(html! {
        p { (lang.say("通常几秒钟，本页会自动更新。全部符合的当场办结；否则由工作人员办理，您不用再做什么。", "This takes seconds; the page looks again by itself. If all are met it is decided at once, else an officer handles it; there is nothing more for you to do.")) }
        p { a href=(format!("/matters/{}", mine.case.no)) { (lang.say("现在看一下", "Look now")) } }
    });
    html! { (notice(&said, lang)) script src=(crate::assets::AGAIN.href()) defer {} }
}

/// The rules with their facts, and the way to a person.
pub(super) fn section(mine: &Mine, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let words = |number: u32| mine.words.get(&number).map(String::as_str);
    let Some(by_rule) = ByRule::of(&mine.case, &mine.edition.rules, words) else { return Markup::default() };
    let may_ask = mine.can("ask-person") && by_rule.at_once.met && !by_rule.at_once.person_wanted;
    html! {
        (by_rule.card(lang))
        @if may_ask {
            details .card.no-print { summary { (lang.say("请工作人员复查", "Have a person look at it")) }
                form method="post" action=(format!("/matters/{}/ask-person", mine.case.no)) .stack {
                    (hidden(visitor, mine))
                    p { (lang.say("您有权要求说明，并要求由工作人员复查（个人信息保护法第二十四条）。结果在复查期间继续有效。", "You may ask for an explanation and for a person (Personal Information Protection Law, art. 24). The result stands meanwhile.")) }
                    div .field { label for="f-person" { (lang.say("您认为哪里不对", "What you think is wrong")) } textarea #f-person name="reason" rows="3" maxlength="1000" required {} }
                    (button(&Button::new(lang.say("提交", "Send")).look(Look::Second)))
                }
            }
        }
    }
}

async fn ask_person(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let intent = Act::AskPerson { reason: posted.get("reason").to_owned() };
    visitor.answer(crate::layout::Area::Portal, super::case::act(&app, &visitor, &no, &posted, &intent).await)
}
