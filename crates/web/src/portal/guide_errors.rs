//! What is wrong in a guide, told by whoever noticed it: it becomes a correction with a due day. Serves measure 6.
//!
//! Anybody may tell, signed in or not, so what is taken is bounded: in length, and in number for an item and for the house.

use super::wording::item_name;
use super::{Desk, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::error_summary::error_summary;
use crate::pieces::field::{Choice, Control, Field, Line, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use casework::Moment;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::item::Item;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Longest description and contact, in characters.
const LONGEST: usize = 1_000;
const LONGEST_CONTACT: usize = 100;

/// What a node takes in an hour: for one item and altogether. Whoever is turned away is given the telephone.
const HOUR: i64 = 60 * 60 * 1000;
const OF_AN_ITEM: usize = 5;
const ALTOGETHER: usize = 60;

pub fn routes() -> Router<App> {
    Router::new().route("/items/{code}/error", get(ask).post(tell)).layer(Extension(Bounds::default()))
}

/// When what was told lately.
#[derive(Clone, Default)]
struct Bounds {
    lately: Arc<Mutex<VecDeque<(Moment, String)>>>,
}

impl Bounds {
    /// Whether one more is taken; if so, it is counted.
    fn admit(&self, item: &str, now: Moment) -> bool {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        while lately.front().is_some_and(|(at, _)| at.0 <= now.0 - HOUR) {
            lately.pop_front();
        }
        let of_item = lately.iter().filter(|(_, known)| known == item).count();
        let admitted = of_item < OF_AN_ITEM && lately.len() < ALTOGETHER;
        if admitted {
            lately.push_back((now, item.to_owned()));
        }
        admitted
    }
}

/// Which part of the guide is wrong: stored as the correction's cause.
fn parts(lang: Lang) -> [Choice<'static>; 6] {
    [
        Choice::new("material", lang.say("材料", "Papers")),
        Choice::new("limit", lang.say("时限", "Limits")),
        Choice::new("guide", lang.say("条件或者依据", "Conditions or grounds")),
        Choice::new("contact", lang.say("地点、时间、电话", "Place, hours, telephone")),
        Choice::new("counter-differs", lang.say("窗口说的和指南不一样", "The counter said otherwise")),
        Choice::new("other", lang.say("其他", "Something else")),
    ]
}

async fn ask(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    let sent = visitor.asked().is_set("sent");
    visitor.answer(Area::Portal, view(&app, &visitor, &code, &Posted::default(), &BTreeMap::new(), sent))
}

async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Extension(bounds): Extension<Bounds>,
    posted: Posted,
) -> Response {
    visitor.answer(Area::Portal, told(&app, &visitor, &code, &bounds, &posted).await)
}

async fn told(app: &App, visitor: &Visitor, code: &str, bounds: &Bounds, posted: &Posted) -> Result<Response, Problem> {
    let desk = Desk::of(app, visitor)?;
    if !desk.rules().items.contains_key(code) {
        return Err(Problem::NotFound);
    }
    let mut faults = faults(posted, desk.lang);
    let request = posted.given("request").map_or_else(crate::fresh_request, |request| request.chars().take(64).collect());
    if faults.is_empty() && !bounds.admit(code, app.office.clock.now()) {
        let full = desk.lang.say(
            "刚才收到的反映太多，暂时收不下了。您写的内容还在下面，请过一会儿再交，或者打指南上的咨询电话。",
            "Too many reports came in just now. What you wrote is still below: send it again later, or call the number in the guide.",
        );
        faults.insert("", full.to_owned());
    }
    if !faults.is_empty() {
        return Ok(view(app, visitor, code, posted, &faults, false)?.into_response());
    }
    let (cause, words, contact) = (posted.get("part"), posted.get("words"), posted.get("contact"));
    app.office.open_correction(&format!("guide-{request}"), code, cause, words, contact, None).await?;
    Ok(Redirect::to(&format!("/items/{code}/error?sent=1")).into_response())
}

fn faults(posted: &Posted, lang: Lang) -> BTreeMap<&'static str, String> {
    let mut faults = BTreeMap::new();
    if !parts(lang).iter().any(|part| part.value == posted.get("part")) {
        faults.insert("part", lang.say("请选择哪一部分有问题", "Choose the part that is wrong").to_owned());
    }
    let length = posted.get("words").chars().count();
    if length == 0 {
        faults.insert("words", lang.say("请写下哪里不对", "Say what is wrong").to_owned());
    } else if length > LONGEST {
        faults.insert("words", format!("{}{length}/{LONGEST}", lang.say("太长了：", "Too long: ")));
    }
    if posted.get("contact").chars().count() > LONGEST_CONTACT {
        faults.insert("contact", lang.say("联系方式太长", "Too long").to_owned());
    }
    faults
}

