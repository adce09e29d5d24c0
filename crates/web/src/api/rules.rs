//! `/rules`: the rulebook on its way to an edition, as the item editor has it, and the list as a process; `/imports`: tables taken in.
//! Every desk and every permission is that of the workbench. Serves measures 6 and 7.

use super::call::{Call, Done, Given, Made, Of, bad_parameter};
use super::caller::Scope;
use super::once::once;
use super::problem::{Fault, OVERTAKEN, WRONG_SHAPE};
use super::route::Route;
use super::shape::{At, Rows, shape};
use casework::Moment;
use jiff::civil::Date;
use office::import::Kind;
use office::publish::Released;
use office::publish::desks::Saved;
use office::publish::list::{Proposal, Row};
use rulebook::procedure::Role;
use rulebook::{Severity, Text};
use serde_json::json;
use std::collections::BTreeMap;
use store::changes::{Change, ChangeState};

/// Who reads what is not published yet.
const DESKS: [Role; 6] = [Role::Editor, Role::Approver, Role::Head, Role::Legal, Role::Publisher, Role::Supervisor];
/// Changes of a list.
const MOST: u32 = 200;

pub fn routes() -> Vec<Route> {
    let date = || json!({ "type": "string", "format": "date" });
    vec![
        Route::get("/rules/editions", editions).says("规则书各版本，新的在前", "The editions of the rulebook, newest first"),
        Route::post("/rules/editions", publish)
            .with(Scope::Rules)
            .once()
            .says("把待发布的修改发布为新版本", "Publish changes that are ready as the next edition"),
        Route::get("/rules/files", files)
            .with(Scope::Rules)
            .says("最新版本的文件路径", "Paths of the files of the latest edition"),
        Route::get("/rules/file", file).with(Scope::Rules).says("最新版本的一个文件", "A file of the latest edition").needs_for(
            "path",
            ("路径", "Its path"),
            json!({ "type": "string", "maxLength": 200 }),
        ),
        Route::get("/rules/changes", changes).with(Scope::Rules).says("修改，最近的在前", "Changes, the latest first").asks_one(
            "state",
            ("状态；默认为在办的", "State; those under way unless told"),
            &["draft", "department", "legal", "ready", "published", "dropped"],
        ),
        Route::post("/rules/changes", draft).with(Scope::Rules).once().says("起草对一个文件的修改", "Draft a change of a file"),
        Route::get("/rules/changes/{id}", change)
            .with(Scope::Rules)
            .says("一份修改、它的经过和问题", "A change, its way, and what is wrong with it"),
        Route::put("/rules/changes/{id}", save).with(Scope::Rules).versioned().says("保存修改", "Save a change"),
        Route::put("/rules/changes/{id}/passed-on", pass_on)
            .with(Scope::Rules)
            .versioned()
            .says("送下一环节", "Pass a change on to the next desk"),
        Route::put("/rules/changes/{id}/sent-back", send_back)
            .with(Scope::Rules)
            .versioned()
            .says("退回起草人", "Send a change back to its author"),
        Route::put("/rules/changes/{id}/dropped", drop_change)
            .with(Scope::Rules)
            .versioned()
            .says("放弃一份修改", "Give a change up"),
        Route::get("/rules/rows", rows).with(Scope::Rules).says("清单各行的经过", "Rows of the list on their way").asks_for(
            "on",
            ("截至何日（含）", "As it stood at the end of this day"),
            date(),
        ),
        Route::get("/rules/rows/{code}", row).with(Scope::Rules).says("清单一行的经过", "A row of the list and its way"),
        Route::put("/rules/rows/{code}/proposed", propose).with(Scope::Rules).versioned().says("提出一行", "Propose a row"),
        Route::put("/rules/rows/{code}/spoken", speak)
            .with(Scope::Rules)
            .versioned()
            .says("同意或者不同意一行", "Agree or disagree with a row"),
        Route::put("/rules/rows/{code}/ruled", rule)
            .with(Scope::Rules)
            .versioned()
            .says("裁定有争议的一行", "Rule on a disputed row"),
        Route::put("/rules/rows/{code}/published", publish_row).with(Scope::Rules).versioned().says("发布一行", "Publish a row"),
        Route::get("/rules/zones", zones)
            .with(Scope::Rules)
            .says("各开发区办理条件不同之处", "Where a zone's terms are not the district's"),
        Route::put("/imports/{kind}", import).with(Scope::Rules).says(
            "导入表格（CSV）：items、list、agencies、staff 或 firms；重复导入不会重复",
            "Take in a table (CSV): items, list, agencies, staff or firms; doing it again doubles nothing",
        ),
    ]
}

