//! `/supervision`: the figures of every body, the week on one page, and what is red. Bounded by what its
//! reader may see. Serves measure 9.

use super::call::{Call, Given, MOST_ROWS};
use super::caller::Scope;
use super::cases::{self, CaseListed};
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use crate::workbench::supervision;
use crate::workbench::week::{LINES, monday_of};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use std::collections::BTreeMap;
use store::reader::{AfterRed, AgencyFigures, Filter, ItemMinutes};

const WEEK: i64 = 7 * 24 * 3_600_000;

pub fn routes() -> Vec<Route> {
    let date = || serde_json::json!({ "type": "string", "format": "date" });
    vec![
        Route::get("/supervision", board)
            .with(Scope::Figures)
            .says("督办：各机关情况和一周汇总", "Supervision: every agency, and a week on one page")
            .asks_for("from", ("一周自何日起；默认最近七天", "First day of the week; the last seven days unless told"), date()),
        Route::get("/supervision/red", red)
            .with(Scope::Figures)
            .says("红灯清单", "The red list")
            .asks("agency", "机关代码", "Code of the agency")
            .paged(),
        Route::get("/supervision/minutes", minutes)
            .with(Scope::Figures)
            .says("各事项从首问到办结的分钟数", "Minutes from the first contact to the decision, by item")
            .asks_for("from", ("自何日", "From"), date())
            .asks_for("until", ("至何日（含）", "Until, that day included"), date()),
        Route::get("/supervision/week", week)
            .with(Scope::Figures)
            .says(
                "一页周报：一周的数字、前一周、各机关现状、红灯最久的",
                "The week on one page: its figures, those of the week before, how each body stands, what is red for the longest",
            )
            .asks_for("from", ("这一周的任一天；默认本周", "A day of the week; this week unless told"), date()),
        Route::get("/supervision/special", special)
            .with(Scope::Figures)
            .says("正在进行的特别程序", "Special procedures that run")
            .asks("agency", "机关代码", "Code of the agency"),
    ]
}

shape! { Board, "督办一览", "The board of supervision", {
    agencies: Vec<AgencyStands> = "各机关", "The agencies";
    week: WeekTold = "一周", "The week";
    calendar_until: Date = "工作日历到何日；之后的到期日为暂定", "Last day of the calendar; later due days are provisional";
    dead_errands: u64 = "重试多次仍未做成的事务", "Errands given up after many tries";
} }

shape! { AgencyStands, "一个机关的情况", "How an agency stands", {
    agency: String = "机关代码", "Code of the agency";
    open: u64 = "在办", "Open";
    red: u64 = "红灯", "Red";
    yellow: u64 = "黄灯", "Yellow";
    paused: u64 = "依法中止", "With a lawful pause";
    special: u64 = "其中正在进行特别程序", "Of those open, in a special procedure";
    deemed: u64 = "视为受理", "Accepted by silence";
    decided: u64 = "三十天内办结", "Decided in thirty days";
    on_time: u64 = "其中按时", "Of those, on time";
} }

shape! { WeekTold, "一周汇总", "A week on one page", {
    from: Date = "自", "From";
    submitted: u64 = "提交", "Submitted";
    deemed: u64 = "视为受理", "Accepted by silence";
    outcomes: BTreeMap<String, u64> = "各结果", "By outcome";
    on_time: u64 = "按时", "On time";
    rated: u64 = "评价数", "Rated";
    rated_low: u64 = "其中不满意", "Of those, low";
    turned_red: u64 = "首次超期", "Turned red";
} }

shape! { MinutesTold, "一个事项的分钟数", "Minutes of an item", {
    item: String = "事项代码", "Code of the item";
    decided: u64 = "办结数", "Decided";
    median: i64 = "中位数", "Median";
    p90: i64 = "十有九在此以内", "Nine of ten took at most so long";
} }

shape! { WeekPage, "一页周报", "The week on one page", {
    week: WeekTold = "这一周（周一至周日）", "The week, Monday to Sunday";
    before: WeekTold = "前一周", "The week before";
    agencies: Vec<AgencyStands> = "各机关现状", "How each body stands now";
    red: Vec<RedTold> = "红灯最久的", "Red for the longest";
    minutes: Vec<MinutesTold> = "各事项从首问到办结的分钟数，办结多的在前", "Minutes of each item, the one decided most first";
} }

shape! { RedTold, "一个红灯", "A red light", {
    case: CaseListed = "办件", "The case";
    red_since: Option<At> = "红灯起于", "Red since";
    reason: Option<String> = "已公开的原因", "The reason that was published";
} }

shape! { SpecialTold, "一个特别程序", "A special procedure", {
    case: CaseListed = "办件", "The case";
    kind: String = "种类", "Kind";
    expected_end: Date = "预计结束", "Expected to end on";
} }

