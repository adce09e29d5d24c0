//! The rating of a case (好差评): five marks from very good to very poor, as radios.

use maud::{Markup, html};
use rulebook::Lang;

/// `name` is the form field; its value is `5` (very satisfied) to `1` (very dissatisfied).
pub fn rating(name: &str, legend: &str, value: Option<u8>, lang: Lang) -> Markup {
    let marks = [
        (5, lang.say("非常满意", "Very satisfied")),
        (4, lang.say("满意", "Satisfied")),
        (3, lang.say("基本满意", "Fairly satisfied")),
        (2, lang.say("不满意", "Dissatisfied")),
        (1, lang.say("非常不满意", "Very dissatisfied")),
    ];
    html! {
        fieldset .field {
            legend { (legend) }
            div .stars {
                @for (mark, text) in marks {
                    label {
                        span .n aria-hidden="true" { @for _ in 0..mark { "★" } }
                        input type="radio" name=(name) value=(mark) checked[value == Some(mark)];
                        (text)
                    }
                }
            }
        }
    }
}
