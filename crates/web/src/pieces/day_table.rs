//! How a due day was computed: every day in order, whether it counted and why not.

use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::Lang;

use super::{date, words};

/// What a day was to the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayKind {
    /// The day of the event that starts the clock; it is not counted.
    Start,
    #[default]
    Counted,
    /// A rest day: weekend or holiday.
    Off,
    /// The clock did not run: correction, special procedure.
    Paused,
    /// The last day of the limit.
    Due,
}

#[derive(Debug, Clone, Default)]
pub struct CountedDay {
    pub date: Option<Date>,
    pub kind: DayKind,
    /// The how-manieth day of the limit this is, if it counts.
    pub number: Option<u32>,
    /// Why: 「调休上班」, 「春节」, 「等待补正」.
    pub why: String,
}

pub fn day_table(caption: &str, days: &[CountedDay], lang: Lang) -> Markup {
    html! {
        div .table-wrap { table .day-table {
            caption { (words(caption, lang)) }
            thead { tr {
                th scope="col" { (lang.say("日期", "Day")) }
                th .num scope="col" { (lang.say("第几日", "Counts as")) }
                th scope="col" { (lang.say("说明", "Why")) }
            } }
            tbody { @for day in days { tr class=[class(day.kind)] {
                th scope="row" { @if let Some(on) = day.date { (date::day(on, lang)) } }
                td .num { @if let Some(number) = day.number { (number) } @else { span .muted { (lang.say("不计", "not counted")) } } }
                td { (kind_text(day.kind, lang)) @if !day.why.is_empty() { @if !kind_text(day.kind, lang).is_empty() { (lang.say("：", ": ")) } (words(&day.why, lang)) } }
            } } }
        } }
    }
}

fn class(kind: DayKind) -> Option<&'static str> {
    match kind {
        DayKind::Start | DayKind::Off => Some("off"),
        DayKind::Counted => None,
        DayKind::Paused => Some("paused"),
        DayKind::Due => Some("due"),
    }
}

fn kind_text(kind: DayKind, lang: Lang) -> &'static str {
    match kind {
        DayKind::Start => lang.say("起算之日", "day of the event"),
        DayKind::Counted => "",
        DayKind::Off => lang.say("休息日", "rest day"),
        DayKind::Paused => lang.say("暂停计时", "clock paused"),
        DayKind::Due => lang.say("届满之日", "last day"),
    }
}
