//! `/firms/{code}/mandates`, `/visitors`, `/follow`: who may act for whom, who stands at the counter, and following a matter without
//! a token. Serves measures 1 and 2.

use super::call::{Call, Done, Given, Made, Nothing, Of};
use super::caller::Scope;
use super::ground::Reference;
use super::once::once;
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use casework::Actor;
use jiff::civil::Date;
use office::follow;
use office::people::{self, firms};
use rulebook::Text;
use store::people::firms::{Mandate, Part};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/me/claims", claim)
            .with(Scope::Mandates)
            .once()
            .says("申请代表一家单位，由窗口或登记数据确认", "Ask to act for a firm; a counter or a register confirms it"),
        Route::get("/firms/{code}/mandates", of_firm)
            .with(Scope::Mandates)
            .says("谁可以代表本单位（法定代表人）", "Who may act for the firm; for its legal representative"),
        Route::post("/firms/{code}/mandates", give)
            .with(Scope::Mandates)
            .once()
            .says("授权一名经办人（法定代表人）", "Give a mandate; by the legal representative"),
        Route::delete("/mandates/{id}", revoke).with(Scope::Mandates).says("撤销授权", "End a mandate"),
        Route::put("/mandates/{id}/confirmed", confirm)
            .with(Scope::Mandates)
            .says("窗口确认授权", "Confirm a claim, at a counter"),
        Route::put("/mandates/{id}/refused", refuse)
            .with(Scope::Mandates)
            .says("窗口不予确认", "Turn a claim down, at a counter"),
        Route::post("/visitors", visitor)
            .with(Scope::Mandates)
            .once()
            .says("登记窗口来访人（已核对证件）", "Take up a visitor whose document was seen, at a counter"),
        Route::post("/visitors/found", find)
            .with(Scope::Mandates)
            .says("按证件号码查找来访人", "Find a visitor by the number of the identity document"),
        Route::put("/cases/{no}/follow-code", issue)
            .with(Scope::Mandates)
            .says("生成查询码；原有的失效", "Make the follow code of a case; a former one ends"),
        Route::post("/follow", followed).says("凭查询码和口令看进度", "Follow a matter by its code and second secret"),
    ]
}

shape! { MandateTold, "授权", "A mandate", {
    id: String = "编号", "Identifier";
    firm: String = "统一社会信用代码", "Credit code";
    person: String = "自然人编号", "Identifier of the person";
    legal: bool = "是否法定代表人", "Whether as the legal representative";
    items: Vec<String> = "限于的事项；空表示全部", "Items covered; empty means every item";
    acts: Vec<String> = "限于的行为；空表示全部", "Acts covered; empty means every act";
    from: Date = "自", "From";
    until: Option<Date> = "至（含）", "Until, that day included";
    state: String = "claimed、confirmed、refused 或 revoked", "claimed, confirmed, refused or revoked";
    revoked_at: Option<At> = "撤销时间", "When it was ended";
} }

shape! { taken Claimed, "申请代表", "A claim", {
    firm: String = "统一社会信用代码", "Credit code";
    legal: bool = "是否法定代表人", "Whether as the legal representative";
} }

shape! { taken NewMandate, "要给的授权", "A mandate to give", {
    name: String = "经办人姓名", "Name of the operator";
    number: String = "经办人公民身份号码", "Citizen identity number of the operator";
    items: Option<Vec<String>> = "限于的事项；不填为全部", "Items covered; every item unless told";
    acts: Option<Vec<String>> = "限于的行为；不填为全部", "Acts covered; every act unless told";
    from: Date = "自", "From";
    until: Date = "至（含）", "Until, that day included";
} }

shape! { taken NewVisitor, "来访人", "A visitor", {
    name: String = "姓名", "Name";
    number: String = "公民身份号码", "Citizen identity number";
    phone: String = "电话", "Telephone";
} }

shape! { taken Number, "证件号码", "A number", {
    number: String = "公民身份号码", "Citizen identity number";
} }

shape! { VisitorTold, "来访人", "A visitor", {
    id: String = "编号", "Identifier";
    name: String = "姓名", "Name";
    number: String = "证件号码（遮掩）", "Identity number, masked";
    phone: String = "电话", "Telephone";
    verified: bool = "是否已核实", "Whether the identity is confirmed";
} }

shape! { taken Pin, "口令", "A second secret", {
    secret: String = "4至12位字母或数字", "Four to twelve letters or digits";
} }

shape! { FollowCode, "查询码", "A follow code", {
    code: String = "查询码，只说这一次", "The code, told this once";
} }

shape! { taken FollowedBy, "查询码和口令", "Code and secret", {
    code: String = "查询码", "The follow code";
    secret: String = "口令", "The second secret";
} }

shape! { Followed, "进度", "Where a matter stands", {
    item: String = "事项代码", "Code of the item";
    step: Text = "环节", "The step";
    words: Text = "说明", "In words";
    agency: String = "机关代码", "Code of the body";
    due_on: Option<Date> = "最迟", "Due at the latest";
    ended: bool = "是否已结束", "Whether it has ended";
} }

