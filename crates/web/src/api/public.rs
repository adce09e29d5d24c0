//! `/decisions`, `/broken-promises`, `/check/{code}`, `/search`, `/editions`: what is open to everybody. Granted decisions are public (行政许可法
//! art. 40), without any natural person's data. Serves measures 6 and 7.

use super::call::{Call, Given, bad_parameter};
use super::ground::{self, Named};
use super::items::{self, ItemRow};
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use rulebook::{Rulebook, Text};
use store::letters::{DecisionFilter, PublishedDecision};
use store::licences::{Licence, LicenceState};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/decisions", decisions)
            .says("公开的准予决定", "Published decisions")
            .asks("item", "事项代码", "Code of the item")
            .asks("agency", "机关代码", "Code of the agency")
            .asks("text", "文号或持证单位名称中的字", "Part of the document number or of the holder's name")
            .paged(),
        Route::get("/broken-promises", broken_promises)
            .says("最近一年的逾期与公开的原因", "Limits missed in the last year, and the reasons that were published")
            .asks("agency", "机关代码", "Code of the agency")
            .paged(),
        Route::get("/check/{code}", check).says("按查验码核对文书", "Check a document by its code"),
        Route::get("/search", search)
            .says("按百姓说法找事项", "Find items in everyday words")
            .asks("text", "要办的事", "What one wants to do")
            .asks_for(
                "limit",
                ("最多多少条", "At most so many"),
                serde_json::json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 30 }),
            ),
        Route::get("/editions", editions).says("规则书各版本", "The editions of the rulebook"),
        Route::get("/editions/{name}", edition)
            .says("规则书的一个版本及与另一版本的差异", "An edition, and how it differs from another")
            .asks("compare", "与哪个版本比较；默认其基础版本", "Edition to compare with; the one it was based on unless told"),
    ]
}

shape! { Decision, "公开的决定", "A published decision", {
    no: String = "办件编号", "Number of the case";
    document_number: String = "文号", "Document number";
    item: Named = "事项", "The item";
    agency: Named = "机关", "The body";
    area: String = "区域代码", "Code of the area";
    holder: String = "持证单位；自然人不公开姓名", "The holder; natural persons are not named";
    decided_on: Date = "决定日期", "Decided on";
    valid_until: Option<Date> = "有效期至", "Valid until";
    ended_on: Option<Date> = "许可终止之日；仍有效的为空", "The day on which the permit was ended; null while it stands";
    ending: Option<rulebook::Text> = "如何终止", "How it was ended";
    published_at: At = "公开时间", "Published";
} }

shape! { BrokenPromise, "一次逾期；不公开申请人", "A limit that was missed; applicants are not named", {
    item: Named = "事项", "The item";
    agency: Named = "机关", "The body";
    limit: Text = "时限", "The limit";
    due_on: Date = "应于", "Due on";
    ended_on: Option<Date> = "结束于；仍未办结的为空", "Ended on; null while it is still open";
    late: i64 = "逾期多少", "Late by";
    unit: String = "working-days 或 days", "working-days or days";
    by_law: Option<Text> = "法律规定逾期即视为什么，所以没有迟到的结果", "What the law made of the silence, so that nothing came late";
    reason: Option<String> = "公开的原因", "The reason the body gave";
} }

shape! { Checked, "查验结果", "What the check found", {
    document_number: String = "文号", "Document number";
    kind: Named = "文书种类", "Kind of document";
    agency: Named = "机关", "The body";
    item: Named = "事项", "The item";
    made_at: At = "制作时间", "Made";
    digest: String = "文件的 SM3 摘要（十六进制）", "SM3 digest of the file, in hexadecimal";
    in_force: bool = "没有被撤销、撤回、吊销或注销", "Whether it has not been revoked, withdrawn or deregistered";
    licence: Option<LicenceNow> = "文书是证照的，登记中的现状", "Where the licence stands, if the document is one";
} }

shape! { LicenceNow, "证照现状", "A licence as the register has it now; never whom it concerns", {
    name: String = "证照名称", "Name";
    number: String = "证照编号", "Number";
    identifier: Option<String> = "电子证照标识（GB/T 36904）", "Identifier by GB/T 36904, if it has one";
    state: rulebook::Text = "现状", "Where it stands";
    stands: bool = "现在有效", "Whether it is in force now";
    made_on: Date = "颁发日期", "Issued on";
    valid_from: Date = "有效期自", "Valid from";
    valid_until: Option<Date> = "有效期至", "Valid until";
    ended_on: Option<Date> = "终止之日", "The day on which it was ended";
} }

