//! What an item says of itself, tried out: its examples need exactly the papers they name, and the filled sample that its guide
//! shows would be taken in.

use super::Checking;
use crate::expression::Truth;
use crate::intake::Answers;
use crate::item::{Example, Item};
use crate::text::Text;
use std::collections::BTreeSet;

impl<'a> Checking<'a> {
    pub(super) fn examples(&mut self, item: &'a Item) {
        for (at, example) in item.example.iter().enumerate() {
            if let Err(fault) = self.example(item, example) {
                self.of_item("example", item, &format!("example.{at}"), fault.zh, fault.en);
            }
        }
    }

    fn example(&self, item: &Item, example: &Example) -> Result<(), Text> {
        let mut answers = Answers::new();
        for (name, value) in &example.given {
            let Some(field) = self.rulebook.fields.get(name) else {
                return Err(Text::new(format!("没有名为“{name}”的数据元"), format!("There is no data element “{name}”")));
            };
            let written = written(value);
            if let Err(fault) = self.rulebook.check_answer(field, &written, self.today) {
                let zh = format!("“{name}”不能是“{written}”：{}", fault.zh);
                return Err(Text::new(zh, format!("“{name}” cannot be “{written}”: {}", fault.en)));
            }
            answers.insert(field.code.clone(), written);
        }
        let intake = self.rulebook.intake(item, &answers, &[], self.today);
        let named = |wanted: fn(Truth) -> bool| -> BTreeSet<&str> {
            let papers = intake.papers.iter().filter(|paper| wanted(paper.applies));
            papers.map(|paper| paper.material.name.as_str()).collect()
        };
        let open = named(|truth| matches!(truth, Truth::Unknown(_)));
        if !open.is_empty() {
            let open = list(open);
            let zh = format!("按这些答案还不能确定是否需要：{open}");
            return Err(Text::new(zh, format!("These answers leave open whether it is needed: {open}")));
        }
        let needed = named(|truth| truth == Truth::True);
        let wanted: BTreeSet<&str> = example.needs.iter().map(String::as_str).collect();
        if needed == wanted {
            return Ok(());
        }
        let (missing, extra) = (list(wanted.difference(&needed).copied()), list(needed.difference(&wanted).copied()));
        Err(Text::new(
            format!("范例与材料清单不符。范例有而清单不要：{missing}；清单要而范例没有：{extra}"),
            format!("The example does not come true. In the example only: {missing}; asked for as well: {extra}"),
        ))
    }

    /// The filled samples of a form, taken together, have no fault. A form is tried once, with the first item that uses it.
    pub(super) fn samples(&mut self) {
        let rulebook = self.rulebook;
        for (code, form) in &rulebook.forms {
            let uses = |item: &&Item| item.form.as_ref().is_some_and(|own| own.get_ref() == code);
            let Some(item) = rulebook.items.values().find(uses) else { continue };
            let asks = || form.section.iter().flat_map(|section| &section.ask);
            let filled = asks().filter(|ask| !ask.sample.is_empty());
            let answers: Answers = filled
                .filter_map(|ask| Some((rulebook.fields.get(ask.field.get_ref())?.code.clone(), ask.sample.clone())))
                .collect();
            let intake = rulebook.intake(item, &answers, &[], self.today);
            for (part, at) in intake.parts.iter().zip(0..) {
                for question in &part.questions {
                    let Some(fault) = &question.fault else { continue };
                    let own = question.ask.field.get_ref();
                    let ask = part.section.ask.iter().position(|ask| ask.field.get_ref() == own).unwrap_or_default();
                    let place = self.places.part("form", code, &format!("section.{at}.ask.{ask}"));
                    let zh = format!("填写样例“{own}”通不过：{}", fault.zh);
                    self.report("sample", place, zh, format!("The filled sample “{own}” has a fault: {}", fault.en));
                }
            }
        }
    }
}

pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    if names.is_empty() { "—".to_owned() } else { names.join("、") }
}

/// A value of an example as a person would type it.
pub(super) fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(truth) => truth.to_string(),
        toml::Value::Datetime(day) => day.to_string(),
        toml::Value::Array(values) => values.iter().map(written).collect::<Vec<_>>().join("、"),
        // No answer is a table; it reads as none.
        toml::Value::Table(_) => String::new(),
    }
}