shape! { EditionListed, "规则书版本", "An edition of the rulebook", {
    name: String = "版本名", "Name";
    base: Option<String> = "所依据的版本", "The edition it was made from";
    digest: String = "SM3 摘要", "SM3 digest of its files";
    in_force_at: At = "生效时间", "In force from";
    published_at: At = "发布时间", "Published";
    note: String = "说明", "Note";
} }

shape! { PathTold, "文件", "A file", {
    path: String = "路径", "Path";
} }

shape! { FileTold, "文件全文", "A file, whole", {
    path: String = "路径", "Path";
    edition: String = "版本", "Edition";
    text: String = "全文", "Its text";
} }

shape! { ChangeTold, "修改", "A change", {
    id: String = "编号", "Identifier";
    path: String = "路径", "Path of the file";
    base_edition: String = "所依据的版本", "The edition whose text was changed";
    state: String = "draft、department、legal、ready、published 或 dropped", "draft, department, legal, ready, published or dropped";
    author: String = "起草人编号", "Identifier of its author";
    note: String = "说明", "Why";
    version: u64 = "版本号", "Version of the row";
    updated_at: At = "最近变动", "Last touched";
} }

shape! { ChangeWhole, "修改的全部", "A change, whole", {
    change: ChangeTold = "修改", "The change";
    text: String = "修改后的全文", "The file as it is to be";
    before: String = "修改前的全文；新文件为空", "The file it was made from; empty for a new one";
    moved_on: Option<String> = "现在版本中的全文，若已不同", "The file as it stands now, where it moved on";
    steps: Vec<StepTold> = "经过", "What was done with it";
    problems: Vec<ProblemTold> = "检查出的问题", "What the check finds";
} }

shape! { StepTold, "经过的一步", "A step", {
    by: String = "经手人编号", "Identifier of who did it";
    state: String = "此后的状态", "The state it led to";
    words: String = "意见", "In words";
    at: At = "时间", "When";
} }

shape! { ProblemTold, "规则书中的问题", "A problem of the rulebook", {
    error: bool = "是错误（不能发布）还是提醒", "An error, which keeps it from being published, or a warning";
    file: String = "文件", "File";
    line: usize = "行", "Line";
    rule: String = "规则", "Rule";
    message: Text = "问题", "What is wrong";
    remedy: Text = "如何改", "What to do";
} }

shape! { taken NewChange, "要起草的修改", "A change to draft", {
    path: String = "路径", "Path of the file";
    text: String = "修改后的全文", "The file as it is to be";
    note: String = "说明", "Why";
} }

shape! { taken ChangeText, "修改的内容", "What a change says", {
    base_edition: String = "所依据的版本", "The edition it starts from";
    text: String = "修改后的全文", "The file as it is to be";
    note: String = "说明", "Why";
} }

shape! { taken InWords, "意见", "Words", {
    words: String = "意见", "In words";
} }

shape! { taken NewEdition, "要发布的版本", "An edition to publish", {
    base: String = "所依据的版本：最新的一个", "The edition it replaces: the latest";
    changes: Vec<ChangeSeen> = "待发布的修改", "Changes that are ready";
    in_force_at: Option<Date> = "自何日零时生效；不填为立即", "In force from the beginning of this day; at once unless told";
    note: String = "说明", "Note";
} }

shape! { taken ChangeSeen, "看过的修改", "A change as it was seen", {
    id: String = "编号", "Identifier";
    version: u64 = "看过的版本号", "The version seen";
} }

shape! { EditionName, "版本名", "Name of an edition", {
    name: String = "版本名", "Name";
} }

shape! { RowTold, "清单的一行及其经过", "A row of the list and its way", {
    code: String = "代码", "Code";
    state: String = "proposed、agreed、disputed、arbitrated、published 或 withdrawn", "proposed, agreed, disputed, arbitrated, published or withdrawn";
    name: Option<String> = "名称", "Name";
    agency: Option<String> = "实施机关", "Body that the list names";
    law: Option<String> = "依据", "Its ground";
    version: u64 = "步数，作为看过的版本传回", "Steps so far: the version to be given back";
    steps: Vec<RowStep> = "经过", "Its steps";
} }