shape! { Edition, "规则书版本", "An edition of the rulebook", {
    name: String = "名称", "Name";
    number: u64 = "序号", "Number";
    base: Option<String> = "基础版本", "The edition it was based on";
    digest: String = "全部文件的 SM3 摘要", "SM3 digest over its files";
    in_force_at: At = "生效时间", "In force from";
    published_at: At = "发布时间", "Published";
    note: String = "说明", "Note";
    in_force: bool = "现行有效", "Whether it is the one in force";
} }

shape! { EditionTold, "规则书版本及差异", "An edition and its differences", {
    edition: Edition = "版本", "The edition";
    compared_with: Option<String> = "与之比较的版本", "The edition it is compared with";
    files: Vec<FileChange> = "有差异的文件", "Files that differ";
    items: Vec<ItemChange> = "有差异的事项", "Items that differ";
} }

shape! { FileChange, "有差异的文件", "A file that differs", {
    path: String = "路径", "Path";
    change: String = "added、changed 或 removed", "added, changed or removed";
} }

shape! { ItemChange, "有差异的事项", "An item that differs", {
    item: String = "事项代码", "Code of the item";
    differences: Vec<Text> = "差异", "How it differs";
} }

pub fn item_name(rules: &Rulebook, code: &str) -> Named {
    rules
        .items
        .get(code)
        .map_or_else(|| ground::named(code, code, None), |item| ground::named(code, &item.name, item.label.as_deref()))
}

pub fn agency_name(rules: &Rulebook, code: &str) -> Named {
    rules
        .agencies
        .get(code)
        .map_or_else(|| ground::named(code, code, None), |agency| ground::named(code, &agency.name, agency.label.as_deref()))
}

async fn decisions(call: Call) -> Result<Given<Rows<Decision>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let limit = call.limit()?;
    let text = |name: &str| call.asked(name).map(str::to_owned);
    let filter = DecisionFilter {
        item: text("item"),
        agency: text("agency"),
        text: text("text"),
        after: call.cursor::<Date>()?.map(|(day, no)| (day, CaseNo(no))),
    };
    let mut found: Vec<PublishedDecision> = call.app.office.store.published_decisions(&filter, limit as u32 + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| format!("{}~{}", last.decided_on, last.no));
    let rows = found.into_iter().map(|decision| Decision {
        item: item_name(&live.rules, &decision.item),
        agency: agency_name(&live.rules, &decision.agency),
        no: decision.no.0,
        document_number: decision.document_number,
        area: decision.area,
        holder: decision.holder_shown,
        decided_on: decision.decided_on,
        valid_until: decision.valid_until,
        ended_on: decision.ended.map(|(_, on)| on),
        ending: decision.ended.map(|(ending, _)| ending.title()),
        published_at: At(decision.published_at),
    });
    Ok(Given::of(Rows { rows: rows.collect(), next }))
}

pub(super) fn licence_now(licence: Licence, today: Date) -> LicenceNow {
    LicenceNow {
        state: crate::pieces::licence::state(&licence, today).1,
        stands: licence.state(today) == LicenceState::InForce,
        name: licence.name,
        number: licence.number,
        identifier: Some(licence.identifier).filter(|identifier| !identifier.is_empty()),
        made_on: licence.made_on,
        valid_from: licence.valid_from,
        valid_until: licence.valid_until,
        ended_on: licence.ended.map(|(_, on)| on),
    }
}

async fn broken_promises(call: Call) -> Result<Given<Rows<BrokenPromise>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let after = call.cursor::<i64>()?.map(|(since, no)| (Moment(since), CaseNo(no)));
    let cases = u32::try_from(call.limit()?).unwrap_or(u32::MAX);
    let (found, next) = call.app.office.broken_promises(call.asked("agency").unwrap_or(""), after, cases).await?;
    let rows = found.into_iter().map(|one| BrokenPromise {
        item: item_name(&live.rules, &one.item),
        agency: agency_name(&live.rules, &one.agency),
        limit: one.limit,
        due_on: one.due,
        ended_on: one.until,
        late: one.late,
        unit: if one.in_working_days { "working-days" } else { "days" }.to_owned(),
        by_law: one.by_law,
        reason: one.reason,
    });
    Ok(Given::of(Rows { rows: rows.collect(), next: next.map(|(since, no)| format!("{}~{no}", since.0)) }))
}

