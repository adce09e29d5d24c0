//! What an item rests on, in the words of the law where the edition holds them.

use crate::pieces::law::{LawQuote, law_quote};
use crate::portal::Desk;
use crate::portal::wording;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::definition::{Basis, Standing};
use rulebook::item::Item;
use rulebook::law::Quote;
use std::collections::BTreeSet;

pub fn section(desk: &Desk, item: &Item) -> Option<Markup> {
    let lang = desk.lang;
    let mut seen = BTreeSet::new();
    let of_conditions = item.condition.iter().filter_map(|condition| condition.basis.as_ref());
    let grounds: Vec<&Basis> = item
        .basis
        .iter()
        .chain(of_conditions)
        .chain(item.limit.iter().map(|limit| &limit.basis))
        .filter(|basis| seen.insert(basis.to_string()))
        .collect();
    if grounds.is_empty() {
        return None;
    }
    // A ground that is not verified is never dressed in the words of a law.
    let (quoted, cited): (Vec<_>, Vec<_>) = grounds
        .into_iter()
        .map(|ground| (ground, desk.edition.articles().of(ground).filter(|_| ground.status == Standing::Verified)))
        .partition(|(_, quote)| quote.is_some());
    Some(html! {
        @if !quoted.is_empty() {
            details .more open[quoted.len() <= 2] {
                summary { (lang.say("看法律条文", "Read the law")) " (" (quoted.len()) ")" }
                div .stack.prose {
                    @for (ground, quote) in &quoted { @if let Some(quote) = quote { (shown(ground, quote, lang)) } }
                }
            }
        }
        @if !cited.is_empty() {
            ul { @for (ground, _) in &cited { li { (wording::basis(ground, lang)) } } }
        }
    })
}

fn shown(ground: &Basis, quote: &Quote<'_>, lang: Lang) -> Markup {
    let part = if quote.article.excerpt { lang.say("，节录", ", excerpt") } else { "" };
    let source = format!("{}{}{part}", quote.article.version, lang.say(" 文本", " text"));
    law_quote(&LawQuote { article: &ground.to_string(), text: quote.text, source: &source, verified: true, href: None }, lang)
}
