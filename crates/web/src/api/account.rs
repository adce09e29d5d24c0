//! `/me`: who one is, what one was told, the firms one may act for, and a copy of one's own data (个人信息保护法 art. 45).

use super::call::{Call, Done, Given, Nothing, bad_parameter};
use super::caller::Scope;
use super::cases::{self, CaseListed};
use super::drafts::{self, DraftTold};
use super::problem::Fault;
use super::route::Route;
use super::shape::{At, Rows, shape};
use casework::{Actor, CaseNo, Moment};
use rulebook::Text;
use rulebook::identifier;
use store::reader::Filter;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/me", me)
            .with_any_token()
            .says("令牌代表谁、可以做什么", "Whom the token stands for, and what it may be used for"),
        Route::get("/me/firms", firms).with(Scope::Account).says("可以代办的单位", "The firms one may act for"),
        Route::get("/me/data", data).with(Scope::Account).says("自己数据的副本", "A copy of one's own data"),
        Route::get("/me/cases", export)
            .with(Scope::Cases)
            .says("导出可以看到的办件，按编号", "The cases one may see in the order of their numbers, for writing them out")
            .asks_one("open", ("是否在办", "Whether it is open"), &["true", "false"])
            .paged(),
        Route::get("/notices", notices).with(Scope::Account).says("消息，新的在前", "Notices, newest first").paged(),
        Route::put("/notices/read", read).with(Scope::Account).says("全部标为已读", "Mark all as read"),
    ]
}

shape! { Me, "令牌的主体", "The subject of the token", {
    subject: String = "p:个人 或 s:工作人员", "p:person or s:staff";
    name: String = "姓名", "Name";
    acting_for: Option<String> = "代办的单位或本人", "The holder acted for, where one applies";
    scopes: Vec<String> = "令牌的范围", "The token's scope";
    expires_at: At = "令牌到期时间", "When the token expires";
    powers: Vec<Power> = "岗位权限；申请人为空", "Powers of an officer";
    unread: u32 = "未读消息", "Unread notices";
} }

shape! { Power, "岗位权限", "A power", {
    role: String = "角色", "Role";
    agency: Option<String> = "机关代码；空表示全区", "Code of the agency; null means the whole district";
    items: Vec<String> = "事项代码；空表示全部", "Codes of items; empty means every item";
    until: Option<jiff::civil::Date> = "至何日", "Until";
} }

shape! { FirmTold, "可以代办的单位", "A firm one may act for", {
    code: String = "统一社会信用代码", "Credit code";
    name: String = "名称", "Name";
    legal: bool = "是否法定代表人", "Whether as its legal representative";
    items: Vec<String> = "可办的事项；空表示全部", "Items covered; empty means every item";
    until: Option<jiff::civil::Date> = "授权至", "Until";
} }

shape! { OwnData, "自己的数据", "One's own data", {
    name: String = "姓名", "Name";
    id_number: String = "证件号码（遮掩）", "Identity number, masked";
    phone: String = "电话", "Telephone";
    email: String = "邮箱", "E-mail";
    verified: bool = "是否已核实", "Whether the identity is confirmed";
    created_at: At = "注册时间", "Registered";
    firms: Vec<FirmTold> = "可以代办的单位", "Firms one may act for";
    drafts: Vec<DraftTold> = "草稿", "Drafts";
    cases: Vec<String> = "办件编号；内容见 /cases/{no}", "Numbers of the cases; whole at /cases/{no}";
    notices: Vec<NoticeTold> = "最近的消息", "The latest notices";
} }

shape! { NoticeTold, "消息", "A notice", {
    id: String = "编号", "Identifier";
    case: Option<String> = "办件编号", "Number of the case";
    text: Text = "内容", "In words";
    at: At = "时间", "When";
    read_at: Option<At> = "阅读时间", "When it was read";
} }

async fn me(call: Call) -> Result<Given<Me>, Fault> {
    let caller = call.caller()?;
    let powers = match &caller.actor {
        Actor::Officer(officer) => officer.powers.iter().map(power).collect(),
        _ => Vec::new(),
    };
    let store = &call.app.office.store;
    let name = match &caller.actor {
        Actor::Officer(officer) => store.staff(&officer.id.0).await?.map(|staff| staff.name),
        Actor::Applicant { person, .. } => store.person(person).await?.map(|person| person.name),
        Actor::Clock | Actor::System | Actor::Partner(_) => None,
    };
    let name = name.unwrap_or_default();
    Ok(Given::of(Me {
        subject: caller.owner(),
        name,
        acting_for: caller.holder().ok().map(casework::Holder::key),
        scopes: super::caller::scopes_of(&caller.token).map(str::to_owned).collect(),
        expires_at: At(caller.token.expires_at),
        powers,
        unread: call.app.office.store.unread_count(&caller.notices()?).await?,
    }))
}

