//! Tabs as plain links: each is a page of its own, so that it can be kept, printed and opened beside another.

use maud::{Markup, html};

#[derive(Debug, Clone, Copy, Default)]
pub struct Tab<'a> {
    pub href: &'a str,
    pub text: &'a str,
    pub current: bool,
    pub count: Option<u32>,
    /// There are more than were counted.
    pub more: bool,
}

pub fn tabs(label: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav .tabs aria-label=(label) { ul {
            @for tab in tabs {
                li { a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                    (tab.text) @if let Some(count) = tab.count { span .count { (count) @if tab.more { "+" } } }
                } }
            }
        } }
    }
}
