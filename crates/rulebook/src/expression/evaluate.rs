//! What a condition is worth for given facts: Kleene's three values, with the cause of not knowing, and a guard for what
//! does not apply.
//!
//! | `and` | true | false | unknown | n/a |   | `or` | true | false | unknown | n/a |
//! |---|---|---|---|---|---|---|---|---|---|---|
//! | **true** | true | false | unknown | true | | **true** | true | true | true | true |
//! | **false** | false | false | false | false | | **false** | true | false | unknown | false |
//! | **unknown** | unknown | false | unknown | unknown | | **unknown** | true | unknown | unknown | unknown |
//! | **n/a** | true | false | unknown | n/a | | **n/a** | true | false | unknown | n/a |
//!
//! So what does not apply is passed over, and only a condition of which nothing applies does not apply itself. `not` turns
//! true and false round and keeps the rest. Of two unknowns the *missing* one is told: asking for it may settle the whole
//! before a person must look. Learning more never turns true into false: what is known stays known under every completion.

use super::{
    Expression,
    kind::{Element, ElementIndex},
    tree::{Node, Operand, Relation, Sign, Slot, Test},
    value::{Decimal, Value},
};
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known about one element of one matter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    Known(Value),
    /// Not asked or not answered yet.
    #[default]
    Missing,
    /// No answer settles it: a person must judge.
    NeedsPerson,
    /// The question makes no sense here, or was left empty where that is allowed.
    NotApplicable,
}

impl<V: Into<Value>> From<V> for Fact {
    fn from(value: V) -> Fact {
        Fact::Known(value.into())
    }
}

/// The facts of one matter, by element of the edition's dictionary.
pub trait Facts {
    fn fact(&self, element: ElementIndex) -> &Fact;
}

/// Facts in the order of the dictionary: the fast form. What lies beyond its end is missing.
impl Facts for [Fact] {
    #[inline]
    fn fact(&self, element: ElementIndex) -> &Fact {
        self.get(element.0 as usize).unwrap_or(&Fact::Missing)
    }
}

impl Facts for Vec<Fact> {
    #[inline]
    fn fact(&self, element: ElementIndex) -> &Fact {
        self.as_slice().fact(element)
    }
}

/// A few facts out of many elements; the others are missing.
impl Facts for BTreeMap<ElementIndex, Fact> {
    fn fact(&self, element: ElementIndex) -> &Fact {
        self.get(&element).unwrap_or(&Fact::Missing)
    }
}

/// Why it is not known whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    Missing,
    NeedsPerson,
}

/// What a condition is worth: the five answers of the policy adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    True,
    False,
    Unknown(Cause),
    NotApplicable,
}

impl Truth {
    pub const fn and(self, other: Truth) -> Truth {
        self.chained(other, Truth::False)
    }

    pub const fn or(self, other: Truth) -> Truth {
        self.chained(other, Truth::True)
    }

