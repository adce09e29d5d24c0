//! A search box. With scripts it offers suggestions while one types; without, it is a form.

use maud::{Markup, html};
use rulebook::Lang;

use super::{Icon, icon};

/// `suggest` answers `GET ?q=…` with JSON `[{"text": …, "hint": …, "href": …}]`, best first, at most ten.
#[derive(Debug, Clone, Copy)]
pub struct SearchBox<'a> {
    pub action: &'a str,
    pub name: &'a str,
    pub value: &'a str,
    pub label: &'a str,
    pub suggest: Option<&'a str>,
    pub big: bool,
    pub id: &'a str,
}

impl Default for SearchBox<'_> {
    fn default() -> Self {
        SearchBox { action: "/search", name: "q", value: "", label: "", suggest: None, big: false, id: "search" }
    }
}

pub fn search_box(search: &SearchBox<'_>, lang: Lang) -> Markup {
    html! {
        form .search .big[search.big] role="search" method="get" action=(search.action) aria-label=(search.label) {
            label .vh for=(search.id) { (search.label) }
            input type="search" id=(search.id) name=(search.name) value=(search.value) placeholder=(search.label) autocomplete="off"
                data-suggest=[search.suggest];
            button type="submit" { (icon(Icon::Search)) span class=[(!search.big).then_some("vh")] { (lang.say("搜索", "Search")) } }
        }
    }
}
