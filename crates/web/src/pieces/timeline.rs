//! What happened to a matter and what comes next, in order.

use maud::{Markup, html};
use rulebook::Lang;

use super::{Tone, words};

#[derive(Debug, Clone, Default)]
pub struct Happening {
    /// When, already drawn by `date::moment` or `date::day`.
    pub when: Markup,
    pub title: String,
    /// Who did it: an officer and agency, the applicant, the clock.
    pub who: String,
    pub tone: Tone,
    /// What else is to be said: the text of a notice, its papers, an effective date that differs.
    pub body: Markup,
    /// Has not happened yet.
    pub next: bool,
}

pub fn timeline(happenings: &[Happening], lang: Lang) -> Markup {
    html! {
        ol .timeline {
            @for happening in happenings {
                li .(happening.tone.class()) .next[happening.next] {
                    p .title { @if happening.next { span .muted { (lang.say("接下来：", "Next: ")) } } (words(&happening.title, lang)) }
                    p .meta {
                        span { (happening.when) }
                        @if !happening.who.is_empty() { span { (words(&happening.who, lang)) } }
                    }
                    (happening.body)
                }
            }
        }
    }
}