    pub const fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            other => other,
        }
    }

    /// `and` and `or` differ only in the value that settles them.
    const fn chained(self, other: Truth, settles: Truth) -> Truth {
        match (self, other) {
            (Truth::True, _) | (_, Truth::True) if matches!(settles, Truth::True) => settles,
            (Truth::False, _) | (_, Truth::False) if matches!(settles, Truth::False) => settles,
            (Truth::NotApplicable, rest) | (rest, Truth::NotApplicable) => rest,
            (Truth::Unknown(Cause::Missing), _) | (_, Truth::Unknown(Cause::Missing)) => Truth::Unknown(Cause::Missing),
            (Truth::Unknown(Cause::NeedsPerson), _) | (_, Truth::Unknown(Cause::NeedsPerson)) => {
                Truth::Unknown(Cause::NeedsPerson)
            }
            (rest, _) => rest,
        }
    }

    /// The answer in words.
    pub fn words(self) -> Text {
        match self {
            Truth::True => Text::new("符合", "met"),
            Truth::False => Text::new("不符合", "not met"),
            Truth::Unknown(Cause::Missing) => Text::new("信息不足", "information missing"),
            Truth::Unknown(Cause::NeedsPerson) => Text::new("需人工判断", "needs a person's judgement"),
            Truth::NotApplicable => Text::new("不适用", "not applicable"),
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

/// Why an operand has no value. Within one test what does not apply comes first, then what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hole {
    NotApplicable,
    Missing,
    NeedsPerson,
}

impl From<Hole> for Truth {
    fn from(hole: Hole) -> Truth {
        match hole {
            Hole::NotApplicable => Truth::NotApplicable,
            Hole::Missing => Truth::Unknown(Cause::Missing),
            Hole::NeedsPerson => Truth::Unknown(Cause::NeedsPerson),
        }
    }
}

/// The value of an operand, borrowed from the facts or the condition.
#[derive(Debug, Clone, Copy)]
enum Datum<'a> {
    Bool(bool),
    Number(Decimal),
    Text(&'a str),
    Date(Date),
    Many(&'a [String]),
}

impl<'a> From<&'a Value> for Datum<'a> {
    #[inline]
    fn from(value: &'a Value) -> Datum<'a> {
        match value {
            Value::Bool(value) => Datum::Bool(*value),
            Value::Number(number) => Datum::Number(*number),
            Value::Text(text) => Datum::Text(text),
            Value::Date(date) => Datum::Date(*date),
            Value::Many(values) => Datum::Many(values),
        }
    }
}

/// One walk over a condition with its facts.
pub(super) struct Walk<'a, F: ?Sized> {
    pub(super) elements: &'a [Element],
    pub(super) facts: &'a F,
    pub(super) today: Date,
}

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    pub(super) fn node(&self, node: &Node) -> Truth {
        match node {
            Node::Constant(value) => Truth::from(*value),
            Node::Not(inner) => self.node(inner).not(),
            Node::All(parts) => self.chain(parts, Truth::False),
            Node::Any(parts) => self.chain(parts, Truth::True),
            Node::Test(test) => self.test(test),
        }
    }

    /// Stops at the part that settles the whole.
    fn chain(&self, parts: &[Node], settles: Truth) -> Truth {
        let mut truth = Truth::NotApplicable;
        for part in parts {
            truth = truth.chained(self.node(part), settles);
            if truth == settles {
                break;
            }
        }
        truth
    }

    pub(super) fn test(&self, test: &Test) -> Truth {
        match self.outcome(test) {
            Ok(holds) => Truth::from(holds),
            Err(hole) => Truth::from(hole),
        }
    }

    fn outcome(&self, test: &Test) -> Result<bool, Hole> {
        match test {
            Test::Holds(slot) => match self.element(*slot)? {
                Datum::Bool(value) => Ok(value),
                _ => Err(Hole::NeedsPerson),
            },
            Test::Known(slot) => match self.element(*slot) {
                Ok(_) => Ok(true),
                Err(Hole::NotApplicable) => Ok(false),
                Err(hole) => Err(hole),
            },
            Test::Compare { left, relation, right } => {
                let (left, right) = both(self.operand(left), self.operand(right))?;
                related(left, *relation, right)
            }
            Test::Between { operand, low, high } => {
                let ends = both(self.operand(low), self.operand(high));
                let (operand, (low, high)) = both(self.operand(operand), ends)?;
                Ok(related(operand, Relation::AtLeast, low)? && related(operand, Relation::AtMost, high)?)
            }
            Test::OneOf { operand, values } => {
                let operand = self.operand(operand)?;
                for value in values {
                    if related(operand, Relation::Equal, Datum::from(value))? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Test::StartsWith { slot, prefix } => match self.element(*slot)? {
                Datum::Text(text) => Ok(text.starts_with(prefix.as_str())),
                _ => Err(Hole::NeedsPerson),
            },
            Test::Contains { slot, part } => match self.element(*slot)? {
                Datum::Text(text) => Ok(text.contains(part.as_str())),
                Datum::Many(values) => Ok(values.iter().any(|value| value == part)),
                _ => Err(Hole::NeedsPerson),
            },
        }
    }

    pub(super) fn fact(&self, slot: Slot) -> &'a Fact {
        self.facts.fact(self.elements[usize::from(slot.0)].index)
    }

    #[inline]
    fn element(&self, slot: Slot) -> Result<Datum<'a>, Hole> {
        match self.fact(slot) {
            Fact::Known(value) => Ok(Datum::from(value)),
            Fact::Missing => Err(Hole::Missing),
            Fact::NeedsPerson => Err(Hole::NeedsPerson),
            Fact::NotApplicable => Err(Hole::NotApplicable),
        }
    }

    #[inline]
    fn operand<'o>(&'o self, operand: &'o Operand) -> Result<Datum<'o>, Hole> {
        match operand {
            Operand::Element(slot) => self.element(*slot),
            Operand::Literal(value) => Ok(Datum::from(value)),
            calculated => self.calculation(calculated),
        }
    }

    /// A result that cannot be computed (division by zero, overflow, a fact of the wrong kind) is left to a person.
    fn calculation<'o>(&'o self, operand: &'o Operand) -> Result<Datum<'o>, Hole> {
        match operand {
            Operand::Element(_) | Operand::Literal(_) => self.operand(operand),
            Operand::Today => Ok(Datum::Date(self.today)),
            Operand::YearsSince(date) => match self.operand(date)? {
                Datum::Date(date) => Ok(Datum::Number(years_between(date, self.today).into())),
                _ => Err(Hole::NeedsPerson),
            },
            Operand::Count(slot) => match self.element(*slot)? {
                Datum::Many(values) => {
                    let count = i32::try_from(values.len()).map_err(|_| Hole::NeedsPerson)?;
                    Ok(Datum::Number(count.into()))
                }
                _ => Err(Hole::NeedsPerson),
            },
            Operand::Arithmetic { left, sign, right } => {
                let (left, right) = both(self.operand(left), self.operand(right))?;
                calculated(left, *sign, right).ok_or(Hole::NeedsPerson)
            }
        }
    }

    /// The value of an operand by itself; `None` when it has none.
    pub(super) fn computed(&self, operand: &Operand) -> Option<Value> {
        Some(match self.operand(operand).ok()? {
            Datum::Bool(value) => Value::Bool(value),
            Datum::Number(number) => Value::Number(number),
            Datum::Text(text) => Value::Text(text.to_owned()),
            Datum::Date(date) => Value::Date(date),
            Datum::Many(values) => Value::Many(values.to_vec()),
        })
    }

    /// The same with the reason when it has none.
    pub(super) fn worth(&self, operand: &Operand) -> Fact {
        match self.operand(operand) {
            Err(Hole::Missing) => Fact::Missing,
            Err(Hole::NeedsPerson) => Fact::NeedsPerson,
            Err(Hole::NotApplicable) => Fact::NotApplicable,
            Ok(_) => self.computed(operand).map_or(Fact::NeedsPerson, Fact::Known),
        }
    }

    /// The missing elements of the parts that are not settled, each once.
    fn missing_in(&self, node: &Node, found: &mut Vec<Slot>) {
        if self.node(node) != Truth::Unknown(Cause::Missing) {
            return;
        }
        match node {
            Node::Constant(_) => {}
            Node::Not(inner) => self.missing_in(inner, found),
            Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| self.missing_in(part, found)),
            Node::Test(test) => test.slots(&mut |slot| {
                if *self.fact(slot) == Fact::Missing && !found.contains(&slot) {
                    found.push(slot);
                }
            }),
        }
    }
}

