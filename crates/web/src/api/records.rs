//! `/readings`, `/audits`, `/retention`: who looked at what, what administrators did, and what is kept how long. For those whom the
//! workbench shows it to, as far as it shows it.

use super::call::{Call, Given, Of, bad_parameter};
use super::caller::Scope;
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use office::retention::Next;
use rulebook::procedure::Role;
use rulebook::retention::Retention;
use rulebook::{Rulebook, Text};
use store::erase::Erased;
use store::readings::ReadingFilter;

const LOGS: [Role; 2] = [Role::Administrator, Role::Supervisor];
const ADMINISTRATOR: [Role; 1] = [Role::Administrator];

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/readings", readings)
            .with(Scope::Records)
            .says("阅读日志，新的在前", "The reading log, newest first")
            .asks("case", "办件编号", "Number of the case")
            .asks("reader", "工作人员编号", "Identifier of the member of staff")
            .paged(),
        Route::get("/audits", audits)
            .with(Scope::Records)
            .says("管理日志，新的在前", "What administrators did, newest first")
            .paged(),
        Route::get("/retention", rules).with(Scope::Records).says("保管期限", "How long what was handed in is kept"),
        Route::get("/retention/{rule}", expiring)
            .with(Scope::Records)
            .says("一年内到期的办件", "Cases whose time of keeping ends within a year")
            .paged(),
        Route::put("/retention/{rule}/warnings", warn)
            .with(Scope::Records)
            .says("发出到期提醒", "Send the warnings that are due"),
        Route::put("/retention/{rule}/erasures", erase)
            .with(Scope::Records)
            .says("清除已提醒且到期的个人材料", "Erase what was warned of and has come to its end"),
    ]
}

shape! { ReadingTold, "一次阅读", "A reading", {
    reader: String = "谁", "Who";
    what: String = "看了什么", "What was looked at";
    case: Option<String> = "办件编号", "Number of the case";
    purpose: String = "在哪个页面或者行为", "The page or the act it was read for";
    at: At = "时间", "When";
} }

shape! { AuditTold, "一次管理操作", "A thing that an administrator did", {
    by: String = "谁", "Who";
    what: String = "做了什么", "What";
    subject: String = "对谁", "To whom";
    detail: String = "详情", "In detail";
    at: At = "时间", "When";
} }

shape! { RuleTold, "一条保管规则", "A rule of retention", {
    code: String = "代码", "Code";
    name: Text = "名称", "Name";
    years: i64 = "办结后多少年", "Years after the case was closed";
} }

shape! { ExpiringTold, "将到期的办件", "A case whose time ends", {
    case: String = "办件编号", "Number of the case";
    ends_on: Date = "到期日", "The day its time ends";
    first_warning: Option<At> = "第一次提醒", "First warning";
    second_warning: Option<At> = "第二次提醒", "Second warning";
    next: String = "first-warning、second-warning、wait 或 erase", "first-warning, second-warning, wait or erase";
} }

shape! { taken Chosen, "选择的办件", "The cases chosen", {
    cases: Vec<String> = "办件编号", "Their numbers";
} }

shape! { Warned, "提醒数", "How many warnings went out", {
    sent: usize = "发出的提醒", "Warnings sent";
} }

shape! { ErasedTold, "清除的结果", "What became of a case", {
    case: String = "办件编号", "Number of the case";
    erased: bool = "是否清除", "Whether it was erased";
} }

/// The moment before which the next page goes on.
fn before(call: &Call) -> Result<Option<Moment>, Fault> {
    call.asked("after").map(|after| after.parse().map(Moment).map_err(|_| bad_parameter("after"))).transpose()
}

