//! The form of an item: drawn from its ordinary parts, and read back from what was posted. Each list ends in empty lines for what is
//! new; a line that is emptied goes away.

use crate::pieces::field::{Choice, Control, Field, Line, field};
use crate::pieces::words;
use crate::visitor::Posted;
use maud::{Markup, html};
use office::publish::item_text::{ConditionLine, FaqLine, ItemForm, Length, MaterialLine, NewLimit};
use rulebook::item::{Item, LimitKind, Necessity, StartEvent};
use rulebook::{Lang, Rulebook};

/// Empty lines at the end of each list.
const SPARE: usize = 2;
/// More lines than this in one list are taken for a mistake.
const MOST: usize = 200;

fn joined(words: &[String]) -> String {
    words.join("、")
}

fn split(text: &str) -> Vec<String> {
    text.split(['、', ',', '，', ';', '；', '\n']).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

/// What the form is drawn with beside the item's own parts.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    pub item: &'a Item,
    pub rules: &'a Rulebook,
    pub lang: Lang,
}

pub fn draw(form: &ItemForm, with: Drawing<'_>) -> Markup {
    let lang = with.lang;
    let (visits, closed) = (form.visits.to_string(), form.closed_from.map(|day| day.to_string()).unwrap_or_default());
    let phone = |value| Control::Text { value, line: Line::Phone };
    html! {
        section .card.stack-s {
            h2 { (lang.say("名称和简介", "Name and summary")) }
            (field(&Field::text("name", lang.say("名称", "Name"), &form.name).required(), lang))
            (field(&Field::text("label", lang.say("英文名", "English name"), &form.label), lang))
            (field(&Field::text("summary", lang.say("一句话说明", "Summary in one line"), &form.summary).hint(lang.say("用老百姓的话。", "In everyday words.")), lang))
            (field(&Field::text("keywords", lang.say("大家怎么搜它", "Words people search with"), &joined(&form.keywords)).hint(lang.say("用顿号分隔，例如：开饭店、食品证", "Separated by commas")), lang))
            (field(&Field::text("objects", lang.say("服务对象", "Whom it serves"), &joined(&form.objects)), lang))
            (field(&Field::text("channels", lang.say("办理渠道", "Channels"), &joined(&form.channels)), lang))
        }
        (conditions(form, lang))
        (materials(form, with))
        (limits(with))
        (faq(form, lang))
        section .card.stack-s {
            h2 { (lang.say("到现场、费用、电话", "Visits, fees, telephones")) }
            (field(&Field::new("visits", lang.say("最多跑几次", "Visits at most"), Control::Number { value: &visits, unit: lang.say("次", "visits") }), lang))
            (field(&Field::text("visit-reason", lang.say("为什么必须到场", "Why one must come"), &form.visit_reason), lang))
            (field(&Field::new("fee-charged", lang.say("收费", "A fee is charged"), Control::YesNo { value: Some(form.fee_charged) }), lang))
            (field(&Field::text("fee-standard", lang.say("收费标准", "Fee standard"), &form.fee_standard), lang))
            (field(&Field::new("consult-phone", lang.say("咨询电话", "For questions"), phone(&form.consult_phone)), lang))
            (field(&Field::new("complaint-phone", lang.say("投诉电话", "For complaints"), phone(&form.complaint_phone)), lang))
        }
        section .card.stack-s {
            h2 { (lang.say("停办", "Closing")) }
            (field(&Field::new("closed-from", lang.say("从哪一天起不再收新申请", "No new applications from"), Control::Date { value: &closed }).hint(lang.say("在办件继续办完。", "Open cases go on.")), lang))
            (field(&Field::text("closed-reason", lang.say("原因和替代办法", "Why, and what to do instead"), &form.closed_reason), lang))
        }
    }
}

/// A hidden place, so that a line finds its row in the file again.
fn placed(name: &str, at: Option<usize>) -> Markup {
    html! { @if let Some(at) = at { input type="hidden" name=(name) value=(at); } }
}

/// The lines that are there, and empty ones.
fn with_spare<T: Clone + Default>(lines: &[T]) -> Vec<T> {
    lines.iter().cloned().chain(std::iter::repeat_n(T::default(), SPARE)).collect()
}

fn numbered(zh: &str, en: &str, number: usize, lang: Lang) -> String {
    format!("{} {}", lang.say(zh, en), number + 1)
}

