//! `/tasks`, `/supervision`, `/corrections`: what the workbench shows an officer. Serves measures 9 and 15.

use super::call::{Call, Done, Given, Made, Nothing, Of, bad_parameter};
use super::caller::Scope;
use super::cases::{self, CaseListed};
use super::once::once;
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use office::corrections::{self, Report};
use rulebook::procedure::Role;
use std::collections::BTreeMap;
use store::corrections::Correction;
use store::reader::{AfterRed, AfterUrgent, Light, Lights, TaskFilter};

/// Who looks at a district from above.
const OVERSEERS: [Role; 3] = [Role::Supervisor, Role::Head, Role::GovernmentHead];
const WEEK: i64 = 7 * 24 * 3_600_000;

pub fn routes() -> Vec<Route> {
    let date = || serde_json::json!({ "type": "string", "format": "date" });
    vec![
        Route::get("/tasks", tasks)
            .with(Scope::Cases)
            .says("我的任务，急的在前", "One's tasks, the most urgent first")
            .asks("item", "事项代码", "Code of the item")
            .asks("step", "环节代码", "Code of the step")
            .asks_one("light", ("灯", "Light"), &["red", "yellow", "green", "still"])
            .asks_one("only-mine", ("只看自己承办的", "Only what one handles"), &["true", "false"])
            .asks("text", "编号、单位代码或标题中的字", "Number, credit code or part of the title")
            .paged(),
        Route::get("/tasks/lights", lights)
            .with(Scope::Cases)
            .says("我的任务各灯多少", "How many of one's tasks show each light"),
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
        Route::post("/corrections", report).with(Scope::Guides).once().says("报告指南中的错误", "Report an error in a guide"),
        Route::get("/corrections", reported).with(Scope::Guides).says("纠错清单", "Corrections").asks_one(
            "state",
            ("状态，默认 open", "State, open unless told"),
            &["open", "taken", "closed"],
        ),
        Route::put("/corrections/{id}/taken", take).with(Scope::Guides).says("接办一项纠错", "Take a correction on"),
        Route::put("/corrections/{id}/closed", close)
            .with(Scope::Guides)
            .says("答复并办结一项纠错", "Answer a correction and close it"),
    ]
}

shape! { LightsTold, "各灯多少", "How many show each light", {
    red: u64 = "红", "Red";
    yellow: u64 = "黄", "Yellow";
    green: u64 = "绿", "Green";
    still: u64 = "无计时", "No clock runs";
    more: bool = "还有更多，没有数完", "There are more than were counted";
} }

shape! { Board, "督办一览", "The board of supervision", {
    agencies: Vec<AgencyStands> = "各机关", "The agencies";
    week: WeekTold = "一周", "The week";
} }

