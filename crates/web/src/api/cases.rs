//! `/cases`: the cases that the caller may see, each whole; what is told depends on who asks. What may not be seen is not found.

use super::calendar::CountedDay;
use super::call::{Call, File, Given, bad_parameter};
use super::caller::Scope;
use super::ground::{self, Named};
use super::problem::Fault;
use super::public::agency_name;
use super::route::Route;
use super::shape::{At, Rows, shape};
use super::story::{self, Happened};
use casework::case::{Decision, Handed};
use casework::clock::{Clock, Standing};
use casework::{Actor, Case, CaseNo, Moment};
use jiff::civil::Date;
use office::Edition;
use rulebook::Text;
use rulebook::calendar::PauseRule;
use std::collections::BTreeMap;
use store::reader::{AfterNewest, CaseRow, Filter, Light};

pub fn routes() -> Vec<Route> {
    let date = || serde_json::json!({ "type": "string", "format": "date" });
    vec![
        Route::get("/cases", list)
            .with(Scope::Cases)
            .says("可以看到的办件，新的在前", "The cases one may see, newest first")
            .asks_one("open", ("是否在办", "Whether it is open"), &["true", "false"])
            .asks("item", "事项代码", "Code of the item")
            .asks("step", "环节代码", "Code of the step")
            .asks("agency", "机关代码", "Code of the agency")
            .asks("area", "区域代码", "Code of the area")
            .asks("outcome", "结果", "Outcome")
            .asks_one("light", ("灯", "Light"), &["red", "yellow", "green", "still"])
            .asks_for("from", ("自何日提交", "Submitted from"), date())
            .asks_for("until", ("至何日提交（含）", "Submitted until, that day included"), date())
            .asks("text", "编号、单位代码或标题中的字", "Number, credit code or part of the title")
            .paged(),
        Route::get("/cases/{no}", one).with(Scope::Cases).says("一个办件的全部情况", "A case, whole"),
        Route::get("/cases/{no}/clocks/{clock}", clock).with(Scope::Cases).says("到期日是怎么算的", "How a due day came about"),
        Route::get("/cases/{no}/letters/{number}", letter).with(Scope::Cases).says("文书（PDF）", "A letter, as PDF"),
        Route::get("/cases/{no}/files/{number}", file).with(Scope::Cases).says(
            "核查、意见的附件；申请人看不到部门之间的意见",
            "A file of an inspection, check or opinion; opinions are not the applicant's",
        ),
        Route::get("/cases/{no}/papers/{number}", paper).with(Scope::Cases).says("提交的材料文件", "A paper that was handed in"),
    ]
}

shape! { CaseListed, "办件清单的一行", "A line of a list of cases", {
    no: String = "办件编号", "Number";
    version: u64 = "版本", "Version";
    item: Named = "事项", "The item";
    title: String = "标题；信息已删除的为空", "Title; empty once the data were erased";
    step: Named = "环节", "The step";
    open: bool = "在办", "Whether it is open";
    waits_for: String = "在等谁：applicant、office、others、nobody", "For whom it waits: applicant, office, others or nobody";
    light: String = "red、yellow、green、still；已结束的为 none", "red, yellow, green or still; none once it is closed";
    agency: Named = "机关", "The body";
    area: String = "区域代码", "Code of the area";
    channel: String = "渠道", "Channel";
    handler: Option<String> = "承办人编号", "Identifier of the handler";
    submitted_at: At = "提交时间", "Submitted";
    received_on: Option<Date> = "收件日期", "Received on";
    accepted_on: Option<Date> = "受理日期", "Accepted on";
    deemed: bool = "逾期未告知，视为受理", "Whether it was accepted by silence";
    due_on: Option<Date> = "机关最近的到期日", "Nearest due day of the office";
    provisional: bool = "到期日为暂定", "Whether that day is provisional";
    paused: bool = "有期限中止", "Whether a clock stands still";
    outcome: Option<String> = "结果", "How it was decided or ended";
    closed_at: Option<At> = "结束时间", "Closed";
    rating: Option<u8> = "评价 1 至 5", "Rating, 1 to 5";
    class: Option<String> = "分类", "Class";
} }

