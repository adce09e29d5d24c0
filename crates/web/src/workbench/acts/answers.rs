//! What was typed into an act's form: at first what we propose, then what came back, so that nothing typed is ever lost; and
//! how it becomes the act.

use super::table::{ActForm, Ask, Kind, Need, Source};
use crate::visitor::Posted;
use casework::Act;
use jiff::civil::{Date, Time};
use rulebook::Text;
use serde_json::{Map, Value};

/// Names and values of a form, as they travel.
#[derive(Debug, Clone, Default)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    pub fn of(posted: &Posted) -> Typed {
        Typed(posted.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    pub fn put(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|known| known == value)
    }

    /// What a second press has to carry along; the names that steer the form itself are left out.
    pub fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        let steering = |name: &str| name.starts_with('_') || ["csrf", "seen", "request"].contains(&name);
        self.0.iter().filter(move |(name, _)| !steering(name)).map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// What is wrong with an answer, by the name of its question.
pub type Fault = (String, Text);

/// The act that a form amounts to. `fixed` is what this step of the procedure decides by itself.
///
/// # Errors
/// Every fault at once, each with the name of its question.
pub fn read(form: &ActForm, typed: &Typed, fixed: &[(&str, Value)]) -> Result<Act, Vec<Fault>> {
    let mut out = Map::new();
    let mut faults = Vec::new();
    out.insert("act".to_owned(), Value::from(form.act));
    for ask in form.asks {
        if let Some((_, value)) = fixed.iter().find(|(name, _)| *name == ask.name) {
            out.insert(ask.name.to_owned(), value.clone());
            continue;
        }
        match value_of(ask, typed) {
            Ok(value) => {
                out.insert(ask.name.to_owned(), value);
            }
            Err(fault) => faults.push((ask.name.to_owned(), fault)),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    serde_json::from_value(Value::Object(out)).map_err(|_| {
        vec![(
            String::new(),
            Text::new("提交的内容与表单不符，请刷新后重试。", "What was sent does not fit the form; reload and try again."),
        )]
    })
}

fn value_of(ask: &Ask, typed: &Typed) -> Result<Value, Text> {
    let text = typed.get(ask.name).trim();
    let empty = || match ask.need {
        Need::Must => Err(missing(ask)),
        Need::May => Ok(Value::Null),
        Need::Blank => Ok(Value::from("")),
    };
    match ask.kind {
        Kind::Defects => defects(typed),
        Kind::Deferred => Ok(typed.all(ask.name).map(Value::from).collect()),
        Kind::Colleagues => {
            let chosen: Vec<&str> = typed.all(ask.name).collect();
            if chosen.is_empty() { Err(missing(ask)) } else { Ok(chosen.into_iter().map(Value::from).collect()) }
        }
        // Files do not travel as answers: they are taken in beside them.
        Kind::Papers | Kind::Files => Ok(Value::Array(Vec::new())),
        _ if text.is_empty() => empty(),
        Kind::Line | Kind::Words | Kind::Handler | Kind::Colleague | Kind::Agency | Kind::Item => Ok(Value::from(text)),
        Kind::Day => text
            .parse::<Date>()
            .map(|day| Value::from(day.to_string()))
            .map_err(|_| Text::new("请按“2026-03-02”的样式填写日期。", "Give the day like 2026-03-02.")),
        Kind::Hour => text
            .parse::<Time>()
            .map(|hour| Value::from(hour.to_string()))
            .map_err(|_| Text::new("请按“09:30”的样式填写时刻。", "Give the hour like 09:30.")),
        Kind::Extension => number(text),
        Kind::Either(..) | Kind::Verdict | Kind::Satisfied => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "none" if ask.kind == Kind::Satisfied => Ok(Value::Null),
            _ => Err(missing(ask)),
        },
        Kind::One(source) if source.is_number() => number(text),
        Kind::One(_) => Ok(Value::from(text)),
    }
}

impl Source {
    /// Whether the act wants the number of what was chosen rather than its code.
    fn is_number(self) -> bool {
        matches!(
            self,
            Source::OpenOpinions
                | Source::Opinions
                | Source::Letters
                | Source::Points
                | Source::Levels
                | Source::PendingJoints
                | Source::Objections
                | Source::JointsToAttend
        )
    }
}

fn number(text: &str) -> Result<Value, Text> {
    text.parse::<u32>().map(Value::from).map_err(|_| Text::new("请填写整数。", "Give a whole number."))
}

/// Ticked points with their words: `defect` lists them, `words.KEY` says what is wrong with each.
fn defects(typed: &Typed) -> Result<Value, Text> {
    let ticked: Vec<&str> = typed.all("defect").collect();
    if ticked.is_empty() {
        return Err(Text::new("请至少勾选一项。", "Tick at least one point."));
    }
    let told = ticked.into_iter().map(|about| {
        let words = typed.get(&format!("words.{about}")).trim().to_owned();
        serde_json::json!({ "about": about, "words": words })
    });
    Ok(told.collect())
}

fn missing(ask: &Ask) -> Text {
    let chosen = !matches!(ask.kind, Kind::Line | Kind::Words | Kind::Day | Kind::Extension);
    let (zh, en) = (ask.label.0, ask.label.1);
    match chosen {
        true => Text::new(format!("请选择{zh}。"), format!("Choose: {en}.")),
        false => Text::new(format!("请填写{zh}。"), format!("Fill in: {en}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{self, FORMS};
    use super::*;
    use casework::act::Telling;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let mut typed = Typed::default();
        pairs.iter().for_each(|(name, value)| typed.put(*name, *value));
        typed
    }

    fn check(act: &str, pairs: &[(&str, &str)], wanted: Result<Act, &str>) {
        let form = table::of(act).expect("a form");
        let found = read(form, &typed(pairs), &[]).map_err(|faults| faults[0].0.clone());
        assert_eq!(found, wanted.map_err(str::to_owned), "{act}");
    }

    #[test]
    fn a_form_becomes_the_act_it_stands_for() {
        let reason = || "不符合".to_owned();
        check("claim", &[], Ok(Act::Claim));
        check("return", &[("reason", " 不符合 ")], Ok(Act::Return { reason: reason() }));
        check("return", &[("reason", "  ")], Err("reason"));
        check("extend", &[("n", "5"), ("reason", "不符合")], Ok(Act::Extend { n: 5, reason: reason() }));
        check("extend", &[("n", "五"), ("reason", "不符合")], Err("n"));
        check("withdraw", &[], Ok(Act::Withdraw { reason: String::new() }));
        check("give-feedback", &[("satisfied", "none")], Ok(Act::GiveFeedback { satisfied: None, words: String::new() }));
        check(
            "accept",
            &[("deferred", "plan"), ("deferred", "proof")],
            Ok(Act::Accept { deferred: vec!["plan".into(), "proof".into()] }),
        );
        let told = vec![Telling { about: "plan".into(), words: "缺".into() }];
        let ticked = [("defect", "plan"), ("words.plan", "缺"), ("words.proof", "未勾选的不算")];
        check("ask-correction", &ticked, Ok(Act::AskCorrection { defects: told, exception: None }));
        check("ask-correction", &[("words.plan", "缺")], Err("defects"));
    }

    /// An answer that fits each kind of question.
    fn answer(kind: Kind) -> &'static str {
        match kind {
            Kind::Day => "2026-03-02",
            Kind::Hour => "09:30",
            Kind::Extension => "1",
            Kind::Either(..) | Kind::Verdict | Kind::Satisfied => "true",
            Kind::One(Source::Findings) => "passed",
            Kind::One(Source::IntakeGrounds) => "elsewhere",
            Kind::One(source) if source.is_number() => "1",
            Kind::One(Source::Stands) => "taken",
            Kind::One(Source::JointKinds) => "联合踏勘",
            _ => "x",
        }
    }

    #[test]
    fn every_form_can_become_its_act() {
        for form in FORMS {
            let mut all = typed(&[("defect", "plan"), ("words.plan", "缺")]);
            form.asks.iter().for_each(|ask| all.put(ask.name, answer(ask.kind)));
            let act = read(form, &all, &[]).unwrap_or_else(|faults| panic!("{}: {faults:?}", form.act));
            assert_eq!(act.name(), form.act);
        }
    }

    #[test]
    fn every_act_that_a_person_does_has_a_form() {
        // Handing in goes through the counter's page, with the form of the item; the rest is the machine's.
        let without = [
            "submit",
            "supply",
            "supply-deferred",
            "supply-promised",
            "succeed",
            "record-letter",
            "check-clocks",
            "open-component",
            "settle-component",
            "amend-bundle",
            "decide-at-once",
            "report-leg",
            "tell-joint",
            "settle-joint",
        ];
        for (act, ..) in casework::act::NAMES {
            assert_eq!(table::of(act).is_none(), without.contains(&act), "{act}");
        }
    }
}
