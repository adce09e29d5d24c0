//! Whether a condition can hold or fail at all: a condition that never does is a slip of its author's pen.
//!
//! The condition is spread into constraints on single elements and searched branch by branch. What the values of one element
//! allow is decided exactly: numbers and dates by intervals within their declared bounds, choices by the sets of their words,
//! texts by their beginnings and parts, lists by their words and number. What joins two elements or depends on today
//! (`a < b`, sums, `years_since`) is tracked as a quantity of its own, which can show that nothing holds, never that
//! something does. Beyond a fixed number of steps the answer is *maybe*.
//!
//! Meant are facts that the dictionary admits and in which every compared element applies: what does not apply is passed
//! over by `and` and `or`, so that it could make almost any condition hold.

mod domain;
mod witness;

use super::{
    Expression,
    evaluate::{Fact, Walk},
    kind::{Element, Kind},
    tree::{Node, Operand, Printer, Relation, Slot, Test},
    value::{Decimal, Value},
};
use domain::{Domain, Ranges, Restriction, WordTest, day};
use jiff::civil::Date;
use std::collections::BTreeMap;
pub use witness::Met;

/// Steps for one question; at most some milliseconds.
const STEPS: usize = 20_000;

/// Whether there are facts for which a condition comes out one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Possible {
    Yes,
    No,
    /// Not decided: the condition joins elements or is too long.
    Maybe,
}

/// A part of a condition that comes out the same whatever the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedPart {
    /// Its canonical text.
    pub text: String,
    /// Whether it always holds; otherwise it never does.
    pub holds: bool,
}

impl Expression {
    /// Whether any facts make it true.
    pub fn can_be_true(&self) -> Possible {
        self.can_be(&self.root, false, &mut { STEPS })
    }

    /// Whether any facts make it false.
    pub fn can_be_false(&self) -> Possible {
        self.can_be(&self.root, true, &mut { STEPS })
    }

    /// The largest parts that surely never hold or never fail: the whole, or single branches of it. A sound condition has none.
    pub fn fixed_parts(&self) -> Vec<FixedPart> {
        let (mut found, mut steps) = (Vec::new(), STEPS * 4);
        self.collect_fixed(&self.root, &mut steps, &mut found);
        found
    }

    fn collect_fixed(&self, node: &Node, steps: &mut usize, found: &mut Vec<FixedPart>) {
        // `true` and `false` by themselves are said on purpose.
        if let Node::Constant(_) = node {
            return;
        }
        let holds = if self.can_be(node, false, steps) == Possible::No {
            Some(false)
        } else if self.can_be(node, true, steps) == Possible::No {
            Some(true)
        } else {
            None
        };
        match (holds, node) {
            (Some(holds), _) => {
                let mut text = String::new();
                // Writing to a string never fails.
                let _ = Printer { elements: &self.elements }.node(&mut text, node);
                found.push(FixedPart { text, holds });
            }
            (None, Node::Not(inner)) => self.collect_fixed(inner, steps, found),
            (None, Node::All(parts) | Node::Any(parts)) => {
                parts.iter().for_each(|part| self.collect_fixed(part, steps, found));
            }
            (None, Node::Constant(_) | Node::Test(_)) => {}
        }
    }

    fn can_be(&self, node: &Node, negated: bool, steps: &mut usize) -> Possible {
        let mut problem = Problem { elements: &self.elements, names: BTreeMap::new(), quantities: Vec::new() };
        let formula = problem.spread(node, negated);
        search(&formula, problem.quantities, steps, &mut |quantities, changed| {
            changed.iter().all(|quantity| quantities[*quantity].exact)
        })
    }
}

/// A condition without `not`: constraints on single quantities, joined. An empty `Any` never holds, an empty `All` always.
enum Formula {
    Constraint { quantity: usize, restriction: Restriction },
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

const ALWAYS: Formula = Formula::All(Vec::new());
const NEVER: Formula = Formula::Any(Vec::new());

impl Formula {
    fn from(holds: bool) -> Formula {
        if holds { ALWAYS } else { NEVER }
    }
}

/// Something that has one value at a time, and what it may be.
struct Quantity {
    domain: Domain,
    /// Whether every value of the domain is really possible, whatever the other quantities are.
    exact: bool,
    of: Of,
}

/// What a quantity is the value of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Element(Slot),
    /// Whether the element was answered.
    Known(Slot),
    /// Something calculated, or how two things lie to each other.
    Calculated,
}