fn conditions(form: &ItemForm, lang: Lang) -> Markup {
    html! {
        section .card.stack-s {
            h2 { (lang.say("受理条件", "Conditions")) }
            p .hint { (lang.say("清空文字就是删去。改了依据的，要重新核实。", "Emptying a line takes it away. A changed ground has to be checked again.")) }
            @for (n, line) in with_spare(&form.conditions).iter().enumerate() {
                @let name = |part: &str| format!("condition.{n}.{part}");
                div .grid.two {
                    (placed(&name("at"), line.at))
                    (field(&Field::new(&name("text"), &numbered("条件", "Condition", n, lang), Control::Area { value: &line.text, rows: 2 }), lang))
                    div .grid.small {
                        (field(&Field::text(&name("law"), lang.say("依据", "Ground"), &line.law), lang))
                        (field(&Field::text(&name("article"), lang.say("条款", "Article"), &line.article), lang))
                    }
                }
            }
        }
    }
}

fn materials(form: &ItemForm, with: Drawing<'_>) -> Markup {
    let lang = with.lang;
    let known: Vec<Choice<'_>> =
        with.rules.materials.values().map(|material| Choice::new(material.key.get_ref(), &material.name)).collect();
    let necessities = [
        Choice::new("required", lang.say("必须", "required")),
        Choice::new("deferrable", lang.say("可容缺", "may follow later")),
        Choice::new("optional", lang.say("可选", "optional")),
    ];
    html! {
        section .card.stack-s {
            h2 { (lang.say("材料", "Papers")) }
            p .hint { (lang.say("把材料选成空白就是删去。", "Choosing nothing takes a paper away.")) }
            @for (n, line) in with_spare(&form.materials).iter().enumerate() {
                @let name = |part: &str| format!("material.{n}.{part}");
                @let (originals, copies) = (line.originals.to_string(), line.copies.to_string());
                @let defer = line.defer_working_days.map(|days| days.to_string()).unwrap_or_default();
                div .grid.small {
                    (placed(&name("at"), line.at))
                    (field(&Field::new(&name("key"), &numbered("材料", "Paper", n, lang), Control::Select { value: &line.key, choices: &known }), lang))
                    (field(&Field::text(&name("when"), lang.say("什么情况下要", "When"), &line.when), lang))
                    (field(&Field::new(&name("necessity"), lang.say("必要性", "Necessity"), Control::Select { value: necessity_word(line.necessity), choices: &necessities }), lang))
                    (field(&Field::new(&name("defer"), lang.say("容缺后几个工作日内补", "To follow within"), Control::Number { value: &defer, unit: lang.say("工作日", "working days") }), lang))
                    (field(&Field::new(&name("originals"), lang.say("原件份数", "Originals"), Control::Number { value: &originals, unit: lang.say("份", "pieces") }), lang))
                    (field(&Field::new(&name("copies"), lang.say("复印件份数", "Copies"), Control::Number { value: &copies, unit: lang.say("份", "pieces") }), lang))
                }
                (field(&Field::text(&name("note"), lang.say("说明", "Note"), &line.note), lang))
            }
        }
    }
}

fn limits(with: Drawing<'_>) -> Markup {
    let lang = with.lang;
    let kinds = [Choice::new("promised", lang.say("承诺", "promised")), Choice::new("statutory", lang.say("法定", "statutory"))];
    let units = [
        Choice::new("working-days", lang.say("工作日", "working days")),
        Choice::new("days", lang.say("日", "days")),
        Choice::new("months", lang.say("月", "months")),
        Choice::new("immediate", lang.say("即办", "immediate")),
    ];
    let starts = [
        Choice::new("acceptance", lang.say("受理起", "from acceptance")),
        Choice::new("receipt", lang.say("收到申请起", "from receipt")),
    ];
    let number = |unit| Control::Number { value: "", unit };
    html! {
        section .card.stack-s {
            h2 { (lang.say("时限", "Limits")) }
            ul { @for limit in &with.item.limit { li {
                (limit.from) (lang.say("：", ": ")) (match limit.kind { LimitKind::Promised => lang.say("承诺 ", "promised "), LimitKind::Statutory => lang.say("法定 ", "statutory ") })
                (limit.term().map_or_else(|| lang.say("未规定", "none stated").to_owned(), |term| term.say(lang)))
                (lang.say("，", ", ")) (words(&limit.basis.to_string(), lang))
            } } }
            p .hint { (lang.say("原有时限不改，正在办的件按旧时限。要改就加一条从某天起的新时限。", "What is there stays, for cases that run under it. To change one, add another from a day on.")) }
            div .grid.small {
                (field(&Field::new("limit.kind", lang.say("新时限", "New limit"), Control::Select { value: "", choices: &kinds }), lang))
                (field(&Field::new("limit.from", lang.say("从哪一天起", "From"), Control::Date { value: "" }), lang))
                (field(&Field::new("limit.n", lang.say("多长", "How long"), number("")), lang))
                (field(&Field::new("limit.unit", lang.say("单位", "Unit"), Control::Select { value: "working-days", choices: &units }), lang))
                (field(&Field::new("limit.start", lang.say("从何时起算", "Counted from"), Control::Select { value: "acceptance", choices: &starts }), lang))
                (field(&Field::new("limit.extension", lang.say("最多可延长", "Extension at most"), number("")), lang))
                (field(&Field::text("limit.law", lang.say("依据", "Ground"), ""), lang))
                (field(&Field::text("limit.article", lang.say("条款", "Article"), ""), lang))
            }
        }
    }
}

