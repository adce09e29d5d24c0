//! `/staff`, `/powers`, `/tokens`: members of staff, what they may do, and the tokens of the API. Everything is written down in
//! the audit by the doors behind.

use super::account::{Power, power};
use super::call::{Call, Done, Given, Made, Of};
use super::caller::Scope;
use super::ground::Reference;
use super::once::once;
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use jiff::civil::Date;
use office::people::staff;
use office::tokens;
use rulebook::Text;
use rulebook::procedure::Role;
use store::tokens::Token;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/staff", list).with(Scope::People).says("工作人员", "Members of staff").asks(
            "agency",
            "机关代码",
            "Code of the agency",
        ),
        Route::post("/staff", add).with(Scope::People).once().says("增加工作人员", "Take somebody on"),
        Route::get("/staff/{id}", one).with(Scope::People).says("一位工作人员", "A member of staff"),
        Route::put("/staff/{id}/left", leave)
            .with(Scope::People)
            .says("离岗：停用账号和权限", "Somebody leaves: account closed, powers void"),
        Route::post("/staff/{id}/powers", give).with(Scope::People).once().says("授予权限", "Give a power"),
        Route::delete("/powers/{id}", take).with(Scope::People).says("收回权限", "Take a power away"),
        Route::get("/tokens", tokens_of).with(Scope::People).says(
            "自己的令牌；管理员看所管单位的全部",
            "One's own tokens; an administrator sees those of the bodies she administers",
        ),
        Route::post("/tokens", make_token)
            .with(Scope::People)
            .once()
            .says("为工作人员建立令牌", "Make a token for a member of staff"),
        Route::delete("/tokens/{id}", revoke).with(Scope::People).says("吊销令牌", "Revoke a token"),
        Route::post("/staff/{id}/absences", absent)
            .with(Scope::People)
            .once()
            .says("登记离岗和顶岗", "Record an absence and the substitute"),
    ]
}

shape! { StaffTold, "工作人员", "A member of staff", {
    id: String = "编号", "Identifier";
    name: String = "姓名", "Name";
    agency: String = "机关代码", "Code of the agency";
    phone: String = "电话", "Telephone";
    active: bool = "在岗", "Whether active";
    left_on: Option<Date> = "离岗日期", "Left on";
    version: i64 = "版本", "Version";
} }

shape! { StaffWhole, "工作人员及权限", "A member of staff with powers and absences", {
    staff: StaffTold = "工作人员", "The member of staff";
    powers: Vec<PowerGiven> = "权限", "Powers";
    absences: Vec<AbsenceTold> = "离岗", "Absences";
} }

shape! { PowerGiven, "授予的权限", "A power that was given", {
    id: String = "编号", "Identifier";
    power: Power = "权限", "The power";
    given_by: String = "授予人", "By whom";
    given_at: At = "授予时间", "When";
    taken_at: Option<At> = "收回时间", "When it was taken away";
} }

shape! { AbsenceTold, "离岗", "An absence", {
    id: String = "编号", "Identifier";
    substitute: String = "顶岗人编号", "Identifier of the substitute";
    from: Date = "自", "From";
    until: Date = "至（含）", "Until, that day included";
} }

shape! { taken NewStaff, "要增加的人", "Somebody to take on", {
    name: String = "姓名", "Name";
    login: String = "账号", "Login";
    agency: String = "机关代码", "Code of the agency";
    phone: String = "电话", "Telephone";
} }

shape! { StaffAdded, "已增加的人", "Somebody taken on", {
    id: String = "编号", "Identifier";
    password: Option<String> = "一次性密码；只在第一次答复", "The password to be told once; in the first answer only";
} }

shape! { taken NewPower, "要授予的权限", "A power to be given", {
    role: String = "角色", "Role";
    agency: Option<String> = "机关代码；空表示全区", "Code of the agency; null means the whole district";
    items: Option<Vec<String>> = "事项代码；空表示全部", "Codes of items; none means every item";
    until: Option<Date> = "至何日", "Until";
} }

shape! { taken NewAbsence, "离岗", "An absence", {
    substitute: String = "顶岗人编号", "Identifier of the substitute";
    from: Date = "自", "From";
    until: Date = "至（含）", "Until, that day included";
} }

