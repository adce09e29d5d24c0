//! The size of a firm (企业划型) as the platform computes it: what came out and from what, so that nobody is asked for it and whoever
//! doubts it sees where it comes from.

use crate::pieces::words;
use crate::portal::wording::{named, standing};
use maud::{Markup, html};
use policies::derived::SizeOf;
use rulebook::expression::{ElementIndex, Fact, Value};
use rulebook::field::{Field, FieldKind};
use rulebook::size::{Size, row_of};
use rulebook::{Lang, Rulebook};

/// How the size stands; nothing where nobody knows anything that it depends on, or somebody states it.
pub(super) fn told(rules: &Rulebook, facts: &[Fact], size: Option<&SizeOf>, lang: Lang) -> Markup {
    let Some(row) = rules.sizes.values().next() else { return Markup::default() };
    let says = match size {
        None | Some(SizeOf::Stated) => return Markup::default(),
        Some(SizeOf::Lacking(elements)) if !begun(rules, facts, elements) => return Markup::default(),
        Some(SizeOf::Computed(size, from)) => computed(rules, facts, *size, from, lang),
        Some(SizeOf::Lacking(elements)) => html! {
            p { strong { (lang.say("还算不出来", "It cannot be computed yet")) } (lang.say("，还缺：", ", for want of: ")) (words(&names(rules, elements, lang), lang)) }
        },
        Some(SizeOf::YearsDiffer) => html! {
            p { strong { (lang.say("算不出来", "It cannot be computed")) } (lang.say("：已知的数字不是同一年度的。", ": the figures that are known are of different years.")) }
        },
    };
    html! {
        section .card.stack-s aria-labelledby="size" {
            h2 #size { (lang.say("企业规模（平台算出）", "Size of the enterprise, as computed")) }
            (says)
            p .small.muted { (lang.say("依据：", "By ")) (words(&row.source, lang)) " " (standing(row.status, lang)) }
        }
    }
}

/// Whether anything is known that the size depends on.
fn begun(rules: &Rulebook, facts: &[Fact], lacking: &[ElementIndex]) -> bool {
    let industry = rules.dictionary.get("industry-class").map(|element| element.index);
    industry.is_some_and(|index| !lacking.contains(&index) && facts[index.0 as usize] != Fact::Missing)
}

fn computed(rules: &Rulebook, facts: &[Fact], size: Size, from: &[ElementIndex], lang: Lang) -> Markup {
    let industry = from.first().and_then(|index| match &facts[index.0 as usize] {
        Fact::Known(Value::Text(industry)) => Some(industry.as_str()),
        _ => None,
    });
    let row = industry.and_then(|industry| row_of(rules.sizes.values(), industry));
    html! {
        p { strong { (words(size.word(), lang)) }
            @if let Some(row) = row { (lang.say("，按“", " in the class “")) (words(&row.name, lang)) (lang.say("”的标准", "”")) } }
        @if size == Size::Unclassified {
            p { (lang.say("这个行业不在划型范围里（如金融、教育、卫生），既不是大型，也不是微型。", "The method does not speak of this industry (finance, education, health …): it is neither large nor micro.")) }
        }
        p { (lang.say("算自：", "Computed from: ")) }
        ul { @for index in from { li { (fact(rules, facts, *index, lang)) } } }
    }
}

fn fact(rules: &Rulebook, facts: &[Fact], index: ElementIndex, lang: Lang) -> Markup {
    let Some(field) = field_of(rules, index) else { return Markup::default() };
    let unit = match (&field.unit, field.kind) {
        (Some(unit), _) => unit.as_str(),
        (None, FieldKind::Money) => lang.say("元", "yuan"),
        _ => "",
    };
    let value = match &facts[index.0 as usize] {
        Fact::Known(value) => value.words().get(lang).to_owned(),
        _ => String::new(),
    };
    html! { (words(named(field.name.get_ref(), &field.label, lang), lang)) (lang.say("：", ": ")) (words(&value, lang)) " " (words(unit, lang)) }
}

fn field_of(rules: &Rulebook, index: ElementIndex) -> Option<&Field> {
    rules.fields.get(&*rules.dictionary.at(index)?.name)
}

fn names(rules: &Rulebook, elements: &[ElementIndex], lang: Lang) -> String {
    let fields = elements.iter().filter_map(|index| field_of(rules, *index));
    let names: Vec<&str> = fields.map(|field| named(field.name.get_ref(), &field.label, lang)).collect();
    names.join(lang.say("、", ", "))
}