fn faq(form: &ItemForm, lang: Lang) -> Markup {
    html! {
        section .card.stack-s {
            h2 { (lang.say("常见问题", "Questions and answers")) }
            @for (n, line) in with_spare(&form.faq).iter().enumerate() {
                @let name = |part: &str| format!("faq.{n}.{part}");
                (placed(&name("at"), line.at))
                (field(&Field::text(&name("question"), &numbered("问", "Question", n, lang), &line.question), lang))
                (field(&Field::new(&name("answer"), lang.say("答", "Answer"), Control::Area { value: &line.answer, rows: 2 }), lang))
            }
        }
    }
}

fn necessity_word(necessity: Necessity) -> &'static str {
    match necessity {
        Necessity::Required => "required",
        Necessity::Deferrable => "deferrable",
        Necessity::Optional => "optional",
    }
}

/// What cannot be read of a posted form: the field, and why.
pub type Faults = Vec<(String, String)>;

/// Reads the form. What cannot be read is told and stands as it was.
pub fn read(posted: &Posted, lang: Lang) -> (ItemForm, Faults) {
    let mut faults = Faults::new();
    let text = |name: &str| posted.get(name).to_owned();
    let mut number = |name: &str| -> u32 {
        match posted.given(name).map(str::parse) {
            None => 0,
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                faults.push((name.to_owned(), lang.say("这里要填数字", "A number is wanted here").to_owned()));
                0
            }
        }
    };
    let visits = number("visits");
    let at = |name: &str| posted.given(name).and_then(|at| at.parse().ok());
    let lines = |list: &str, part: &str| -> usize {
        let has = |n: &usize| posted.pairs().any(|(name, _)| name == format!("{list}.{n}.{part}"));
        (0..MOST).take_while(has).count()
    };
    let conditions = (0..lines("condition", "text")).map(|n| {
        let part = |part: &str| format!("condition.{n}.{part}");
        ConditionLine { at: at(&part("at")), text: text(&part("text")), law: text(&part("law")), article: text(&part("article")) }
    });
    let conditions: Vec<ConditionLine> = conditions.filter(|line| line.at.is_some() || !line.text.is_empty()).collect();
    let materials: Vec<MaterialLine> = (0..lines("material", "key"))
        .map(|n| {
            let part = |part: &str| format!("material.{n}.{part}");
            MaterialLine {
                at: at(&part("at")),
                key: text(&part("key")),
                when: text(&part("when")),
                necessity: match posted.get(&part("necessity")) {
                    "deferrable" => Necessity::Deferrable,
                    "optional" => Necessity::Optional,
                    _ => Necessity::Required,
                },
                defer_working_days: posted.given(&part("defer")).map(|_| number(&part("defer"))),
                originals: number(&part("originals")),
                copies: number(&part("copies")),
                note: text(&part("note")),
            }
        })
        .filter(|line| line.at.is_some() || !line.key.is_empty())
        .collect();
    let faq: Vec<FaqLine> = (0..lines("faq", "question"))
        .map(|n| {
            let part = |part: &str| format!("faq.{n}.{part}");
            FaqLine { at: at(&part("at")), question: text(&part("question")), answer: text(&part("answer")) }
        })
        .filter(|line| line.at.is_some() || !line.question.is_empty())
        .collect();
    let extension = number("limit.extension");
    let length_number = number("limit.n");
    let closed_from = posted.given("closed-from").and_then(|day| day.parse().ok());
    let new_limits = match new_limit(posted, length_number, extension, lang) {
        Ok(limit) => limit.into_iter().collect(),
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    };
    let form = ItemForm {
        name: text("name"),
        label: text("label"),
        summary: text("summary"),
        keywords: split(posted.get("keywords")),
        objects: split(posted.get("objects")),
        channels: split(posted.get("channels")),
        visits,
        visit_reason: text("visit-reason"),
        consult_phone: text("consult-phone"),
        complaint_phone: text("complaint-phone"),
        conditions,
        materials,
        faq,
        new_limits,
        fee_charged: posted.get("fee-charged") == "true",
        fee_standard: text("fee-standard"),
        closed_from,
        closed_reason: text("closed-reason"),
    };
    if form.name.is_empty() {
        faults.push(("name".to_owned(), lang.say("名称不能空", "There must be a name").to_owned()));
    }
    (form, faults)
}

