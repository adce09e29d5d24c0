//! `/lists/{list}`: who may permit what, and which items there are at all; `/limits`: every promise in force, with the law's own
//! limit beside it; `/measures`: the 17 measures, who answers for them, and their figures. Serves measures 7 and 9.

use super::call::{Call, Given};
use super::ground::{self, Ground, Limit};
use super::items::type_word;
use super::problem::Fault;
use super::route::Route;
use super::shape::{Rows, shape};
use crate::portal::figures;
use crate::portal::measures::met;
use rulebook::Text;
use rulebook::item::{ItemType, LimitKind, limit_on};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/lists/permits", permits).says("行政许可事项清单", "The permit list"),
        Route::get("/lists/services", services).says("政务服务事项清单", "The list of all service items"),
        Route::get("/lists/higher", higher).says("上级清单及其对应", "The higher list and what answers to it"),
        Route::get("/lists/authority", authority)
            .says("权责清单：谁可以在哪里决定什么", "Who may decide what, where, and on which basis")
            .asks("item", "事项代码", "Code of an item"),
        Route::get("/limits", limits).says("现行期限公示", "The limits in force"),
        Route::get("/measures", measures).says("十七项举措和数字", "The 17 measures with their figures"),
    ]
}

shape! { ListRow, "清单的一行", "A row of a list", {
    code: String = "代码", "Code";
    name: String = "名称", "Name";
    kind: String = "事项类型", "Type of item";
    agency: String = "清单写明的机关", "Body named by the list";
    level: String = "层级", "Level";
    basis: Vec<Ground> = "依据", "Its grounds";
    items: Vec<String> = "按此行办理的事项代码", "Codes of the items under it";
    absent_reason: String = "不进中心的原因", "Why it is not handled at the centre";
    source: String = "来源", "Source";
    status: String = "verified 或 example", "verified or example";
} }

shape! { HigherRow, "上级清单的一行", "A row of the higher list", {
    code: String = "代码", "Code";
    name: String = "名称", "Name";
    answered_by: Option<String> = "本级清单中对应的行", "Row of our list that answers to it";
    source: String = "来源", "Source";
    status: String = "verified 或 example", "verified or example";
} }

shape! { AuthorityRow, "权责清单的一行", "A row of the authority matrix", {
    item: String = "事项代码", "Code of the item";
    agency: String = "机关代码", "Code of the agency";
    form: String = "法定、授权、委托或集中", "法定 (own), 授权 (authorised), 委托 (entrusted) or 集中 (centralised)";
    principal: Option<String> = "委托机关", "The principal";
    areas: Vec<String> = "区域代码；空表示机关的全部区域", "Codes of areas; empty means wherever the agency acts";
    from: jiff::civil::Date = "自何日起", "From";
    until: Option<jiff::civil::Date> = "至何日止", "Until";
    basis: Ground = "依据", "Its ground";
    status: String = "verified 或 example", "verified or example";
} }

shape! { ItemLimits, "一个事项的现行期限", "The limits of an item in force", {
    item: String = "事项代码", "Code of the item";
    name: Text = "名称", "Name";
    promised: Option<Limit> = "承诺期限", "The promise";
    statutory: Option<Limit> = "法定期限", "The law's own";
} }

shape! { Measure, "举措", "A measure", {
    number: u32 = "序号", "Number";
    name: Text = "名称", "Name";
    promise: String = "承诺", "The promise";
    lead: Vec<String> = "牵头单位", "Leading bodies";
    responsible: Vec<String> = "责任单位", "Responsible bodies";
    reached: bool = "本版本是否已提供", "Whether this release serves it";
    indicators: Vec<Indicator> = "指标和数字；尚未提供的举措没有", "Indicators with their figures; none of a measure that is not served yet";
    source: String = "来源", "Source";
} }

shape! { Indicator, "指标", "An indicator", {
    name: Text = "名称", "Name";
    figure: String = "数字的名称", "Name of its figure";
    value: Option<i64> = "数字；还没有的为空", "The figure; null while there is none yet";
    unit: Option<String> = "count 件（项），percent 整数百分比，minutes 分钟，working-days 工作日", "count, percent in whole, minutes or working-days";
    of: Option<u64> = "百分比以多少为整体", "For a percentage: what it is a share of";
    goal: Option<String> = "目标：最多几件，或至少百分之几", "The goal: at most so many, or at least such a share";
    met: Option<bool> = "是否达到目标；没有目标或数字的为空", "Whether the goal is met; null without a goal or a figure";
} }

