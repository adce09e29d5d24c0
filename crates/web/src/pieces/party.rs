//! A person or a firm in one line: who it is, and the one thing that tells it from another of the same name.

use maud::{Markup, html};
use rulebook::Lang;

use super::{Icon, icon, words};

#[derive(Debug, Clone, Copy, Default)]
pub struct Party<'a> {
    pub name: &'a str,
    /// A credit code, or role and agency of an officer. Never a resident number.
    pub note: &'a str,
    pub firm: bool,
    pub href: Option<&'a str>,
}

pub fn party(party: &Party<'_>, lang: Lang) -> Markup {
    html! {
        span .party .firm[party.firm] {
            span .face aria-hidden="true" { (icon(if party.firm { Icon::Firm } else { Icon::Person })) }
            span {
                @if let Some(href) = party.href { a href=(href) { (words(party.name, lang)) } } @else { (words(party.name, lang)) }
                @if !party.note.is_empty() { small { (words(party.note, lang)) } }
            }
        }
    }
}
