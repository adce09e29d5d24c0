//! One day of the calendar, and why it is worked or not.

use super::{Calendar, NamedKind};
use crate::text::{Lang, Text};
use jiff::civil::{Date, Weekday};

/// A day with its reason, for the line-by-line explanation of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    pub working: bool,
    pub reason: DayReason,
    /// False when no State Council notice for this day is carried: the weekly rule then holds provisionally.
    pub known: bool,
}

/// Why a day is worked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayReason {
    /// Monday to Friday.
    Weekday,
    /// Saturday or Sunday.
    Weekend,
    /// A day that the yearly notice gives as a holiday, with its name.
    Holiday(Text),
    /// A day of rest that the yearly notice turns into a working day (调休), with the holiday it makes up for.
    MakeUp(Text),
}

impl Day {
    /// 「周末」, 「法定节假日：春节」, 「工作日（当年节假日安排尚未公布）」.
    pub fn text(&self) -> Text {
        let reason = self.reason.text();
        if self.known {
            return reason;
        }
        Text::new(
            format!("{}（当年节假日安排尚未公布）", reason.zh),
            format!("{} (holidays of that year not announced yet)", reason.en),
        )
    }
}

impl DayReason {
    pub fn text(&self) -> Text {
        match self {
            DayReason::Weekday => Text::new("工作日", "working day"),
            DayReason::Weekend => Text::new("周末", "weekend"),
            DayReason::Holiday(name) => Text::new(format!("法定节假日：{}", name.zh), format!("public holiday: {}", name.en)),
            DayReason::MakeUp(name) => {
                Text::new(format!("调休上班（{}）", name.zh), format!("make-up working day ({})", name.en))
            }
        }
    }
}

impl Calendar {
    pub fn day(&self, date: Date) -> Day {
        let reason = match self.named.get(&date) {
            Some(named) if named.kind == NamedKind::Holiday => DayReason::Holiday(named.name.clone()),
            Some(named) => DayReason::MakeUp(named.name.clone()),
            None if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) => DayReason::Weekend,
            None => DayReason::Weekday,
        };
        let known = (self.known_from..=self.known_until).contains(&date);
        Day { date, working: self.is_working(date), reason, known }
    }

    /// Every day of `(from, to]`, in order; empty when `to` does not lie after `from`.
    pub fn explain(&self, from: Date, to: Date) -> Vec<Day> {
        from.series(jiff::Span::new().days(1)).skip(1).take_while(|day| *day <= to).map(|day| self.day(day)).collect()
    }
}

/// Day of the week as people write it beside a date: 「周一」, “Mon”.
pub fn weekday(date: Date, lang: Lang) -> &'static str {
    const ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let at = date.weekday().to_monday_zero_offset() as usize;
    match lang {
        Lang::Zh => ZH[at],
        Lang::En => EN[at],
    }
}
