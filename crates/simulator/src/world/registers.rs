//! What registers tell on the core alone, as the office gathers it from its rows: firms, licences in force and cases that are open.

use super::Core;
use casework::case::Decision;
use casework::{Act, Actor, CaseNo, Holder};
use rulebook::at_once::{APPLICANT, Evidence, Known};
use rulebook::intake::Answers;
use rulebook::register::{Column, Keeps, Register};
use std::collections::BTreeSet;

/// A firm as its register tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub code: String,
    pub name: String,
    pub legal: String,
    pub status: String,
}

impl Core<'_> {
    /// What the courier does when the rules are to be asked; nobody is drawn for a second look.
    pub(super) fn decide_at_once(&mut self, no: &CaseNo, answers: &str) {
        let Some(evidence) = self.evidence(no, answers) else { return };
        let act = Act::DecideAtOnce { evidence, drawn: false, receiver: String::new(), held: None };
        self.act(no, &act, &Actor::System, None);
    }

    fn evidence(&self, no: &CaseNo, answers: &str) -> Option<Evidence> {
        let (case, _) = self.cases.get(no)?;
        let wanted = self.rules.items.get(&case.item)?.at_once.as_ref()?.looks_at(&self.rules);
        let said: Answers = serde_json::from_str(answers).unwrap_or_default();
        let mut evidence = Evidence { on: self.now.day(), facts: Vec::new(), silent: Vec::new(), contradicted: Vec::new() };
        let mut of_registers = BTreeSet::new();
        for (code, register) in &self.rules.registers {
            let before = evidence.facts.len();
            let mut asked = false;
            for field in &register.field {
                let Some(element) = self.rules.fields.get(field.field.get_ref()).map(|field| field.code.clone()) else {
                    continue;
                };
                if !wanted.contains(&element) {
                    continue;
                }
                asked = true;
                of_registers.insert(element.clone());
                let items: Vec<&str> = field.items.iter().map(|item| item.get_ref().as_str()).collect();
                let told = self.tells(register, field.of, &items, no, case.holder.as_ref(), &case.item);
                let as_of = Some(self.now.day());
                evidence.facts.extend(told.map(|value| Known { element, value, source: code.clone(), as_of }));
            }
            if asked && evidence.facts.len() == before {
                evidence.silent.push(code.clone());
            }
        }
        let typed = said.into_iter().filter(|(code, _)| wanted.contains(code) && !of_registers.contains(code));
        evidence.facts.extend(typed.map(|(element, value)| Known { element, value, source: APPLICANT.to_owned(), as_of: None }));
        Some(evidence)
    }

    fn tells(
        &self,
        register: &Register,
        of: Column,
        items: &[&str],
        no: &CaseNo,
        holder: Option<&Holder>,
        item: &str,
    ) -> Option<String> {
        let others = || self.cases.values().map(|(case, _)| case).filter(|case| case.no != *no && case.holder.as_ref() == holder);
        match (register.keeps, holder?) {
            (Keeps::Firms, Holder::Firm(code)) => {
                let firm = self.firms.iter().find(|firm| firm.code == *code)?;
                let value = match of {
                    Column::Name => &firm.name,
                    Column::Code => &firm.code,
                    Column::LegalRepresentative => &firm.legal,
                    Column::Status => &firm.status,
                    _ => return None,
                };
                Some(value.clone()).filter(|value| !value.is_empty())
            }
            (Keeps::Licences, _) => {
                let granted =
                    |case: &casework::Case| matches!(case.decision, Some(Decision::Granted { .. })) && case.ending.is_none();
                let held = others().any(|case| items.contains(&case.item.as_str()) && granted(case) && case.result.is_some());
                Some(if held { "是" } else { "否" }.to_owned())
            }
            (Keeps::Cases, _) => Some(others().filter(|case| case.is_open() && case.item == item).count().to_string()),
            _ => None,
        }
    }
}
