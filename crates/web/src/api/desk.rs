//! `/tasks`, `/corrections`: what waits for an officer. Serves measures 9 and 15.

use super::call::{Call, Done, Given, Made, Nothing, Of, bad_parameter};
use super::caller::Scope;
use super::cases::{self, CaseListed};
use super::ground::Reference;
use super::once::once;
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use office::corrections::{self, Report};
use rulebook::procedure::Role;
use store::corrections::Correction;
use store::reader::{AfterUrgent, Light, Lights, TaskFilter};

pub fn routes() -> Vec<Route> {
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

shape! { taken CorrectionAnswer, "答复", "An answer", {
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

async fn close(call: Call, Of(body): Of<CorrectionAnswer>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    let live = call.app.office.rulebooks.live()?;
    let (store, id) = (&call.app.office.store, call.part("id"));
    corrections::close(store, &live.rules, officer, id, body.change.as_deref(), &body.answer, call.now).await?;
    Ok(Done)
}
