//! Working-day arithmetic: the arrays of `Calendar` beside a walk over the days, on the same calendar and questions.
//!
//! `cargo bench -p rulebook --bench calendar`. Bar: under 100 ns for one due day (measure 9 is checked for every start date of
//! the calendar and every open case is recounted after an import). One iteration answers all questions of a list: divan's
//! `items` column, as a rate, is what to read.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};
use rulebook::calendar::{Pause, PauseRule};
use rulebook::{Calendar, Term};
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse("holidays.csv", include_str!("../../../rulebook/calendar/holidays.csv")).0);

/// Start dates spread over three years, so that no single one stays in the caches of the processor.
static STARTS: LazyLock<Vec<Date>> =
    LazyLock::new(|| date(2024, 1, 1).series(jiff::Span::new().days(1)).step_by(7).take(150).collect());

const TERMS: [Term; 3] = [Term::working_days(20), Term::days(60), Term::months(3)];

fn main() {
    divan::main();
}

#[divan::bench(args = TERMS)]
fn due(bencher: Bencher, term: &Term) {
    answer(bencher, |from| CALENDAR.due(from, *term).on);
}

/// What the arrays replace.
#[divan::bench(args = TERMS)]
fn due_by_walking(bencher: Bencher, term: &Term) {
    answer(bencher, |from| walk(from, *term));
}

#[divan::bench]
fn due_with_one_pause(bencher: Bencher) {
    answer(bencher, |from| {
        let pause = Pause { from, until: from.checked_add(jiff::Span::new().days(9)).ok() };
        CALENDAR.due_with_pauses(from, Term::working_days(20), &[pause], PauseRule::default()).map_or(from, |due| due.on)
    });
}

fn answer(bencher: Bencher, due: impl Fn(Date) -> Date + Sync) {
    LazyLock::force(&CALENDAR);
    bencher.counter(ItemsCount::new(STARTS.len())).bench(|| {
        for from in STARTS.iter() {
            black_box(due(black_box(*from)));
        }
    });
}

fn walk(from: Date, term: Term) -> Date {
    use rulebook::Unit;
    let mut day = match term.unit {
        Unit::Days | Unit::ExactDays => from.saturating_add(jiff::Span::new().days(term.n)),
        Unit::Months => from.saturating_add(jiff::Span::new().months(term.n)),
        Unit::WorkingDays | Unit::Immediate => from,
    };
    let mut left = if term.unit == Unit::WorkingDays { term.n } else { 0 };
    while left > 0 || !CALENDAR.is_working(day) {
        day = day.saturating_add(jiff::Span::new().days(1));
        left -= u32::from(left > 0 && CALENDAR.is_working(day));
    }
    day
}