pub fn power(power: &casework::Power) -> Power {
    Power { role: super::ground::word(&power.role), agency: power.agency.clone(), items: power.items.clone(), until: power.until }
}

async fn firms(call: Call) -> Result<Given<Rows<FirmTold>>, Fault> {
    Ok(Given::of(Rows::all(firms_of(&call).await?)))
}

async fn firms_of(call: &Call) -> Result<Vec<FirmTold>, Fault> {
    let Actor::Applicant { person, .. } = &call.caller()?.actor else { return Ok(Vec::new()) };
    let found = office::people::firms::seats(&call.app.office.store, person, call.now).await?;
    let told = found.into_iter().flat_map(|seat| {
        let (code, name) = (seat.code, seat.name);
        seat.mandates.into_iter().map(move |mandate| FirmTold {
            code: code.clone(),
            name: name.clone(),
            legal: mandate.part == store::people::firms::Part::Legal,
            items: mandate.items,
            until: mandate.until,
        })
    });
    Ok(told.collect())
}

/// Notices and cases that a copy holds at most; whoever has more reads the lists.
const LATEST: u32 = 200;
const MOST_CASES: usize = 10_000;

async fn data(call: Call) -> Result<Given<OwnData>, Fault> {
    let caller = call.caller()?;
    let Actor::Applicant { person, .. } = &caller.actor else { return Err(Fault::not_found()) };
    let store = &call.app.office.store;
    let person = store.person(person).await?.ok_or_else(Fault::not_found)?;
    let reader = caller.reader(&call.app, call.now.day());
    let (mut cases, mut after) = (Vec::new(), None);
    loop {
        let page = reader.export(&Filter::default(), after, 500, call.now).await?;
        cases.extend(page.rows.into_iter().map(|row| row.no.0));
        after = page.next;
        if after.is_none() || cases.len() >= MOST_CASES {
            break;
        }
    }
    let drafts = office::drafts::mine(store, &caller.actor).await?;
    Ok(Given::of(OwnData {
        id_number: identifier::mask(&person.id_number),
        name: person.name,
        phone: person.phone,
        email: person.email,
        verified: person.verified,
        created_at: At(person.created_at),
        firms: firms_of(&call).await?,
        drafts: drafts.iter().map(drafts::told).collect(),
        cases,
        notices: store.notices_of(&caller.notices()?, None, LATEST).await?.into_iter().map(notice).collect(),
    }))
}

async fn export(call: Call) -> Result<Given<Rows<CaseListed>>, Fault> {
    let filter = Filter { open: call.asked("open").map(|open| open == "true"), ..Filter::default() };
    let after = call.asked("after").map(|no| CaseNo(no.to_owned()));
    let page = call.caller()?.reader(&call.app, call.now.day()).export(&filter, after, call.limit()?, call.now).await?;
    Ok(Given::of(Rows { rows: cases::listed(&call, &page.rows).await?, next: page.next.map(|no| no.0) }))
}

fn notice(notice: store::notices::Notice) -> NoticeTold {
    NoticeTold {
        id: notice.id,
        case: notice.case_no.map(|no| no.0),
        text: Text::new(notice.zh, notice.en),
        at: At(notice.at),
        read_at: notice.read_at.map(At),
    }
}

async fn notices(call: Call) -> Result<Given<Rows<NoticeTold>>, Fault> {
    let limit = call.limit()?;
    let before = call.asked("after").map(|after| after.parse().map(Moment).map_err(|_| bad_parameter("after"))).transpose()?;
    let mut found = call.app.office.store.notices_of(&call.caller()?.notices()?, before, limit as u32 + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| last.at.0.to_string());
    Ok(Given::of(Rows { rows: found.into_iter().map(notice).collect(), next }))
}

async fn read(call: Call, _: Nothing) -> Result<Done, Fault> {
    call.app.office.store.mark_all_read(&call.caller()?.notices()?, call.now).await?;
    Ok(Done)
}