async fn permits(call: Call) -> Result<Given<Rows<ListRow>>, Fault> {
    list(&call, |kind| kind == ItemType::Permit)
}

async fn services(call: Call) -> Result<Given<Rows<ListRow>>, Fault> {
    list(&call, |_| true)
}

fn list(call: &Call, of: impl Fn(ItemType) -> bool) -> Result<Given<Rows<ListRow>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let rows = live.rules.list.values().filter(|row| of(row.item_type)).map(|row| {
        let code = row.code.get_ref();
        let under = live.rules.items.values().filter(|item| item.list_row.as_ref().is_some_and(|row| row.get_ref() == code));
        ListRow {
            code: code.clone(),
            name: row.name.clone(),
            kind: type_word(row.item_type).to_owned(),
            agency: row.agency.clone(),
            level: row.level.clone(),
            basis: row.basis.iter().map(Ground::from).collect(),
            items: under.map(|item| item.code.get_ref().clone()).collect(),
            absent_reason: row.absent_reason.clone(),
            source: row.source.clone(),
            status: ground::standing(row.status),
        }
    });
    Ok(Given::of(Rows::all(rows.collect())))
}

async fn higher(call: Call) -> Result<Given<Rows<HigherRow>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let rows = live.rules.higher_list.values().map(|row| HigherRow {
        code: row.code.get_ref().clone(),
        name: row.name.clone(),
        answered_by: row.answered_by.clone(),
        source: row.source.clone(),
        status: ground::standing(row.status),
    });
    Ok(Given::of(Rows::all(rows.collect())))
}

async fn authority(call: Call) -> Result<Given<Rows<AuthorityRow>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let of_item = |row: &&rulebook::agency::Authority| call.asked("item").is_none_or(|item| row.item.get_ref() == item);
    let rows = live.rules.authority.iter().filter(of_item).map(|row| AuthorityRow {
        item: row.item.get_ref().clone(),
        agency: row.agency.get_ref().clone(),
        form: ground::word(&row.form),
        principal: row.principal.as_ref().map(|principal| principal.get_ref().clone()),
        areas: row.areas.clone(),
        from: row.from,
        until: row.until,
        basis: (&row.basis).into(),
        status: ground::standing(row.status),
    });
    Ok(Given::of(Rows::all(rows.collect())))
}

async fn limits(call: Call) -> Result<Given<Rows<ItemLimits>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let today = call.now.day();
    let rows = live.rules.items.values().map(|item| ItemLimits {
        item: item.code.get_ref().clone(),
        name: ground::name(&item.name, item.label.as_deref()),
        promised: limit_on(&item.limit, LimitKind::Promised, today).map(Limit::from),
        statutory: limit_on(&item.limit, LimitKind::Statutory, today).map(Limit::from),
    });
    Ok(Given::of(Rows::all(rows.collect())))
}

async fn measures(call: Call) -> Result<Given<Rows<Measure>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let (_, figures) = figures::all(&call.app, &live, call.now.day()).await?;
    let indicator = |one: &rulebook::measure::Indicator| {
        let found = figures.get(one.figure.as_str());
        let told = found.map(|figure| figure.told());
        Indicator {
            name: ground::name(&one.name, one.label.as_deref()),
            figure: one.figure.clone(),
            value: told.map(|(value, _)| value),
            unit: told.map(|(_, unit)| unit.to_owned()),
            of: found.and_then(|figure| figure.of()),
            goal: one.target.clone(),
            met: met(one, found),
        }
    };
    let rows = live.rules.measures.values().map(|measure| Measure {
        number: *measure.number.get_ref(),
        name: Text::new(&measure.name, &measure.label),
        promise: measure.promise.clone(),
        lead: measure.lead.clone(),
        responsible: measure.responsible.clone(),
        reached: measure.reached,
        indicators: measure.indicator.iter().filter(|_| measure.reached).map(indicator).collect(),
        source: measure.source.clone(),
    });
    Ok(Given::of(Rows::all(rows.collect())))
}