shape! { AgencyStands, "一个机关的情况", "How an agency stands", {
    agency: String = "机关代码", "Code of the agency";
    open: u64 = "在办", "Open";
    red: u64 = "红灯", "Red";
    yellow: u64 = "黄灯", "Yellow";
    paused: u64 = "依法中止", "With a lawful pause";
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

shape! { CorrectionTold, "纠错", "A correction", {
    id: String = "编号", "Identifier";
    item: String = "事项代码", "Code of the item";
    cause: String = "来由", "Cause";
    words: String = "内容", "In words";
    state: String = "open、taken 或 closed", "open, taken or closed";
    due_on: Date = "答复期限", "Due";
    from_case: Option<String> = "来自哪个办件", "The case it came from";
    answer: String = "答复", "Answer";
    created_at: At = "时间", "When";
    closed_at: Option<At> = "办结时间", "Closed";
} }

shape! { taken Reported, "指南中的错误", "An error in a guide", {
    item: String = "事项代码", "Code of the item";
    words: String = "错在哪里", "What is wrong";
    contact: Option<String> = "如何答复您", "How to answer you";
} }

shape! { Reference, "编号", "An identifier", {
    id: String = "编号", "Identifier";
} }

shape! { taken Answered, "答复", "An answer", {
    answer: String = "答复", "Answer";
    change: Option<String> = "改正它的已发布修改的编号；办不成事的根因必须有", "The published change that mended it; the root cause of a failed matter needs one";
} }

fn lights_told(lights: Lights) -> LightsTold {
    LightsTold { red: lights.red, yellow: lights.yellow, green: lights.green, still: lights.still, more: lights.more }
}

/// Which tasks are wanted. Steps where the officer's own roles act are among them, whoever handles the case.
fn task_filter(call: &Call) -> Result<TaskFilter, Fault> {
    let officer = call.caller()?.officer()?;
    let live = call.app.office.rulebooks.live()?;
    let text = |name: &str| call.asked(name).map(str::to_owned);
    Ok(TaskFilter {
        item: text("item"),
        step: text("step"),
        light: call.asked("light").map(|light| Light::from_word(light).ok_or_else(|| bad_parameter("light"))).transpose()?,
        text: text("text"),
        also_at: crate::workbench::tasks::steps_of(&live.rules, officer),
        only_mine: call.asked("only-mine") == Some("true"),
    })
}

async fn tasks(call: Call) -> Result<Given<Rows<CaseListed>>, Fault> {
    let filter = task_filter(&call)?;
    let after = call.cursor::<i64>()?.map(|(at, no)| AfterUrgent { due_at: Moment(at), no: CaseNo(no) });
    let page = call.caller()?.reader(&call.app, call.now.day()).my_tasks(&filter, after, call.limit()?, call.now).await?;
    let next = page.next.map(|next| format!("{}~{}", next.due_at.0, next.no));
    Ok(Given::of(Rows { rows: cases::listed(&call, &page.rows).await?, next }))
}

async fn lights(call: Call) -> Result<Given<LightsTold>, Fault> {
    let filter = task_filter(&call)?;
    Ok(Given::of(lights_told(call.caller()?.reader(&call.app, call.now.day()).my_lights(&filter, call.now).await?)))
}

async fn board(call: Call) -> Result<Given<Board>, Fault> {
    let caller = call.caller()?;
    caller.officer_with(&OVERSEERS, call.now.day())?;
    let reader = caller.reader(&call.app, call.now.day());
    let from: Option<Date> = call.asked_as("from")?;
    let start = from.map_or(Moment(call.now.0 - WEEK), Moment::start_of);
    let agencies = reader.agencies(call.now).await?.into_iter().map(|one| AgencyStands {
        agency: one.agency,
        open: one.open,
        red: one.red,
        yellow: one.yellow,
        paused: one.paused,
        deemed: one.deemed,
        decided: one.decided,
        on_time: one.on_time,
    });
    let agencies = agencies.collect();
    let week = reader.week(start, Moment(start.0 + WEEK)).await?;
    Ok(Given::of(Board {
        agencies,
        week: WeekTold {
            from: start.day(),
            submitted: week.submitted,
            deemed: week.deemed,
            outcomes: week.outcomes,
            on_time: week.on_time,
            rated: week.rated,
            rated_low: week.rated_low,
            turned_red: week.turned_red,
        },
    }))
}

async fn red(call: Call) -> Result<Given<Rows<CaseListed>>, Fault> {
    let caller = call.caller()?;
    caller.officer_with(&OVERSEERS, call.now.day())?;
    let filter = store::reader::Filter { agency: call.asked("agency").map(str::to_owned), ..Default::default() };
    let after = call.cursor::<i64>()?.map(|(at, no)| AfterRed { since: Moment(at), no: CaseNo(no) });
    let page = caller.reader(&call.app, call.now.day()).red_list(&filter, after, call.limit()?, call.now).await?;
    let next = page.next.map(|next| format!("{}~{}", next.since.0, next.no));
    Ok(Given::of(Rows { rows: cases::listed(&call, &page.rows).await?, next }))
}

async fn minutes(call: Call) -> Result<Given<Rows<MinutesTold>>, Fault> {
    let caller = call.caller()?;
    caller.officer_with(&OVERSEERS, call.now.day())?;
    let from: Option<Date> = call.asked_as("from")?;
    let until: Option<Date> = call.asked_as("until")?;
    let until = until.map_or(call.now, Moment::end_of);
    let from = from.map_or(Moment(until.0 - 30 * 24 * 3_600_000), Moment::start_of);
    let found = caller.reader(&call.app, call.now.day()).minutes(from, until).await?;
    let rows =
        found.into_iter().map(|one| MinutesTold { item: one.item, decided: one.decided, median: one.median, p90: one.p90 });
    Ok(Given::of(Rows::all(rows.collect())))
}

fn correction_told(correction: Correction) -> CorrectionTold {
    CorrectionTold {
        id: correction.id,
        item: correction.item,
        cause: correction.cause,
        words: correction.words,
        state: correction.state,
        due_on: correction.due_on,
        from_case: correction.from_case.map(|no| no.0),
        answer: correction.answer,
        created_at: At(correction.created_at),
        closed_at: correction.closed_at.map(At),
    }
}

async fn report(call: Call, Of(body): Of<Reported>) -> Result<Made<Reference>, Fault> {
    let office = &call.app.office;
    let live = office.rulebooks.live()?;
    let contact = body.contact.as_deref().unwrap_or("");
    let what = Report { item: &body.item, cause: "guide", words: &body.words, contact, from_case: None };
    let id = once(&call, async || {
        let calendar = office.rulebooks.calendar();
        Ok(corrections::report(&office.store, &live.rules, &calendar, &what, corrections::ANSWER_WITHIN, call.now).await?.id)
    })
    .await?;
    Ok(Made { location: format!("/api/v1/corrections/{id}"), body: Reference { id } })
}

/// Who answers for guides.
const EDITORS: [Role; 3] = [Role::Editor, Role::Legal, Role::Publisher];

async fn reported(call: Call) -> Result<Given<Rows<CorrectionTold>>, Fault> {
    call.caller()?.officer_with(&EDITORS, call.now.day())?;
    let found = call.app.office.store.corrections(call.asked("state").unwrap_or("open"), 200).await?;
    Ok(Given::of(Rows::all(found.into_iter().map(correction_told).collect())))
}

async fn take(call: Call, _: Nothing) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    corrections::take(&call.app.office.store, officer, call.part("id"), call.now).await?;
    Ok(Done)
}

async fn close(call: Call, Of(body): Of<Answered>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    let live = call.app.office.rulebooks.live()?;
    let (store, id) = (&call.app.office.store, call.part("id"));
    corrections::close(store, &live.rules, officer, id, body.change.as_deref(), &body.answer, call.now).await?;
    Ok(Done)
}
