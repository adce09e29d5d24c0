//! What the clauses come to for a set of firms: how many have a hope of each, what it would cost, who would gain twice, who falls between.

use super::meeting::{Both, both};
use super::{Finding, Kind, Subjects};
use crate::explain::Over;
use crate::{Finder, Outcome, Plan};
use rulebook::expression::{Decimal, Fact, Facts, Value};
use rulebook::policy::{Direction, money};
use serde::Serialize;
use std::collections::BTreeMap;

/// Names told as examples.
const EXAMPLES: usize = 5;

/// Firms of the profile set that a finding touches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Firms {
    pub count: u64,
    /// The first few, in the order of the set.
    pub examples: Vec<String>,
}

impl Firms {
    fn add(&mut self, name: &str) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(name.to_owned());
        }
    }
}

/// What one clause would come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Effect {
    pub clause: String,
    /// Firms for which it is promising or an opportunity.
    pub firms: u64,
    /// Sum of the amounts that can be reckoned, in 元; what people judge can only be less.
    pub sum: Decimal,
    /// Firms whose amount cannot be reckoned.
    pub unknown: u64,
    /// What the body has to spend, where the clause says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Decimal>,
    /// Whether the sum is above it.
    pub over: bool,
}

/// A walk through a set of firms.
pub struct Survey<'a> {
    subjects: &'a Subjects<'a>,
    findings: Vec<Finding>,
    effects: Vec<Effect>,
    /// Places of findings by the pair of clauses they speak of.
    pairs: BTreeMap<(usize, usize), Vec<usize>>,
    gaps: Vec<usize>,
    twice: BTreeMap<String, Firms>,
    pub firms: u64,
}

impl<'a> Survey<'a> {
    pub fn new(subjects: &'a Subjects<'a>, mut findings: Vec<Finding>) -> Survey<'a> {
        let mut pairs: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        let mut gaps = Vec::new();
        for (at, finding) in findings.iter_mut().enumerate() {
            match (finding.kind, finding.places.as_slice()) {
                (Kind::Conflict | Kind::Duplicate | Kind::StackingClash, &[a, b]) => {
                    finding.firms = Some(Firms::default());
                    pairs.entry((a.min(b), a.max(b))).or_default().push(at);
                }
                (Kind::Gap, _) => {
                    finding.firms = Some(Firms::default());
                    gaps.push(at);
                }
                _ => {}
            }
        }
        let effect = |subject: &super::Subject<'_>| Effect {
            clause: subject.clause.code.clone(),
            budget: subject.written.budget.as_ref().and_then(|budget| money(budget.get_ref())),
            ..Effect::default()
        };
        let effects = subjects.all.iter().map(effect).collect();
        Survey { subjects, findings, effects, pairs, gaps, twice: BTreeMap::new(), firms: 0 }
    }

    /// The plan that [`Survey::look`] finds clauses by.
    pub fn plan(&self) -> Plan {
        Plan::new(self.subjects.all.iter().map(|subject| &subject.clause), self.subjects.on)
    }

    /// Takes one firm into account.
    pub fn look(&mut self, finder: &Finder<&Plan>, name: &str, facts: &Vec<Fact>) {
        self.firms += 1;
        let hopeful: Vec<usize> =
            finder.find(facts).into_iter().filter(|(_, outcome)| outcome.is_hopeful()).map(|(clause, _)| clause).collect();
        let mut given: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, &one) in hopeful.iter().enumerate() {
            self.reckon(one, facts);
            let subject = &self.subjects.all[one];
            if let (Some(behaviour), Some(Direction::Encourage)) = (subject.behaviour(), subject.direction()) {
                given.entry(behaviour).or_default().push(one);
            }
            for &other in &hopeful[at + 1..] {
                for finding in self.pairs.get(&(one.min(other), one.max(other))).into_iter().flatten() {
                    if let Some(firms) = &mut self.findings[*finding].firms {
                        firms.add(name);
                    }
                }
            }
        }
        for (behaviour, places) in given {
            let all = &self.subjects.all;
            let adds = |a: &usize, b: &usize| both(&all[*a], &all[*b]) == Both::AddUp;
            if places.iter().enumerate().any(|(at, a)| places[at + 1..].iter().any(|b| adds(a, b))) {
                self.twice.entry(behaviour.to_owned()).or_default().add(name);
            }
        }
        self.between(name, facts);
    }

    fn reckon(&mut self, place: usize, facts: &Vec<Fact>) {
        let (subjects, effect) = (self.subjects, &mut self.effects[place]);
        effect.firms += 1;
        let estimate = subjects.all[place].clause.estimate(&subjects.rulebook.dictionary, facts, subjects.on);
        match estimate.and_then(|estimate| estimate.amount).and_then(|amount| effect.sum.checked_add(amount)) {
            Some(sum) => effect.sum = sum,
            None => effect.unknown += 1,
        }
    }

    /// Firms that would meet a step of a ladder with a little more or less, and meet neither as they are.
    fn between(&mut self, name: &str, facts: &Vec<Fact>) {
        for &at in &self.gaps {
            let finding = &mut self.findings[at];
            let Some(between) = &finding.between else { continue };
            let inside =
                matches!(facts.fact(between.element), Fact::Known(Value::Number(n)) if (between.low..=between.high).contains(n));
            let changes = BTreeMap::from([(between.element, Fact::Known(Value::Number(between.edge)))]);
            let then = Over { under: facts, changes: &changes };
            if inside && self.subjects.all[between.place].clause.outcome(&then, self.subjects.on).is_hopeful() {
                finding.firms.get_or_insert_default().add(name);
            }
        }
    }

    /// Findings with the firms that they touch, what each clause comes to, and for each behaviour the firms that are given to twice.
    pub fn finish(mut self) -> (Vec<Finding>, Vec<Effect>, BTreeMap<String, Firms>) {
        for effect in &mut self.effects {
            effect.over = effect.budget.is_some_and(|budget| effect.sum > budget);
        }
        (self.findings, self.effects, self.twice)
    }
}

impl Outcome {
    /// Whether anybody may hope: promising, or an opportunity.
    pub fn is_hopeful(self) -> bool {
        matches!(self, Outcome::Promising | Outcome::Opportunity)
    }
}
