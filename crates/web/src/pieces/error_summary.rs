//! The list of everything that is wrong with a form, at its head; each line leads to its field.

use maud::{Markup, html};
use rulebook::Lang;

use super::field::field_id;
use super::foreign;

/// Pairs of a field's name and what is wrong with it; a name that is empty belongs to the form as a whole.
pub fn error_summary(errors: &[(&str, &str)], lang: Lang) -> Markup {
    html! {
        @if !errors.is_empty() {
            div .error-summary role="alert" aria-labelledby="error-summary-title" tabindex="-1" data-focus {
                h2 #error-summary-title { (lang.say("有几处需要修改", "There is a problem")) }
                ul .plain.stack-s {
                    @for (name, error) in errors {
                        li lang=[foreign(error, lang)] {
                            @if name.is_empty() { (error) } @else { a href=(format!("#{}", field_id(name))) { (error) } }
                        }
                    }
                }
            }
        }
    }
}