shape! { CaseTold, "办件", "A case", {
    no: String = "办件编号", "Number";
    version: u64 = "版本；办理时作为 If-Match 传回", "Version; give it back as If-Match";
    listed: CaseListed = "清单上的情况", "As lists show it";
    edition: String = "规则书版本", "Edition of the rulebook it runs under";
    procedure: Named = "流程", "The procedure";
    now: Text = "现在怎样、下一步是什么", "What is happening now and what comes next";
    holder: Option<String> = "申请人：f:信用代码 或 p:编号", "The holder: f:credit code, or p:identifier";
    parent: Option<String> = "所属的一件事办件", "The case it is a part of";
    handler: Option<Officer> = "承办人", "The handler";
    first_officer: Option<Officer> = "首问责任人", "The first officer";
    decision: Option<Decided> = "决定", "The decision";
    result: Option<ResultMade> = "证照", "The document handed out";
    delivered_on: Option<Date> = "送达日期", "Delivered on";
    lacking: Vec<String> = "提交时缺的材料代码", "Keys of papers not handed in";
    deferred: Vec<String> = "容缺待补的材料代码", "Keys of papers that may follow";
    corrections: Vec<Corrected> = "补正", "Corrections asked for";
    answers: BTreeMap<String, String> = "现在的答案，按字段代码", "The answers as they stand, by code of the field";
    papers: Vec<PaperHanded> = "提交的材料", "Papers handed in";
    files: Vec<PaperHanded> = "核查、意见的附件", "Files of inspections, checks and opinions";
    clocks: Vec<ClockTold> = "期限", "Its clocks";
    letters: Vec<LetterTold> = "文书", "Its letters";
    story: Vec<Happened> = "经过", "What happened";
    opinions: Vec<OpinionTold> = "部门意见；只给工作人员", "Opinions of other bodies; for staff only";
    points: Vec<PointChecked> = "已核对的审查要点；只给工作人员", "Points of review that were checked; for staff only";
} }

shape! { Officer, "工作人员", "An officer", {
    id: String = "编号", "Identifier";
    name: String = "姓名", "Name";
} }

shape! { Decided, "决定", "A decision", {
    kind: String = "granted、refused 或 filed", "granted, refused or filed";
    on: Date = "日期", "On";
    valid_from: Option<Date> = "自", "Valid from";
    valid_until: Option<Date> = "至", "Valid until";
    words: String = "内容或理由", "What was granted, or the reasons";
} }

shape! { ResultMade, "证照", "A document handed out", {
    number: String = "编号", "Number";
    name: String = "名称", "Name";
} }

shape! { Corrected, "一次补正", "A correction asked for", {
    told_on: Date = "告知日期", "Told on";
    supplied_on: Option<Date> = "补正日期", "Supplied on";
    defects: Vec<Defect> = "要补正的内容", "What is to be corrected";
    left: Vec<String> = "仍未补正的代码", "Codes still not cured";
} }

shape! { Defect, "要补正的一项", "A defect", {
    about: String = "材料或字段代码", "Key of the material or code of the field";
    words: String = "问题和改正办法", "What is wrong and how to put it right";
} }

shape! { PaperHanded, "一份材料", "A paper", {
    number: u32 = "序号，从 1 起", "Number, from 1";
    key: String = "材料代码", "Key of the material";
    name: String = "文件名", "File name";
    digest: String = "SM3 摘要；窗口看过原件的为空", "SM3 digest; empty for an original seen at the counter";
} }

shape! { ClockTold, "期限", "A clock", {
    code: String = "代码", "Code";
    name: Text = "名称", "Name";
    term: ground::Term = "长度，含延长", "Its length with any extension";
    from: Date = "起算事件之日", "Day of the starting event";
    due: Date = "到期日", "Due day";
    provisional: bool = "暂定", "Whether it is provisional";
    standing: String = "running、paused 或 stopped", "running, paused or stopped";
    binds_office: bool = "约束机关", "Whether it binds the office";
    stopped_on: Option<Date> = "停止日期", "Stopped on";
    expired_at: Option<At> = "届满时间", "When it ran out";
} }

shape! { ClockExplained, "期限的逐日说明", "A clock, explained", {
    clock: ClockTold = "期限", "The clock";
    basis: Text = "依据", "Its ground";
    calendar: u32 = "日历版本", "Version of the calendar";
    days: Vec<CountedDay> = "逐日说明", "Day by day";
} }

shape! { LetterTold, "文书", "A letter", {
    number: u32 = "序号，从 1 起", "Number, from 1";
    kind: Named = "种类", "Kind";
    document_number: String = "文号", "Document number";
    check_code: String = "查验码", "Check code";
    made_at: At = "制作时间", "Made";
    digest: String = "文件的 SM3 摘要", "SM3 digest of the file";
} }

