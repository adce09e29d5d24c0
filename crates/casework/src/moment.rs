//! An instant. A legal day is a `Date`; what must not be confused is a type.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00Z. Days are those of Asia/Shanghai, which has kept UTC+8 without summer time since 1992.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

const OFFSET: Offset = Offset::constant(8);

impl Moment {
    /// The first instant of a legal day.
    pub fn start_of(day: Date) -> Moment {
        Moment::at(day.to_datetime(Time::midnight()))
    }

    /// The instant at which a legal day has ended: the first of the next.
    pub fn end_of(day: Date) -> Moment {
        Moment(Moment::start_of(day).0 + 24 * 60 * 60 * 1000)
    }

    /// An instant by the clock on the wall in Tianjin.
    pub fn at(wall: DateTime) -> Moment {
        OFFSET.to_timestamp(wall).map_or(Moment(0), |stamp| Moment(stamp.as_millisecond()))
    }

    /// The wall clock in Tianjin.
    pub fn wall(self) -> DateTime {
        let stamp = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        stamp.to_zoned(TimeZone::fixed(OFFSET)).datetime()
    }

    /// The legal day it lies in.
    pub fn day(self) -> Date {
        self.wall().date()
    }

    pub fn minutes_since(self, earlier: Moment) -> i64 {
        (self.0 - earlier.0) / 60_000
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let wall = self.wall();
        write!(f, "{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_begins_at_midnight_in_tianjin() {
        let start = Moment::start_of(date(2026, 3, 2));
        assert_eq!(start.to_string(), "2026-03-02 00:00");
        assert_eq!(Moment(start.0 - 1).day(), date(2026, 3, 1));
        assert_eq!(Moment::end_of(date(2026, 3, 2)).day(), date(2026, 3, 3));
    }
}
