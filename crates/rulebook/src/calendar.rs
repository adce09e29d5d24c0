//! The working-day calendar and legal terms: which days count, and on which day a term ends.
//!
//! 行政许可法 art. 82 counts its own limits in working days; other laws say days or months, and those are calendar days
//! (民法典 arts 200–203). The day of the starting event is never counted (art. 201). A term of days or months whose last
//! day is a day of rest ends with the next working day (art. 203); a term of months ends on the corresponding day, or on
//! the last of the month where there is none (art. 202). What counts is decided by the State Council's yearly notice,
//! so the calendar is data with a version and an end: see `rulebook/calendar/holidays.csv`. Serves measure 9.

mod batch;
mod day;
mod explain;
mod parse;
mod pause;
mod table;
mod term;

pub use batch::{due_batch, due_line};
pub use day::{Day, DayReason, weekday};
pub use explain::{Step, Why};
pub use pause::{Pause, PauseRule};

use crate::text::Text;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use table::Table;

/// Unit of a legal term. 行政许可法 art. 82 counts its own limits in working days; other laws say days or months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    WorkingDays,
    Days,
    Months,
    Immediate,
    /// Calendar days to a day that is fixed beforehand, such as the end of a permit: it falls on a day of rest as well.
    ExactDays,
}

/// A length of time as a law or a promise states it: `n` is 0 for `Immediate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    pub n: u32,
    pub unit: Unit,
}

/// The last day of a term; `provisional` when it relies on days beyond the last State Council holiday notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Due {
    pub on: jiff::civil::Date,
    pub provisional: bool,
}

/// One version of the working-day calendar. It covers every date there is: days named by a notice follow the notice, all
/// others the weekly rule, and what relies on a day outside `known_from..=known_until` says so.
#[derive(Clone)]
pub struct Calendar {
    version: u32,
    known_from: Date,
    known_until: Date,
    source: String,
    named: BTreeMap<Date, Named>,
    table: Table,
}

/// A day that a notice names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    kind: NamedKind,
    name: Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NamedKind {
    Holiday,
    MakeUp,
}

impl Default for Calendar {
    /// The weekly rule alone, version 0: no notice is known, so every term counted on it is provisional.
    fn default() -> Calendar {
        Calendar::assemble(0, date(2000, 1, 1), date(1999, 12, 31), String::new(), BTreeMap::new())
    }
}

impl std::fmt::Debug for Calendar {
    /// Without the tables, which would fill pages.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calendar")
            .field("version", &self.version)
            .field("known_from", &self.known_from)
            .field("known_until", &self.known_until)
            .field("named", &self.named.len())
            .finish_non_exhaustive()
    }
}

impl Calendar {
    fn assemble(version: u32, known_from: Date, known_until: Date, source: String, named: BTreeMap<Date, Named>) -> Calendar {
        let table = Table::new(|day| named.get(&day).map(|named| named.kind == NamedKind::MakeUp));
        Calendar { version, known_from, known_until, source, named, table }
    }

    /// Number of this calendar in its series; each told date names it.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// First day for which the notices are carried.
    pub fn known_from(&self) -> Date {
        self.known_from
    }

    /// Last day for which a State Council notice is known.
    pub fn known_until(&self) -> Date {
        self.known_until
    }

    /// Where the days come from, as the file says.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Days left until the calendar ends; negative once it has. At 60 the office is warned to import the next notice.
    pub fn days_until_end(&self, today: Date) -> i64 {
        table::days_between(today, self.known_until)
    }

    pub fn is_working(&self, day: Date) -> bool {
        self.table.is_working(day)
    }

    /// The first working day after `day`.
    pub fn next_working_day(&self, day: Date) -> Date {
        self.table.nth(self.table.through(day) + 1).unwrap_or(Date::MAX)
    }

    /// `day` itself when it is a working day, else the next one (民法典 art. 203).
    pub fn working_day_from(&self, day: Date) -> Date {
        self.roll(day).unwrap_or(Date::MAX)
    }

    /// Number of working days in `(from, to]`: the start day is not counted. Negative when `to` lies before `from`.
    pub fn working_days_after(&self, from: Date, to: Date) -> i64 {
        self.table.through(to) - self.table.through(from)
    }

    /// The last day of a term that starts with an event on `from`.
    ///
    /// A term that would end after the year 9999 ends on its last day, provisionally; `checked_due` tells it apart.
    pub fn due(&self, from: Date, term: Term) -> Due {
        self.checked_due(from, term).unwrap_or(Due { on: Date::MAX, provisional: true })
    }

    /// As `due`, but `None` when the term ends after the year 9999.
    pub fn checked_due(&self, from: Date, term: Term) -> Option<Due> {
        match term.unit {
            Unit::Immediate => Some(Due { on: from, provisional: false }),
            Unit::WorkingDays if term.n > 0 => {
                let on = self.table.nth(self.table.through(from) + i64::from(term.n))?;
                Some(Due { on, provisional: from < self.known_from || on > self.known_until })
            }
            Unit::ExactDays => Some(Due { on: last_day(from, term)?, provisional: false }),
            Unit::WorkingDays | Unit::Days | Unit::Months => {
                let last = last_day(from, term)?;
                let on = self.roll(last)?;
                Some(Due { on, provisional: last < self.known_from || on > self.known_until })
            }
        }
    }

    /// The first start date, among all days the calendar knows, from which `promise` would end after `limit`. A promise
    /// may never be later than the statutory day, whatever the units (trap T-03, decision 22).
    pub fn first_breach(&self, promise: Term, limit: Term) -> Option<Date> {
        let mut from = self.known_from;
        while from <= self.known_until {
            if self.due(from, promise).on > self.due(from, limit).on {
                return Some(from);
            }
            from = from.tomorrow().ok()?;
        }
        None
    }

    fn roll(&self, day: Date) -> Option<Date> {
        if self.table.is_working(day) { Some(day) } else { self.table.nth(self.table.through(day) + 1) }
    }
}

/// The last day of a term in days or months, before it rolls over days of rest. Zero working days end on the same day.
fn last_day(from: Date, term: Term) -> Option<Date> {
    match term.unit {
        Unit::Days | Unit::ExactDays => table::plus_days(from, i64::from(term.n)),
        Unit::Months => from.checked_add(jiff::Span::new().try_months(term.n).ok()?).ok(),
        Unit::WorkingDays | Unit::Immediate => Some(from),
    }
}

#[cfg(test)]
mod tests;