shape! { taken Seen, "看过的版本", "The version seen", {
    version: i64 = "版本", "Version";
} }

shape! { TokenTold, "令牌", "A token", {
    id: String = "编号", "Identifier";
    name: String = "名称", "Name";
    subject: String = "代表谁", "As whom it acts";
    scopes: Vec<String> = "范围", "Its scope";
    expires_at: At = "到期时间", "When it expires";
    revoked_at: Option<At> = "吊销时间", "When it was revoked";
    created_at: At = "建立时间", "When it was made";
    used_at: Option<At> = "最近使用", "Last used";
} }

shape! { taken NewToken, "要建立的令牌", "A token to be made", {
    staff: String = "工作人员编号", "Identifier of the member of staff it acts as";
    name: String = "名称", "Name";
    scopes: Vec<String> = "范围", "Its scope";
    days: i64 = "有效天数，最多366", "Days it holds, at most 366";
} }

shape! { TokenMade, "新的令牌", "A token just made", {
    id: String = "编号", "Identifier";
    secret: Option<String> = "令牌本身；只在第一次答复", "The token itself; in the first answer only";
} }

const ADMINISTRATOR: [Role; 1] = [Role::Administrator];

fn told(staff: store::people::staff::Staff) -> StaffTold {
    StaffTold {
        id: staff.id,
        name: staff.name,
        agency: staff.agency,
        phone: staff.phone,
        active: staff.active,
        left_on: staff.left_on,
        version: staff.version,
    }
}

async fn list(call: Call) -> Result<Given<Rows<StaffTold>>, Fault> {
    let officer = call.caller()?.officer_with(&ADMINISTRATOR, call.now.day())?;
    let mut found = staff::seen_by(&call.app.office.store, officer).await?;
    found.retain(|one| call.asked("agency").is_none_or(|agency| one.agency == agency));
    Ok(Given::of(Rows::all(found.into_iter().map(told).collect())))
}

async fn one(call: Call) -> Result<Given<StaffWhole>, Fault> {
    let officer = call.caller()?.officer_with(&ADMINISTRATOR, call.now.day())?;
    let store = &call.app.office.store;
    let id = call.part("id");
    let at = officer.bodies(&ADMINISTRATOR);
    let seen = |staff: &store::people::staff::Staff| at.as_ref().is_none_or(|at| at.contains(&staff.agency));
    let staff = store.staff(id).await?.filter(seen).ok_or_else(Fault::not_found)?;
    let powers = store.powers_of(id).await?.into_iter().map(|row| PowerGiven {
        id: row.id,
        power: power(&row.power),
        given_by: row.given_by,
        given_at: At(row.given_at),
        taken_at: row.taken_at.map(At),
    });
    let absences = store.absences_of(id).await?.into_iter().map(|row| AbsenceTold {
        id: row.id,
        substitute: row.substitute,
        from: row.from,
        until: row.until,
    });
    Ok(Given::of(StaffWhole { staff: told(staff), powers: powers.collect(), absences: absences.collect() }))
}

async fn add(call: Call, Of(body): Of<NewStaff>) -> Result<Made<StaffAdded>, Fault> {
    let officer = call.caller()?.officer_with(&ADMINISTRATOR, call.now.day())?;
    let office = &call.app.office;
    let live = office.rulebooks.live()?;
    if !live.rules.agencies.contains_key(&body.agency) {
        return Err(Fault::wrong("/agency", Text::new("没有这个机关。", "There is no such agency.")));
    }
    let new = staff::NewStaff { name: body.name, login: body.login, agency: body.agency, phone: body.phone };
    let mut told_once = None;
    let id = once(&call, async || {
        let (id, password) = staff::add(&office.store, &office.entrance, officer, &new, call.now).await?;
        told_once = Some(password);
        Ok(id)
    })
    .await?;
    Ok(Made { location: format!("/api/v1/staff/{id}"), body: StaffAdded { id, password: told_once } })
}

