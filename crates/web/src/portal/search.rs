//! Search: one box for items and guides, in the words people use.

use super::offer;
use super::wording::{item_name, length, standing, type_name};
use super::{Desk, leaf, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::pagination::pagination;
use crate::pieces::search_box::{SearchBox, search_box};
use crate::pieces::words;
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use maud::{Markup, html};
use rulebook::Rulebook;
use rulebook::item::Item;
use serde::Serialize;

/// Where the script of the search box asks for suggestions.
pub const SUGGEST: &str = "/search/suggest";

/// Longest question that is looked up, in characters.
const LONGEST: usize = 64;
const ON_A_PAGE: usize = 20;
const SUGGESTIONS: usize = 10;

pub fn routes() -> Router<App> {
    Router::new().route("/search", get(show)).route(SUGGEST, get(suggest))
}

/// The items that answer to a question, best first. The only place where the portal searches.
pub fn find<'a>(rules: &'a Rulebook, question: &str) -> Vec<&'a Item> {
    let question = asked(question);
    if question.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(u32, &Item)> = rules.items.values().filter_map(|item| Some((worth(item, &question)?, item))).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.code.get_ref().cmp(b.1.code.get_ref())));
    found.into_iter().map(|(_, item)| item).collect()
}

/// The question as it is compared: bounded, without spaces, in small letters.
fn asked(question: &str) -> String {
    question.chars().filter(|c| !c.is_whitespace()).take(LONGEST).flat_map(char::to_lowercase).collect()
}

fn worth(item: &Item, question: &str) -> Option<u32> {
    let within = |text: &str| text.to_lowercase().contains(question);
    let keyword = item.keywords.iter().filter(|keyword| within(keyword) || question.contains(keyword.as_str())).count() as u32;
    let mut worth = keyword * 10;
    if within(&item.name) {
        worth += 50;
    }
    if item.label.as_deref().is_some_and(|label| asked(label).contains(question)) {
        worth += 30;
    }
    if within(&item.summary) {
        worth += 5;
    }
    (worth > 0).then_some(worth)
}

#[derive(Serialize)]
struct Suggestion {
    text: String,
    hint: String,
    href: String,
}

async fn suggest(State(app): State<App>, visitor: Visitor) -> Response {
    let Ok(desk) = Desk::of(&app, &visitor) else { return Json(Vec::<Suggestion>::new()).into_response() };
    let found = find(desk.rules(), visitor.asked().get("q"));
    let suggestions: Vec<Suggestion> = found
        .into_iter()
        .take(SUGGESTIONS)
        .map(|item| Suggestion {
            text: item_name(item, desk.lang).to_owned(),
            hint: item.summary.clone(),
            href: format!("/items/{}", item.code.get_ref()),
        })
        .collect();
    Json(suggestions).into_response()
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, view(&app, &visitor))
}

fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let asked = visitor.asked();
    let question = asked.get("q");
    let found = find(desk.rules(), question);
    let leaf = leaf(&found, asked.get("page"), ON_A_PAGE, &visitor.here);
    let label = lang.say("搜事项、指南，如：开饭店", "Search services and guides");
    let count = lang.say("条结果", "results");
    let body = html! {
        div .stack {
            h1 { (lang.say("搜索", "Search")) }
            (search_box(&SearchBox { value: question, label, suggest: Some(SUGGEST), big: true, id: "search", ..SearchBox::default() }, lang))
            @if question.is_empty() { (help(lang)) }
            @else if found.is_empty() {
                (empty_state(
                    &format!("{}{question}{}", lang.say("没有找到「", "Nothing was found for “"), lang.say("」", "”")),
                    lang.say("换一个说法试试，例如只写要办的事：开饭店、办执照、装修、招工。", "Try other words for what you want to do, such as 开饭店 or 办执照."),
                    html! {
                        (link_button("/items", lang.say("看全部事项", "See all services"), Look::Main, None))
                        (link_button("/report", lang.say("找不到？告诉我们", "Not there? Tell us"), Look::Second, None))
                    },
                ))
            }
            @else {
                p .muted role="status" { (leaf.all) " " (count) }
                ul .plain.stack { @for item in leaf.rows { li { (hit(&desk, item)) } } }
                (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), "", lang))
            }
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("搜索", "Search"), body);
    page.search = None;
    page.breadcrumbs = way(lang, [Crumb::here(lang.say("搜索", "Search"))]);
    Ok(page)
}

fn help(lang: rulebook::Lang) -> Markup {
    html! {
        p .lead { (lang.say("写您要办的事就行，不用知道正式名称。", "Say what you want to do; no official name is needed.")) }
        p { (lang.say("例如：", "For example: "))
            @for (at, word) in ["开饭店", "办营业执照", "开药店", "装修消防", "办幼儿园"].iter().enumerate() {
                @if at > 0 { (lang.say("、", ", ")) }
                a href=(super::address("/search", &[("q", word)])) { (words(word, lang)) }
            }
        }
    }
}

/// One item in a list of results.
pub fn hit(desk: &Desk, item: &Item) -> Markup {
    let lang = desk.lang;
    html! {
        article .card.stack-s {
            h2 { a href={ "/items/" (item.code.get_ref()) } { (words(item_name(item, lang), lang)) } }
            @if !item.summary.is_empty() { p { (words(&item.summary, lang)) } }
            p .row.small.muted {
                span { (type_name(item.item_type, lang)) }
                @if let Some(body) = offer::bodies(desk.rules(), item.code.get_ref(), desk.today).first() {
                    span { (words(super::wording::agency_name(body.agency, lang), lang)) }
                }
                @if let Some(limit) = offer::told(item, desk.today) { span { (lang.say("办结：", "Done within: ")) (length(limit, lang)) } }
                (standing(item.status, lang))
                @if offer::is_closed(item, desk.today) {
                    (crate::pieces::tag::tag(lang.say("已停办", "closed"), crate::pieces::Tone::Bad, lang))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_bounded_and_compared_without_spaces_and_capitals() {
        assert_eq!(asked("  Food  LICENCE "), "foodlicence");
        assert_eq!(asked(&"饭".repeat(500)).chars().count(), LONGEST);
    }
}
