//! Names and values one below the other: the check before sending, the facts of a matter.

use maud::{Markup, html};
use rulebook::Lang;

use super::words;

#[derive(Debug, Clone, Default)]
pub struct SummaryRow<'a> {
    pub name: &'a str,
    pub value: Markup,
    /// Where the value can be changed.
    pub change: Option<&'a str>,
}

impl<'a> SummaryRow<'a> {
    pub fn new(name: &'a str, value: Markup) -> SummaryRow<'a> {
        SummaryRow { name, value, change: None }
    }

    pub fn change(self, href: &'a str) -> SummaryRow<'a> {
        SummaryRow { change: Some(href), ..self }
    }
}

/// `dd` for the link too, so that the list stays a list of names and values.
pub fn summary_list(rows: &[SummaryRow<'_>], lang: Lang) -> Markup {
    html! {
        dl .summary {
            @for row in rows {
                div {
                    dt { (words(row.name, lang)) }
                    dd { (row.value) }
                    @if let Some(href) = row.change {
                        dd .act { a href=(href) { (lang.say("修改", "Change")) span .vh { " " (words(row.name, lang)) } } }
                    }
                }
            }
        }
    }
}
