//! Why a clause came out as it did: the conditions that decide, what is asked beside what is the case, what is missing, and what would
//! have to differ. Made by the evaluator for one pair, on request.

use crate::amount::Estimate;
use crate::{Clause, Outcome};
use jiff::civil::Date;
use rulebook::Text;
use rulebook::dictionary::Dictionary;
use rulebook::expression::tree::{Node, Operand, Test};
use rulebook::expression::{Cause, Decimal, Element, ElementIndex, Expression, Fact, Facts, Kind, Truth, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// The explanation of one pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Explained {
    #[serde(skip)]
    pub outcome: Outcome,
    /// The conditions that decide: with these as they are, nothing else can move the outcome.
    pub reasons: Vec<Reason>,
    /// Elements to be asked for, while they may still change something.
    pub missing: Vec<String>,
    /// What a person has to judge.
    pub judged: Vec<String>,
    /// What would have to differ; absent where it is promising, or does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub almost: Option<Almost>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
}

/// One condition that decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reason {
    /// Canonical text of the condition, as in the definition.
    pub condition: String,
    pub answer: &'static str,
    /// What is asked, with its unit.
    pub requirement: Text,
    /// What is the case.
    pub actual: Text,
    /// Whether it is part of whom the clause speaks of, rather than of what it asks.
    pub scope: bool,
    #[serde(skip)]
    pub elements: Vec<ElementIndex>,
}

/// The nearest way to a better outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "kebab-case")]
pub struct Almost {
    /// What would have to hold and does not.
    pub conditions: Vec<String>,
    /// Elements that would have to differ or to become known.
    pub facts: Vec<String>,
    /// Values for them with which the outcome was seen to change: a witness, not advice.
    pub witness: BTreeMap<String, Value>,
    /// Whether such values were found.
    pub proved: bool,
    #[serde(skip)]
    pub changes: BTreeMap<ElementIndex, Fact>,
}

/// The five answers of a condition, as definitions and outputs write them.
pub fn answer(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "met",
        Truth::False => "unmet",
        Truth::Unknown(Cause::Missing) => "unknown",
        Truth::Unknown(Cause::NeedsPerson) => "needs-person",
        Truth::NotApplicable => "not-applicable",
    }
}

impl Clause {
    /// The whole explanation.
    pub fn explain<F: Facts + ?Sized>(&self, dictionary: &Dictionary, facts: &F, today: Date) -> Explained {
        let outcome = self.outcome(facts, today);
        let mut missing: Vec<String> = Vec::new();
        if outcome == Outcome::NeedsData {
            for element in self.scope.iter().chain([&self.when]).flat_map(|part| part.missing(facts, today)) {
                if !missing.iter().any(|known| **known == *element.name) {
                    missing.push(element.name.to_string());
                }
            }
        }
        let almost = matches!(outcome, Outcome::NotMet | Outcome::NeedsData).then(|| self.almost(facts, today)).flatten();
        let estimate = match outcome {
            Outcome::NotMet | Outcome::NotApplicable => None,
            _ => self.estimate(dictionary, facts, today),
        };
        Explained { outcome, reasons: self.reasons(facts, today), missing, judged: self.judged.clone(), almost, estimate }
    }

    /// The conditions that decide, with requirement and actual value.
    pub fn reasons<F: Facts + ?Sized>(&self, facts: &F, today: Date) -> Vec<Reason> {
        let mut found = Vec::new();
        let mut within = Truth::True;
        if let Some(scope) = &self.scope {
            let look = Look { expression: scope, facts, today };
            within = look.truth(scope.root(), false);
            // A scope that holds decides only together with what it lets through.
            look.deciding(scope.root(), false, &mut |test, negated| found.push(look.reason(test, negated, true)));
            if matches!(within, Truth::False | Truth::NotApplicable) {
                return found;
            }
        }
        let look = Look { expression: &self.when, facts, today };
        let when = look.truth(self.when.root(), false);
        if within == Truth::Unknown(Cause::Missing) && when == Truth::True {
            return found;
        }
        look.deciding(self.when.root(), false, &mut |test, negated| found.push(look.reason(test, negated, false)));
        found
    }

