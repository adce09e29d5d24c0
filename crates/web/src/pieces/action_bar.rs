//! The bar of lawful acts at the foot of an officer's screen. What is not possible now stays visible and says why.

use maud::{Markup, html};
use rulebook::Lang;

use super::words;

/// An act that is not possible now, and the law's or the matter's reason.
#[derive(Debug, Clone, Default)]
pub struct NotNow {
    pub act: String,
    pub why: String,
}

/// `state`: where the matter stands (a light, a clock). `acts`: the buttons.
pub fn action_bar(state: Markup, acts: Markup, not_now: &[NotNow], lang: Lang) -> Markup {
    html! {
        section .acts aria-label=(lang.say("可办理的事", "What you can do")) {
            div .state { (state) }
            (acts)
            @if !not_now.is_empty() {
                details .not {
                    summary { (lang.say("暂不能办理", "Not possible now")) " (" (not_now.len()) ")" }
                    dl { @for one in not_now { dt { (words(&one.act, lang)) } dd { (words(&one.why, lang)) } } }
                }
            }
        }
    }
}
