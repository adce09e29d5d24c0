//! `/drafts`: what is begun and not yet sent, filled answer by answer, and sent. The rules are those of the portal and of the
//! counter. Serves measures 1 and 2.

use super::call::{Call, Done, Given, Made, Nothing, Of};
use super::caller::Scope;
use super::cases;
use super::intake::{self, AskedFor};
use super::once::once;
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use casework::event::Channel;
use casework::{Actor, Holder};
use office::Outcome;
use office::drafts::{self, Wanted};
use rulebook::Text;
use rulebook::procedure::Role;
use std::collections::BTreeMap;
use store::drafts::Draft;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/drafts", list).with(Scope::Drafts).says("我的草稿", "One's drafts"),
        Route::post("/drafts", begin).with(Scope::Drafts).once().says("开始一份草稿", "Begin a draft"),
        Route::post("/drafts/together", begin_together)
            .with(Scope::Drafts)
            .once()
            .says("为几个事项开始一份草稿（一件事）", "Begin a draft for several items at once, of a theme or any"),
        Route::get("/drafts/{id}", one).with(Scope::Drafts).says("一份草稿和还需要什么", "A draft, and what is still asked for"),
        Route::put("/drafts/{id}/fields", save)
            .with(Scope::Drafts)
            .says("保存答案；空的删除", "Save answers; empty ones are taken away"),
        Route::delete("/drafts/{id}", delete)
            .with(Scope::Drafts)
            .says("删除草稿，三十天内可恢复", "Delete a draft; it can be had back for thirty days"),
        Route::put("/drafts/{id}/restore", restore).with(Scope::Drafts).says("恢复删除的草稿", "Take back a deletion"),
        Route::put("/drafts/{id}/edition", renew)
            .with(Scope::Drafts)
            .says("转到现行规则书版本", "Move a draft to the edition in force"),
        Route::delete("/drafts/{id}/papers/{key}/{digest}", remove)
            .with(Scope::Drafts)
            .says("从草稿中去掉一份材料", "Take a paper out of a draft"),
        Route::put("/drafts/{id}/given/{key}", use_given)
            .with(Scope::Drafts)
            .says("使用以前提交过的材料", "Use a paper that was given before"),
        Route::put("/drafts/{id}/signers", ask_signers).with(Scope::Drafts).says(
            "请共同签署的人签署，并说明还缺谁；全部签署后才能提交",
            "Ask those who sign with the applicant, and tell who is missing; it can be sent once all have signed",
        ),
        Route::post("/drafts/{id}/submit", submit).with(Scope::Drafts).once().may_be_versioned().says(
            "提交；同一草稿只成一个办件；补正须说明看过的办件版本",
            "Send it; a draft becomes one case; a correction says which version of its case was seen",
        ),
        Route::post("/cases/{no}/correction", correct)
            .with(Scope::Drafts)
            .once()
            .says("取得补正用的草稿", "The draft that answers a correction"),
    ]
}

shape! { taken Begun, "开始什么", "What to begin", {
    item: String = "事项代码", "Code of the item";
    area: String = "所在区域代码", "Code of the area";
    agency: Option<String> = "机关代码；默认为该区域的有权机关", "Code of the body; the competent one of the area unless told";
    holder: Option<String> = "窗口代录时的申请人：f:信用代码 或 p:编号", "At a counter, for whom: f:credit code or p:identifier";
} }

shape! { taken BegunTogether, "一起办什么", "What to begin together", {
    theme: Option<String> = "一件事代码；任选事项的不写", "Code of the theme; none for items put together freely";
    items: Vec<String> = "事项代码", "Codes of the items";
    area: String = "所在区域代码", "Code of the area";
    holder: Option<String> = "窗口代录时的申请人：f:信用代码 或 p:编号", "At a counter, for whom: f:credit code or p:identifier";
} }

shape! { DraftTold, "草稿", "A draft", {
    id: String = "编号", "Identifier";
    item: String = "事项代码", "Code of the item";
    theme: Option<String> = "一件事代码", "Code of the theme, if it is for one";
    items: Vec<String> = "所申请的事项代码；一起办的有几个", "Codes of what it applies for; several where they are handled together";
    holder: String = "申请人", "The holder";
    edition: String = "规则书版本", "Edition of the rulebook";
    agency: String = "机关代码", "Code of the body";
    area: String = "区域代码", "Code of the area";
    channel: String = "渠道", "Channel";
    for_case: Option<String> = "所补正的办件", "The case it answers to";
    started_at: At = "开始时间", "Begun";
    updated_at: At = "最近保存", "Last saved";
    submitted: Option<String> = "已成为的办件编号", "Number of the case it became";
} }