    fn almost<F: Facts + ?Sized>(&self, facts: &F, today: Date) -> Option<Almost> {
        let mut wanted: Vec<(&Expression, &Test, bool)> = Vec::new();
        for part in self.scope.iter().chain([&self.when]) {
            let look = Look { expression: part, facts, today };
            let (_, tests) = look.wanted(part.root(), false)?;
            wanted.extend(tests.into_iter().map(|(test, negated)| (part, test, negated)));
        }
        let holds = |(part, test, negated): &(&Expression, &Test, bool), facts: &dyn Facts| {
            part.alone(test, *negated).evaluate(facts, today) == Truth::True
        };
        let now = Over { under: facts, changes: &BTreeMap::new() };
        let open: Vec<&(&Expression, &Test, bool)> = wanted.iter().filter(|one| !holds(one, &now)).collect();
        let mut almost = Almost::default();
        let mut to_change: Vec<&Element> = Vec::new();
        for (part, test, negated) in &open {
            almost.conditions.push(part.alone(test, *negated).to_string());
            for element in mentioned(part, test) {
                if !to_change.iter().any(|known| known.index == element.index) {
                    to_change.push(element);
                }
            }
        }
        for element in &to_change {
            almost.facts.push(element.name.to_string());
            let own = |part: &Expression, test: &Test| mentioned(part, test).iter().all(|other| other.index == element.index);
            let of_element: Vec<_> = wanted.iter().filter(|(part, test, _)| own(part, test)).collect();
            let candidates = of_element.iter().flat_map(|(_, test, _)| candidates(test, &element.kind, today));
            let fits = candidates.map(|value| BTreeMap::from([(element.index, Fact::Known(value))])).find(|changes| {
                let then = Over { under: facts, changes };
                of_element.iter().all(|one| holds(one, &then))
            });
            if let Some((index, Fact::Known(value))) = fits.into_iter().flatten().next() {
                almost.witness.insert(element.name.to_string(), value.clone());
                almost.changes.insert(index, Fact::Known(value));
            }
        }
        let outcome = self.outcome(&Over { under: facts, changes: &almost.changes }, today);
        almost.proved = matches!(outcome, Outcome::Promising | Outcome::Opportunity);
        if !almost.proved {
            almost.witness.clear();
            almost.changes.clear();
        }
        Some(almost)
    }
}

/// Facts with some of them changed.
pub struct Over<'a, F: ?Sized> {
    pub under: &'a F,
    pub changes: &'a BTreeMap<ElementIndex, Fact>,
}

impl<F: Facts + ?Sized> Facts for Over<'_, F> {
    fn fact(&self, element: ElementIndex) -> &Fact {
        self.changes.get(&element).unwrap_or_else(|| self.under.fact(element))
    }
}

struct Look<'a, F: ?Sized> {
    expression: &'a Expression,
    facts: &'a F,
    today: Date,
}

impl<'a, F: Facts + ?Sized> Look<'a, F> {
    fn truth(&self, node: &Node, negated: bool) -> Truth {
        let truth = self.expression.truth_of(node, self.facts, self.today);
        if negated { truth.not() } else { truth }
    }

    fn reason(&self, test: &Test, negated: bool, scope: bool) -> Reason {
        let alone = self.expression.alone(test, negated);
        let (requirement, actual, truth, elements) = match alone.explain(self.facts, self.today).into_iter().next() {
            Some(line) => (line.requirement, line.actual, line.truth, line.elements),
            None => (Text::new("", ""), Text::new("", ""), Truth::NotApplicable, Vec::new()),
        };
        Reason { condition: alone.to_string(), answer: answer(truth), requirement, actual, scope, elements }
    }

    /// The tests that make a part what it is: with these as they are, no other can move it.
    fn deciding(&self, node: &'a Node, negated: bool, visit: &mut dyn FnMut(&'a Test, bool)) {
        let (parts, all) = match node {
            Node::Constant(_) => return,
            Node::Not(inner) => return self.deciding(inner, !negated, visit),
            Node::Test(test) => return visit(test, negated),
            Node::All(parts) => (parts, !negated),
            Node::Any(parts) => (parts, negated),
        };
        let truth = self.truth(node, negated);
        let settles = if all { Truth::False } else { Truth::True };
        let truths = parts.iter().map(|part| (part, self.truth(part, negated)));
        if truth == settles {
            let settled = truths.filter(|(_, of_part)| *of_part == settles);
            if let Some((part, _)) = settled.min_by_key(|(part, _)| size(part)) {
                self.deciding(part, negated, visit);
            }
            return;
        }
        let unsettled = matches!(truth, Truth::Unknown(_));
        for (part, of_part) in truths {
            if !unsettled || matches!(of_part, Truth::Unknown(_)) {
                self.deciding(part, negated, visit);
            }
        }
    }

    /// The tests that would all have to hold, branch by branch those with the fewest elements to change, and how many these are.
    /// `None` where nothing can make it hold.
    fn wanted(&self, node: &'a Node, negated: bool) -> Option<(usize, Vec<(&'a Test, bool)>)> {
        let (parts, all) = match node {
            Node::Constant(value) => return (*value != negated).then(|| (0, Vec::new())),
            Node::Not(inner) => return self.wanted(inner, !negated),
            Node::Test(test) => {
                let cost = match self.truth(node, negated) {
                    Truth::True => 0,
                    _ => mentioned(self.expression, test).len(),
                };
                return Some((cost, vec![(test, negated)]));
            }
            Node::All(parts) => (parts, !negated),
            Node::Any(parts) => (parts, negated),
        };
        if !all {
            return parts.iter().filter_map(|part| self.wanted(part, negated)).min_by_key(|(cost, tests)| (*cost, tests.len()));
        }
        let mut sum = (0, Vec::new());
        for part in parts.iter().filter(|part| self.truth(part, negated) != Truth::NotApplicable) {
            let (cost, tests) = self.wanted(part, negated)?;
            sum.0 += cost;
            sum.1.extend(tests);
        }
        Some(sum)
    }
}