/// The limit to add, if one was begun.
fn new_limit(posted: &Posted, n: u32, extension: u32, lang: Lang) -> Result<Option<NewLimit>, (String, String)> {
    let (kind, from) = (posted.get("limit.kind"), posted.get("limit.from"));
    if kind.is_empty() && from.is_empty() && n == 0 {
        return Ok(None);
    }
    let wanted = |name: &str, zh: &str, en: &str| Err((name.to_owned(), lang.say(zh, en).to_owned()));
    let Ok(day) = from.parse() else {
        return wanted("limit.from", "新时限要写从哪一天起", "A new limit needs its first day");
    };
    let length = match (posted.get("limit.unit"), n) {
        ("immediate", _) => Length::Immediate,
        (_, 0) => return wanted("limit.n", "新时限要写多长", "A new limit needs a length"),
        ("days", n) => Length::Days(n),
        ("months", n) => Length::Months(n),
        (_, n) => Length::WorkingDays(n),
    };
    if posted.get("limit.law").is_empty() {
        return wanted("limit.law", "新时限要写依据", "A new limit needs its ground");
    }
    Ok(Some(NewLimit {
        kind: if kind == "statutory" { LimitKind::Statutory } else { LimitKind::Promised },
        from: day,
        length,
        start: if posted.get("limit.start") == "receipt" { StartEvent::Receipt } else { StartEvent::Acceptance },
        extension,
        law: posted.get("limit.law").to_owned(),
        article: posted.get("limit.article").to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of a drawn form, as a browser sends them back untouched.
    fn sent_back(markup: &str) -> String {
        let mut pairs = Vec::new();
        let attribute = |tag: &str, name: &str| {
            let rest = tag.split_once(&format!("{name}=\""))?.1;
            Some(rest.split_once('"')?.0.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
        };
        for tag in markup.split('<') {
            let unchosen = tag.contains("type=\"radio\"") && !tag.contains("checked");
            if tag.starts_with("input") && !unchosen {
                pairs.push((attribute(tag, "name"), attribute(tag, "value").unwrap_or_default()));
            } else if let Some((head, text)) = tag.strip_prefix("textarea").and_then(|rest| rest.split_once('>')) {
                pairs.push((attribute(head, "name"), text.replace("&lt;", "<").replace("&amp;", "&")));
            }
        }
        let mut name = None;
        for tag in markup.split('<') {
            if tag.starts_with("select") {
                name = attribute(tag, "name");
            } else if tag.starts_with("option") && tag.contains("selected") {
                pairs.push((name.clone(), attribute(tag, "value").unwrap_or_default()));
            } else if tag.starts_with("/select") {
                pairs.extend(
                    name.take()
                        .map(|name| (Some(name), String::new()))
                        .filter(|(name, _)| !pairs.iter().any(|(known, _)| known == name)),
                );
            }
        }
        let pairs = pairs.into_iter().filter_map(|(name, value)| Some(format!("{}={}", name?, crate::encode(&value))));
        pairs.collect::<Vec<_>>().join("&")
    }

    #[test]
    fn a_form_that_is_sent_back_untouched_reads_as_it_was() {
        let text = include_str!("../../../../../rulebook/items/food-operation-new.toml");
        let papers = include_str!("../../../../../rulebook/materials/food.toml");
        let common = include_str!("../../../../../rulebook/materials/common.toml");
        let (rules, _) = rulebook::compile([("items/a.toml", text), ("materials/a.toml", papers), ("materials/b.toml", common)]);
        let item = &rules.items["food-operation-new"];
        let mut form = ItemForm::of(item);
        let markup = draw(&form, Drawing { item, rules: &rules, lang: Lang::Zh }).into_string();
        let (read, faults) = read(&Posted::of_query(&sent_back(&markup)), Lang::Zh);
        assert!(faults.is_empty(), "{faults:?}");
        // What the district has not defined here is no choice of the form.
        form.materials.iter_mut().filter(|line| !rules.materials.contains_key(&line.key)).for_each(|line| line.key.clear());
        assert_eq!(read, form);
    }

    #[test]
    fn what_cannot_be_read_is_told_beside_its_field() {
        fn check(query: &str, field: &str) {
            let (_, faults) = read(&Posted::of_query(query), Lang::En);
            assert!(faults.iter().any(|(name, _)| name == field), "{query}: {faults:?}");
        }
        check("name=a&visits=many", "visits");
        check("name=", "name");
        check("name=a&limit.kind=promised", "limit.from");
        check("name=a&limit.from=2026-07-01&limit.unit=days", "limit.n");
        check("name=a&limit.from=2026-07-01&limit.n=5", "limit.law");
    }
}
