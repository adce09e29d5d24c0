//! Conditions that nobody could decide, because no question answers what they look at.

use super::Checking;
use crate::form::Form;
use crate::item::Item;
use std::collections::BTreeSet;
use toml::Spanned;

impl<'a> Checking<'a> {
    /// A question that hangs on something the form never asks would never be put.
    pub(super) fn forms(&mut self) {
        let rulebook = self.rulebook;
        for (code, form) in &rulebook.forms {
            let asked = asked(form);
            for (at, section) in form.section.iter().enumerate() {
                let mut conditions = vec![(format!("section.{at}.when"), section.when.as_ref())];
                for (place, ask) in section.ask.iter().enumerate() {
                    conditions.push((format!("section.{at}.ask.{place}.when"), ask.when.as_ref()));
                    conditions.push((format!("section.{at}.ask.{place}.check"), ask.check.as_ref()));
                }
                for (path, condition) in conditions {
                    let place = self.places.part("form", code, &path);
                    for element in self.unasked(condition, &asked) {
                        let (zh, en) = (
                            format!("条件要看“{element}”，但这张表单不问它"),
                            format!("The condition looks at “{element}”, which this form does not ask"),
                        );
                        self.report("condition-unasked", place.clone(), zh, en);
                    }
                }
            }
        }
    }

    /// The same for papers and points of an item: an element that no question answers leaves them open for ever.
    pub(super) fn conditions(&mut self, item: &'a Item) {
        let asked: BTreeSet<&str> = match item.form.as_ref().and_then(|form| self.rulebook.forms.get(form.get_ref())) {
            Some(form) => asked(form),
            // Without a form the guide's own questions are all there is.
            None => item.situation.iter().map(|situation| situation.field.get_ref().as_str()).collect(),
        };
        for (at, situation) in item.situation.iter().enumerate() {
            let field = situation.field.get_ref();
            if !asked.contains(field.as_str()) {
                let (zh, en) = (
                    format!("情形问到“{field}”，但表单不问它，答案带不进申请"),
                    format!("The situation asks for “{field}”, which the form does not ask: the answer is lost"),
                );
                self.of_item("condition-unasked", item, &format!("situation.{at}"), zh, en);
            }
        }
        let mut conditions = vec![("window-scope".to_owned(), item.window_scope.as_ref())];
        conditions
            .extend(item.material.iter().enumerate().map(|(at, needed)| (format!("material.{at}.when"), needed.when.as_ref())));
        conditions.extend(item.point.iter().enumerate().map(|(at, point)| (format!("point.{at}.when"), point.when.as_ref())));
        for (path, condition) in conditions {
            for element in self.unasked(condition, &asked) {
                let (zh, en) = (
                    format!("条件要看“{element}”，但没有一个问题问到它"),
                    format!("The condition looks at “{element}”, which no question asks"),
                );
                self.of_item("condition-unasked", item, &path, zh, en);
            }
        }
        for (at, field) in item.batch_key.iter().enumerate().filter(|(_, field)| !asked.contains(field.as_str())) {
            let (zh, en) = (
                format!("批量办理要看“{field}”，但表单不问它"),
                format!("Batches are formed by “{field}”, which the form does not ask"),
            );
            self.of_item("condition-unasked", item, &format!("batch-key.{at}"), zh, en);
        }
    }

    /// Elements of a condition that are not among the questions. A condition that does not compile is `compile`'s to report.
    fn unasked(&self, condition: Option<&Spanned<String>>, asked: &BTreeSet<&str>) -> Vec<String> {
        let expression = condition.and_then(|text| self.rulebook.conditions.get(text.get_ref()));
        let elements = expression.into_iter().flat_map(|expression| expression.elements());
        elements.map(|element| element.name.to_string()).filter(|name| !asked.contains(name.as_str())).collect()
    }
}

fn asked(form: &Form) -> BTreeSet<&str> {
    form.section.iter().flat_map(|section| &section.ask).map(|ask| ask.field.get_ref().as_str()).collect()
}