fn size(node: &Node) -> usize {
    match node {
        Node::Constant(_) | Node::Test(_) => 1,
        Node::Not(inner) => size(inner),
        Node::All(parts) | Node::Any(parts) => parts.iter().map(size).sum(),
    }
}

fn mentioned<'e>(expression: &'e Expression, test: &Test) -> Vec<&'e Element> {
    let mut found: Vec<&Element> = Vec::new();
    test.slots(&mut |slot| {
        let element = &expression.elements()[usize::from(slot.0)];
        if !found.iter().any(|known| known.index == element.index) {
            found.push(element);
        }
    });
    found
}

/// Values on both sides of where a test turns.
fn candidates(test: &Test, kind: &Kind, today: Date) -> Vec<Value> {
    match kind {
        Kind::Bool => return vec![Value::Bool(true), Value::Bool(false)],
        Kind::Choice(values) => return values.iter().map(|value| Value::Text(value.clone())).collect(),
        Kind::Many(values) => {
            let counts = 0..=values.len().min(8);
            let singles = values.iter().map(|value| Value::Many(vec![value.clone()]));
            return singles.chain(counts.map(|count| Value::Many(values[..count].to_vec()))).collect();
        }
        Kind::Number(_) | Kind::Money(_) | Kind::Date | Kind::Text => {}
    }
    let mut found = Vec::new();
    literals(test, &mut |operand, literal| around(operand, literal, today, &mut found));
    match (kind, test) {
        (Kind::Text, Test::StartsWith { prefix: part, .. } | Test::Contains { part, .. }) => {
            found.push(Value::Text(part.clone()))
        }
        (Kind::Date, Test::Known(_)) => found.push(Value::Date(today)),
        _ => {}
    }
    if *kind == Kind::Text {
        found.push(Value::Text("-".to_owned()));
    }
    found.retain(|value| kind.admit(value).is_ok());
    found
}

fn literals(test: &Test, visit: &mut dyn FnMut(&Operand, &Value)) {
    let mut pair = |operand: &Operand, literal: &Operand| {
        if let Operand::Literal(value) = literal {
            visit(operand, value);
        }
    };
    match test {
        Test::Compare { left, right, .. } => {
            pair(left, right);
            pair(right, left);
        }
        Test::Between { operand, low, high } => {
            pair(operand, low);
            pair(operand, high);
        }
        Test::OneOf { operand, values } => values.iter().for_each(|value| visit(operand, value)),
        Test::Holds(_) | Test::Known(_) | Test::StartsWith { .. } | Test::Contains { .. } => {}
    }
}

/// The literal itself and its neighbours; for ages and spans the dates that have them.
fn around(operand: &Operand, literal: &Value, today: Date, found: &mut Vec<Value>) {
    match (operand, literal) {
        (Operand::YearsSince(_), Value::Number(years)) => {
            let years = years.units() / Decimal::from(1).units();
            let ago = |years: i64| jiff::Span::new().try_years(years).ok().and_then(|span| today.checked_sub(span).ok());
            found.extend([0, 1, -1].into_iter().filter_map(|more| ago(years + more)).map(Value::Date));
        }
        (Operand::Arithmetic { .. }, Value::Number(days)) => {
            let days = days.units() / Decimal::from(1).units();
            let ago = |days: i64| jiff::Span::new().try_days(days).ok().and_then(|span| today.checked_sub(span).ok());
            found.extend([0, 1, -1].into_iter().filter_map(|more| ago(days + more)).map(Value::Date));
        }
        (_, Value::Number(number)) => {
            found.push(Value::Number(*number));
            for step in [1, -1, 10_000, -10_000] {
                found.extend(number.checked_add(Decimal::from_units(step)).map(Value::Number));
            }
        }
        (_, Value::Date(date)) => {
            found.push(Value::Date(*date));
            found.extend(date.tomorrow().ok().into_iter().chain(date.yesterday().ok()).map(Value::Date));
        }
        (_, other) => found.push(other.clone()),
    }
}
