//! Intake: what an item, or several together, ask for, given what has been answered so far. The same function serves the portal,
//! the counter and the API, so the same answers give the same questions, papers and faults at every door (无差别受理). How
//! several are merged into one is in [`crate::bundle`].
//!
//! Serves measures 1 and 6.

use crate::bundle::Bundle;
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

/// A value that need not be asked for, because a licence, a register or an earlier matter holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub value: String,
    /// Where it comes from, in words: 「营业执照」.
    pub source: Text,
    /// The day on which the source said so.
    pub as_of: Option<Date>,
}

/// What is known already, by field code. An answer of the applicant goes before it.
pub type Knowns = BTreeMap<String, Known>;

/// For who asks for everything.
pub static NOTHING_KNOWN: Knowns = Knowns::new();

/// One asking for an element: by an item's form, or by the bundle itself in order to know what is needed.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// None where the bundle asks.
    pub item: Option<&'a Item>,
    pub section: &'a Section,
    pub ask: &'a Ask,
    /// Whether it matters for these answers.
    pub applies: Truth,
    /// The item of the same bundle whose result will hold it: not asked, but waited for.
    pub from: Option<&'a Item>,
}

/// Who fills a question in.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// The applicant.
    Asked,
    /// A licence or register that holds it.
    Known(&'a Known),
    /// The result of this item of the same bundle, once it exists.
    Result(&'a Item),
}

/// One question as it stands now: an element, asked once for all who want it, under the strictest of their terms.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    pub field: &'a Field,
    /// The first asking that applies: its hint, sample and ground are shown.
    pub ask: &'a Ask,
    /// Everyone who asks for it, in the order of the items.
    pub asked_by: Vec<Asked<'a>>,
    /// Whether it matters for these answers; unknown while something it depends on is open.
    pub applies: Truth,
    /// Whether any asking that applies requires it.
    pub required: bool,
    pub origin: Origin<'a>,
    pub answer: Option<&'a str>,
    /// What is wrong with the answer, or with there being none.
    pub fault: Option<Text>,
}

#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// The first section of this title.
    pub section: &'a Section,
    pub applies: Truth,
    pub questions: Vec<Question<'a>>,
}

/// One item's want of a paper.
#[derive(Debug, Clone, Copy)]
pub struct Want<'a> {
    pub item: &'a Item,
    pub needed: &'a NeededMaterial,
    pub applies: Truth,
    /// The item of the same bundle whose result is the licence that replaces it.
    pub from: Option<&'a Item>,
}

/// One paper as it stands now: handed in once for all who want it, under the strictest of their terms.
#[derive(Debug, Clone)]
pub struct Paper<'a> {
    /// The first want that applies: its note and ground are shown.
    pub needed: &'a NeededMaterial,
    pub material: &'a Material,
    /// Everyone who wants it, in the order of the items, each with its own terms.
    pub wanted_by: Vec<Want<'a>>,
    pub applies: Truth,
    pub necessity: Necessity,
    /// Oldest age in days that every item accepts.
    pub fresh_days: Option<u32>,
    pub originals: u32,
    pub copies: u32,
    /// The item of the same bundle whose result replaces it.
    pub from: Option<&'a Item>,
    pub handed: bool,
    /// Why the applicant's own copy is asked for although a licence replaces it: no register shows that licence. Whoever can ask the
    /// registers sets it; the rules alone do not know.
    pub own_copy: Option<Text>,
}

impl Paper<'_> {
    /// Whether the applicant has to bring it: the form itself, and what a licence replaces, are not asked for.
    pub fn asked(&self) -> bool {
        self.applies == Truth::True && !self.material.from_form && self.material.replaced_by.is_none()
    }

    /// Whether the applicant's own copy is still to come. It holds nothing up: the officer takes what is handed in or shown.
    pub fn wants_own_copy(&self) -> bool {
        self.own_copy.is_some() && !self.handed
    }

    /// Whether the applicant still has to hand it in.
    pub fn lacks(&self) -> bool {
        self.asked() && !self.handed && self.necessity != Necessity::Optional
    }
}

/// All that an item, or a bundle of items, asks for, given these answers.
#[derive(Debug, Clone)]
pub struct Intake<'a> {
    pub parts: Vec<Part<'a>>,
    pub papers: Vec<Paper<'a>>,
    /// Answers to what no form asks: refused at the door (no unrelated questions, 行政许可法 art. 31).
    pub foreign: Vec<String>,
}

impl<'a> Intake<'a> {
    pub fn questions(&self) -> impl Iterator<Item = &Question<'a>> {
        self.parts.iter().flat_map(|part| &part.questions)
    }

    /// Questions that are asked now and whose answer is missing or wrong.
    pub fn faults(&self) -> impl Iterator<Item = (&Question<'a>, &Text)> {
        self.questions().filter_map(|question| Some((question, question.fault.as_ref()?)))
    }

    /// Keys of papers that are still to be handed in.
    pub fn lacking(&self) -> Vec<String> {
        self.papers.iter().filter(|paper| paper.lacks()).map(|paper| paper.needed.key.get_ref().clone()).collect()
    }

    /// Whether another question, a paper or an item depends on this element, so that the form is drawn anew after it changes.
    pub fn decides(&self, rules: &Rulebook, name: &str) -> bool {
        let asked = || self.questions().flat_map(|question| &question.asked_by);
        let whens = asked().flat_map(|asked| asked.section.when.iter().chain(&asked.ask.when));
        let papers = self.papers.iter().flat_map(|paper| &paper.wanted_by).filter_map(|want| want.needed.when.as_ref());
        let mentions = |when: &toml::Spanned<String>| {
            let condition = rules.conditions.get(when.get_ref());
            condition.is_some_and(|condition| condition.elements().iter().any(|element| &*element.name == name))
        };
        asked().any(|asked| asked.item.is_none() && asked.ask.field.get_ref() == name) || whens.chain(papers).any(mentions)
    }
}

impl Rulebook {
    /// What `item` asks for, given `answers` and the keys of the papers handed in, as of `today`: the bundle of one.
    pub fn intake<'a>(&'a self, item: &'a Item, answers: &'a Answers, handed: &[String], today: Date) -> Intake<'a> {
        Bundle::of_item(self, item).intake(answers, handed, &NOTHING_KNOWN, today)
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

    /// What is wrong with the answer to a question that these askings, all of which apply, put together.
    pub(crate) fn fault(
        &self,
        field: &Field,
        asks: &[&Ask],
        required: bool,
        answer: Option<&str>,
        facts: &[Fact],
        today: Date,
    ) -> Option<Text> {
        let Some(answer) = answer else {
            return required.then(|| Text::new("这一项还没有填写。", "This has not been filled in yet."));
        };
        if let Err(fault) = self.check_answer(field, answer, today) {
            return Some(fault);
        }
        let fails =
            |ask: &&&Ask| ask.check.as_ref().is_some_and(|check| self.condition(check.get_ref(), facts, today) == Truth::False);
        asks.iter().find(fails).map(|ask| {
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
