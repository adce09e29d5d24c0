//! Notices: what has just happened, or what must be known before going on.

use maud::{Markup, html};
use rulebook::Lang;

use super::{Icon, Tone, icon};

pub struct Notice {
    pub tone: Tone,
    pub title: String,
    pub body: Markup,
}

impl Notice {
    pub fn new(tone: Tone, title: impl Into<String>) -> Notice {
        Notice { tone, title: title.into(), body: Markup::default() }
    }

    pub fn body(self, body: Markup) -> Notice {
        Notice { body, ..self }
    }
}

/// A single notice standing in the text.
pub fn notice(notice: &Notice, lang: Lang) -> Markup {
    let (drawing, kind) = match notice.tone {
        Tone::Good => (Icon::Check, lang.say("成功", "Success")),
        Tone::Warn => (Icon::Warning, lang.say("注意", "Warning")),
        Tone::Bad => (Icon::Stop, lang.say("错误", "Error")),
        Tone::Rest => (Icon::Pause, lang.say("暂停", "Paused")),
        Tone::Plain | Tone::Info => (Icon::Info, lang.say("提示", "Note")),
    };
    html! {
        div .notice .(notice.tone.class()) {
            (icon(drawing))
            div {
                @if !notice.title.is_empty() { p .title { span .vh { (kind) (lang.say("：", ": ")) } (notice.title) } }
                (notice.body)
            }
        }
    }
}

/// The notices at the head of a page, told at once to a screen reader.
pub fn notices(all: &[Notice], lang: Lang) -> Markup {
    html! {
        @if !all.is_empty() {
            div .notices role=(if all.iter().any(|one| one.tone == Tone::Bad) { "alert" } else { "status" }) {
                @for one in all { (notice(one, lang)) }
            }
        }
    }
}
