//! The head of the portal's first page: the one question, the one box, and the open door.

use maud::{Markup, html};

/// `content`: a heading, a leading sentence, the search box.
pub fn hero(content: Markup) -> Markup {
    html! {
        div .hero {
            svg .door viewBox="0 0 24 24" aria-hidden="true" focusable="false" { path d="M2 3.5h20M4.5 6v18M19.5 6v18M4.5 6l8.5 3v15M11 15.5v1.5" {} }
            (content)
        }
    }
}
