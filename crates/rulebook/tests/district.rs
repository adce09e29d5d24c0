//! The district's own rulebook compiles without an error, the filled samples of its guides pass their own forms, and an
//! item's examples need exactly the papers they name.

mod folder;

use jiff::civil::{Date, date};
use rulebook::expression::Truth;
use rulebook::intake::Answers;
use rulebook::{Rulebook, Severity, compile};

/// The day the samples are read on: leases in them still run, and inspections are behind them.
const TODAY: Date = date(2026, 3, 2);

#[test]
fn the_rulebook_of_the_district_has_no_errors() {
    let files = folder::district();
    let (rulebook, problems) = compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let errors: Vec<String> =
        problems.iter().filter(|problem| problem.severity == Severity::Error).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(rulebook.items.contains_key("food-operation-new"));
}

fn district() -> Rulebook {
    let files = folder::district();
    compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
}

fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::Boolean(yes) => if *yes { "是" } else { "否" }.to_owned(),
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(words) => words.iter().map(written).collect::<Vec<_>>().join("、"),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Datetime(day) => day.to_string(),
        toml::Value::Table(_) => panic!("an answer is not a table"),
    }
}

#[test]
fn the_filled_sample_of_every_form_has_no_fault() {
    let rulebook = district();
    let mut faults = Vec::new();
    for item in rulebook.items.values() {
        let Some(form) = item.form.as_ref().and_then(|form| rulebook.forms.get(form.get_ref())) else { continue };
        let answers: Answers = form
            .section
            .iter()
            .flat_map(|section| &section.ask)
            .filter(|ask| !ask.sample.is_empty())
            .filter_map(|ask| Some((rulebook.fields.get(ask.field.get_ref())?.code.clone(), ask.sample.clone())))
            .collect();
        let intake = rulebook.intake(item, &answers, &[], TODAY);
        for (question, fault) in intake.faults() {
            faults.push(format!("{}: {}: {}", item.name, question.field.name.get_ref(), fault.zh));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_example_needs_exactly_the_papers_it_names() {
    let rulebook = district();
    let mut wrong = Vec::new();
    for item in rulebook.items.values() {
        for example in &item.example {
            let answers: Answers = example
                .given
                .iter()
                .map(|(name, value)| (rulebook.fields.get(name).map_or(name.clone(), |field| field.code.clone()), written(value)))
                .collect();
            let intake = rulebook.intake(item, &answers, &[], TODAY);
            if let Some(open) = intake.papers.iter().find(|paper| matches!(paper.applies, Truth::Unknown(_))) {
                wrong.push(format!("{}: “{}” stays open", item.name, open.material.name));
            }
            let needed: Vec<&str> = intake
                .papers
                .iter()
                .filter(|paper| paper.applies == Truth::True)
                .map(|paper| paper.material.name.as_str())
                .collect();
            if needed != example.needs {
                wrong.push(format!("{}: needs {needed:?}, the example says {:?}", item.name, example.needs));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