shape! { RowStep, "清单一行的一步", "A step of a row", {
    by: String = "经手人编号", "Identifier of who did it";
    agency: String = "机关代码", "Code of the body";
    state: String = "此步", "The step";
    words: String = "理由", "Why";
    at: At = "时间", "When";
} }

shape! { taken RowProposed, "提出的一行", "A row proposed", {
    name: String = "名称", "Name";
    item_type: String = "事项类型，如 行政许可", "Type of item, as 行政许可";
    agency: String = "实施机关", "Body that the list is to name";
    law: String = "依据的法", "The law";
    article: Option<String> = "条款", "The article";
    why: String = "理由", "Why";
} }

shape! { taken RowSpoken, "对一行的意见", "What a body says of a row", {
    agrees: bool = "是否同意", "Whether it agrees";
    words: String = "理由", "Why";
} }

shape! { taken RowRuled, "对一行的裁定", "What is ruled of a row", {
    on_the_list: bool = "是否列入", "Whether it goes on the list";
    words: String = "理由", "Why";
} }

shape! { ZoneTold, "一处不同", "A difference", {
    item: String = "事项代码", "Code of the item";
    zone: String = "开发区机关代码", "Code of the zone's body";
    what: Text = "哪里不同", "What differs";
} }

shape! { taken TableText, "表格", "A table", {
    csv: String = "CSV 全文，第一行为列名", "The table as CSV, its first line the heads of the columns";
} }

shape! { Imported, "导入结果", "What an import did", {
    added: usize = "新增", "Added";
    changed: usize = "变更", "Changed";
    unchanged: usize = "未变", "Unchanged";
    refused: Vec<RowRefused> = "拒绝的行", "Rows that were refused";
    passed_over: Vec<String> = "没有读懂的列", "Columns that nobody understood";
    drafted: Vec<String> = "由此起草的修改", "Changes drafted by it";
    passwords: BTreeMap<String, String> = "新账号的一次性密码，只说这一次", "Passwords of new accounts, told this once";
} }

shape! { RowRefused, "拒绝的行", "A row that was refused", {
    row: u32 = "行号，含表头", "Its number, the head included";
    column: String = "列", "Column";
    why: Text = "理由", "Why";
    remedy: Text = "如何改", "What to do";
} }

fn edition_told(edition: store::editions::Edition) -> EditionListed {
    EditionListed {
        name: edition.name,
        base: edition.base,
        digest: edition.digest,
        in_force_at: At(edition.in_force_at),
        published_at: At(edition.published_at),
        note: edition.note,
    }
}

async fn editions(call: Call) -> Result<Given<Rows<EditionListed>>, Fault> {
    let mut all = call.app.office.store.editions().await?;
    all.sort_by_key(|edition| std::cmp::Reverse(edition.number));
    Ok(Given::of(Rows::all(all.into_iter().map(edition_told).collect())))
}

async fn publish(call: Call, Of(body): Of<NewEdition>) -> Result<Made<EditionName>, Fault> {
    let officer = call.caller()?.officer()?;
    let changes: Vec<(String, u64)> = body.changes.into_iter().map(|seen| (seen.id, seen.version)).collect();
    let at = body.in_force_at.map(Moment::start_of);
    let name =
        once(&call, async || published(call.app.office.publish_ready(officer, &changes, &body.base, at, &body.note).await?))
            .await?;
    Ok(Made { location: "/api/v1/rules/editions".to_owned(), body: EditionName { name } })
}

/// The name of the edition, or why there is none.
fn published(released: Released) -> Result<String, Fault> {
    match released {
        Released::Done(edition) => Ok(edition.name),
        Released::Faulty(problems) => {
            let told: Vec<ProblemTold> = problems.iter().map(problem_told).collect();
            Err(Fault::new(
                &WRONG_SHAPE,
                Text::new("规则书有错误，没有发布。", "The rulebook has errors; nothing was published."),
            )
            .code("faulty")
            .with("problems", json!(told)))
        }
        Released::Overtaken { latest } => Err(Fault::plain(&OVERTAKEN).with("latest", json!(latest))),
        Released::TooEarly { not_before } => {
            Err(Fault::plain(&OVERTAKEN).code("too-early").with("not-before", json!(At(not_before))))
        }
        Released::ChangeMoved => Err(Fault::plain(&OVERTAKEN).code("change-moved")),
    }
}