fn both<A, B>(left: Result<A, Hole>, right: Result<B, Hole>) -> Result<(A, B), Hole> {
    match (left, right) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(left), Err(right)) => Err(left.min(right)),
        (Err(hole), _) | (_, Err(hole)) => Err(hole),
    }
}

fn related(left: Datum<'_>, relation: Relation, right: Datum<'_>) -> Result<bool, Hole> {
    let order = match (left, right) {
        (Datum::Number(left), Datum::Number(right)) => left.cmp(&right),
        (Datum::Date(left), Datum::Date(right)) => left.cmp(&right),
        (Datum::Bool(left), Datum::Bool(right)) => left.cmp(&right),
        // Texts are only ever asked for equality, and unequal lengths answer that without looking.
        (Datum::Text(left), Datum::Text(right)) => return Ok((left == right) == (relation == Relation::Equal)),
        _ => return Err(Hole::NeedsPerson),
    };
    Ok(relation.holds(order))
}

fn calculated<'o>(left: Datum<'_>, sign: Sign, right: Datum<'_>) -> Option<Datum<'o>> {
    Some(match (left, right) {
        (Datum::Number(left), Datum::Number(right)) => Datum::Number(match sign {
            Sign::Plus => left.checked_add(right)?,
            Sign::Minus => left.checked_sub(right)?,
            Sign::Times => left.checked_mul(right)?,
            Sign::Over => left.checked_div(right)?,
        }),
        (Datum::Date(left), Datum::Date(right)) => Datum::Number(days_between(right, left).into()),
        (Datum::Date(date), Datum::Number(days)) => {
            let days = days.units() / Decimal::from(1).units();
            let days = if sign == Sign::Minus { -days } else { days };
            Datum::Date(date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?)
        }
        _ => return None,
    })
}

/// Days from one date to another; a part of a day counts for nothing anywhere in the language.
fn days_between(from: Date, to: Date) -> i32 {
    i32::try_from(to.duration_since(from).as_hours() / 24).unwrap_or(i32::MAX)
}

/// Whole years; before the date itself they are negative. 29 February completes a common year on 1 March.
fn years_between(from: Date, to: Date) -> i32 {
    let years = i32::from(to.year()) - i32::from(from.year());
    years - i32::from((to.month(), to.day()) < (from.month(), from.day()))
}

impl Expression {
    /// What the condition is worth. `today` serves `today()` and `years_since`; nothing else depends on the time.
    pub fn evaluate<F: Facts + ?Sized>(&self, facts: &F, today: Date) -> Truth {
        self.walk(facts, today).node(&self.root)
    }

    /// The elements still to be asked for: those missing that may yet change the outcome, in order of mention. Empty as
    /// soon as the outcome is known. What needs a person is not among them.
    pub fn missing<F: Facts + ?Sized>(&self, facts: &F, today: Date) -> Vec<&Element> {
        let mut found = Vec::new();
        self.walk(facts, today).missing_in(&self.root, &mut found);
        found.into_iter().map(|slot| &self.elements[usize::from(slot.0)]).collect()
    }

    pub(super) fn walk<'a, F: Facts + ?Sized>(&'a self, facts: &'a F, today: Date) -> Walk<'a, F> {
        Walk { elements: &self.elements, facts, today }
    }
}