async fn board(call: Call) -> Result<Given<Board>, Fault> {
    let read = read(&call).await?;
    let from: Option<Date> = call.asked_as("from")?;
    let start = from.map_or(Moment(call.now.0 - WEEK), Moment::start_of);
    Ok(Given::of(Board {
        agencies: stands(&read),
        week: week_from(&call, start).await?,
        calendar_until: read.calendar_until,
        dead_errands: read.dead_errands,
    }))
}

/// The board as its page reads it, for those who may look at it.
async fn read(call: &Call) -> Result<supervision::Board, Fault> {
    let caller = call.caller()?;
    let officer = caller.officer_with(supervision::ROLES, call.now.day())?;
    let live = call.app.office.rulebooks.live()?;
    let reader = caller.reader(&call.app, call.now.day());
    Ok(supervision::Board::read(&call.app, officer, &reader, &live.rules).await?)
}

fn stands(board: &supervision::Board) -> Vec<AgencyStands> {
    let one = |one: &AgencyFigures| AgencyStands {
        agency: one.agency.clone(),
        open: one.open,
        red: one.red,
        yellow: one.yellow,
        paused: one.paused,
        special: board.special_of(&one.agency),
        deemed: one.deemed,
        decided: one.decided,
        on_time: one.on_time,
    };
    board.agencies.iter().map(one).collect()
}

async fn week_from(call: &Call, start: Moment) -> Result<WeekTold, Fault> {
    let week = call.caller()?.reader(&call.app, call.now.day()).week(start, Moment(start.0 + WEEK)).await?;
    Ok(WeekTold {
        from: start.day(),
        submitted: week.submitted,
        deemed: week.deemed,
        outcomes: week.outcomes,
        on_time: week.on_time,
        rated: week.rated,
        rated_low: week.rated_low,
        turned_red: week.turned_red,
    })
}

async fn week(call: Call) -> Result<Given<WeekPage>, Fault> {
    let agencies = stands(&read(&call).await?);
    let monday = Moment::start_of(monday_of(call.asked_as("from")?.unwrap_or(call.now.day())));
    let reader = call.caller()?.reader(&call.app, call.now.day());
    let rows = reader.red_list(&Filter::default(), None, LINES, call.now).await?.rows;
    let mut reasons = supervision::reasons(&reader, &rows).await?;
    let mut minutes = reader.minutes(monday, Moment(monday.0 + WEEK)).await?;
    minutes.sort_by_key(|one| std::cmp::Reverse(one.decided));
    let told = cases::listed(&call, &rows).await?.into_iter().zip(&rows);
    let red = told.map(|(case, row)| RedTold { case, red_since: row.red_since.map(At), reason: reasons.remove(&row.no) });
    Ok(Given::of(WeekPage {
        agencies,
        week: week_from(&call, monday).await?,
        before: week_from(&call, Moment(monday.0 - WEEK)).await?,
        red: red.collect(),
        minutes: minutes.into_iter().map(minutes_told).collect(),
    }))
}

async fn special(call: Call) -> Result<Given<Rows<SpecialTold>>, Fault> {
    let caller = call.caller()?;
    caller.officer_with(supervision::ROLES, call.now.day())?;
    let found = caller.reader(&call.app, call.now.day()).special(call.asked("agency"), MOST_ROWS).await?;
    let (rows, rest): (Vec<_>, Vec<_>) = found.into_iter().map(|one| (one.row, (one.kind, one.expected_end))).unzip();
    let told = cases::listed(&call, &rows).await?.into_iter().zip(rest);
    Ok(Given::of(Rows::all(told.map(|(case, (kind, expected_end))| SpecialTold { case, kind, expected_end }).collect())))
}

fn minutes_told(one: ItemMinutes) -> MinutesTold {
    MinutesTold { item: one.item, decided: one.decided, median: one.median, p90: one.p90 }
}

async fn red(call: Call) -> Result<Given<Rows<CaseListed>>, Fault> {
    let caller = call.caller()?;
    caller.officer_with(supervision::ROLES, call.now.day())?;
    let filter = Filter { agency: call.asked("agency").map(str::to_owned), ..Default::default() };
    let after = call.cursor::<i64>()?.map(|(at, no)| AfterRed { since: Moment(at), no: CaseNo(no) });
    let page = caller.reader(&call.app, call.now.day()).red_list(&filter, after, call.limit()?, call.now).await?;
    let next = page.next.map(|next| format!("{}~{}", next.since.0, next.no));
    Ok(Given::of(Rows { rows: cases::listed(&call, &page.rows).await?, next }))
}

async fn minutes(call: Call) -> Result<Given<Rows<MinutesTold>>, Fault> {
    let caller = call.caller()?;
    caller.officer_with(supervision::ROLES, call.now.day())?;
    let from: Option<Date> = call.asked_as("from")?;
    let until: Option<Date> = call.asked_as("until")?;
    let until = until.map_or(call.now, Moment::end_of);
    let from = from.map_or(Moment(until.0 - 30 * 24 * 3_600_000), Moment::start_of);
    let found = caller.reader(&call.app, call.now.day()).minutes(from, until).await?;
    Ok(Given::of(Rows::all(found.into_iter().map(minutes_told).collect())))
}
