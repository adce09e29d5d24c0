//! The form of an item with every question answered by a made-up applicant, so that nobody has to guess what is meant.

use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::example_mark;
use crate::pieces::words;
use crate::portal::Desk;
use crate::portal::wording::named;
use maud::{Markup, html};
use rulebook::form::Section;
use rulebook::item::Item;

pub fn section(desk: &Desk, item: &Item) -> Option<Markup> {
    let lang = desk.lang;
    let form = desk.rules().forms.get(item.form.as_ref()?.get_ref())?;
    Some(html! {
        p { (words(&form.name, lang)) " " (example_mark(lang)) }
        p .muted { (lang.say("下面的人名、号码都是编的。网上填写时，只会问与您有关的问题，执照里有的信息自动带入。", "All names and numbers are made up. Online you are asked only what concerns you, and what is on your licence is filled in.")) }
        @for section in &form.section { (part(desk, section)) }
    })
}

fn part(desk: &Desk, section: &Section) -> Markup {
    let lang = desk.lang;
    let fields: Vec<_> = section
        .ask
        .iter()
        .filter(|ask| !ask.sample.is_empty())
        .filter_map(|ask| Some((ask, desk.rules().fields.get(ask.field.get_ref())?)))
        .collect();
    let rows: Vec<SummaryRow<'_>> = fields
        .iter()
        .map(|(ask, field)| {
            let value = desk.rules().say_answer(field, &ask.sample);
            let meaning = if ask.hint.is_empty() { &field.meaning } else { &ask.hint };
            let shown = html! {
                (words(value.get(lang), lang))
                @if !meaning.is_empty() { p .small.muted { (words(meaning, lang)) } }
            };
            SummaryRow::new(named(field.name.get_ref(), &field.label, lang), shown)
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            div .card.stack-s {
                h3 { (words(named(&section.title, &section.label, lang), lang)) }
                (summary_list(&rows, lang))
            }
        }
    }
}
