//! Terms that stand still while a special procedure runs (行政许可法 art. 45).
//!
//! Time for hearings, tests, expert review and the like is not counted, provided the applicant was told in writing. What
//! has elapsed is always the sum of the days that ran, computed from the intervals; no counter is kept that could drift.
//!
//! One rule covers every unit: a term ends with the first working day that runs and by which `n` running days have passed,
//! where a running day is a working day for terms of working days and any day otherwise. A term of months is first turned
//! into the days between its two ends, and the days of the pause are added to them.

use super::{Calendar, Due, Term, Unit, last_day, table};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A stretch in which the clock stands still: the day it was opened, and the day it ended once it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pause {
    pub from: Date,
    pub until: Option<Date>,
}

/// Whether the two days at the ends of a pause count as run. No statute settles it, so the choice is data with a basis.
///
/// By default a pause takes the days after its opening up to and including its end. The opening day runs, because the
/// office had the case on it and this reading does not favour the office. The ending day does not, as the day of the event
/// that starts a term is not counted (民法典 art. 201): the clock goes on with the next day. A pause opened and ended on
/// one day therefore changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct PauseRule {
    pub opening_day_runs: bool,
    pub ending_day_runs: bool,
}

impl Default for PauseRule {
    fn default() -> PauseRule {
        PauseRule { opening_day_runs: true, ending_day_runs: false }
    }
}

/// Days that do not run: those in `(after, through]`, or all after `after` while the pause is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) after: Date,
    pub(super) through: Option<Date>,
}

impl Stop {
    pub(super) fn covers(&self, day: Date) -> bool {
        day > self.after && self.through.is_none_or(|through| day <= through)
    }
}

/// The stops after `from`, in order and apart from each other, however the pauses overlap or are ordered.
pub(super) fn stops(from: Date, pauses: &[Pause], rule: PauseRule) -> Vec<Stop> {
    let before = |day: Date, runs: bool| if runs { day.yesterday().unwrap_or(Date::MIN) } else { day };
    let mut stops: Vec<Stop> = pauses
        .iter()
        .map(|pause| Stop {
            after: before(pause.from, !rule.opening_day_runs).max(from),
            through: pause.until.map(|until| before(until, rule.ending_day_runs)),
        })
        .filter(|stop| stop.through.is_none_or(|through| through > stop.after))
        .collect();
    stops.sort_by_key(|stop| stop.after);
    let mut apart: Vec<Stop> = Vec::with_capacity(stops.len());
    for stop in stops {
        match apart.last_mut() {
            Some(last) if last.through.is_none_or(|through| stop.after <= through) => {
                last.through = last.through.zip(stop.through).map(|(a, b)| a.max(b));
            }
            _ => apart.push(stop),
        }
    }
    apart
}

impl Calendar {
    /// The last day of a term during which the clock stood still. `None` while a pause is open that began before the term
    /// had ended: there is no due day until it closes.
    pub fn due_with_pauses(&self, from: Date, term: Term, pauses: &[Pause], rule: PauseRule) -> Option<Due> {
        let mut due = self.due(from, term);
        if matches!(term.unit, Unit::Immediate | Unit::ExactDays) {
            return Some(due);
        }
        let counts_working_days = term.unit == Unit::WorkingDays && term.n > 0;
        let mut last = if counts_working_days { due.on } else { last_day(from, term).unwrap_or(Date::MAX) };
        let mut stood_still = 0;
        for stop in stops(from, pauses, rule) {
            if due.on <= stop.after {
                break;
            }
            let through = stop.through?;
            if counts_working_days {
                stood_still += self.working_days_after(stop.after, through);
                let k = self.table.through(from) + i64::from(term.n) + stood_still;
                last = self.table.nth(k).unwrap_or(Date::MAX);
            } else {
                // A pause opened between the nominal end and the working day it rolls to leaves that roll still to do.
                let next = through.tomorrow().unwrap_or(Date::MAX);
                last = table::plus_days(last, table::days_between(stop.after, through)).unwrap_or(Date::MAX).max(next);
            }
            due.on = self.working_day_from(last);
            due.provisional |= due.on > self.known_until;
        }
        Some(due)
    }

    /// How much of a term has run by the end of `to`: working days for terms of working days, days for all others.
    pub fn elapsed(&self, from: Date, to: Date, unit: Unit, pauses: &[Pause], rule: PauseRule) -> i64 {
        let count = |after: Date, through: Date| match unit {
            _ if through <= after => 0,
            Unit::WorkingDays => self.working_days_after(after, through),
            Unit::Days | Unit::Months | Unit::Immediate | Unit::ExactDays => table::days_between(after, through),
        };
        let stood_still: i64 =
            stops(from, pauses, rule).iter().map(|stop| count(stop.after, stop.through.unwrap_or(to).min(to))).sum();
        count(from, to) - stood_still
    }
}