fn problem_told(problem: &rulebook::Problem) -> ProblemTold {
    ProblemTold {
        error: problem.severity == Severity::Error,
        file: problem.file.clone(),
        line: problem.line,
        rule: problem.rule.clone(),
        message: problem.message.clone(),
        remedy: problem.remedy.clone(),
    }
}

async fn files(call: Call) -> Result<Given<Rows<PathTold>>, Fault> {
    call.caller()?.officer_with(&DESKS, call.now.day())?;
    let (_, files) = call.app.office.latest_files().await?;
    Ok(Given::of(Rows::all(files.into_iter().map(|(path, _)| PathTold { path }).collect())))
}

async fn file(call: Call) -> Result<Given<FileTold>, Fault> {
    call.caller()?.officer_with(&DESKS, call.now.day())?;
    let (edition, files) = call.app.office.latest_files().await?;
    let path = call.asked("path").unwrap_or_default();
    let found = files.into_iter().find(|(known, _)| known == path);
    let (path, text) = found.ok_or_else(Fault::not_found)?;
    Ok(Given::of(FileTold { path, edition: edition.name, text }))
}

fn change_told(change: &Change) -> ChangeTold {
    ChangeTold {
        id: change.id.clone(),
        path: change.path.clone(),
        base_edition: change.base_edition.clone(),
        state: change.state.word().to_owned(),
        author: change.author.clone(),
        note: change.note.clone(),
        version: change.version,
        updated_at: At(change.updated_at),
    }
}

async fn changes(call: Call) -> Result<Given<Rows<ChangeTold>>, Fault> {
    call.caller()?.officer_with(&DESKS, call.now.day())?;
    let state = call.asked("state").map(|word| ChangeState::from_word(word).ok_or_else(|| bad_parameter("state"))).transpose()?;
    let states: Vec<ChangeState> = match state {
        Some(state) => vec![state],
        None => ChangeState::ALL.into_iter().filter(|state| state.is_open()).collect(),
    };
    let found = call.app.office.store.changes(&states, MOST).await?;
    Ok(Given::of(Rows::all(found.iter().map(change_told).collect())))
}

async fn draft(call: Call, Of(body): Of<NewChange>) -> Result<Made<ChangeTold>, Fault> {
    let officer = call.caller()?.officer()?;
    let office = &call.app.office;
    let id = once(&call, async || Ok(office.draft_change(officer, &body.path, &body.text, &body.note).await?.id)).await?;
    let change = office.look_at_change(&id).await?.change;
    Ok(Made { location: format!("/api/v1/rules/changes/{id}"), body: change_told(&change) })
}

async fn change(call: Call) -> Result<Given<ChangeWhole>, Fault> {
    call.caller()?.officer_with(&DESKS, call.now.day())?;
    let looked = call.app.office.look_at_change(call.part("id")).await?;
    let steps = looked.steps.iter().map(|step| StepTold {
        by: step.by.clone(),
        state: step.state.word().to_owned(),
        words: step.words.clone(),
        at: At(step.at),
    });
    let whole = ChangeWhole {
        change: change_told(&looked.change),
        steps: steps.collect(),
        problems: looked.problems.iter().map(problem_told).collect(),
        text: looked.change.text.clone(),
        before: looked.before,
        moved_on: looked.moved_on,
    };
    Ok(Given::at(whole, looked.change.version))
}

async fn save(call: Call, Of(body): Of<ChangeText>) -> Result<Given<ChangeTold>, Fault> {
    let officer = call.caller()?.officer()?;
    let (seen, status) = call.seen()?;
    let (office, id) = (&call.app.office, call.part("id"));
    match office.save_change(officer, id, seen, &body.base_edition, &body.text, &body.note).await? {
        Saved::Overtaken(change) => Err(Fault::plain(&OVERTAKEN).status(status).with("version", json!(change.version))),
        Saved::Done => {
            let change = office.look_at_change(id).await?.change;
            Ok(Given::at(change_told(&change), change.version))
        }
    }
}

async fn pass_on(call: Call, Of(body): Of<InWords>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    call.app.office.pass_change_on(officer, call.part("id"), call.seen()?.0, &body.words).await?;
    Ok(Done)
}

async fn send_back(call: Call, Of(body): Of<InWords>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    call.app.office.send_change_back(officer, call.part("id"), call.seen()?.0, &body.words).await?;
    Ok(Done)
}

async fn drop_change(call: Call, Of(body): Of<InWords>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    call.app.office.drop_change(officer, call.part("id"), call.seen()?.0, &body.words).await?;
    Ok(Done)
}