shape! { DraftWhole, "草稿的全部", "A draft, whole", {
    draft: DraftTold = "草稿", "The draft";
    answers: BTreeMap<String, String> = "答案，按字段代码", "Answers, by code of the field";
    papers: Vec<DraftPaper> = "材料", "Papers";
    asked: AskedFor = "还需要什么", "What is asked for";
} }

shape! { DraftPaper, "草稿中的材料", "A paper of a draft", {
    key: String = "材料代码", "Key of the material";
    name: String = "文件名", "File name";
    digest: String = "SM3 摘要", "SM3 digest";
    at: At = "时间", "When";
} }

shape! { taken Fields, "要保存的答案", "Answers to be saved", {
    answers: BTreeMap<String, String> = "字段代码到答案；空的删除", "Answers by code of the field; empty ones are taken away";
} }

shape! { SavedField, "保存的一项", "A saved answer", {
    field: String = "字段代码", "Code of the field";
    fault: Option<Text> = "有什么问题；仍已保存", "What is wrong with it, though it is saved";
} }

shape! { SignerTold, "共同签署的人", "Somebody who signs with the applicant", {
    part: String = "签署哪一部分", "Which part they sign";
    role: Text = "以什么身份", "As what";
    name: String = "姓名或者名称，号码遮蔽", "The name, with the number masked";
    signed: bool = "签署有效", "Whether the signature is there and holds";
} }

shape! { Submitted, "提交结果", "What became of it", {
    no: String = "办件编号", "Number of the case";
    again: bool = "以前已提交", "Whether it had been sent before";
    case: cases::CaseTold = "办件", "The case";
} }

pub fn told(draft: &Draft) -> DraftTold {
    let (theme, items) = Wanted::codes(draft);
    DraftTold {
        id: draft.id.clone(),
        item: draft.item.clone(),
        theme,
        items,
        holder: draft.holder.clone(),
        edition: draft.edition.clone(),
        agency: draft.agency.clone(),
        area: draft.area.clone(),
        channel: draft.channel.clone(),
        for_case: draft.for_case.clone(),
        started_at: At(draft.started_at),
        updated_at: At(draft.updated_at),
        submitted: draft.submitted.clone(),
    }
}

async fn list(call: Call) -> Result<Given<Rows<DraftTold>>, Fault> {
    let caller = call.caller()?;
    let mine = drafts::mine(&call.app.office.store, &caller.actor).await?;
    Ok(Given::of(Rows::all(mine.iter().map(told).collect())))
}

async fn begin(call: Call, Of(body): Of<Begun>) -> Result<Made<DraftTold>, Fault> {
    let caller = call.caller()?;
    let office = &call.app.office;
    let live = office.rulebooks.live()?;
    let today = call.now.day();
    caller.covers(Some(&body.item), Some("submit"))?;
    if !live.rules.areas.contains_key(&body.area) {
        return Err(Fault::wrong("/area", Text::new("没有这个区域。", "There is no such area.")));
    }
    if !live.rules.items.contains_key(&body.item) {
        return Err(Fault::wrong("/item", Text::new("没有这个事项。", "There is no such item.")));
    }
    let competent = live.rules.competent(&body.item, &body.area, today);
    let chosen = competent.iter().find(|agency| body.agency.as_ref().is_none_or(|wanted| agency.code.get_ref() == wanted));
    let agency = chosen.ok_or_else(|| {
        Fault::new(
            &super::problem::REFUSED,
            Text::new("没有机关在这一区域办理本事项。", "No such body handles this item in that area."),
        )
        .code("no-authority")
        .next("请核对区域和机关。", "Check the area and the body.")
    })?;
    let (holder, channel) = for_whom(&call, body.holder.as_deref())?;
    let id = once(&call, async || {
        Ok(office.begin_draft(&caller.actor, &holder, &body.item, agency.code.get_ref(), &body.area, channel).await?)
    })
    .await?;
    made(&call, &id).await
}

