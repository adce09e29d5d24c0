//! `/items`: what can be applied for, and the whole guide of each. Serves measures 6 and 7.

use super::call::{Call, Given};
use super::ground::{self, Ground, Limit, Named, Term};
use super::item_form;
use super::problem::Fault;
use super::route::Route;
use super::shape::{Rows, shape};
use jiff::civil::Date;
use rulebook::item::{Item, ItemType, LimitKind, limit_on};
use rulebook::{Rulebook, Text};
use serde_json::Value;

pub fn routes() -> Vec<Route> {
    let types: Vec<&str> = ItemType::ALL.iter().map(|kind| type_word(*kind)).collect();
    vec![
        Route::get("/items", list)
            .says("事项清单", "The list of items")
            .asks("text", "名称、关键词中的字", "Part of the name or of a keyword")
            .asks_one("type", ("事项类型", "Type of item"), &types)
            .asks("theme", "主题分类", "Theme")
            .asks("agency", "办理机关代码", "Code of a body that handles it")
            .asks_one("online", ("是否可在本平台申请", "Whether it can be applied for here"), &["true", "false"])
            .paged(),
        Route::get("/items/{code}", guide)
            .says("一个事项的办事指南，含表单的 JSON Schema", "The whole guide of an item, with the JSON Schema of its form"),
    ]
}

shape! { ItemRow, "事项清单的一行", "A line of the list of items", {
    code: String = "稳定代码", "Stable code";
    name: Text = "名称", "Name";
    kind: String = "事项类型", "Type of item";
    summary: String = "一句话说明", "In one sentence";
    objects: Vec<String> = "服务对象", "Whom it serves";
    themes: Vec<String> = "主题分类", "Themes";
    agencies: Vec<String> = "办理机关代码", "Codes of the bodies that handle it";
    promised: Option<Term> = "承诺期限", "The promised limit";
    statutory: Option<Term> = "法定期限", "The statutory limit";
    online: bool = "可在本平台申请", "Whether it can be applied for here";
    closed_from: Option<Date> = "自何日起停止受理新的申请", "Closed to new applications from";
    status: String = "verified 或 example", "verified or example";
} }

shape! { Guide, "办事指南", "The guide of an item", {
    code: String = "稳定代码", "Stable code";
    edition: String = "规则书版本", "Edition of the rulebook";
    name: Text = "名称", "Name";
    kind: String = "事项类型", "Type of item";
    procedure: Named = "流程", "The procedure";
    list_row: Option<String> = "许可清单的行", "Row of the permit list";
    catalog_code: String = "基本编码", "Catalogue code as published";
    task_code: String = "实施编码", "Task code as published";
    exercise_level: String = "行使层级", "Level that exercises it";
    summary: String = "一句话说明", "In one sentence";
    keywords: Vec<String> = "百姓说法", "Everyday words";
    objects: Vec<String> = "服务对象", "Whom it serves";
    themes: Vec<String> = "主题分类", "Themes";
    agencies: Vec<Body> = "办理机关", "The bodies that handle it";
    conditions: Vec<Condition> = "受理和批准条件", "Conditions";
    basis: Vec<Ground> = "设定依据", "Its grounds";
    limits: Vec<Limit> = "全部期限，旧的也在", "Every dated limit, the old ones too";
    materials: Vec<Material> = "申请材料", "Papers";
    points: Vec<Point> = "审查要点", "Points of review";
    result: Option<ItemResult> = "办理结果", "What is handed out";
    charged: bool = "是否收费", "Whether there is a fee";
    fee_standard: String = "收费标准", "The fee";
    visits: u32 = "到现场次数", "Trips to make";
    visit_reason: String = "到现场的原因", "Why";
    channels: Vec<String> = "办理渠道", "Channels";
    steps: Vec<String> = "办理环节", "Steps";
    questions: Vec<Faq> = "常见问题", "Questions often asked";
    consult_phone: String = "咨询电话", "Telephone for questions";
    complaint_phone: String = "投诉电话", "Telephone for complaints";
    closed_from: Option<Date> = "自何日起停止受理新的申请", "Closed to new applications from";
    closed_reason: String = "停止受理的原因", "Why it is closed";
    source: String = "来源", "Source";
    status: String = "verified 或 example", "verified or example";
    form: Option<Value> = "表单的 JSON Schema 2020-12；不能在本平台申请的为空", "JSON Schema 2020-12 of its form; null where it is not applied for here";
} }

shape! { Body, "有权机关", "A body with the power", {
    agency: Named = "机关", "The body";
    form: String = "权力形式：法定、授权、委托、集中", "How it holds the power: 法定, 授权, 委托 or 集中";
    principal: Option<String> = "委托机关", "For 委托: the principal";
    areas: Vec<String> = "区域代码；空表示全区", "Codes of areas; empty means the whole district";
    basis: Ground = "依据", "Its ground";
} }

