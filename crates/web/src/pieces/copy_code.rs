//! A code to write down: a case number, a code to follow a matter with. One click selects it; a script adds a copy button.

use maud::{Markup, html};
use rulebook::Lang;

pub fn copy_code(label: &str, code: &str, lang: Lang) -> Markup {
    html! {
        span .copy {
            span .vh { (label) ": " }
            code { (code) }
            button .js-only type="button" data-copy=(code) { (lang.say("复制", "Copy")) span .vh { " " (label) } }
        }
    }
}