shape! { OpinionTold, "部门意见", "An opinion", {
    number: u32 = "序号", "Number";
    agency: Named = "机关", "The body";
    question: String = "问题", "Question";
    due: Option<Date> = "期限", "Due";
    agrees: Option<bool> = "是否同意；未答复的为空", "Whether it agrees; null until it answers";
    text: String = "意见", "The opinion";
} }

shape! { PointChecked, "审查要点", "A point of review", {
    number: u32 = "序号", "Number";
    met: bool = "是否符合", "Whether it is met";
} }

/// The row of the case in the path, if the caller may see it.
pub async fn visible(call: &Call) -> Result<CaseRow, Fault> {
    row_of(call, &CaseNo(call.part("no").to_owned())).await
}

async fn row_of(call: &Call, no: &CaseNo) -> Result<CaseRow, Fault> {
    let caller = call.caller()?;
    caller.reader(&call.app, call.now.day()).row(no).await?.ok_or_else(Fault::not_found)
}

async fn list(call: Call) -> Result<Given<Rows<CaseListed>>, Fault> {
    let caller = call.caller()?;
    let filter = filter(&call)?;
    if let Some(text) = &filter.text {
        super::story::note_search(&call, text).await?;
    }
    let after = call.cursor::<i64>()?.map(|(at, no)| AfterNewest { submitted_at: Moment(at), no: CaseNo(no) });
    let page = caller.reader(&call.app, call.now.day()).list(&filter, after, call.limit()?, call.now).await?;
    let next = page.next.map(|next| format!("{}~{}", next.submitted_at.0, next.no));
    Ok(Given::of(Rows { rows: listed(&call, &page.rows).await?, next }))
}

pub fn filter(call: &Call) -> Result<Filter, Fault> {
    let text = |name: &str| call.asked(name).map(str::to_owned);
    let from: Option<Date> = call.asked_as("from")?;
    let until: Option<Date> = call.asked_as("until")?;
    Ok(Filter {
        open: call.asked("open").map(|open| open == "true"),
        item: text("item"),
        step: text("step"),
        agency: text("agency"),
        area: text("area"),
        outcome: text("outcome"),
        light: call.asked("light").map(|light| Light::from_word(light).ok_or_else(|| bad_parameter("light"))).transpose()?,
        holder: None,
        from: from.map(Moment::start_of),
        until: until.map(Moment::end_of),
        text: text("text"),
    })
}

/// Rows as lists show them.
pub async fn listed(call: &Call, rows: &[CaseRow]) -> Result<Vec<CaseListed>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    Ok(rows.iter().map(|row| listed_one(&live, row, call.now)).collect())
}

fn listed_one(edition: &Edition, row: &CaseRow, now: Moment) -> CaseListed {
    let rules = &edition.rules;
    let item = rules.items.get(&row.item);
    let step = rules
        .procedures
        .get(&row.procedure)
        .and_then(|procedure| procedure.step.iter().find(|step| *step.code.get_ref() == row.step));
    CaseListed {
        no: row.no.0.clone(),
        version: row.version,
        item: item.map_or_else(
            || ground::named(&row.item, &row.item, None),
            |item| ground::named(&row.item, &item.name, item.label.as_deref()),
        ),
        title: row.title.clone(),
        step: step.map_or_else(
            || ground::named(&row.step, &row.step, None),
            |step| ground::named(&row.step, &step.name, Some(&step.label)),
        ),
        open: row.open,
        waits_for: row.waits_for.clone(),
        light: row.light(now).map_or("none", Light::word).to_owned(),
        agency: agency_name(rules, &row.agency),
        area: row.area.clone(),
        channel: row.channel.clone(),
        handler: row.handler.clone(),
        submitted_at: At(row.submitted_at),
        received_on: row.received_on,
        accepted_on: row.accepted_on,
        deemed: row.deemed,
        due_on: row.due_on,
        provisional: row.provisional,
        paused: row.paused,
        outcome: row.outcome.clone(),
        closed_at: row.closed_at.map(At),
        rating: row.rating,
        class: row.class.clone(),
    }
}

/// A case with all that its reader needs.
struct Opened {
    row: CaseRow,
    case: Case,
    words: BTreeMap<u32, String>,
    edition: std::sync::Arc<Edition>,
}

impl Opened {
    fn say(&self, words: casework::Words) -> String {
        self.words.get(&words.0).cloned().unwrap_or_default()
    }
}

