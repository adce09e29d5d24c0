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
        let answers = self.given(example)?;
        let intake = self.rulebook.intake(item, &answers, &[], self.today);
        let papers = intake.papers.iter().map(|paper| (paper.material.name.as_str(), paper.applies));
        let words = Tried {
            open: ("按这些答案还不能确定是否需要", "These answers leave open whether it is needed"),
            differs: ("范例与材料清单不符。范例有而清单不要：", "清单要而范例没有：", "asked for as well"),
        };
        comes_true(example, papers, &words)
    }

    /// The answers that an example gives, as a person would have typed them.
    pub(super) fn given(&self, example: &Example) -> Result<Answers, Text> {
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
        Ok(answers)
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

/// How it is said that an example is open, or does not come true.
pub(super) struct Tried<'w> {
    pub(super) open: (&'w str, &'w str),
    /// What only the example has and what it lacks in Chinese, the latter in English.
    pub(super) differs: (&'w str, &'w str, &'w str),
}

/// An example comes true if exactly what it names is needed, and nothing is left open.
pub(super) fn comes_true<'n>(
    example: &'n Example,
    found: impl IntoIterator<Item = (&'n str, Truth)> + Clone,
    words: &Tried<'_>,
) -> Result<(), Text> {
    let named = |wanted: fn(Truth) -> bool| -> BTreeSet<&str> {
        found.clone().into_iter().filter(|(_, truth)| wanted(*truth)).map(|(name, _)| name).collect()
    };
    let open = named(|truth| matches!(truth, Truth::Unknown(_)));
    if !open.is_empty() {
        let open = list(open);
        return Err(Text::new(format!("{}：{open}", words.open.0), format!("{}: {open}", words.open.1)));
    }
    let needed = named(|truth| truth == Truth::True);
    let wanted: BTreeSet<&str> = example.needs.iter().map(String::as_str).collect();
    if needed == wanted {
        return Ok(());
    }
    let (missing, extra) = (list(wanted.difference(&needed).copied()), list(needed.difference(&wanted).copied()));
    let (only, lacking, as_well) = words.differs;
    Err(Text::new(
        format!("{only}{missing}；{lacking}{extra}"),
        format!("The example does not come true. In the example only: {missing}; {as_well}: {extra}"),
    ))
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    if names.is_empty() { "—".to_owned() } else { names.join("、") }
}

/// A value of an example as a person would type it.
fn written(value: &toml::Value) -> String {
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
