//! Marks: a state in a coloured box, and the light of a clock, which always has a shape and words beside its colour.

use maud::{Markup, html};
use rulebook::Lang;

use super::{Tone, words};

/// A short state: 「审查中」, 「已办结」.
pub fn tag(text: &str, tone: Tone, lang: Lang) -> Markup {
    html! { span .tag .(tone.class()) { (words(text, lang)) } }
}

/// Composed content that stands for no real rule: every definition whose status is *example* carries it.
pub fn example_mark(lang: Lang) -> Markup {
    html! { span .tag.example { (lang.say("示例", "example")) } }
}

/// How a clock stands, as an official reads it at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    Normal,
    /// Yellow: the limit is near.
    Soon,
    /// Red: the limit has passed.
    Overdue,
    /// The clock does not run: correction, special procedure.
    Paused,
    Done,
    /// The due day lies beyond the announced holidays.
    Provisional,
}

impl Light {
    pub fn class(self) -> &'static str {
        match self {
            Light::Normal => "normal",
            Light::Soon => "soon",
            Light::Overdue => "overdue",
            Light::Paused => "paused",
            Light::Done => "done",
            Light::Provisional => "provisional",
        }
    }

    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Light::Normal => lang.say("正常", "on time"),
            Light::Soon => lang.say("临期", "due soon"),
            Light::Overdue => lang.say("超期", "overdue"),
            Light::Paused => lang.say("暂停计时", "paused"),
            Light::Done => lang.say("已办结", "done"),
            Light::Provisional => lang.say("暂定", "provisional"),
        }
    }
}

/// The light with its own word.
pub fn light(light: Light, lang: Lang) -> Markup {
    light_saying(light, light.text(lang), lang)
}

/// The light with more exact words beside it: 「剩 1 个工作日」. Its own word is still told to a screen reader.
pub fn light_saying(light: Light, text: &str, lang: Lang) -> Markup {
    html! {
        span .light .(light.class()) {
            svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
                @match light {
                    Light::Normal => { circle cx="12" cy="12" r="9" {} }
                    Light::Soon => { path d="M12 2 23 21.5H1Z" {} path .hole d="M10.9 9h2.2v6h-2.2zM10.9 16.5h2.2v2.2h-2.2z" {} }
                    Light::Overdue => { path d="M8 2h8l6 6v8l-6 6H8l-6-6V8Z" {} path .hole d="M10.7 6h2.6v7.5h-2.6zM10.7 15.3h2.6v2.6h-2.6z" {} }
                    Light::Paused => { path d="M5 3h5v18H5zM14 3h5v18h-5z" {} }
                    Light::Done => { path d="M9.5 19.5 2.5 12.5 4.8 10.2 9.5 14.9 19.7 4.7 22 7z" {} }
                    Light::Provisional => { circle .rim cx="12" cy="12" r="8" stroke-dasharray="4 3.2" {} }
                }
            }
            @if text != light.text(lang) { span .vh { (light.text(lang)) (lang.say("：", ": ")) } }
            (words(text, lang))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_light_says_its_state_even_with_other_words() {
        fn check(lang: Lang, words: &str, says: &str) {
            assert!(light_saying(Light::Overdue, words, lang).into_string().contains(says), "{words}");
        }
        check(Lang::Zh, "超 2 个工作日", "超期");
        check(Lang::En, "2 working days late", "overdue");
        check(Lang::Zh, "超期", "超期");
    }
}