async fn open(call: &Call, no: &CaseNo, what: &str) -> Result<Opened, Fault> {
    let row = row_of(call, no).await?;
    let office = &call.app.office;
    story::note_reading(call, no, what).await?;
    let case = office.store.case(no).await?.ok_or_else(Fault::not_found)?;
    let words = office.words(no).await?;
    let edition = office.rulebooks.edition(&office.store, &case.edition).await?;
    Ok(Opened { row, case, words, edition })
}

async fn one(call: Call) -> Result<Given<CaseTold>, Fault> {
    let told = told(&call, &CaseNo(call.part("no").to_owned())).await?;
    let version = told.version;
    Ok(Given::at(told, version))
}

/// The whole case, as this caller may see it.
pub async fn told(call: &Call, no: &CaseNo) -> Result<CaseTold, Fault> {
    let opened = open(call, no, "case").await?;
    let caller = call.caller()?;
    let records = call.app.office.store.records(no).await?;
    let mut names = story::Names::default();
    let (case, rules) = (&opened.case, &opened.edition.rules);
    let procedure = rules.procedures.get(&case.procedure);
    let step = procedure.and_then(|procedure| procedure.step.iter().find(|step| *step.code.get_ref() == case.step));
    let staff = matches!(caller.actor, Actor::Officer(_));
    let answers = match case.answers {
        Some(words) => serde_json::from_str(&opened.say(words)).unwrap_or_default(),
        None => BTreeMap::new(),
    };
    Ok(CaseTold {
        no: case.no.0.clone(),
        version: case.version,
        listed: listed_one(&opened.edition, &opened.row, call.now),
        edition: case.edition.clone(),
        procedure: procedure.map_or_else(
            || ground::named(&case.procedure, &case.procedure, None),
            |procedure| ground::named(&case.procedure, &procedure.name, Some(&procedure.label)),
        ),
        now: step.map_or_else(Text::default, |step| Text::new(&step.public, &step.public_label)),
        holder: case.holder.as_ref().map(casework::Holder::key),
        parent: case.parent.as_ref().map(|no| no.0.clone()),
        handler: officer(call, &mut names, case.handler.as_ref()).await?,
        first_officer: officer(call, &mut names, case.first_officer.as_ref()).await?,
        decision: case.decision.as_ref().map(|decision| decided(&opened, decision)),
        result: case.result.as_ref().map(|(number, name)| ResultMade { number: number.clone(), name: name.clone() }),
        delivered_on: case.delivered,
        lacking: case.lacking.clone(),
        deferred: case.deferred.clone(),
        corrections: case.corrections.iter().map(|correction| corrected(&opened, correction)).collect(),
        answers,
        papers: case.materials.iter().enumerate().map(|(place, file)| handed(&opened, place, file)).collect(),
        files: attached(call, case)?.into_iter().map(|(place, file)| handed(&opened, place, file)).collect(),
        clocks: case.clocks.iter().map(|clock| clock_told(&opened, clock)).collect(),
        letters: case
            .letters
            .iter()
            .map(|letter| LetterTold {
                number: letter.number,
                kind: Named {
                    code: ground::word(&letter.kind),
                    name: letter.kind.name_for(&opened.edition.rules, &opened.case.item),
                },
                document_number: letter.document_number.clone(),
                check_code: letter.check_code.clone(),
                made_at: At(letter.at),
                digest: letter.digest.clone(),
            })
            .collect(),
        story: story::told(call, &mut names, &records, &opened.words, rules, &case.procedure, staff).await?,
        opinions: if staff { opinions(&opened) } else { Vec::new() },
        points: case.points.iter().filter(|_| staff).map(|(number, met)| PointChecked { number: *number, met: *met }).collect(),
    })
}

async fn officer(call: &Call, names: &mut story::Names, id: Option<&casework::StaffId>) -> Result<Option<Officer>, Fault> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(Officer { id: id.0.clone(), name: names.of(call, id).await? }))
}

fn decided(opened: &Opened, decision: &Decision) -> Decided {
    match decision {
        Decision::Granted { content, valid_from, valid_until, on, .. } => Decided {
            kind: "granted".to_owned(),
            on: *on,
            valid_from: Some(*valid_from),
            valid_until: *valid_until,
            words: opened.say(*content),
        },
        Decision::Refused { reasons, on, .. } => {
            Decided { kind: "refused".to_owned(), on: *on, valid_from: None, valid_until: None, words: opened.say(*reasons) }
        }
        Decision::Filed { on } => {
            Decided { kind: "filed".to_owned(), on: *on, valid_from: None, valid_until: None, words: String::new() }
        }
    }
}

