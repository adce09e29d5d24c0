//! Intake: what an item asks for, given what has been answered so far. The same function serves the portal, the counter and
//! the API, so the same answers give the same questions, papers and faults at every door (无差别受理).
//!
//! Serves measures 1 and 6.

use crate::compile::Rulebook;
use crate::expression::{Fact, Kind, Truth, Value};
use crate::field::{Field, FieldKind};
use crate::form::{Ask, Section};
use crate::identifier;
use crate::item::{Item, Necessity, NeededMaterial};
use crate::material::Material;
use crate::text::Text;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Raw answers by field code, as a person typed them. Several choices are joined by `、`.
pub type Answers = BTreeMap<String, String>;

/// Longest answer to a field that states no length of its own, in characters.
const LONGEST_LINE: usize = 200;
const LONGEST_TEXT: usize = 2_000;

/// One question as it stands now.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    pub ask: &'a Ask,
    pub field: &'a Field,
    /// Whether it matters for these answers; unknown while something it depends on is open.
    pub applies: Truth,
    pub answer: Option<&'a str>,
    /// What is wrong with the answer, or with there being none.
    pub fault: Option<Text>,
}

#[derive(Debug, Clone)]
pub struct Part<'a> {
    pub section: &'a Section,
    pub applies: Truth,
    pub questions: Vec<Question<'a>>,
}

/// One paper as it stands now.
#[derive(Debug, Clone)]
pub struct Paper<'a> {
    pub needed: &'a NeededMaterial,
    pub material: &'a Material,
    pub applies: Truth,
    pub handed: bool,
}

impl Paper<'_> {
    /// Whether the applicant still has to hand it in: the form itself, and what a licence replaces, are not asked for.
    pub fn lacks(&self) -> bool {
        self.applies == Truth::True
            && !self.handed
            && self.needed.necessity != Necessity::Optional
            && !self.material.from_form
            && self.material.replaced_by.is_none()
    }
}

/// All that an item asks for, given these answers.
#[derive(Debug, Clone)]
pub struct Intake<'a> {
    pub parts: Vec<Part<'a>>,
    pub papers: Vec<Paper<'a>>,
    /// Answers to what the form does not ask: refused at the door (no unrelated questions, 行政许可法 art. 31).
    pub foreign: Vec<String>,
}

impl Intake<'_> {
    /// Questions that are asked now and whose answer is missing or wrong.
    pub fn faults(&self) -> impl Iterator<Item = (&Question<'_>, &Text)> {
        self.parts.iter().flat_map(|part| &part.questions).filter_map(|question| Some((question, question.fault.as_ref()?)))
    }

    /// Keys of papers that are still to be handed in.
    pub fn lacking(&self) -> Vec<String> {
        self.papers.iter().filter(|paper| paper.lacks()).map(|paper| paper.needed.key.get_ref().clone()).collect()
    }
}

