//! A term told line by line: which day counted, which did not, and why.

use super::pause::stops;
use super::{Calendar, Day, Pause, PauseRule, Term, Unit};
use crate::text::Text;
use jiff::civil::Date;

/// One line of the explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub day: Day,
    /// Which day of the term this is, when it counted.
    pub count: Option<u32>,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The day of the starting event (民法典 art. 201).
    Start,
    Counted,
    /// A day of rest inside a term of working days (行政许可法 art. 82).
    Rest,
    /// The clock stood still (行政许可法 art. 45).
    Paused,
    /// The term would have ended, but on a day of rest; it ends with the next working day (民法典 art. 203).
    RolledOver,
}

impl Step {
    /// 「第3个工作日」 is left to the page; this says why the day counted or not.
    pub fn text(&self) -> Text {
        let day = self.day.text();
        match self.why {
            Why::Start => Text::new(format!("起算当日，不计入；{}", day.zh), format!("start day, not counted; {}", day.en)),
            Why::Counted => day,
            Why::Rest => Text::new(format!("{}，不计入", day.zh), format!("{}, not counted", day.en)),
            Why::Paused => {
                Text::new(format!("特别程序期间，不计入；{}", day.zh), format!("special procedure, not counted; {}", day.en))
            }
            Why::RolledOver => {
                Text::new(format!("期限届满遇休息日，顺延；{}", day.zh), format!("carried over from a day of rest; {}", day.en))
            }
        }
    }
}

impl Calendar {
    /// Every day from the starting event to the last day of the term. While a pause is open the explanation stops on the
    /// day it took effect, or on `today` if that is later.
    pub fn explain_term(&self, from: Date, term: Term, pauses: &[Pause], rule: PauseRule, today: Date) -> Vec<Step> {
        let due = self.due_with_pauses(from, term, pauses, rule);
        let stops = stops(from, pauses, rule);
        let halted = || stops.last().and_then(|stop| stop.after.tomorrow().ok()).unwrap_or(from);
        let to = due.map_or_else(|| halted().max(today), |due| due.on);
        let needed = self.days_needed(from, term);
        let mut steps = vec![Step { day: self.day(from), count: None, why: Why::Start }];
        let mut count = 0;
        for day in self.explain(from, to) {
            let why = if stops.iter().any(|stop| stop.covers(day.date)) {
                Why::Paused
            } else if count >= needed {
                Why::RolledOver
            } else if term.unit == Unit::WorkingDays && !day.working {
                Why::Rest
            } else {
                count += 1;
                Why::Counted
            };
            steps.push(Step { day, count: (why == Why::Counted).then_some(count), why });
        }
        steps
    }

    /// How many days of its own unit a term takes; for months, the days between its two ends.
    fn days_needed(&self, from: Date, term: Term) -> u32 {
        match term.unit {
            Unit::WorkingDays | Unit::Days | Unit::ExactDays => term.n,
            Unit::Months | Unit::Immediate => {
                let last = super::last_day(from, term).unwrap_or(Date::MAX);
                u32::try_from(super::table::days_between(from, last)).unwrap_or(u32::MAX)
            }
        }
    }
}