fn corrected(opened: &Opened, correction: &casework::case::Correction) -> Corrected {
    let defects = correction.defects.iter().map(|defect| Defect { about: defect.about.clone(), words: opened.say(defect.words) });
    Corrected {
        told_on: correction.told,
        supplied_on: correction.supplied,
        defects: defects.collect(),
        left: correction.left.clone(),
    }
}

fn opinions(opened: &Opened) -> Vec<OpinionTold> {
    let told = opened.case.opinions.iter().map(|opinion| OpinionTold {
        number: opinion.number,
        agency: agency_name(&opened.edition.rules, &opinion.agency),
        question: opened.say(opinion.question),
        due: opinion.due,
        agrees: opinion.given.as_ref().map(|(agrees, ..)| *agrees),
        text: opinion.given.as_ref().map_or_else(String::new, |(_, text, _)| opened.say(*text)),
    });
    told.collect()
}

fn clock_told(opened: &Opened, clock: &Clock) -> ClockTold {
    ClockTold {
        code: clock.code.clone(),
        name: casework::clock::name(&opened.edition.rules, &opened.case.procedure, &clock.code),
        term: clock.whole().into(),
        from: clock.from,
        due: clock.due,
        provisional: clock.provisional,
        standing: match clock.standing {
            Standing::Running => "running",
            Standing::Paused => "paused",
            Standing::Stopped => "stopped",
        }
        .to_owned(),
        binds_office: clock.binds_office,
        stopped_on: clock.stopped,
        expired_at: clock.expired.map(At),
    }
}

async fn clock(call: Call) -> Result<Given<ClockExplained>, Fault> {
    let opened = open(&call, &CaseNo(call.part("no").to_owned()), "case").await?;
    let clock = opened.case.clock(call.part("clock")).ok_or_else(Fault::not_found)?;
    let calendar = call.app.office.rulebooks.calendar();
    let steps = calendar.explain_term(clock.from, clock.whole(), &clock.pauses, PauseRule::default(), call.now.day());
    let basis = casework::clock::basis(&opened.edition.rules, &opened.case, clock).map(ToString::to_string).unwrap_or_default();
    Ok(Given::at(
        ClockExplained {
            clock: clock_told(&opened, clock),
            basis: Text::new(basis.clone(), basis),
            calendar: clock.calendar,
            days: steps.iter().map(super::calendar::counted).collect(),
        },
        opened.case.version,
    ))
}

async fn letter(call: Call) -> Result<File, Fault> {
    let number: u32 = call.number("number")?;
    let opened = open(&call, &CaseNo(call.part("no").to_owned()), "letter").await?;
    let letter = opened.case.letters.iter().find(|letter| letter.number == number).ok_or_else(Fault::not_found)?;
    let bytes = call.app.office.blob(&letter.digest).await?.ok_or_else(Fault::not_found)?;
    Ok(File { bytes, media: "application/pdf".to_owned(), name: format!("{}.pdf", letter.document_number) })
}

/// The files of officers that the caller may open, with their places.
fn attached<'a>(call: &Call, case: &'a Case) -> Result<Vec<(usize, &'a Handed)>, Fault> {
    let officer = matches!(call.caller()?.actor, Actor::Officer(_));
    Ok(if officer { case.attached.iter().enumerate().collect() } else { case.files_for_applicant().collect() })
}

fn handed(opened: &Opened, place: usize, file: &Handed) -> PaperHanded {
    PaperHanded { number: place as u32 + 1, key: file.key.clone(), name: opened.say(file.name), digest: file.digest.clone() }
}

async fn paper(call: Call) -> Result<File, Fault> {
    let number: usize = call.number("number")?;
    let opened = open(&call, &CaseNo(call.part("no").to_owned()), "paper").await?;
    let handed = number.checked_sub(1).and_then(|place| opened.case.materials.get(place)).ok_or_else(Fault::not_found)?;
    download(&call, &opened, handed).await
}

async fn file(call: Call) -> Result<File, Fault> {
    let number: usize = call.number("number")?;
    let opened = open(&call, &CaseNo(call.part("no").to_owned()), "file").await?;
    let found = attached(&call, &opened.case)?.into_iter().find(|(place, _)| place + 1 == number).ok_or_else(Fault::not_found)?;
    download(&call, &opened, found.1).await
}

async fn download(call: &Call, opened: &Opened, handed: &Handed) -> Result<File, Fault> {
    let bytes = call.app.office.blob(&handed.digest).await?.ok_or_else(Fault::not_found)?;
    let media = office::blobs::media_type(&bytes).to_owned();
    Ok(File { bytes, media, name: opened.say(handed.name) })
}
