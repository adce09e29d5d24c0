//! The calendar: due days of the notices, pauses and properties.

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    let text = include_str!("../../../../rulebook/calendar/holidays.csv");
    let (calendar, problems) = Calendar::parse("calendar/holidays.csv", text);
    assert_eq!(problems, []);
    calendar
});

/// The calendar that the district really uses.
pub(super) fn calendar() -> &'static Calendar {
    &CALENDAR
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

#[track_caller]
fn check(from: &str, term: Term, on: &str, provisional: bool) {
    assert_eq!(calendar().due(day(from), term), Due { on: day(on), provisional }, "{from} + {term}");
}

#[test]
fn working_days_follow_the_holiday_notices() {
    for (from, n, on) in [
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 20, "2026-03-19"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-09-24", 3, "2026-09-30"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-04-30", 1, "2026-05-06"),
        ("2026-05-08", 1, "2026-05-09"),
        ("2026-01-01", 1, "2026-01-04"),
        ("2026-03-02", 20, "2026-03-30"),
        ("2025-09-30", 10, "2025-10-21"),
        ("2026-03-07", 0, "2026-03-09"),
        ("2026-03-06", 0, "2026-03-06"),
    ] {
        check(from, Term::working_days(n), on, false);
    }
}

#[test]
fn days_and_months_end_on_the_next_working_day_after_days_of_rest() {
    check("2026-02-13", Term::days(1), "2026-02-14", false);
    check("2026-02-13", Term::days(2), "2026-02-24", false);
    check("2026-09-24", Term::days(7), "2026-10-08", false);
    check("2026-01-31", Term::months(1), "2026-02-28", false);
    check("2024-01-31", Term::months(1), "2024-02-29", false);
    check("2026-02-28", Term::months(1), "2026-03-30", false);
    check("2025-12-31", Term::months(6), "2026-06-30", false);
    check("2026-10-05", Term::IMMEDIATE, "2026-10-05", false);
}

#[test]
fn a_term_that_passes_the_last_notice_is_provisional() {
    check("2026-12-30", Term::working_days(1), "2026-12-31", false);
    check("2026-12-31", Term::working_days(1), "2027-01-01", true);
    check("2026-12-31", Term::days(0), "2026-12-31", false);
    check("2026-12-01", Term::months(1), "2027-01-01", true);
    check("2003-12-31", Term::working_days(1), "2004-01-02", true);
    check("2026-12-31", Term::IMMEDIATE, "2026-12-31", false);
    check("2027-05-05", Term::IMMEDIATE, "2027-05-05", false);
    assert!(Calendar::default().due(day("2026-03-02"), Term::working_days(5)).provisional);
}

#[test]
fn a_term_without_end_neither_panics_nor_looks_final() {
    for unit in [Unit::WorkingDays, Unit::Days, Unit::Months] {
        let term = Term { n: u32::MAX, unit };
        assert_eq!(calendar().checked_due(day("2026-03-02"), term), None);
        assert_eq!(calendar().due(day("2026-03-02"), term), Due { on: Date::MAX, provisional: true });
        let paused =
            calendar().due_with_pauses(day("2026-03-02"), term, &[pause("2026-03-03", "2026-03-04")], PauseRule::default());
        assert_eq!(paused, Some(Due { on: Date::MAX, provisional: true }));
    }
    assert_eq!(calendar().due(Date::MAX, Term::working_days(1)).on, Date::MAX);
    assert_eq!(calendar().next_working_day(Date::MAX), Date::MAX);
    calendar().due(Date::MIN, Term::working_days(1));
}

#[test]
fn the_last_three_years_have_as_many_working_days_as_the_notices_give() {
    for (year, working) in [(2024, 251), (2025, 248), (2026, 248)] {
        assert_eq!(calendar().working_days_after(date(year - 1, 12, 31), date(year, 12, 31)), working, "{year}");
    }
    assert_eq!(calendar().working_days_after(day("2026-02-27"), day("2026-02-13")), -5);
}

#[test]
fn the_calendar_knows_its_own_end() {
    let calendar = calendar();
    assert_eq!((calendar.version(), calendar.known_until()), (1, day("2026-12-31")));
    assert_eq!(calendar.days_until_end(day("2026-11-01")), 60);
    assert_eq!(calendar.days_until_end(day("2027-01-01")), -1);
}

