//! `/calendar`: which days are worked, and on which day a term ends, line by line. Serves measure 9.

use super::call::{Call, Given, bad_parameter};
use super::ground;
use super::problem::Fault;
use super::route::Route;
use super::shape::{Rows, shape};
use jiff::ToSpan;
use jiff::civil::Date;
use rulebook::calendar::{PauseRule, Step, Why};
use rulebook::{Term, Text, Unit};
use serde_json::json;

/// Days that are told at once, and the longest term that is counted, in its unit.
const MOST_DAYS: i32 = 400;
const LONGEST: u32 = 400;

pub fn routes() -> Vec<Route> {
    let date = || json!({ "type": "string", "format": "date" });
    let units: Vec<&str> = Unit::ALL.iter().map(|unit| unit.word()).collect();
    vec![
        Route::get("/calendar", about).says("日历的版本和范围", "The calendar: its version and how far it is known"),
        Route::get("/calendar/days", days)
            .says("逐日：是否工作日及原因", "Day by day: worked or not, and why")
            .needs_for("from", ("从何日", "First day"), date())
            .needs_for("to", ("到何日，最多400天", "Last day, at most 400 days on"), date()),
        Route::get("/calendar/due", due)
            .says("期限的到期日，逐日说明", "The day a term ends, explained day by day")
            .needs_for("from", ("起算事件之日，不计入", "Day of the starting event, which is not counted"), date())
            .needs_for("n", ("数量", "How many"), json!({ "type": "integer", "minimum": 0, "maximum": LONGEST }))
            .asks_one("unit", ("单位，默认 working-days", "Unit, working-days unless told"), &units),
    ]
}

shape! { CalendarTold, "日历", "The calendar", {
    version: u32 = "版本", "Version";
    known_from: Date = "从何日起已知", "Known from";
    known_until: Date = "已公布到何日；之后为暂定", "Announced until; later days are provisional";
    source: String = "来源", "Source";
    today: Date = "今天", "Today";
} }

shape! { DayTold, "一天", "A day", {
    date: Date = "日期", "Date";
    working: bool = "是否工作日", "Whether it is worked";
    known: bool = "是否已公布", "Whether it has been announced";
    why: Text = "原因", "Why";
} }

shape! { DueTold, "到期日", "The day a term ends", {
    from: Date = "起算事件之日", "Day of the starting event";
    term: ground::Term = "期限", "The term";
    due: Date = "到期日，当日24时届满", "Its last day; it ends at 24:00";
    provisional: bool = "依赖未公布的节假日", "Whether it relies on days not announced yet";
    calendar: u32 = "日历版本", "Version of the calendar";
    days: Vec<CountedDay> = "逐日说明", "Day by day";
} }

shape! { CountedDay, "计算中的一天", "A day of the count", {
    date: Date = "日期", "Date";
    number: Option<u32> = "第几日；不计入的为空", "Which day of the term; null where it did not count";
    kind: String = "start、counted、rest、paused 或 rolled-over", "start, counted, rest, paused or rolled-over";
    why: Text = "原因", "Why";
} }

async fn about(call: Call) -> Result<Given<CalendarTold>, Fault> {
    let calendar = call.app.office.rulebooks.calendar();
    Ok(Given::of(CalendarTold {
        version: calendar.version(),
        known_from: calendar.known_from(),
        known_until: calendar.known_until(),
        source: calendar.source().to_owned(),
        today: call.now.day(),
    }))
}

async fn days(call: Call) -> Result<Given<Rows<DayTold>>, Fault> {
    let calendar = call.app.office.rulebooks.calendar();
    let from: Date = call.asked_as("from")?.ok_or_else(|| bad_parameter("from"))?;
    let to: Date = call.asked_as("to")?.ok_or_else(|| bad_parameter("to"))?;
    if to < from || from.checked_add(MOST_DAYS.days()).is_ok_and(|last| last < to) {
        return Err(bad_parameter("to"));
    }
    let mut rows = Vec::new();
    let mut day = from;
    while day <= to {
        let told = calendar.day(day);
        rows.push(DayTold { date: day, working: told.working, known: told.known, why: told.text() });
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    Ok(Given::of(Rows::all(rows)))
}

async fn due(call: Call) -> Result<Given<DueTold>, Fault> {
    let calendar = call.app.office.rulebooks.calendar();
    let from: Date = call.asked_as("from")?.ok_or_else(|| bad_parameter("from"))?;
    let n: u32 = call.asked_as("n")?.filter(|n| *n <= LONGEST).ok_or_else(|| bad_parameter("n"))?;
    let unit: Unit = call.asked_as("unit")?.unwrap_or(Unit::WorkingDays);
    let term = Term { n, unit };
    let due = calendar.checked_due(from, term).ok_or_else(|| bad_parameter("from"))?;
    let steps = calendar.explain_term(from, term, &[], PauseRule::default(), from);
    Ok(Given::of(DueTold {
        from,
        term: term.into(),
        due: due.on,
        provisional: due.provisional,
        calendar: calendar.version(),
        days: steps.iter().map(counted).collect(),
    }))
}

pub fn counted(step: &Step) -> CountedDay {
    let kind = match step.why {
        Why::Start => "start",
        Why::Counted => "counted",
        Why::Rest => "rest",
        Why::Paused => "paused",
        Why::RolledOver => "rolled-over",
    };
    CountedDay { date: step.day.date, number: step.count, kind: kind.to_owned(), why: step.text() }
}
