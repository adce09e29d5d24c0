//! Answers that cannot stand together: what a theme says is impossible, and what the form of an item would refuse.
//!
//! They are named with their reason and change nothing: whoever answers may have meant something else, and goes on.

use super::Bundle;
use crate::expression::Truth;
use crate::field::Field;
use crate::intake::Answers;
use crate::text::Text;
use jiff::civil::Date;
use toml::Spanned;

/// Two answers or more that contradict each other, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction<'a> {
    pub fields: Vec<&'a str>,
    pub why: Text,
}

impl<'a> Bundle<'a> {
    /// What of these answers cannot be, each once. A single answer contradicts nothing: what is wrong with it the form says.
    pub fn contradictions(&self, answers: &Answers, today: Date) -> Vec<Contradiction<'a>> {
        let facts = self.book.facts(answers);
        let mut found: Vec<Contradiction<'a>> = Vec::new();
        let mut note = |condition: &str, wrong: Truth, why: Text| {
            if self.book.condition(condition, &facts, today) != wrong {
                return;
            }
            let elements = self.book.conditions.get(condition).into_iter().flat_map(|condition| condition.elements());
            let told = elements.filter_map(|element| self.book.fields.get(&*element.name));
            let fields: Vec<&'a Field> = told.filter(|field| answers.contains_key(&field.code)).collect();
            let fields: Vec<&'a str> = fields.into_iter().map(|field| field.code.as_str()).collect();
            if fields.len() > 1 && !found.iter().any(|known| known.fields == fields) {
                found.push(Contradiction { fields, why });
            }
        };
        for impossible in self.theme.into_iter().flat_map(|theme| &theme.impossible) {
            note(impossible.when.get_ref(), Truth::True, Text::new(&impossible.text, &impossible.label));
        }
        for member in self.members.iter().filter(|member| self.needed(member, &facts, today) != Truth::False) {
            for section in self.form(member.item).into_iter().flat_map(|form| &form.section) {
                let applies = |when: &Option<Spanned<String>>| {
                    when.as_ref().is_none_or(|when| self.book.condition(when.get_ref(), &facts, today) == Truth::True)
                };
                for ask in section.ask.iter().filter(|ask| applies(&section.when) && applies(&ask.when)) {
                    let Some(check) = &ask.check else { continue };
                    let item = member.item.label.as_deref().unwrap_or(&member.item.name);
                    let zh = if ask.message.is_empty() { "填写的内容不符合要求。" } else { &ask.message };
                    note(
                        check.get_ref(),
                        Truth::False,
                        Text::new(zh, format!("“{item}” does not allow these answers together: {zh}")),
                    );
                }
            }
        }
        found
    }
}