fn told(mandate: Mandate) -> MandateTold {
    MandateTold {
        id: mandate.id,
        firm: mandate.firm,
        person: mandate.person,
        legal: mandate.part == Part::Legal,
        items: mandate.items,
        acts: mandate.acts,
        from: mandate.from,
        until: mandate.until,
        state: mandate.state.word().to_owned(),
        revoked_at: mandate.revoked_at.map(At),
    }
}

/// The person behind the token; an officer has no firms of her own.
fn person(call: &Call) -> Result<&str, Fault> {
    match &call.caller()?.actor {
        Actor::Applicant { person, .. } => Ok(person),
        _ => Err(Fault::not_found()),
    }
}

async fn claim(call: Call, Of(body): Of<Claimed>) -> Result<Made<Reference>, Fault> {
    let person = person(&call)?;
    let part = if body.legal { Part::Legal } else { Part::Operator };
    let id = once(&call, async || Ok(firms::claim(&call.app.office.store, person, &body.firm, part, call.now).await?.id)).await?;
    Ok(Made { location: "/api/v1/me/firms".to_owned(), body: Reference { id } })
}

async fn of_firm(call: Call) -> Result<Given<Rows<MandateTold>>, Fault> {
    let found = firms::of_firm(&call.app.office.store, person(&call)?, call.part("code"), call.now).await?;
    Ok(Given::of(Rows::all(found.into_iter().map(told).collect())))
}

async fn give(call: Call, Of(body): Of<NewMandate>) -> Result<Made<Reference>, Fault> {
    let legal = person(&call)?;
    let scope = firms::Scope {
        items: body.items.unwrap_or_default(),
        acts: body.acts.unwrap_or_default(),
        from: body.from,
        until: body.until,
    };
    let (office, firm) = (&call.app.office, call.part("code"));
    let operator = (body.name.as_str(), body.number.as_str());
    let give = async || Ok(firms::give(&office.store, &office.number_key, legal, firm, operator, &scope, call.now).await?.id);
    let id = once(&call, give).await?;
    Ok(Made { location: format!("/api/v1/firms/{firm}/mandates"), body: Reference { id } })
}

async fn revoke(call: Call) -> Result<Done, Fault> {
    let (store, id) = (&call.app.office.store, call.part("id"));
    match &call.caller()?.actor {
        Actor::Officer(officer) => firms::revoke_at_counter(store, officer, id, call.now).await?,
        _ => firms::revoke(store, person(&call)?, id, call.now).await?,
    }
    Ok(Done)
}

async fn confirm(call: Call, _: Nothing) -> Result<Done, Fault> {
    firms::confirm(&call.app.office.store, call.caller()?.officer()?, call.part("id"), call.now).await?;
    Ok(Done)
}

async fn refuse(call: Call, _: Nothing) -> Result<Done, Fault> {
    firms::refuse_claim(&call.app.office.store, call.caller()?.officer()?, call.part("id"), call.now).await?;
    Ok(Done)
}

fn visitor_told(shown: people::Shown) -> VisitorTold {
    VisitorTold { id: shown.id, name: shown.name, number: shown.id_masked, phone: shown.phone, verified: shown.verified }
}

async fn visitor(call: Call, Of(body): Of<NewVisitor>) -> Result<Made<Reference>, Fault> {
    let officer = call.caller()?.officer()?;
    let (store, key) = (&call.app.office.store, &call.app.office.number_key);
    let take_up =
        async || Ok(people::visitor_at_counter(store, key, officer, &body.name, &body.number, &body.phone, call.now).await?.id);
    let id = once(&call, take_up).await?;
    Ok(Made { location: "/api/v1/visitors".to_owned(), body: Reference { id } })
}

/// The number comes in the body: addresses are logged.
async fn find(call: Call, Of(body): Of<Number>) -> Result<Given<VisitorTold>, Fault> {
    let office = &call.app.office;
    let officer = call.caller()?.officer()?;
    let found = people::find_visitor(&office.store, &office.number_key, officer, &body.number, call.now).await?;
    Ok(Given::of(visitor_told(found.ok_or_else(Fault::not_found)?)))
}

async fn issue(call: Call, Of(body): Of<Pin>) -> Result<Given<FollowCode>, Fault> {
    let row = super::cases::visible(&call).await?;
    let office = &call.app.office;
    let code = follow::issue(&office.store, &office.number_key, &row.no, &body.secret).await?;
    Ok(Given::of(FollowCode { code }))
}

async fn followed(call: Call, Of(body): Of<FollowedBy>) -> Result<Given<Followed>, Fault> {
    let office = &call.app.office;
    let no = follow::follow(&office.store, &office.number_key, &body.code, &body.secret).await?;
    let case = office.store.case(&no).await?.ok_or_else(Fault::not_found)?;
    let edition = office.rulebooks.edition(&office.store, &case.edition).await?;
    let procedure = edition.rules.procedures.get(&case.procedure);
    let step = procedure.and_then(|procedure| procedure.step.iter().find(|step| *step.code.get_ref() == case.step));
    Ok(Given::of(Followed {
        step: step.map_or_else(|| Text::new("", ""), |step| Text::new(&step.name, &step.label)),
        words: step.map_or_else(|| Text::new("", ""), |step| Text::new(&step.public, &step.public_label)),
        due_on: case.next_due().map(|clock| clock.due),
        ended: case.closed.is_some(),
        item: case.item,
        agency: case.agency,
    }))
}