impl Rulebook {
    /// What `item` asks for, given `answers` and the keys of the papers handed in, as of `today`.
    pub fn intake<'a>(&'a self, item: &'a Item, answers: &'a Answers, handed: &[String], today: Date) -> Intake<'a> {
        let facts = self.facts(answers);
        let worth = |when: &Option<toml::Spanned<String>>| {
            when.as_ref().map_or(Truth::True, |when| self.condition(when.get_ref(), &facts, today))
        };
        let mut known = Vec::new();
        let mut parts = Vec::new();
        for section in item.form.as_ref().and_then(|form| self.forms.get(form.get_ref())).map_or(&[][..], |form| &form.section) {
            let of_section = worth(&section.when);
            let questions: Vec<Question<'a>> = section
                .ask
                .iter()
                .filter_map(|ask| {
                    let field = self.fields.get(ask.field.get_ref())?;
                    known.push(field.code.as_str());
                    let applies = if of_section == Truth::True { worth(&ask.when) } else { of_section };
                    let answer = answers.get(&field.code).map(String::as_str).filter(|answer| !answer.trim().is_empty());
                    let fault = if applies == Truth::True { self.fault(ask, field, answer, &facts, today) } else { None };
                    Some(Question { ask, field, applies, answer, fault })
                })
                .collect();
            parts.push(Part { section, applies: of_section, questions });
        }
        let papers = item
            .material
            .iter()
            .filter_map(|needed| {
                let key = needed.key.get_ref();
                let material = self.materials.get(key)?;
                Some(Paper { needed, material, applies: worth(&needed.when), handed: handed.contains(key) })
            })
            .collect();
        let foreign = answers.keys().filter(|code| !known.contains(&code.as_str())).cloned().collect();
        Intake { parts, papers, foreign }
    }

    /// The typed facts that raw answers amount to; an answer that cannot be read is missing.
    pub fn facts(&self, answers: &Answers) -> Vec<Fact> {
        let mut facts = vec![Fact::Missing; self.dictionary.len()];
        for (code, raw) in answers {
            if let Some(element) = self.dictionary.get(code)
                && !raw.trim().is_empty()
                && let Ok(value) = element.kind.read(raw)
            {
                facts[element.index.0 as usize] = Fact::Known(value);
            }
        }
        facts
    }

    /// What a condition of this rulebook is worth. One that does not compile is unknown; `compile` reported it.
    pub fn condition(&self, text: &str, facts: &[Fact], today: Date) -> Truth {
        match self.conditions.get(text) {
            Some(expression) => expression.evaluate(facts, today),
            None => Truth::Unknown(crate::expression::Cause::NeedsPerson),
        }
    }

    fn fault(&self, ask: &Ask, field: &Field, answer: Option<&str>, facts: &[Fact], today: Date) -> Option<Text> {
        let Some(answer) = answer else {
            return ask.required.then(|| Text::new("这一项还没有填写。", "This has not been filled in yet."));
        };
        if let Err(fault) = self.check_answer(field, answer, today) {
            return Some(fault);
        }
        let check = ask.check.as_ref()?;
        (self.condition(check.get_ref(), facts, today) == Truth::False).then(|| {
            let zh = if ask.message.is_empty() { "填写的内容不符合要求。" } else { &ask.message };
            Text::new(zh, format!("This does not meet the requirement: {zh}"))
        })
    }

    /// Whether an answer is one that this element can hold: bounded, typed, and a valid identifier where it is one.
    pub fn check_answer(&self, field: &Field, answer: &str, today: Date) -> Result<(), Text> {
        let most = field.length.unwrap_or(if field.kind == FieldKind::LongText { LONGEST_TEXT } else { LONGEST_LINE });
        let length = answer.chars().count();
        if length > most {
            return Err(Text::new(
                format!("太长：{length}字，最多{most}字。"),
                format!("Too long: {length} characters of at most {most}."),
            ));
        }
        if let Some(element) = self.dictionary.get(&field.code) {
            element.kind.read(answer)?;
        }
        match field.kind {
            FieldKind::CreditCode | FieldKind::CitizenId => {
                let checked = identifier::check(&identifier::normalise(answer), today);
                let wanted = if field.kind == FieldKind::CreditCode {
                    identifier::Kind::CreditCode
                } else {
                    identifier::Kind::ResidentNumber
                };
                if checked.kind != wanted {
                    return Err(Text::new("这不是所要求的号码。", "This is not the kind of number that is asked for."));
                }
                if !checked.valid() {
                    return Err(checked.reason());
                }
            }
            FieldKind::Phone => {
                let digits = answer.chars().filter(char::is_ascii_digit).count();
                if !(7..=15).contains(&digits) || !answer.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c)) {
                    return Err(Text::new("请填写带区号的固定电话或手机号码。", "Give a phone number, with its area code."));
                }
            }
            FieldKind::Email if !answer.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) => {
                return Err(Text::new("请填写有效的电子邮箱。", "Give a valid e-mail address."));
            }
            _ => {}
        }
        Ok(())
    }

    /// The value of an answer as people read it.
    pub fn say_answer(&self, field: &Field, answer: &str) -> Text {
        let value = self.dictionary.get(&field.code).and_then(|element| element.kind.read(answer).ok());
        let words = value.as_ref().map_or_else(|| Text::new(answer, answer), Value::words);
        match &field.unit {
            Some(unit) if matches!(value, Some(Value::Number(_))) => {
                Text::new(format!("{} {unit}", words.zh), format!("{} {unit}", words.en))
            }
            _ => words,
        }
    }

    /// The words that may be chosen for an element, in their order.
    pub fn choices(&self, field: &Field) -> &[String] {
        match self.dictionary.get(&field.code).map(|element| &element.kind) {
            Some(Kind::Choice(words) | Kind::Many(words)) => words,
            _ => &[],
        }
    }
}
