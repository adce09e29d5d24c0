//! Halls and windows: where one can go, when it is open, and what is taken in there. Serves measure 1.

use super::kept::Kept;
use super::wording::{agency_name, area_name, item_name, standing};
use super::{Desk, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::words;
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use maud::{Markup, html};
use rulebook::agency::Window;
use std::collections::BTreeMap;

pub fn routes() -> Router<App> {
    Router::new().route("/venues", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor, Extension(kept): Extension<Kept>) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor))
}

fn view(desk: &Desk, visitor: &Visitor) -> Result<Page, Problem> {
    let lang = desk.lang;
    let asked = visitor.asked();
    let area = asked.get("area");
    let mut halls: BTreeMap<&str, Vec<&Window>> = BTreeMap::new();
    for window in desk.rules().windows.values().filter(|window| serves(desk, window, area)) {
        halls.entry(&window.hall).or_default().push(window);
    }
    // An integrated window is the one to look for.
    halls.values_mut().for_each(|windows| windows.sort_by_key(|window| !window.items.is_empty()));
    // The centre of the district takes in everything, so it stands first.
    let mut halls: Vec<(&str, Vec<&Window>)> = halls.into_iter().collect();
    halls.sort_by_key(|(_, windows)| std::cmp::Reverse(windows.len()));
    let title = lang.say("去哪里办", "Where to go");
    let body = html! {
        div .page-head {
            div {
                h1 { (title) }
                p .lead { (lang.say("到哪个大厅都一样：综合窗口什么事都收，同样的材料、同样的时限。", "Any hall will do: an integrated window takes in every matter, with the same papers and limits.")) }
            }
        }
        div .stack {
            (areas(desk, area))
            @for (at, (hall, windows)) in halls.iter().enumerate() { (one(desk, at, hall, windows)) }
            p { a href="/lists?list=absent" { (lang.say("哪些事不在大厅办，为什么", "What is not done at a hall, and why")) } }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    Ok(page)
}

/// Whether the body of a window acts in the area; one of the whole district acts everywhere.
fn serves(desk: &Desk, window: &Window, area: &str) -> bool {
    let areas = desk.rules().agencies.get(window.agency.get_ref()).map_or(&[][..], |agency| &agency.areas);
    area.is_empty() || areas.is_empty() || areas.iter().any(|known| known == area)
}

fn areas(desk: &Desk, area: &str) -> Markup {
    let lang = desk.lang;
    let choices: Vec<Choice<'_>> =
        desk.rules().areas.iter().map(|(code, area)| Choice::new(code, area_name(area, lang))).collect();
    html! {
        form .form method="get" action="/venues" role="search" aria-label=(lang.say("按区域找大厅", "Find halls by area")) {
            (field(&Field::new("area", lang.say("您在哪个街道、镇或者开发区", "Your street, town or zone"), Control::Select { value: area, choices: &choices }).filter(), lang))
            div .buttons { (button(&Button::new(lang.say("找最近的大厅", "Find the halls")))) }
        }
    }
}

fn one(desk: &Desk, at: usize, hall: &str, windows: &[&Window]) -> Markup {
    let lang = desk.lang;
    let id = format!("hall-{at}");
    let first = windows.first();
    // Windows of one hall share its address and differ in the floor.
    let shared = windows.iter().map(|window| window.address.as_str()).reduce(common).unwrap_or_default();
    let columns = [
        Column::new(lang.say("窗口", "Window")),
        Column::new(lang.say("收什么", "Takes in")),
        Column::new(lang.say("电话", "Telephone")),
    ];
    let rows = windows
        .iter()
        .map(|window| {
            Row::new(vec![
                html! {
                    (words(&window.name, lang)) " " (standing(window.status, lang))
                    @if let Some(rest) = window.address.strip_prefix(shared).filter(|rest| !rest.is_empty()) { span .sub { (words(rest, lang)) } }
                },
                takes(desk, window),
                html! { @if !window.phone.is_empty() { a href={ "tel:" (window.phone) } { (window.phone) } } },
            ])
        })
        .collect();
    html! {
        section .card.stack aria-labelledby=(id) {
            h2 id=(id) { (words(hall, lang)) }
            @if let Some(window) = first {
                p {
                    @if !shared.is_empty() { (words(shared, lang)) br; }
                    @if !window.hours.is_empty() { span .muted { (words(&window.hours, lang)) } br; }
                    @if let Some(agency) = desk.rules().agencies.get(window.agency.get_ref()) {
                        span .muted { (lang.say("管理机关：", "Run by: ")) (words(agency_name(agency, lang), lang)) }
                    }
                }
            }
            (table(&Table { caption: lang.say("窗口", "Windows"), columns: &columns, rows, ..Table::default() }, lang))
        }
    }
}

/// What two texts begin with alike.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    &one[..same]
}

fn takes(desk: &Desk, window: &Window) -> Markup {
    let lang = desk.lang;
    if window.items.is_empty() {
        return html! { (lang.say("所有事项（综合窗口）", "everything (integrated window)")) };
    }
    let items: Vec<_> = window.items.iter().filter_map(|code| desk.rules().items.get(code)).collect();
    let linked = html! {
        @for (at, item) in items.iter().enumerate() {
            @if at > 0 { (lang.say("、", ", ")) }
            a href={ "/items/" (item.code.get_ref()) } { (words(item_name(item, lang), lang)) }
        }
    };
    html! {
        @if items.len() <= 4 { (linked) }
        @else { details .more { summary { (items.len()) (lang.say(" 个事项", " services")) } (linked) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_addresses_share_ends_with_a_whole_character() {
        assert_eq!(common("于家堡一层", "于家堡二层"), "于家堡");
        assert_eq!(common("东", "西"), "");
    }
}