struct Problem<'a> {
    elements: &'a [Element],
    /// By canonical text, which is unique: no name contains a space or a bracket.
    names: BTreeMap<String, usize>,
    quantities: Vec<Quantity>,
}

impl Problem<'_> {
    fn spread(&mut self, node: &Node, negated: bool) -> Formula {
        match node {
            Node::Constant(value) => Formula::from(*value != negated),
            Node::Not(inner) => self.spread(inner, !negated),
            Node::All(parts) if !negated => Formula::All(self.parts(parts, negated)),
            Node::Any(parts) if negated => Formula::All(self.parts(parts, negated)),
            Node::All(parts) | Node::Any(parts) => Formula::Any(self.parts(parts, negated)),
            Node::Test(test) => self.test(test, negated),
        }
    }

    /// Constraints come before choices, so that the search meets contradictions early.
    fn parts(&mut self, parts: &[Node], negated: bool) -> Vec<Formula> {
        let mut parts: Vec<Formula> = parts.iter().map(|part| self.spread(part, negated)).collect();
        parts.sort_by_key(|part| match part {
            Formula::Constraint { .. } => 0,
            Formula::All(_) => 1,
            Formula::Any(parts) => 2 + parts.len(),
        });
        parts
    }

    fn test(&mut self, test: &Test, negated: bool) -> Formula {
        match test {
            Test::Holds(slot) => {
                let quantity = self.operand(&Operand::Element(*slot));
                points(quantity, Ranges::point(i64::from(!negated)))
            }
            Test::Known(slot) => {
                let name = format!("known({})", self.elements[usize::from(slot.0)].name);
                let quantity = self.quantity(name, || Quantity {
                    domain: Domain::Points(Ranges::of(0, 1)),
                    exact: false,
                    of: Of::Known(*slot),
                });
                points(quantity, Ranges::point(i64::from(!negated)))
            }
            Test::Compare { left, relation, right } => {
                self.compare(left, if negated { relation.opposite() } else { *relation }, right)
            }
            Test::Between { operand, low, high } if negated => {
                Formula::Any(vec![self.compare(operand, Relation::Less, low), self.compare(operand, Relation::More, high)])
            }
            Test::Between { operand, low, high } => {
                Formula::All(vec![self.compare(operand, Relation::AtLeast, low), self.compare(operand, Relation::AtMost, high)])
            }
            Test::OneOf { operand, values } => self.one_of(operand, values, negated),
            Test::StartsWith { slot, prefix } => self.starts_with(*slot, prefix, negated),
            Test::Contains { slot, part } => {
                let quantity = self.operand(&Operand::Element(*slot));
                let restriction = match &self.elements[usize::from(slot.0)].kind {
                    Kind::Many(values) => match values.iter().position(|value| value == part) {
                        Some(place) => Restriction::Member(place, !negated),
                        None => return Formula::from(negated),
                    },
                    _ => Restriction::Words(WordTest::Part(part.clone()), !negated),
                };
                Formula::Constraint { quantity, restriction }
            }
        }
    }

    fn compare(&mut self, left: &Operand, relation: Relation, right: &Operand) -> Formula {
        match (constant(left), constant(right)) {
            // A calculation that fails makes the test unknown: neither it nor its opposite ever holds.
            (Some(None), _) | (_, Some(None)) => NEVER,
            (Some(Some(_)), Some(Some(_))) => {
                let test = Test::Compare { left: left.clone(), relation, right: right.clone() };
                Formula::from(nothing_known(|walk| walk.test(&test)) == super::Truth::True)
            }
            (None, Some(Some(value))) => self.restrict(left, relation, &value),
            (Some(Some(value)), None) => self.restrict(right, relation.mirrored(), &value),
            (None, None) => self.order(left, relation, right),
        }
    }

    fn restrict(&mut self, operand: &Operand, relation: Relation, value: &Value) -> Formula {
        if let (Operand::Element(slot), Value::Text(_)) = (operand, value)
            && self.elements[usize::from(slot.0)].kind == Kind::Text
        {
            return self.one_of(operand, std::slice::from_ref(value), relation == Relation::NotEqual);
        }
        let Some(point) = self.point(operand, value) else {
            return Formula::from(relation == Relation::NotEqual);
        };
        let ranges = Ranges::related(relation, point);
        let quantity = self.operand(operand);
        let restriction =
            if matches!(operand, Operand::Count(_)) { Restriction::Count(ranges) } else { Restriction::Points(ranges) };
        Formula::Constraint { quantity, restriction }
    }

    fn one_of(&mut self, operand: &Operand, values: &[Value], negated: bool) -> Formula {
        let quantity = self.operand(operand);
        let restriction = match &self.quantities[quantity].domain {
            Domain::Words(_) => {
                let word = |value: &Value| if let Value::Text(word) = value { Some(word.clone()) } else { None };
                Restriction::Words(WordTest::Among(values.iter().filter_map(word).collect()), !negated)
            }
            domain => {
                let counted = matches!(domain, Domain::List { .. });
                let points = values.iter().filter_map(|value| self.point(operand, value)).collect();
                let ranges = Ranges::points(points);
                let ranges = if negated { ranges.complement() } else { ranges };
                if counted { Restriction::Count(ranges) } else { Restriction::Points(ranges) }
            }
        };
        Formula::Constraint { quantity, restriction }
    }

    fn starts_with(&mut self, slot: Slot, prefix: &str, negated: bool) -> Formula {
        let quantity = self.operand(&Operand::Element(slot));
        let restriction = match &self.elements[usize::from(slot.0)].kind {
            Kind::Choice(values) => {
                let begins = |(place, value): (usize, &String)| value.starts_with(prefix).then_some(place as i64);
                let ranges = Ranges::points(values.iter().enumerate().filter_map(begins).collect());
                Restriction::Points(if negated { ranges.complement() } else { ranges })
            }
            _ => Restriction::Words(WordTest::Prefix(prefix.to_owned()), !negated),
        };
        Formula::Constraint { quantity, restriction }
    }

    /// How two operands lie to each other, as a quantity that is less (-1), equal (0) or more (1).
    fn order(&mut self, left: &Operand, relation: Relation, right: &Operand) -> Formula {
        let (mut a, mut b, mut relation) = (self.text(left), self.text(right), relation);
        if a > b {
            (a, b, relation) = (b, a, relation.mirrored());
        }
        let possible = if a == b { Ranges::point(0) } else { Ranges::of(-1, 1) };
        let quantity = self.quantity(format!("{a} ? {b}"), || Quantity {
            domain: Domain::Points(possible),
            exact: false,
            of: Of::Calculated,
        });
        points(quantity, Ranges::related(relation, 0))
    }

    /// The point on a quantity's line that stands for a value; `None` for a word outside its list.
    fn point(&self, operand: &Operand, value: &Value) -> Option<i64> {
        match value {
            Value::Bool(value) => Some(i64::from(*value)),
            Value::Number(number) => Some(number.units()),
            Value::Date(date) => Some(day(*date)),
            Value::Text(word) => match operand {
                Operand::Element(slot) => match &self.elements[usize::from(slot.0)].kind {
                    Kind::Choice(values) => values.iter().position(|value| value == word).map(|place| place as i64),
                    _ => None,
                },
                _ => None,
            },
            Value::Many(_) => None,
        }
    }

    fn operand(&mut self, operand: &Operand) -> usize {
        let (Operand::Element(slot) | Operand::Count(slot)) = operand else {
            let name = self.text(operand);
            let domain = Domain::Points(Ranges::everything());
            return self.quantity(name, || Quantity { domain, exact: false, of: Of::Calculated });
        };
        let element = &self.elements[usize::from(slot.0)];
        let domain = || match &element.kind {
            Kind::Bool => Domain::Points(Ranges::of(0, 1)),
            Kind::Number(bounds) | Kind::Money(bounds) => {
                Domain::Points(Ranges::of(bounds.min.unwrap_or(Decimal::MIN).units(), bounds.max.unwrap_or(Decimal::MAX).units()))
            }
            Kind::Date => Domain::Points(Ranges::of(day(Date::MIN), day(Date::MAX))),
            Kind::Choice(values) => Domain::Points(Ranges::of(0, values.len() as i64 - 1)),
            Kind::Text => Domain::Words(Vec::new()),
            Kind::Many(values) => Domain::List { members: vec![None; values.len()], count: Ranges::everything() },
        };
        self.quantity(element.name.to_string(), || Quantity { domain: domain(), exact: true, of: Of::Element(*slot) })
    }

    fn quantity(&mut self, name: String, new: impl FnOnce() -> Quantity) -> usize {
        let next = self.quantities.len();
        let place = *self.names.entry(name).or_insert(next);
        if place == next {
            self.quantities.push(new());
        }
        place
    }

    fn text(&self, operand: &Operand) -> String {
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = Printer { elements: self.elements }.operand(&mut text, operand, 0);
        text
    }
}