async fn leave(call: Call, Of(body): Of<Seen>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer_with(&ADMINISTRATOR, call.now.day())?;
    staff::leave(&call.app.office.store, officer, call.part("id"), body.version, call.now).await?;
    Ok(Done)
}

async fn give(call: Call, Of(body): Of<NewPower>) -> Result<Made<Reference>, Fault> {
    let officer = call.caller()?.officer_with(&ADMINISTRATOR, call.now.day())?;
    let role = serde_json::from_value::<Role>(serde_json::Value::String(body.role));
    let role = role.map_err(|_| Fault::wrong("/role", Text::new("没有这个角色。", "There is no such role.")))?;
    let power = casework::Power { role, agency: body.agency, items: body.items.unwrap_or_default(), until: body.until };
    let store = &call.app.office.store;
    let id = once(&call, async || Ok(staff::give(store, officer, call.part("id"), power, call.now).await?)).await?;
    Ok(Made { location: format!("/api/v1/powers/{id}"), body: Reference { id } })
}

async fn take(call: Call) -> Result<Done, Fault> {
    let officer = call.caller()?.officer_with(&ADMINISTRATOR, call.now.day())?;
    staff::take(&call.app.office.store, officer, call.part("id"), call.now).await?;
    Ok(Done)
}

async fn absent(call: Call, Of(body): Of<NewAbsence>) -> Result<Made<Reference>, Fault> {
    let officer = call.caller()?.officer()?;
    let store = &call.app.office.store;
    let staff_id = call.part("id");
    let id = once(&call, async || {
        Ok(staff::absent(store, officer, staff_id, &body.substitute, body.from, body.until, call.now).await?)
    })
    .await?;
    Ok(Made { location: format!("/api/v1/staff/{staff_id}"), body: Reference { id } })
}

fn token_told(token: Token) -> TokenTold {
    TokenTold {
        scopes: super::caller::scopes_of(&token).map(str::to_owned).collect(),
        id: token.id,
        name: token.name,
        subject: token.subject.key(),
        expires_at: At(token.expires_at),
        revoked_at: token.revoked_at.map(At),
        created_at: At(token.created_at),
        used_at: token.used_at.map(At),
    }
}

async fn tokens_of(call: Call) -> Result<Given<Rows<TokenTold>>, Fault> {
    let caller = call.caller()?;
    let store = &call.app.office.store;
    let found = match caller.officer_with(&ADMINISTRATOR, call.now.day()) {
        Ok(officer) => tokens::seen_by(store, officer).await?,
        Err(_) => tokens::mine(store, &caller.token.subject).await?,
    };
    Ok(Given::of(Rows::all(found.into_iter().map(token_told).collect())))
}

async fn make_token(call: Call, Of(body): Of<NewToken>) -> Result<Made<TokenMade>, Fault> {
    let caller = call.caller()?;
    let officer = caller.officer_with(&ADMINISTRATOR, call.now.day())?;
    let scopes: Vec<&str> = body.scopes.iter().map(String::as_str).collect();
    // What a token may not do itself, it may not hand on.
    let held = |scope: &&str| super::caller::scopes_of(&caller.token).any(|own| own == *scope);
    if !scopes.iter().all(held) {
        return Err(office::tokens::beyond().into());
    }
    let new = tokens::NewToken { name: &body.name, scopes: &scopes, firm: None, days: body.days };
    let store = &call.app.office.store;
    let mut told_once = None;
    let id = once(&call, async || {
        let (token, secret) = tokens::create_for(store, officer, &body.staff, &new, call.now).await?;
        told_once = Some(secret);
        Ok(token.id)
    })
    .await?;
    Ok(Made { location: "/api/v1/tokens".to_owned(), body: TokenMade { id, secret: told_once } })
}

async fn revoke(call: Call) -> Result<Done, Fault> {
    let caller = call.caller()?;
    let (store, id) = (&call.app.office.store, call.part("id"));
    match caller.officer_with(&ADMINISTRATOR, call.now.day()) {
        Ok(officer) => tokens::revoke_any(store, officer, id, call.now).await?,
        Err(_) => tokens::revoke(store, &caller.token.subject, id, call.now).await?,
    }
    Ok(Done)
}
