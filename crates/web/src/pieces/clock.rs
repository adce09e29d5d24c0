//! A legal clock as a person meets it: its name, the day it ends, how much is left, and the way to the day-by-day account.

use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::Lang;

use super::date;
use super::tag::{Light, light, light_saying, tag};
use super::{Tone, words};

#[derive(Debug, Clone, Default)]
pub struct Clock<'a> {
    /// 「受理期限」, 「承诺办结期限」, 「法定办结期限」.
    pub name: &'a str,
    /// None while the clock does not run and has no day.
    pub due: Option<Date>,
    pub light: Option<Light>,
    /// What is left, in words: 「剩 3 个工作日」, 「等待补正，暂停计时」.
    pub left: &'a str,
    /// The due day lies beyond the announced holidays and may move.
    pub provisional: bool,
    /// The article or promise it rests on.
    pub basis: &'a str,
    /// The page that tells which day counted and which did not.
    pub explain: Option<&'a str>,
}

pub fn clock(clock: &Clock<'_>, lang: Lang) -> Markup {
    html! {
        div .clock {
            span .name { (words(clock.name, lang)) }
            span {
                @match clock.light {
                    Some(shown) if clock.left.is_empty() => (light(shown, lang)),
                    Some(shown) => (light_saying(shown, clock.left, lang)),
                    None => (words(clock.left, lang)),
                }
            }
            @if let Some(due) = clock.due {
                span .due {
                    (date::day(due, lang))
                    @if clock.provisional { (tag(lang.say("暂定", "provisional"), Tone::Warn, lang)) }
                }
            }
            @if !clock.basis.is_empty() || clock.explain.is_some() {
                span .rest-of {
                    (words(clock.basis, lang))
                    @if let Some(href) = clock.explain {
                        " " a href=(href) { (lang.say("怎么算的", "How was this computed?")) span .vh { " " (words(clock.name, lang)) } }
                    }
                }
            }
        }
    }
}

pub fn clocks(all: &[Clock<'_>], lang: Lang) -> Markup {
    html! { div .clocks { @for one in all { (clock(one, lang)) } } }
}