fn points(quantity: usize, ranges: Ranges) -> Formula {
    Formula::Constraint { quantity, restriction: Restriction::Points(ranges) }
}

/// The value of an operand that depends on nothing: `None` if it does depend, `Some(None)` if it cannot be calculated.
fn constant(operand: &Operand) -> Option<Option<Value>> {
    fn depends(operand: &Operand) -> bool {
        match operand {
            Operand::Literal(_) => false,
            Operand::Element(_) | Operand::Count(_) | Operand::Today | Operand::YearsSince(_) => true,
            Operand::Arithmetic { left, right, .. } => depends(left) || depends(right),
        }
    }
    (!depends(operand)).then(|| nothing_known(|walk| walk.computed(operand)))
}

/// Asks a walk that knows no facts; the day it stands on must not matter.
fn nothing_known<T>(ask: impl FnOnce(&Walk<'_, [Fact]>) -> T) -> T {
    ask(&Walk { elements: &[], facts: &[], today: Date::ZERO })
}

/// Looks for values of all quantities that satisfy the formula, depth first, without recursion. `settles` is asked wherever the domains
/// leave room: given the quantities and which of them are narrowed, it says whether that will do.
fn search(
    formula: &Formula,
    mut quantities: Vec<Quantity>,
    steps: &mut usize,
    settles: &mut dyn FnMut(&[Quantity], &[usize]) -> bool,
) -> Possible {
    /// Formulas still to satisfy, as chains through one vector, so that branches share their tails.
    struct Goal<'f> {
        formula: &'f Formula,
        next: Option<usize>,
    }
    /// Where to go on when a branch fails, and how far to take back.
    struct Alternative {
        goal: usize,
        changes: usize,
    }
    let mut goals = vec![Goal { formula, next: None }];
    let mut changes: Vec<(usize, Domain)> = Vec::new();
    let mut alternatives: Vec<Alternative> = Vec::new();
    let mut answer = Possible::No;
    let mut now = Some(0);
    loop {
        let mut cost = 1;
        let holds = match now.map(|goal| (goals[goal].formula, goals[goal].next)) {
            None => {
                let mut narrowed: Vec<usize> = changes.iter().map(|(quantity, _)| *quantity).collect();
                narrowed.sort_unstable();
                narrowed.dedup();
                if settles(&quantities, &narrowed) {
                    return Possible::Yes;
                }
                answer = Possible::Maybe;
                false
            }
            Some((Formula::Constraint { quantity, restriction }, next)) => {
                let domain = &mut quantities[*quantity].domain;
                changes.push((*quantity, domain.clone()));
                cost += domain.restrict(restriction);
                now = next;
                domain.is_possible()
            }
            Some((Formula::All(parts), next)) => {
                cost += parts.len();
                now = parts.iter().rev().fold(next, |next, formula| {
                    goals.push(Goal { formula, next });
                    Some(goals.len() - 1)
                });
                true
            }
            Some((Formula::Any(parts), next)) => {
                cost += parts.len();
                for formula in parts.iter().rev() {
                    goals.push(Goal { formula, next });
                    alternatives.push(Alternative { goal: goals.len() - 1, changes: changes.len() });
                }
                false
            }
        };
        *steps = steps.saturating_sub(cost);
        if *steps == 0 {
            return Possible::Maybe;
        }
        if holds {
            continue;
        }
        let Some(alternative) = alternatives.pop() else { return answer };
        for (quantity, domain) in changes.drain(alternative.changes..).rev() {
            quantities[quantity].domain = domain;
        }
        goals.truncate(alternative.goal + 1);
        now = Some(alternative.goal);
    }
}

#[cfg(test)]
mod tests;