#[test]
fn each_day_says_why_it_counts_or_not() {
    for (on, working, zh, en) in [
        ("2026-03-02", true, "工作日", "working day"),
        ("2026-03-07", false, "周末", "weekend"),
        ("2026-02-17", false, "法定节假日：春节", "public holiday: Spring Festival"),
        ("2026-02-14", true, "调休上班（春节）", "make-up working day (Spring Festival)"),
        ("2027-01-01", true, "工作日（当年节假日安排尚未公布）", "working day (holidays of that year not announced yet)"),
    ] {
        let day = calendar().day(day(on));
        assert_eq!((day.working, day.text()), (working, Text::new(zh, en)), "{on}");
    }
    let days = calendar().explain(day("2026-02-13"), day("2026-02-27"));
    assert_eq!(days.len(), 14);
    assert_eq!(days.iter().filter(|day| day.working).count(), 5);
    assert_eq!(calendar().explain(day("2026-02-13"), day("2026-02-13")), []);
}

#[test]
fn a_promise_is_measured_against_the_law_in_dates_not_in_numbers() {
    let breach = |promise, limit| calendar().first_breach(promise, limit);
    assert_eq!(breach(Term::working_days(5), Term::working_days(20)), None);
    assert_eq!(breach(Term::IMMEDIATE, Term::working_days(5)), None);
    // Seven days are usually five working days, but not over the Spring Festival.
    assert_eq!(breach(Term::working_days(5), Term::days(7)), Some(day("2004-01-18")));
    assert_eq!(breach(Term::working_days(10), Term::months(1)), None);
}

fn pause(from: &str, until: &str) -> Pause {
    Pause { from: day(from), until: (!until.is_empty()).then(|| day(until)) }
}

#[test]
fn a_pause_takes_the_days_after_its_opening_up_to_its_end() {
    // Monday, 2 March 2026 and five working days: without a pause the term ends on Monday, 9 March.
    let default = PauseRule::default();
    for (term, pauses, on) in [
        (Term::working_days(5), vec![], Some("2026-03-09")),
        (Term::working_days(5), vec![pause("2026-03-04", "2026-03-04")], Some("2026-03-09")),
        (Term::working_days(5), vec![pause("2026-03-04", "2026-03-05")], Some("2026-03-10")),
        (Term::working_days(5), vec![pause("2026-03-06", "2026-03-08")], Some("2026-03-09")),
        (Term::working_days(5), vec![pause("2026-02-20", "2026-03-03")], Some("2026-03-10")),
        (Term::working_days(5), vec![pause("2026-03-09", "2026-03-20")], Some("2026-03-09")),
        (Term::working_days(5), vec![pause("2026-03-10", "")], Some("2026-03-09")),
        (Term::working_days(5), vec![pause("2026-03-08", "")], None),
        (Term::working_days(5), vec![pause("2026-03-06", "2026-03-11"), pause("2026-03-03", "2026-03-09")], Some("2026-03-17")),
        (Term::working_days(5), vec![pause("2026-03-12", "2026-03-13"), pause("2026-03-03", "2026-03-06")], Some("2026-03-12")),
        (Term::days(7), vec![pause("2026-03-03", "2026-03-05")], Some("2026-03-11")),
        // Saturday, 7 March is the fifth day; a pause from Sunday to Tuesday leaves only the carrying over.
        (Term::days(5), vec![pause("2026-03-07", "2026-03-10")], Some("2026-03-11")),
        (Term::months(1), vec![pause("2026-03-10", "2026-03-20")], Some("2026-04-13")),
        (Term::IMMEDIATE, vec![pause("2026-03-01", "")], Some("2026-03-02")),
    ] {
        let due = calendar().due_with_pauses(day("2026-03-02"), term, &pauses, default);
        assert_eq!(due.map(|due| due.on), on.map(day), "{term} {pauses:?}");
    }
}

#[test]
fn whether_the_ends_of_a_pause_run_is_a_choice() {
    for (opening_day_runs, ending_day_runs, on) in
        [(true, false, "2026-03-11"), (false, false, "2026-03-12"), (true, true, "2026-03-10"), (false, true, "2026-03-11")]
    {
        let rule = PauseRule { opening_day_runs, ending_day_runs };
        let pauses = [pause("2026-03-03", "2026-03-05")];
        let due = calendar().due_with_pauses(day("2026-03-02"), Term::working_days(5), &pauses, rule);
        assert_eq!(due.map(|due| due.on), Some(day(on)), "{rule:?}");
    }
}

#[test]
fn a_paused_term_is_explained_line_by_line() {
    let pauses = [pause("2026-03-04", "2026-03-05")];
    let explain = |term, pauses: &[Pause]| {
        let steps = calendar().explain_term(day("2026-03-02"), term, pauses, PauseRule::default(), day("2026-03-10"));
        steps.iter().map(|step| (step.day.date.day(), step.count, step.why)).collect::<Vec<_>>()
    };
    let start = [(2, None, Why::Start), (3, Some(1), Why::Counted), (4, Some(2), Why::Counted), (5, None, Why::Paused)];
    let days = explain(Term::working_days(4), &pauses);
    assert_eq!(days[..4], start);
    let rest = [(6, Some(3), Why::Counted), (7, None, Why::Rest), (8, None, Why::Rest), (9, Some(4), Why::Counted)];
    assert_eq!(days[4..], rest);
    let days = explain(Term::days(4), &pauses);
    assert_eq!(
        days[4..],
        [(6, Some(3), Why::Counted), (7, Some(4), Why::Counted), (8, None, Why::RolledOver), (9, None, Why::RolledOver)]
    );
    let open = explain(Term::days(30), &[pause("2026-03-04", "")]);
    assert_eq!((open.len(), open.last()), (9, Some(&(10, None, Why::Paused))));
}

