//! What stands where a list would be when there is nothing in it: why, and what to do instead.

use maud::{Markup, html};

use super::{Icon, icon};

pub fn empty_state(title: &str, why: &str, buttons: Markup) -> Markup {
    html! {
        div .empty {
            (icon(Icon::Door))
            p .title { (title) }
            @if !why.is_empty() { p { (why) } }
            div .buttons { (buttons) }
        }
    }
}