/// The rules of choosing are the office's own, as in the portal and at the counter.
async fn begin_together(call: Call, Of(body): Of<BegunTogether>) -> Result<Made<DraftTold>, Fault> {
    let caller = call.caller()?;
    for item in &body.items {
        caller.covers(Some(item), Some("submit"))?;
    }
    let (holder, channel) = for_whom(&call, body.holder.as_deref())?;
    let (theme, items) = (body.theme.as_deref(), &body.items);
    let id =
        once(&call, async || Ok(call.app.office.begin_bundle(&caller.actor, &holder, theme, items, &body.area, channel).await?))
            .await?;
    made(&call, &id).await
}

/// Whose matter it is: the applicant's own, or that of whom a counter serves.
fn for_whom(call: &Call, named: Option<&str>) -> Result<(Holder, Channel), Fault> {
    let caller = call.caller()?;
    match &caller.actor {
        Actor::Applicant { holder, .. } if named.is_none() => Ok((holder.clone(), Channel::Api)),
        Actor::Applicant { .. } => Err(Fault::wrong("/holder", Text::new("只供窗口使用。", "For counters only."))),
        _ => {
            caller.officer_with(&[Role::Clerk], call.now.day())?;
            let holder = named.and_then(Holder::from_key);
            let holder =
                holder.ok_or_else(|| Fault::wrong("/holder", Text::new("须写明申请人。", "The holder has to be named.")));
            Ok((holder?, Channel::Counter))
        }
    }
}

async fn made(call: &Call, id: &str) -> Result<Made<DraftTold>, Fault> {
    let whole = drafts::open(&call.app.office.store, &call.caller()?.actor, id).await?;
    super::story::note_draft(call, &whole.draft).await?;
    Ok(Made { location: format!("/api/v1/drafts/{id}"), body: told(&whole.draft) })
}

async fn one(call: Call) -> Result<Given<DraftWhole>, Fault> {
    let caller = call.caller()?;
    let office = &call.app.office;
    let whole = office.open_draft(&caller.actor, call.part("id")).await?;
    super::story::note_draft(&call, &whole.draft).await?;
    let edition = office.rulebooks.edition(&office.store, &whole.draft.edition).await?;
    let wanted = Wanted::of(&edition.rules, &whole.draft).ok_or_else(Fault::not_found)?;
    let handed = whole.handed();
    let asked = wanted.intake(&whole.answers, &handed, call.now.day());
    let papers = whole.papers.iter().map(|paper| DraftPaper {
        key: paper.key.clone(),
        name: paper.file_name.clone(),
        digest: paper.digest.clone(),
        at: At(paper.at),
    });
    Ok(Given::of(DraftWhole {
        draft: told(&whole.draft),
        papers: papers.collect(),
        asked: intake::told(&edition.rules, &edition.name, &whole.draft.item, &asked, call.now.day()),
        answers: whole.answers.clone(),
    }))
}

async fn save(call: Call, Of(body): Of<Fields>) -> Result<Given<Rows<SavedField>>, Fault> {
    let caller = call.caller()?;
    let office = &call.app.office;
    let id = call.part("id");
    let whole = drafts::open(&office.store, &caller.actor, id).await?;
    let edition = office.rulebooks.edition(&office.store, &whole.draft.edition).await?;
    let answers: Vec<(String, String)> = body.answers.into_iter().collect();
    let saved = drafts::save(&office.store, &edition.rules, &caller.actor, id, &answers, call.now).await?;
    Ok(Given::of(Rows::all(saved.into_iter().map(|saved| SavedField { field: saved.field, fault: saved.fault }).collect())))
}

async fn delete(call: Call) -> Result<Done, Fault> {
    drafts::delete(&call.app.office.store, &call.caller()?.actor, call.part("id"), call.now).await?;
    Ok(Done)
}

async fn restore(call: Call, _: Nothing) -> Result<Done, Fault> {
    drafts::restore(&call.app.office.store, &call.caller()?.actor, call.part("id"), call.now).await?;
    Ok(Done)
}

async fn renew(call: Call, _: Nothing) -> Result<Done, Fault> {
    let office = &call.app.office;
    let live = office.rulebooks.live()?;
    drafts::move_to(&office.store, &call.caller()?.actor, call.part("id"), &live.name, call.now).await?;
    Ok(Done)
}

