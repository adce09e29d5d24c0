//! Search: one box for themes, items and guides, in the words people use. What takes several items is shown first, as one thing.

use super::offer;
use super::wording::{item_name, length, named, standing, type_name};
use super::{Desk, leaf, way};
use crate::app::App;
use crate::doors::Door;
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
use rulebook::item::Item;
use rulebook::theme::Theme;
use serde::Serialize;

/// Where the script of the search box asks for suggestions.
pub const SUGGEST: &str = "/search/suggest";

/// Longest question that is looked up, in characters.
const LONGEST: usize = 64;
const ON_A_PAGE: usize = 20;
const SUGGESTIONS: usize = 10;
/// Results beyond this nobody leafs to.
const MOST: usize = 100;

pub fn routes() -> Router<App> {
    Router::new().route("/search", get(show)).route(SUGGEST, get(suggest))
}

/// An item that answers to a question, and what of it was found.
struct Found<'a> {
    item: &'a Item,
    why: String,
}

/// Themes that are shown above the items at most.
const MOST_THEMES: usize = 3;

/// The items that answer to a question, best first; with [`Desk::themes`] the only place where the portal searches.
fn find<'a>(desk: &'a Desk, question: &str) -> Vec<Found<'a>> {
    let hits = desk.edition.search(&bounded(question), MOST);
    let found = |hit: rulebook::search::Hit| {
        Some(Found { item: desk.rules().items.get(&hit.code)?, why: hit.why.get(desk.lang).to_owned() })
    };
    hits.into_iter().filter_map(found).collect()
}

impl Desk {
    /// The themes that a question clearly means.
    pub fn themes(&self, question: &str) -> Vec<&Theme> {
        let hits = self.edition.themes_index().search(&bounded(question), MOST_THEMES);
        hits.iter().filter(|hit| hit.fits_well()).filter_map(|hit| self.rules().themes.get(&hit.code)).collect()
    }
}

fn bounded(question: &str) -> String {
    question.chars().take(LONGEST).collect()
}

#[derive(Serialize)]
struct Suggestion {
    text: String,
    hint: String,
    href: String,
}

async fn suggest(State(app): State<App>, visitor: Visitor, door: Door) -> Response {
    if let Err(wait) = door.look() {
        return wait.on(Json(Vec::<Suggestion>::new()));
    }
    let Ok(desk) = Desk::of(&app, &visitor) else { return Json(Vec::<Suggestion>::new()).into_response() };
    let question = bounded(visitor.asked().get("q"));
    let completed = desk.edition.index().suggestions(&question, SUGGESTIONS);
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for theme in desk.themes(&question) {
        let text = named(&theme.name, &theme.label, desk.lang).to_owned();
        suggestions.push(Suggestion { text, hint: theme.summary.clone(), href: format!("/themes/{}", theme.code.get_ref()) });
    }
    let mut suggest = |item: &Item, hint: &str| {
        let href = format!("/items/{}", item.code.get_ref());
        if suggestions.len() < SUGGESTIONS && suggestions.iter().all(|known| known.href != href) {
            suggestions.push(Suggestion { text: item_name(item, desk.lang).to_owned(), hint: hint.to_owned(), href });
        }
    };
    for one in &completed {
        if let Some(item) = desk.rules().items.get(&one.code) {
            suggest(item, if one.words == item.name { &item.summary } else { &one.words });
        }
    }
    for found in find(&desk, &question) {
        suggest(found.item, &found.item.summary);
    }
    Json(suggestions).into_response()
}

async fn show(State(app): State<App>, visitor: Visitor, door: Door) -> Response {
    if let Err(wait) = door.look() {
        return wait.page(&visitor);
    }
    visitor.answer(Area::Portal, view(&app, &visitor))
}

fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let asked = visitor.asked();
    let question = asked.get("q");
    let found = find(&desk, question);
    let together = desk.themes(question);
    let leaf = leaf(&found, asked.get("page"), ON_A_PAGE, &visitor.here);
    let label = lang.say("搜事项、指南，如：开饭店", "Search services and guides");
    let count = lang.say("条结果", "results");
    let body = html! {
        div .stack {
            h1 { (lang.say("搜索", "Search")) }
            (search_box(&SearchBox { value: question, label, suggest: Some(SUGGEST), big: true, id: "search", ..SearchBox::default() }, lang))
            @if question.is_empty() { (help(lang)) }
            @else if found.is_empty() && together.is_empty() {
                (empty_state(
                    &format!("{}{question}{}", lang.say("没有找到「", "Nothing was found for “"), lang.say("」", "”")),
                    lang.say("换一个说法试试，例如只写要办的事：开饭店、办执照、装修、招工。", "Try other words for what you want to do; Chinese and pinyin find most."),
                    html! {
                        (link_button("/items", lang.say("看全部事项", "See all services"), Look::Main, None))
                        (link_button("/report", lang.say("找不到？告诉我们", "Not there? Tell us"), Look::Second, None))
                    },
                ))
            }
            @else {
                @if leaf.earlier.is_none() && !together.is_empty() {
                    section .stack-s aria-labelledby="together" {
                        h2 #together { (lang.say("一件事，一次办", "Everything for it, in one application")) }
                        div .grid { @for theme in &together { (super::themes::card(&desk, theme)) } }
                    }
                }
                p .muted role="status" { (leaf.all) " " (count) }
                ul .plain.stack { @for found in leaf.rows { li { (hit(&desk, found)) } } }
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
fn hit(desk: &Desk, found: &Found<'_>) -> Markup {
    let lang = desk.lang;
    let item = found.item;
    html! {
        article .card.stack-s {
            h2 { a href={ "/items/" (item.code.get_ref()) } { (words(item_name(item, lang), lang)) } }
            @if !item.summary.is_empty() { p { (words(&item.summary, lang)) } }
            p .row.small.muted {
                span { (words(&found.why, lang)) }
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