fn row_told(row: Row) -> RowTold {
    let steps = row.steps.iter().map(|step| RowStep {
        by: step.by.clone(),
        agency: step.agency.clone(),
        state: step.state.word().to_owned(),
        words: office::publish::list::reason(step),
        at: At(step.at),
    });
    RowTold {
        steps: steps.collect(),
        version: row.steps.len() as u64,
        state: row.state.word().to_owned(),
        name: row.proposal.as_ref().map(|proposal| proposal.name.clone()),
        agency: row.proposal.as_ref().map(|proposal| proposal.agency.clone()),
        law: row.proposal.as_ref().map(|proposal| format!("{}{}", proposal.law, proposal.article)),
        code: row.code,
    }
}

async fn rows(call: Call) -> Result<Given<Rows<RowTold>>, Fault> {
    call.caller()?.officer_with(&DESKS, call.now.day())?;
    let on: Option<Date> = call.asked_as("on")?;
    let moment = on.map_or(Moment(call.now.0 + 1), |on| Moment(Moment::end_of(on).0 + 1));
    let found = call.app.office.list_at(moment).await?;
    Ok(Given::of(Rows::all(found.into_iter().map(row_told).collect())))
}

async fn row(call: Call) -> Result<Given<RowTold>, Fault> {
    call.caller()?.officer_with(&DESKS, call.now.day())?;
    let row = call.app.office.list_row(call.part("code")).await?.ok_or_else(Fault::not_found)?;
    let version = row.steps.len() as u64;
    Ok(Given::at(row_told(row), version))
}

async fn propose(call: Call, Of(body): Of<RowProposed>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    let kind = serde_json::from_value(json!(body.item_type));
    let item_type =
        kind.map_err(|_| Fault::wrong("/item-type", Text::new("没有这种事项类型。", "There is no such type of item.")))?;
    let proposal = Proposal {
        name: body.name,
        item_type,
        agency: body.agency,
        law: body.law,
        article: body.article.unwrap_or_default(),
        why: body.why,
    };
    call.app.office.propose_row(officer, call.part("code"), &proposal, call.seen()?.0).await?;
    Ok(Done)
}

async fn speak(call: Call, Of(body): Of<RowSpoken>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    call.app.office.speak_on_row(officer, call.part("code"), body.agrees, &body.words, call.seen()?.0).await?;
    Ok(Done)
}

async fn rule(call: Call, Of(body): Of<RowRuled>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer()?;
    call.app.office.arbitrate_row(officer, call.part("code"), body.on_the_list, &body.words, call.seen()?.0).await?;
    Ok(Done)
}

async fn publish_row(call: Call, _: super::call::Nothing) -> Result<Given<EditionName>, Fault> {
    let officer = call.caller()?.officer()?;
    let name = published(call.app.office.publish_row(officer, call.part("code"), call.seen()?.0).await?)?;
    Ok(Given::of(EditionName { name }))
}

async fn zones(call: Call) -> Result<Given<Rows<ZoneTold>>, Fault> {
    call.caller()?.officer_with(crate::workbench::zones::ROLES, call.now.day())?;
    let live = call.app.office.rulebooks.live()?;
    let found = rulebook::compare::zone_differences(&live.rules, call.now.day());
    let told = found.into_iter().map(|one| ZoneTold { item: one.item, zone: one.zone, what: one.what });
    Ok(Given::of(Rows::all(told.collect())))
}

async fn import(call: Call, Of(body): Of<TableText>) -> Result<Given<Imported>, Fault> {
    let caller = call.caller()?;
    let officer = caller.officer()?;
    let kind = Kind::from_word(call.part("kind")).ok_or_else(Fault::not_found)?;
    // Whoever may take in people by hand may take in a table of them.
    if matches!(kind, Kind::Staff | Kind::Firms) && !caller.has(Scope::People) {
        return Err(super::gate::too_narrow(Scope::People));
    }
    let report = call.app.office.import(officer, kind, "api.csv", body.csv.into_bytes()).await?;
    let refused =
        report.refused.into_iter().map(|one| RowRefused { row: one.row, column: one.column, why: one.why, remedy: one.remedy });
    Ok(Given::of(Imported {
        added: report.added,
        changed: report.changed,
        unchanged: report.unchanged,
        refused: refused.collect(),
        passed_over: report.passed_over,
        drafted: report.drafted,
        passwords: report.passwords.into_iter().collect(),
    }))
}
