//! `/broken-promises`: limits that the bodies missed, how late they were, and why. Who comes here wants to know whether promises are
//! kept, or waits for a matter of her own; a body fears to stand here without a reason. Nobody who applied is named (优化营商环境
//! 条例 art. 36). Serves measure 9.

use super::wording::{agency_name, item_name, short};
use super::{Desk, address, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::{CaseNo, Moment};
use maud::{Markup, html};
use office::broken::BrokenPromise;
use rulebook::Lang;

pub const HERE: &str = "/broken-promises";
const CASES_ON_A_PAGE: u32 = 20;

pub fn routes() -> Router<App> {
    Router::new().route(HERE, get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let asked = visitor.asked();
    let body: String = asked.get("body").chars().take(64).collect();
    // The key of the last case shown is `1772416801079_CASE`.
    let after = asked.get("after").split_once('_');
    let after = after.and_then(|(since, no)| Some((Moment(since.parse().ok()?), CaseNo(no.to_owned()))));
    let is_first = after.is_none();
    let (broken, next) = app.office.broken_promises(&body, after, CASES_ON_A_PAGE).await?;
    let later = next.map(|(since, no)| address(HERE, &[("body", &body), ("after", &format!("{}_{no}", since.0))]));
    let title = lang.say("逾期与原因", "Broken promises");
    let lead = lang.say(
        "最近一年里没有按期办结的事项，逾期多久，以及办理机关公开的原因（优化营商环境条例第三十六条）。办结后仍列在这里。不公开申请人。",
        "Limits that were missed in the last year, by how much, and the reason the body gave. They stay here once the matter is done. \
         Applicants are not named.",
    );
    let shown = html! {
        div .page-head { div { h1 { (title) } p .lead { (lead) } } }
        div .stack {
            (bodies(&desk, &body))
            (list(&desk, &broken))
            @if !is_first { p { a href=(address(HERE, &[("body", &body)])) { (lang.say("回到最新的", "Back to the newest")) } } }
            (pagination(None, later.as_deref(), "", lang))
        }
    };
    let mut page = visitor.page(Area::Portal, title, shown);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    Ok(page)
}

fn bodies(desk: &Desk, chosen: &str) -> Markup {
    let lang = desk.lang;
    let bodies: Vec<Choice<'_>> =
        desk.rules().agencies.iter().map(|(code, agency)| Choice::new(code, agency_name(agency, lang))).collect();
    html! {
        form .row method="get" action=(HERE) role="search" aria-label=(lang.say("按机关查看", "By body")) {
            (field(&Field::new("body", lang.say("机关", "Body"), Control::Select { value: chosen, choices: &bodies }).filter(), lang))
            (button(&Button::new(lang.say("查看", "Show")).look(Look::Second)))
        }
    }
}

fn list(desk: &Desk, broken: &[BrokenPromise]) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("事项", "Service")),
        Column::new(lang.say("机关", "Body")),
        Column::new(lang.say("时限", "Limit")),
        Column::new(lang.say("逾期", "Late by")),
        Column { block: true, ..Column::new(lang.say("公开的原因", "Reason given")) },
    ];
    let empty = empty_state(
        lang.say("最近一年没有逾期的办件", "No limit was missed in the last year"),
        "",
        html! { (link_button("/limits", lang.say("看承诺时限", "See the promises"), Look::Second, None)) },
    );
    let rows = broken.iter().map(|one| row(desk, one)).collect();
    table(&Table { caption: lang.say("逾期与原因", "Broken promises"), columns: &columns, rows, empty, ..Table::default() }, lang)
}

fn row(desk: &Desk, one: &BrokenPromise) -> Row {
    let (lang, rules) = (desk.lang, desk.rules());
    Row::new(vec![
        html! {
            @match rules.items.get(&one.item) {
                Some(item) => a href={ "/items/" (one.item) } { (words(item_name(item, lang), lang)) },
                None => code { (one.item) },
            }
        },
        html! { @if let Some(agency) = rules.agencies.get(&one.agency) { (words(agency_name(agency, lang), lang)) } },
        html! { (words(one.limit.get(lang), lang)) span .sub { (lang.say("应于 ", "due ")) (short(one.due, lang)) } },
        html! {
            @if let Some(by_law) = &one.by_law {
                (by_law.get(lang))
            } @else {
                strong { (late(one, lang)) }
                @match one.until {
                    Some(until) => span .sub { (lang.say("结束于 ", "ended on ")) (short(until, lang)) },
                    None => span .sub { (tag(lang.say("仍未办结", "still open"), Tone::Bad, lang)) },
                }
            }
        },
        html! {
            @match &one.reason {
                Some(reason) => (words(reason, lang)),
                None => (tag(lang.say("尚未公开原因", "no reason given yet"), Tone::Bad, lang)),
            }
        },
    ])
}

fn late(one: &BrokenPromise, lang: Lang) -> String {
    let (n, unit) = (one.late, one.in_working_days);
    match lang {
        // Missed, and no working day has gone by since.
        Lang::Zh if n == 0 => "不到1个工作日".to_owned(),
        Lang::En if n == 0 => "less than a working day".to_owned(),
        Lang::Zh => format!("{n}{}", if unit { "个工作日" } else { "天" }),
        Lang::En => format!("{n}{} {}", if unit { " working" } else { "" }, if n == 1 { "day" } else { "days" }),
    }
}
