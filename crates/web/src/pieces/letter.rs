//! A legal document on the screen as it will be on paper, and the frame for one that is already a file.

use maud::{Markup, html};
use rulebook::Lang;

use super::foreign;

#[derive(Debug, Clone, Default)]
pub struct Letter<'a> {
    pub title: &'a str,
    /// The document number; what will be drawn later says so: 「文号于作出时编定」.
    pub number: &'a str,
    pub body: Markup,
    /// The body in whose name it is made, and its day.
    pub agency: &'a str,
    pub date: &'a str,
    /// The text of the seal's place; empty for none.
    pub seal: &'a str,
    pub draft: bool,
}

pub fn letter(letter: &Letter<'_>, lang: Lang) -> Markup {
    html! {
        article .letter lang=[foreign(letter.title, lang)] data-draft=[letter.draft.then(|| lang.say("草稿", "Draft"))] {
            p .head { (letter.title) }
            p .no { (letter.number) }
            div .stack { (letter.body) }
            div .sign {
                @if !letter.seal.is_empty() { p { span .seal { (letter.seal) } } }
                p { (letter.agency) }
                p { (letter.date) }
            }
        }
    }
}

/// A stored file (PDF, image) shown in the page, with a link for browsers that cannot.
pub fn file_frame(title: &str, href: &str, lang: Lang) -> Markup {
    html! {
        iframe .frame src=(href) title=(title) loading="lazy" {}
        p .small { a href=(href) { (lang.say("在新页中打开", "Open on its own")) span .vh { ": " (title) } } }
    }
}