async fn check(call: Call) -> Result<Given<Checked>, Fault> {
    let typed: String = call.part("code").chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    let store = &call.app.office.store;
    // Sixteen letters, as they are drawn: anything else is not looked up.
    let kept = if typed.len() == 16 { store.letter_by_code(&typed).await? } else { None };
    let kept = kept.filter(|kept| !kept.digest.is_empty()).ok_or_else(Fault::not_found)?;
    let case = store.case(&kept.no).await?.ok_or_else(Fault::not_found)?;
    let live = call.app.office.rulebooks.live()?;
    let name = kept.kind.name_for(&live.rules, &case.item);
    let licence = crate::pieces::licence::of_letter(store, &kept, &live.rules).await?;
    let today = call.now.day();
    Ok(Given::of(Checked {
        licence: licence.map(|licence| licence_now(licence, today)),
        document_number: kept.document_number,
        kind: Named { code: ground::word(&kept.kind), name },
        agency: agency_name(&live.rules, &kept.agency),
        item: item_name(&live.rules, &case.item),
        made_at: At(kept.made_at),
        digest: kept.digest,
        in_force: case.ending.is_none(),
    }))
}

async fn search(call: Call) -> Result<Given<Rows<ItemRow>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let asked: String = call.asked("text").unwrap_or("").chars().take(100).collect();
    let found = live.search(&asked, call.limit()?);
    let today = call.now.day();
    let rows = found.iter().filter_map(|hit| Some(items::row(&live.rules, live.rules.items.get(&hit.code)?, today))).collect();
    Ok(Given::of(Rows::all(rows)))
}

fn told(edition: &store::editions::Edition, live: &str) -> Edition {
    Edition {
        name: edition.name.clone(),
        number: edition.number,
        base: edition.base.clone(),
        digest: edition.digest.clone(),
        in_force_at: At(edition.in_force_at),
        published_at: At(edition.published_at),
        note: edition.note.clone(),
        in_force: edition.name == live,
    }
}

async fn editions(call: Call) -> Result<Given<Rows<Edition>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let rows = call.app.office.store.editions().await?.iter().map(|edition| told(edition, &live.name)).collect();
    Ok(Given::of(Rows::all(rows)))
}

async fn edition(call: Call) -> Result<Given<EditionTold>, Fault> {
    let office = &call.app.office;
    let all = office.store.editions().await?;
    let edition = all.iter().find(|edition| edition.name == call.part("name")).ok_or_else(Fault::not_found)?;
    let other = call.asked("compare").map(str::to_owned).or_else(|| edition.base.clone());
    if let Some(other) = call.asked("compare").filter(|other| !all.iter().any(|edition| edition.name == **other)) {
        return Err(bad_parameter("compare").with("edition", serde_json::json!(other)));
    }
    let live = office.rulebooks.live()?;
    let (mut files, mut changed) = (Vec::new(), Vec::new());
    if let Some(other) = &other {
        let old = office.rulebooks.edition(&office.store, other).await?;
        let new = office.rulebooks.edition(&office.store, &edition.name).await?;
        let change = |path: &str, change: &str| FileChange { path: path.to_owned(), change: change.to_owned() };
        for (path, text) in &new.files {
            match old.file(path) {
                None => files.push(change(path, "added")),
                Some(before) if before != text => files.push(change(path, "changed")),
                Some(_) => {}
            }
        }
        files.extend(old.files.iter().filter(|(path, _)| new.file(path).is_none()).map(|(path, _)| change(path, "removed")));
        let codes: std::collections::BTreeSet<&String> = old.rules.items.keys().chain(new.rules.items.keys()).collect();
        for code in codes {
            let differences = office::drafts::differences(code, &old.rules, &new.rules, call.now.day());
            if !differences.is_empty() {
                changed.push(ItemChange { item: code.clone(), differences });
            }
        }
    }
    Ok(Given::of(EditionTold { edition: told(edition, &live.name), compared_with: other, files, items: changed }))
}