/// Counts by walking, as a clerk would with the wall calendar.
fn walk(calendar: &Calendar, from: Date, term: Term, pauses: &[Pause]) -> Option<Date> {
    let runs = |day: Date| !pauses.iter().any(|p| day > p.from && p.until.is_none_or(|until| day <= until));
    let n = match term.unit {
        Unit::Months => table::days_between(from, last_day(from, term)?),
        _ => i64::from(term.n),
    };
    let mut left = n;
    let horizon = table::plus_days(from, 2000)?;
    from.series(jiff::Span::new().days(1)).skip(1).take_while(|day| *day < horizon).find(|day| {
        let counts = runs(*day) && (term.unit != Unit::WorkingDays || calendar.is_working(*day));
        left -= i64::from(counts);
        left <= 0 && runs(*day) && calendar.is_working(*day)
    })
}

fn days_later(from: Date, n: i64) -> Date {
    table::plus_days(from, n).expect("a day within the tables")
}

fn any_day() -> impl Strategy<Value = Date> {
    (0..8400i64).prop_map(|n| days_later(date(2004, 1, 1), n))
}

fn any_term() -> impl Strategy<Value = Term> {
    let unit = prop_oneof![Just(Unit::WorkingDays), Just(Unit::Days), Just(Unit::Months)];
    (1..90u32, unit).prop_map(|(n, unit)| Term { n: if unit == Unit::Months { n.min(6) } else { n }, unit })
}

fn any_pauses(from: Date) -> impl Strategy<Value = Vec<Pause>> {
    let pause = (-20..120i64, proptest::option::weighted(0.9, 0..60i64)).prop_map(move |(start, length)| {
        let start = days_later(from, start);
        Pause { from: start, until: length.map(|length| days_later(start, length)) }
    });
    proptest::collection::vec(pause, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_arrays_and_a_walk_over_the_days_agree(
        (from, term, pauses) in any_day().prop_flat_map(|from| (Just(from), any_term(), any_pauses(from))),
    ) {
        let calendar = calendar();
        let due = calendar.due_with_pauses(from, term, &pauses, PauseRule::default());
        prop_assert_eq!(due.map(|due| due.on), walk(calendar, from, term, &pauses));
        if let Some(due) = due {
            prop_assert!(calendar.is_working(due.on));
            prop_assert!(due.on >= calendar.due(from, term).on, "a pause never shortens");
            prop_assert_eq!(due.provisional, due.on > calendar.known_until());
            if term.unit == Unit::WorkingDays {
                let elapsed = calendar.elapsed(from, due.on, term.unit, &pauses, PauseRule::default());
                prop_assert_eq!(elapsed, i64::from(term.n));
            }
            let steps = calendar.explain_term(from, term, &pauses, PauseRule::default(), from);
            prop_assert_eq!(steps.last().map(|step| step.day.date), Some(due.on));
            let counted = steps.iter().filter(|step| step.why == Why::Counted).count() as i64;
            let needed = if term.unit == Unit::Months {
                table::days_between(from, last_day(from, term).expect("at most six months"))
            } else {
                i64::from(term.n)
            };
            prop_assert_eq!(counted, needed);
        }
    }

    #[test]
    fn a_longer_term_or_a_later_start_never_ends_earlier(from in any_day(), later in 0..40i64, term in any_term()) {
        let calendar = calendar();
        let due = calendar.due(from, term).on;
        prop_assert!(due >= from);
        let longer = Term { n: term.n + 1, ..term };
        prop_assert!(calendar.due(from, longer).on >= due);
        prop_assert!(calendar.due(days_later(from, later), term).on >= due);
    }

    #[test]
    fn no_text_breaks_the_reader_or_the_batch(text in "(\\PC{0,40}\n){0,4}|20[0-9]{2}-[0-9]{2}-[0-9]{2},[0-9]{1,12},(working-days|days|months)") {
        let (_, problems) = Calendar::parse("calendar/holidays.csv", &text);
        prop_assert!(!problems.is_empty());
        let (rows, _) = due_batch(calendar(), &text);
        prop_assert!(rows.lines().count() <= text.lines().count());
    }
}