fn view(
    app: &App,
    visitor: &Visitor,
    code: &str,
    typed: &Posted,
    faults: &BTreeMap<&'static str, String>,
    sent: bool,
) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let item = desk.rules().items.get(code).ok_or(Problem::NotFound)?;
    let name = item_name(item, lang).to_owned();
    let title = lang.say("指南纠错", "Something is wrong in this guide");
    let body = html! {
        div .page-head { div { p .over { (words(&name, lang)) } h1 { (title) } } }
        @if sent { (thanks(item, lang)) } @else { (form(visitor, item, typed, faults)) }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(
        lang,
        [
            Crumb::to("/items", lang.say("事项与指南", "Services and guides")),
            Crumb::to(format!("/items/{code}"), name),
            Crumb::here(title),
        ],
    );
    Ok(page)
}

fn thanks(item: &Item, lang: Lang) -> Markup {
    let text = Notice::new(Tone::Good, lang.say("收到了，谢谢", "Received, thank you")).body(html! {
        p { (lang.say("负责这份指南的人会在十个工作日内核实，确有错误就改正。留了联系方式的，会回复您。", "Whoever keeps this guide checks it within ten working days and puts right what is wrong. If you left a contact, you get an answer.")) }
    });
    html! {
        (notice(&text, lang))
        div .buttons { (link_button(&format!("/items/{}", item.code.get_ref()), lang.say("回到指南", "Back to the guide"), Look::Second, None)) }
    }
}

fn form(visitor: &Visitor, item: &Item, typed: &Posted, faults: &BTreeMap<&'static str, String>) -> Markup {
    let lang = visitor.lang;
    let code = item.code.get_ref();
    let summary: Vec<(&str, &str)> = faults.iter().map(|(name, fault)| (*name, fault.as_str())).collect();
    let fault = |name: &str| faults.get(name).map(String::as_str);
    let request = typed.given("request").map_or_else(crate::fresh_request, str::to_owned);
    let choices = parts(lang);
    let part = Control::Radios { value: typed.get("part"), choices: &choices, across: false };
    let contact = Control::Text { value: typed.get("contact"), line: Line::Plain };
    html! {
        (error_summary(&summary, lang))
        form .form method="post" action={ "/items/" (code) "/error" } novalidate {
            input type="hidden" name="csrf" value=(visitor.csrf());
            input type="hidden" name="request" value=(request);
            (field(&Field::new("part", lang.say("哪一部分", "Which part"), part).required().error(fault("part")), lang))
            (field(&Field::new("words", lang.say("哪里不对，应该是什么", "What is wrong, and what is right"), Control::Area { value: typed.get("words"), rows: 6 })
                .required().error(fault("words")).hint(lang.say("最多 1000 字。请不要写身份证号等个人信息。", "At most 1000 characters. Please leave out identity numbers.")), lang))
            (field(&Field::new("contact", lang.say("怎么回复您（可以不填）", "How to answer you (optional)"), contact)
                .error(fault("contact")).hint(lang.say("电话或者邮箱，只用来回复这一件事", "Telephone or e-mail, used for this answer only")), lang))
            div .buttons {
                (button(&Button::new(lang.say("提交", "Send"))))
                (link_button(&format!("/items/{code}"), lang.say("不交了，回到指南", "Back without sending"), Look::Second, None))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_are_taken_in_an_hour() {
        let bounds = Bounds::default();
        for _ in 0..OF_AN_ITEM {
            assert!(bounds.admit("a", Moment(0)));
        }
        assert!(!bounds.admit("a", Moment(1)));
        assert!(bounds.admit("b", Moment(1)));
        assert!(bounds.admit("a", Moment(HOUR)));
        for at in 0..ALTOGETHER {
            bounds.admit(&at.to_string(), Moment(HOUR + 2));
        }
        assert!(!bounds.admit("c", Moment(HOUR + 3)));
    }
}
