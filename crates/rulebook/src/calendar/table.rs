//! Counting working days without walking them.
//!
//! Two arrays over 2000–2100 answer both questions by one look-up each: how many working days up to this day, and which
//! day is the n-th. Before and after them the weekly rule holds, which arithmetic answers, so every date is covered.

use jiff::SignedDuration;
use jiff::civil::{Date, date};

/// A Monday; the arrays start here and span whole weeks, so that arithmetic can continue at both ends.
const ORIGIN: Date = date(1999, 12, 27);
/// Up to Sunday, 2 January 2101.
const DAYS: i64 = 5271 * 7;

#[derive(Clone)]
pub(super) struct Table {
    /// `through[i]`: working days from `ORIGIN` to `ORIGIN + i`, both included. At most 5 of 7 days, so 16 bits hold it.
    through: Vec<u16>,
    /// `nth[k - 1]`: the k-th working day from `ORIGIN` on.
    nth: Vec<Date>,
}

impl Table {
    /// `exception` says for a day whether a notice makes it a working day; `None` leaves it to the weekly rule.
    pub(super) fn new(exception: impl Fn(Date) -> Option<bool>) -> Table {
        let mut table = Table { through: Vec::with_capacity(DAYS as usize), nth: Vec::new() };
        let mut count = 0;
        for (day, i) in ORIGIN.series(jiff::Span::new().days(1)).zip(0..DAYS) {
            if exception(day).unwrap_or(is_weekday(i)) {
                count += 1;
                table.nth.push(day);
            }
            table.through.push(count);
        }
        table
    }

    /// Working days from `ORIGIN` to `day`, both included; zero or negative before `ORIGIN`.
    pub(super) fn through(&self, day: Date) -> i64 {
        let i = days_between(ORIGIN, day);
        match usize::try_from(i) {
            Ok(at) if at < self.through.len() => i64::from(self.through[at]),
            Ok(_) => self.total() + weekdays_through(i - DAYS),
            Err(_) => weekdays_through(i),
        }
    }

    /// The day whose `through` is `k` and which is a working day; `None` outside the dates that can be written.
    pub(super) fn nth(&self, k: i64) -> Option<Date> {
        match usize::try_from(k - 1) {
            Ok(at) if at < self.nth.len() => Some(self.nth[at]),
            Ok(_) => plus_days(ORIGIN, DAYS + nth_weekday(k - self.total())),
            Err(_) => plus_days(ORIGIN, nth_weekday(k)),
        }
    }

    pub(super) fn is_working(&self, day: Date) -> bool {
        let i = days_between(ORIGIN, day);
        match usize::try_from(i) {
            Ok(0) => self.through[0] == 1,
            Ok(at) if at < self.through.len() => self.through[at] != self.through[at - 1],
            _ => is_weekday(i),
        }
    }

    fn total(&self) -> i64 {
        self.nth.len() as i64
    }
}

/// Days from `from` to `to`; negative when `to` lies before.
pub(super) fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

pub(super) fn plus_days(day: Date, n: i64) -> Option<Date> {
    day.checked_add(SignedDuration::from_hours(n.checked_mul(24)?)).ok()
}

/// Whether the day `i` days after a Monday is Monday to Friday.
fn is_weekday(i: i64) -> bool {
    i.rem_euclid(7) < 5
}

/// Mondays to Fridays from a Monday to `i` days after it, both included.
fn weekdays_through(i: i64) -> i64 {
    i.div_euclid(7) * 5 + (i.rem_euclid(7) + 1).min(5)
}

/// How many days after a Monday its k-th weekday lies, that Monday being the first.
fn nth_weekday(k: i64) -> i64 {
    (k - 1).div_euclid(5) * 7 + (k - 1).rem_euclid(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrays_continue_in_arithmetic_at_both_ends() {
        let table = Table::new(|_| None);
        for start in [date(1999, 11, 1), date(2100, 11, 1)] {
            for day in start.series(jiff::Span::new().days(1)).take(120) {
                let weekday = day.weekday().to_monday_zero_offset() < 5;
                assert_eq!(table.is_working(day), weekday, "{day}");
                let before = plus_days(day, -1).map(|yesterday| table.through(yesterday));
                assert_eq!(before, Some(table.through(day) - i64::from(weekday)), "{day}");
                if weekday {
                    assert_eq!(table.nth(table.through(day)), Some(day));
                }
            }
        }
        assert_eq!(table.nth(i64::from(u32::MAX)), None);
    }
}