async fn remove(call: Call) -> Result<Done, Fault> {
    let (key, digest) = (call.part("key"), call.part("digest"));
    drafts::remove_paper(&call.app.office.store, &call.caller()?.actor, call.part("id"), key, digest, call.now).await?;
    Ok(Done)
}

async fn use_given(call: Call, _: Nothing) -> Result<Done, Fault> {
    let office = &call.app.office;
    let caller = call.caller()?;
    let whole = drafts::open(&office.store, &caller.actor, call.part("id")).await?;
    let edition = office.rulebooks.edition(&office.store, &whole.draft.edition).await?;
    drafts::use_given_paper(&office.store, &edition.rules, &caller.actor, call.part("id"), call.part("key"), call.now).await?;
    Ok(Done)
}

async fn ask_signers(call: Call, _: Nothing) -> Result<Given<Rows<SignerTold>>, Fault> {
    let caller = call.caller()?;
    let (office, id) = (&call.app.office, call.part("id"));
    office.ask_signers(&caller.actor, id).await?;
    let signers = office.signers_of(&office.open_draft(&caller.actor, id).await?).await?;
    let told = signers.parts.iter().flat_map(|part| {
        part.people.iter().map(|signer| SignerTold {
            part: part.code.clone(),
            role: part.role.clone(),
            name: signer.shown(),
            signed: part.by_hand || signer.holds(),
        })
    });
    Ok(Given::of(Rows::all(told.collect())))
}

async fn submit(call: Call, _: Nothing) -> Result<Made<Submitted>, Fault> {
    let caller = call.caller()?;
    let office = &call.app.office;
    let id = call.part("id");
    let whole = drafts::open(&office.store, &caller.actor, id).await?;
    caller.covers(Some(&whole.draft.item), Some(if whole.draft.for_case.is_some() { "supply" } else { "submit" }))?;
    if whole.draft.submitted.is_none() && whole.draft.for_case.is_none() {
        let live = office.rulebooks.live()?;
        let today = call.now.day();
        let is_open = |wanted: &Wanted<'_>| wanted.items.iter().all(|item| item.closed_from.is_none_or(|from| today < from));
        // Every fault at once, each with its place; what is closed or gone is refused by the office with its reason.
        let open = Wanted::of(&live.rules, &whole.draft).filter(is_open);
        if let Some(fault) = open.and_then(|wanted| intake::faults(&wanted.intake(&whole.answers, &whole.handed(), today))) {
            return Err(fault);
        }
    }
    // A correction answers what a case told: its author says which version of it was seen.
    let seen = match (&whole.draft.submitted, &whole.draft.for_case) {
        (None, Some(_)) => Some(call.seen()?),
        _ => None,
    };
    let (no, again) = match office.submit_draft(&caller.actor, id, seen.map(|(seen, _)| seen)).await? {
        Outcome::Done(case) => (case.no, false),
        Outcome::Again { no, .. } => (no, true),
        Outcome::Refused(refusal) => return Err(refusal.into()),
        Outcome::Overtaken { .. } => {
            let no = casework::CaseNo(whole.draft.for_case.clone().unwrap_or_default());
            let (seen, late) = seen.unwrap_or((0, axum::http::StatusCode::CONFLICT));
            return Err(super::acts::overtaken(&call, &no, seen).await?.status(late));
        }
    };
    let case = cases::told(&call, &no).await?;
    Ok(Made { location: format!("/api/v1/cases/{no}"), body: Submitted { no: no.0, again, case } })
}

async fn correct(call: Call, _: Nothing) -> Result<Made<DraftTold>, Fault> {
    let row = cases::visible(&call).await?;
    let caller = call.caller()?;
    let office = &call.app.office;
    caller.covers(Some(&row.item), Some("supply"))?;
    let case = office.store.case(&row.no).await?.ok_or_else(Fault::not_found)?;
    // The same case gives the same open draft, so a repeated call needs no memory of its own.
    let id = office.begin_correction(&caller.actor, &case).await?;
    let whole = drafts::open(&office.store, &caller.actor, &id).await?;
    Ok(Made { location: format!("/api/v1/drafts/{id}"), body: told(&whole.draft) })
}