shape! { Condition, "条件", "A condition", {
    text: String = "内容", "What it says";
    basis: Option<Ground> = "依据", "Its ground";
} }

shape! { Material, "申请材料", "A paper", {
    key: String = "材料代码", "Key of the material";
    name: Text = "名称", "Name";
    when: Option<String> = "什么情况下需要（条件式）", "When it is needed, as a condition";
    necessity: String = "required 必要，deferrable 可容缺，optional 非必要", "required, deferrable or optional";
    defer_working_days: Option<u32> = "容缺后几个工作日内补交", "Working days within which a deferred paper follows";
    originals: u32 = "原件份数", "Originals";
    copies: u32 = "复印件份数", "Copies";
    fresh_days: Option<u32> = "最多多少日以内的", "Oldest acceptable age in days";
    replaced_by: Option<String> = "可由哪种电子证照代替", "Licence that replaces it";
    from_form: bool = "由申请表生成，不必上传", "Rendered from the form; nothing is uploaded";
    formats: Vec<String> = "可上传的格式", "Formats taken";
    largest_mib: Option<u32> = "最大多少 MiB", "Largest size in MiB";
    standard: String = "受理标准", "How it must look";
    note: String = "说明", "Note";
    basis: Option<Ground> = "依据", "Its ground";
} }

shape! { Point, "审查要点", "A point of review", {
    number: u32 = "序号，从 1 起", "Number, from 1";
    text: String = "内容", "What is checked";
    when: Option<String> = "什么情况下适用（条件式）", "When it applies, as a condition";
    material: Option<String> = "对照的材料", "Paper it is checked against";
    basis: Option<Ground> = "依据", "Its ground";
} }

shape! { ItemResult, "办理结果", "What is handed out", {
    name: String = "名称", "Name";
    kind: String = "类型", "Kind";
    validity_months: Option<u32> = "有效期（月）", "Validity in months";
} }

shape! { Faq, "常见问题", "A question often asked", {
    question: String = "问", "Question";
    answer: String = "答", "Answer";
} }

async fn list(call: Call) -> Result<Given<Rows<ItemRow>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let (limit, today) = (call.limit()?, call.now.day());
    let after = call.asked("after").unwrap_or("");
    let mut rows: Vec<ItemRow> = live
        .rules
        .items
        .range::<str, _>((std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded))
        .map(|(_, item)| item)
        .filter(|item| wanted(&call, &live.rules, item, today))
        .take(limit + 1)
        .map(|item| row(&live.rules, item, today))
        .collect();
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.code.clone());
    Ok(Given::of(Rows { rows, next }))
}

fn wanted(call: &Call, rules: &Rulebook, item: &Item, today: Date) -> bool {
    let text = call.asked("text").is_none_or(|text| {
        item.name.contains(text)
            || item.keywords.iter().any(|word| word.contains(text))
            || item.label.as_deref().is_some_and(|label| label.contains(text))
    });
    text && call.asked("type").is_none_or(|kind| type_word(item.item_type) == kind)
        && call.asked("theme").is_none_or(|theme| item.themes.iter().any(|known| known == theme))
        && call.asked("agency").is_none_or(|agency| agencies(rules, item, today).iter().any(|known| known == agency))
        && call.asked("online").is_none_or(|online| is_open_here(item, today) == (online == "true"))
}

pub fn row(rules: &Rulebook, item: &Item, today: Date) -> ItemRow {
    let term = |kind| limit_on(&item.limit, kind, today).and_then(|limit| limit.term()).map(Term::from);
    ItemRow {
        code: item.code.get_ref().clone(),
        name: ground::name(&item.name, item.label.as_deref()),
        kind: type_word(item.item_type).to_owned(),
        summary: item.summary.clone(),
        objects: item.objects.clone(),
        themes: item.themes.clone(),
        agencies: agencies(rules, item, today),
        promised: term(LimitKind::Promised),
        statutory: term(LimitKind::Statutory),
        online: is_open_here(item, today),
        closed_from: item.closed_from,
        status: ground::standing(item.status),
    }
}

fn is_open_here(item: &Item, today: Date) -> bool {
    item.form.is_some() && item.closed_from.is_none_or(|from| today < from)
}

fn agencies(rules: &Rulebook, item: &Item, today: Date) -> Vec<String> {
    let bodies = rules.competent(item.code.get_ref(), "", today);
    bodies.into_iter().map(|agency| agency.code.get_ref().clone()).collect()
}

async fn guide(call: Call) -> Result<Given<Guide>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let item = live.rules.items.get(call.part("code")).ok_or_else(Fault::not_found)?;
    Ok(Given::of(guide_of(&live.rules, &live.name, item, call.now.day())))
}

