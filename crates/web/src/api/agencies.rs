//! `/agencies`, `/areas`, `/windows`: who decides, where, and at which counters matters are taken in. Serves measure 1.

use super::call::{Call, Given};
use super::ground::{self, Named};
use super::problem::Fault;
use super::route::Route;
use super::shape::{Rows, shape};
use rulebook::Text;
use rulebook::agency::Agency;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/agencies", agencies).says("机关", "Agencies"),
        Route::get("/agencies/{code}", agency).says("一个机关", "An agency"),
        Route::get("/areas", areas).says("街镇和开发区", "Streets, towns and zones"),
        Route::get("/windows", windows).says("窗口", "Windows").asks("item", "事项代码", "Code of an item taken in there"),
    ]
}

shape! { AgencyTold, "机关", "An agency", {
    code: String = "代码", "Code";
    name: Text = "名称", "Name";
    kind: String = "类型", "Kind";
    short: String = "文号简称", "Short form in document numbers";
    credit_code: String = "统一社会信用代码", "Credit code";
    areas: Vec<String> = "区域代码；空表示全区", "Codes of its areas; empty means the whole district";
    phone: String = "电话", "Telephone";
    address: String = "地址", "Address";
    hours: String = "办公时间", "Hours";
    complaint_phone: String = "投诉电话", "Telephone for complaints";
    remedy: Option<Remedy> = "不服其决定的救济途径", "Where its decisions can be contested";
    status: String = "verified 或 example", "verified or example";
} }

shape! { Remedy, "救济途径", "Remedies", {
    review_body: String = "复议机关", "Body for reconsideration";
    review_days: u32 = "申请复议的期限（日）", "Days within which to ask for it";
    court: String = "法院", "Court";
    court_months: u32 = "起诉的期限（月）", "Months within which to sue";
} }

shape! { Window, "窗口", "A window", {
    code: String = "代码", "Code";
    name: String = "名称", "Name";
    hall: String = "大厅", "Hall";
    agency: String = "机关代码", "Code of the agency";
    items: Vec<String> = "受理的事项；空表示全部", "Items taken in; empty means every item";
    address: String = "地址", "Address";
    hours: String = "办公时间", "Hours";
    phone: String = "电话", "Telephone";
    status: String = "verified 或 example", "verified or example";
} }

async fn agencies(call: Call) -> Result<Given<Rows<AgencyTold>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    Ok(Given::of(Rows::all(live.rules.agencies.values().map(told).collect())))
}

async fn agency(call: Call) -> Result<Given<AgencyTold>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let agency = live.rules.agencies.get(call.part("code")).ok_or_else(Fault::not_found)?;
    Ok(Given::of(told(agency)))
}

fn told(agency: &Agency) -> AgencyTold {
    AgencyTold {
        code: agency.code.get_ref().clone(),
        name: ground::name(&agency.name, agency.label.as_deref()),
        kind: agency.kind.clone(),
        short: agency.short.clone(),
        credit_code: agency.credit_code.clone(),
        areas: agency.areas.clone(),
        phone: agency.phone.clone(),
        address: agency.address.clone(),
        hours: agency.hours.clone(),
        complaint_phone: agency.complaint_phone.clone(),
        remedy: agency.remedy.as_ref().map(|remedy| Remedy {
            review_body: remedy.review_body.clone(),
            review_days: remedy.review_days,
            court: remedy.court.clone(),
            court_months: remedy.court_months,
        }),
        status: ground::standing(agency.status),
    }
}

async fn areas(call: Call) -> Result<Given<Rows<Named>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let areas = live.rules.areas.values().map(|area| ground::named(area.code.get_ref(), &area.name, area.label.as_deref()));
    Ok(Given::of(Rows::all(areas.collect())))
}

async fn windows(call: Call) -> Result<Given<Rows<Window>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let takes = |window: &&rulebook::agency::Window| {
        call.asked("item").is_none_or(|item| window.items.is_empty() || window.items.iter().any(|known| known == item))
    };
    let rows = live.rules.windows.values().filter(takes).map(|window| Window {
        code: window.code.get_ref().clone(),
        name: window.name.clone(),
        hall: window.hall.clone(),
        agency: window.agency.get_ref().clone(),
        items: window.items.clone(),
        address: window.address.clone(),
        hours: window.hours.clone(),
        phone: window.phone.clone(),
        status: ground::standing(window.status),
    });
    Ok(Given::of(Rows::all(rows.collect())))
}
