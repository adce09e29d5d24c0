//! Leafing through a list that is read by key, so that there is an earlier and a later part and no page numbers.

use maud::{Markup, html};
use rulebook::Lang;

use super::button::{Look, link_button};

/// `note` says what is shown: 「共 312 件」, or nothing where counting would cost too much.
pub fn pagination(earlier: Option<&str>, later: Option<&str>, note: &str, lang: Lang) -> Markup {
    html! {
        @if earlier.is_some() || later.is_some() || !note.is_empty() {
            nav .pages aria-label=(lang.say("翻页", "Pages")) {
                span { @if let Some(href) = earlier { (link_button(href, lang.say("← 上一页", "← Previous"), Look::Second, None)) } }
                span .muted.small { (note) }
                span { @if let Some(href) = later { (link_button(href, lang.say("下一页 →", "Next →"), Look::Second, None)) } }
            }
        }
    }
}