fn guide_of(rules: &Rulebook, edition: &str, item: &Item, today: Date) -> Guide {
    let procedure = rules.procedures.get(item.procedure.get_ref());
    let ground = |basis: &Option<rulebook::definition::Basis>| basis.as_ref().map(Ground::from);
    Guide {
        code: item.code.get_ref().clone(),
        edition: edition.to_owned(),
        name: ground::name(&item.name, item.label.as_deref()),
        kind: type_word(item.item_type).to_owned(),
        procedure: procedure.map_or_else(
            || ground::named(item.procedure.get_ref(), item.procedure.get_ref(), None),
            |procedure| ground::named(procedure.code.get_ref(), &procedure.name, Some(&procedure.label)),
        ),
        list_row: item.list_row.as_ref().map(|row| row.get_ref().clone()),
        catalog_code: item.catalog_code.clone(),
        task_code: item.task_code.clone(),
        exercise_level: item.exercise_level.clone(),
        summary: item.summary.clone(),
        keywords: item.keywords.clone(),
        objects: item.objects.clone(),
        themes: item.themes.clone(),
        agencies: bodies(rules, item, today),
        conditions: item
            .condition
            .iter()
            .map(|condition| Condition { text: condition.text.clone(), basis: ground(&condition.basis) })
            .collect(),
        basis: item.basis.iter().map(Ground::from).collect(),
        limits: item.limit.iter().map(Limit::from).collect(),
        materials: item.material.iter().filter_map(|needed| material(rules, needed)).collect(),
        points: item
            .point
            .iter()
            .zip(1..)
            .map(|(point, number)| Point {
                number,
                text: point.text.clone(),
                when: point.when.as_ref().map(|when| when.get_ref().clone()),
                material: point.material.clone(),
                basis: ground(&point.basis),
            })
            .collect(),
        result: item.result.as_ref().map(|result| ItemResult {
            name: result.name.clone(),
            kind: result.kind.clone(),
            validity_months: result.validity_months,
        }),
        charged: item.fee.charged,
        fee_standard: item.fee.standard.clone(),
        visits: item.visits,
        visit_reason: item.visit_reason.clone(),
        channels: item.channels.clone(),
        steps: item.steps.clone(),
        questions: item.faq.iter().map(|faq| Faq { question: faq.question.clone(), answer: faq.answer.clone() }).collect(),
        consult_phone: item.consult_phone.clone(),
        complaint_phone: item.complaint_phone.clone(),
        closed_from: item.closed_from,
        closed_reason: item.closed_reason.clone(),
        source: item.source.clone(),
        status: ground::standing(item.status),
        form: item_form::schema(rules, item),
    }
}

fn bodies(rules: &Rulebook, item: &Item, today: Date) -> Vec<Body> {
    let holds = |row: &&rulebook::agency::Authority| row.from <= today && row.until.is_none_or(|until| today <= until);
    let rows = rules.authority.iter().filter(|row| row.item.get_ref() == item.code.get_ref()).filter(holds);
    rows.filter_map(|row| {
        let agency = rules.agencies.get(row.agency.get_ref())?;
        Some(Body {
            agency: ground::named(agency.code.get_ref(), &agency.name, agency.label.as_deref()),
            form: ground::word(&row.form),
            principal: row.principal.as_ref().map(|principal| principal.get_ref().clone()),
            areas: if row.areas.is_empty() { agency.areas.clone() } else { row.areas.clone() },
            basis: (&row.basis).into(),
        })
    })
    .collect()
}

fn material(rules: &Rulebook, needed: &rulebook::item::NeededMaterial) -> Option<Material> {
    let material = rules.materials.get(needed.key.get_ref())?;
    Some(Material {
        key: needed.key.get_ref().clone(),
        name: ground::name(&material.name, material.label.as_deref()),
        when: needed.when.as_ref().map(|when| when.get_ref().clone()),
        necessity: ground::word(&needed.necessity),
        defer_working_days: needed.defer_working_days,
        originals: needed.originals,
        copies: needed.copies,
        fresh_days: needed.fresh_days.or(material.fresh_days),
        replaced_by: material.replaced_by.clone(),
        from_form: material.from_form,
        formats: material.formats.clone(),
        largest_mib: material.max_mib,
        standard: material.standard.clone(),
        note: needed.note.clone(),
        basis: needed.basis.as_ref().or(material.basis.as_ref()).map(Ground::from),
    })
}

/// The type of an item as a word of the API: the words of the definitions are Chinese.
pub fn type_word(kind: ItemType) -> &'static str {
    match kind {
        ItemType::Permit => "permit",
        ItemType::Confirmation => "confirmation",
        ItemType::Grant => "grant",
        ItemType::Reward => "reward",
        ItemType::Adjudication => "adjudication",
        ItemType::Filing => "filing",
        ItemType::Other => "other",
        ItemType::PublicService => "public-service",
    }
}