async fn readings(call: Call) -> Result<Given<Rows<ReadingTold>>, Fault> {
    let officer = call.caller()?.officer_with(&LOGS, call.now.day())?;
    let limit = call.limit()?;
    let filter = ReadingFilter {
        reader: call.asked("reader").map(|id| format!("s:{id}")),
        case_no: call.asked("case").map(|no| CaseNo(no.to_owned())),
        at: officer.bodies(&LOGS),
        before: before(&call)?,
    };
    let found = call.app.office.store.readings(&filter, limit as u32).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| last.at.0.to_string());
    let told = found.into_iter().map(|one| ReadingTold {
        reader: one.reader,
        what: one.what,
        case: one.case_no.map(|no| no.0),
        purpose: one.purpose,
        at: At(one.at),
    });
    Ok(Given::of(Rows { rows: told.collect(), next }))
}

async fn audits(call: Call) -> Result<Given<Rows<AuditTold>>, Fault> {
    let officer = call.caller()?.officer_with(&LOGS, call.now.day())?;
    let (limit, before) = (call.limit()?, before(&call)?.unwrap_or(Moment(i64::MAX)));
    let found = call.app.office.store.audits(officer.bodies(&LOGS).as_deref(), before, limit as i64).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| last.at.0.to_string());
    let told = found.into_iter().map(|one| AuditTold {
        by: one.by,
        what: one.what,
        subject: one.subject,
        detail: one.detail,
        at: At(one.at),
    });
    Ok(Given::of(Rows { rows: told.collect(), next }))
}

async fn rules(call: Call) -> Result<Given<Rows<RuleTold>>, Fault> {
    call.caller()?.officer_with(&ADMINISTRATOR, call.now.day())?;
    let live = call.app.office.rulebooks.live()?;
    let told = live.rules.retention.values().map(|rule| RuleTold {
        code: rule.code.get_ref().clone(),
        name: Text::new(rule.name.as_str(), rule.label.as_str()),
        years: i64::from(rule.years),
    });
    Ok(Given::of(Rows::all(told.collect())))
}

fn rule<'a>(call: &Call, rules: &'a Rulebook) -> Result<&'a Retention, Fault> {
    rules.retention.get(call.part("rule")).ok_or_else(Fault::not_found)
}

async fn expiring(call: Call) -> Result<Given<Rows<ExpiringTold>>, Fault> {
    call.caller()?.officer_of_district(&ADMINISTRATOR, call.now.day())?;
    let (limit, after) = (call.limit()?, call.asked("after").map(|no| CaseNo(no.to_owned())));
    let live = call.app.office.rulebooks.live()?;
    let found = call.app.office.expiring(&live.rules, rule(&call, &live.rules)?, after.as_ref(), limit as u32).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| last.kept.no.0.clone());
    let told = found.into_iter().map(|one| ExpiringTold {
        case: one.kept.no.0,
        ends_on: one.ends_on,
        first_warning: one.first.map(At),
        second_warning: one.second.map(At),
        next: match one.next {
            Next::FirstWarning => "first-warning",
            Next::SecondWarning => "second-warning",
            Next::Wait(_) => "wait",
            Next::Erase => "erase",
        }
        .to_owned(),
    });
    Ok(Given::of(Rows { rows: told.collect(), next }))
}

fn chosen(body: Chosen) -> Vec<CaseNo> {
    body.cases.into_iter().map(CaseNo).collect()
}

/// Doing it again sends nothing twice: each warning is written once.
async fn warn(call: Call, Of(body): Of<Chosen>) -> Result<Given<Warned>, Fault> {
    let (officer, live) = (call.caller()?.officer()?, call.app.office.rulebooks.live()?);
    let sent = call.app.office.warn_of_erasure(officer, &live.rules, rule(&call, &live.rules)?, &chosen(body)).await?;
    Ok(Given::of(Warned { sent }))
}

async fn erase(call: Call, Of(body): Of<Chosen>) -> Result<Given<Rows<ErasedTold>>, Fault> {
    let (officer, live) = (call.caller()?.officer()?, call.app.office.rulebooks.live()?);
    let done = call.app.office.erase_expired(officer, &live.rules, rule(&call, &live.rules)?, &chosen(body)).await?;
    let told = done.into_iter().map(|(no, erased)| ErasedTold { case: no.0, erased: erased == Erased::Yes });
    Ok(Given::of(Rows::all(told.collect())))
}
