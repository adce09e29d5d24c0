//! The shape of a condition once it is understood, and its way back to canonical text.

use super::{kind::Element, value::Value};
use std::fmt::{self, Write};

/// Place of an element among those that one condition mentions: an index into [`super::Expression::elements`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

/// A condition. `All` and `Any` are flat: neither holds another of its own sort, and each holds at least two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Constant(bool),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Test(Test),
}

/// One question to the facts that is answered without looking at others: a line of the explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A yes-or-no element standing alone.
    Holds(Slot),
    /// `known(x)`: the element was answered with a value.
    Known(Slot),
    Compare {
        left: Operand,
        relation: Relation,
        right: Operand,
    },
    /// Both ends included.
    Between {
        operand: Operand,
        low: Operand,
        high: Operand,
    },
    /// Equal to one of these literals.
    OneOf {
        operand: Operand,
        values: Vec<Value>,
    },
    /// The text begins with this prefix, as the codes under one heading of a code list do.
    StartsWith {
        slot: Slot,
        prefix: String,
    },
    /// The text holds this part, or the list this word.
    Contains {
        slot: Slot,
        part: String,
    },
}

/// Something with a value that is not a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    Element(Slot),
    Literal(Value),
    /// The day for which the condition is asked.
    Today,
    /// Whole years from the date to today; the anniversary itself completes a year.
    YearsSince(Box<Operand>),
    /// How many words the list holds.
    Count(Slot),
    Arithmetic {
        left: Box<Operand>,
        sign: Sign,
        right: Box<Operand>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Plus,
    Minus,
    Times,
    Over,
}

impl Relation {
    pub const fn symbol(self) -> &'static str {
        match self {
            Relation::Equal => "=",
            Relation::NotEqual => "!=",
            Relation::Less => "<",
            Relation::AtMost => "<=",
            Relation::More => ">",
            Relation::AtLeast => ">=",
        }
    }

    /// The relation that holds exactly when this one does not.
    pub const fn opposite(self) -> Relation {
        match self {
            Relation::Equal => Relation::NotEqual,
            Relation::NotEqual => Relation::Equal,
            Relation::Less => Relation::AtLeast,
            Relation::AtMost => Relation::More,
            Relation::More => Relation::AtMost,
            Relation::AtLeast => Relation::Less,
        }
    }

    /// The relation of right to left.
    pub const fn mirrored(self) -> Relation {
        match self {
            Relation::Less => Relation::More,
            Relation::AtMost => Relation::AtLeast,
            Relation::More => Relation::Less,
            Relation::AtLeast => Relation::AtMost,
            same => same,
        }
    }

    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Relation::Equal => order.is_eq(),
            Relation::NotEqual => order.is_ne(),
            Relation::Less => order.is_lt(),
            Relation::AtMost => order.is_le(),
            Relation::More => order.is_gt(),
            Relation::AtLeast => order.is_ge(),
        }
    }
}

impl Sign {
    pub const fn symbol(self) -> char {
        match self {
            Sign::Plus => '+',
            Sign::Minus => '-',
            Sign::Times => '*',
            Sign::Over => '/',
        }
    }

    const fn binds(self) -> u8 {
        match self {
            Sign::Plus | Sign::Minus => 1,
            Sign::Times | Sign::Over => 2,
        }
    }
}

impl Node {
    /// Whether the day on which it is asked can change the answer though no fact changes.
    pub fn asks_the_day(&self) -> bool {
        let mut asks = false;
        self.tests(&mut |test| asks |= test.asks_the_day());
        asks
    }

    /// Every test in it.
    pub fn tests<'n>(&'n self, visit: &mut impl FnMut(&'n Test)) {
        match self {
            Node::Constant(_) => {}
            Node::Not(inner) => inner.tests(visit),
            Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| part.tests(visit)),
            Node::Test(test) => visit(test),
        }
    }

    /// The same with every slot `n` made into `places[n]`, for a table of elements of another order.
    pub(super) fn moved(mut self, places: &[Slot]) -> Node {
        self.each_slot(&mut |slot| *slot = places[usize::from(slot.0)]);
        self
    }

    fn each_slot(&mut self, change: &mut impl FnMut(&mut Slot)) {
        match self {
            Node::Constant(_) => {}
            Node::Not(inner) => inner.each_slot(change),
            Node::All(parts) | Node::Any(parts) => parts.iter_mut().for_each(|part| part.each_slot(change)),
            Node::Test(test) => match test {
                Test::Holds(slot) | Test::Known(slot) | Test::StartsWith { slot, .. } | Test::Contains { slot, .. } => {
                    change(slot)
                }
                Test::Compare { left, right, .. } => [left, right].into_iter().for_each(|part| part.each_slot(change)),
                Test::Between { operand, low, high } => {
                    [operand, low, high].into_iter().for_each(|part| part.each_slot(change));
                }
                Test::OneOf { operand, .. } => operand.each_slot(change),
            },
        }
    }
}

impl Test {
    /// The elements this test asks for, in order of mention; one may come twice.
    pub fn slots(&self, visit: &mut impl FnMut(Slot)) {
        match self {
            Test::Holds(slot) | Test::Known(slot) | Test::StartsWith { slot, .. } | Test::Contains { slot, .. } => visit(*slot),
            Test::Compare { left, right, .. } => {
                left.slots(visit);
                right.slots(visit);
            }
            Test::Between { operand, low, high } => {
                operand.slots(visit);
                low.slots(visit);
                high.slots(visit);
            }
            Test::OneOf { operand, .. } => operand.slots(visit),
        }
    }

    fn asks_the_day(&self) -> bool {
        match self {
            Test::Holds(_) | Test::Known(_) | Test::StartsWith { .. } | Test::Contains { .. } => false,
            Test::Compare { left, right, .. } => left.asks_the_day() || right.asks_the_day(),
            Test::Between { operand, low, high } => [operand, low, high].into_iter().any(Operand::asks_the_day),
            Test::OneOf { operand, .. } => operand.asks_the_day(),
        }
    }
}

impl Operand {
    fn asks_the_day(&self) -> bool {
        match self {
            Operand::Today | Operand::YearsSince(_) => true,
            Operand::Element(_) | Operand::Count(_) | Operand::Literal(_) => false,
            Operand::Arithmetic { left, right, .. } => left.asks_the_day() || right.asks_the_day(),
        }
    }

    fn each_slot(&mut self, change: &mut impl FnMut(&mut Slot)) {
        match self {
            Operand::Element(slot) | Operand::Count(slot) => change(slot),
            Operand::Literal(_) | Operand::Today => {}
            Operand::YearsSince(date) => date.each_slot(change),
            Operand::Arithmetic { left, right, .. } => {
                left.each_slot(change);
                right.each_slot(change);
            }
        }
    }

    pub fn slots(&self, visit: &mut impl FnMut(Slot)) {
        match self {
            Operand::Element(slot) | Operand::Count(slot) => visit(*slot),
            Operand::Literal(_) | Operand::Today => {}
            Operand::YearsSince(date) => date.slots(visit),
            Operand::Arithmetic { left, right, .. } => {
                left.slots(visit);
                right.slots(visit);
            }
        }
    }
}

/// Writes parts of a condition with the names of its elements.
pub(super) struct Printer<'a> {
    pub(super) elements: &'a [Element],
}

impl Printer<'_> {
    pub(super) fn node(&self, out: &mut impl Write, node: &Node) -> fmt::Result {
        match node {
            Node::Constant(value) => write!(out, "{value}"),
            Node::Not(inner) => {
                out.write_str("not ")?;
                self.grouped(out, inner, matches!(**inner, Node::All(_) | Node::Any(_)))
            }
            Node::All(parts) => {
                self.joined(out, parts, " and ", |out, part| self.grouped(out, part, matches!(part, Node::Any(_))))
            }
            Node::Any(parts) => self.joined(out, parts, " or ", |out, part| self.node(out, part)),
            Node::Test(test) => self.test(out, test),
        }
    }

    fn grouped(&self, out: &mut impl Write, node: &Node, in_brackets: bool) -> fmt::Result {
        if !in_brackets {
            return self.node(out, node);
        }
        out.write_char('(')?;
        self.node(out, node)?;
        out.write_char(')')
    }

    fn joined<W: Write, T>(
        &self,
        out: &mut W,
        parts: &[T],
        separator: &str,
        mut each: impl FnMut(&mut W, &T) -> fmt::Result,
    ) -> fmt::Result {
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                out.write_str(separator)?;
            }
            each(out, part)?;
        }
        Ok(())
    }

    pub(super) fn test(&self, out: &mut impl Write, test: &Test) -> fmt::Result {
        match test {
            Test::Holds(slot) => out.write_str(self.name(*slot)),
            Test::Known(slot) => write!(out, "known({})", self.name(*slot)),
            Test::Compare { left, relation, right } => {
                self.operand(out, left, 0)?;
                write!(out, " {} ", relation.symbol())?;
                self.operand(out, right, 0)
            }
            Test::Between { operand, low, high } => {
                self.operand(out, operand, 0)?;
                out.write_str(" between ")?;
                self.operand(out, low, 0)?;
                out.write_str(" and ")?;
                self.operand(out, high, 0)
            }
            Test::OneOf { operand, values } => {
                self.operand(out, operand, 0)?;
                out.write_str(" in [")?;
                self.joined(out, values, ", ", |out, value| literal(out, value))?;
                out.write_char(']')
            }
            Test::StartsWith { slot, prefix } => {
                write!(out, "{} in ", self.name(*slot))?;
                quoted(out, prefix)
            }
            Test::Contains { slot, part } => {
                write!(out, "{} contains ", self.name(*slot))?;
                quoted(out, part)
            }
        }
    }

    /// `binding` is how tightly the neighbour holds on: 0 none, 1 a sum, 2 a product, 3 the right side of a product.
    pub(super) fn operand(&self, out: &mut impl Write, operand: &Operand, binding: u8) -> fmt::Result {
        match operand {
            Operand::Element(slot) => out.write_str(self.name(*slot)),
            Operand::Literal(value) => literal(out, value),
            Operand::Today => out.write_str("today()"),
            Operand::Count(slot) => write!(out, "count({})", self.name(*slot)),
            Operand::YearsSince(date) => {
                out.write_str("years_since(")?;
                self.operand(out, date, 0)?;
                out.write_char(')')
            }
            Operand::Arithmetic { left, sign, right } => {
                let brackets = sign.binds() < binding;
                if brackets {
                    out.write_char('(')?;
                }
                self.operand(out, left, sign.binds())?;
                write!(out, " {} ", sign.symbol())?;
                self.operand(out, right, sign.binds() + 1)?;
                if brackets {
                    out.write_char(')')?;
                }
                Ok(())
            }
        }
    }

    fn name(&self, slot: Slot) -> &str {
        &self.elements[usize::from(slot.0)].name
    }
}

fn literal(out: &mut impl Write, value: &Value) -> fmt::Result {
    match value {
        Value::Bool(value) => write!(out, "{value}"),
        Value::Number(number) => write!(out, "{number}"),
        Value::Text(text) => quoted(out, text),
        Value::Date(date) => write!(out, "{date}"),
        // The grammar has no list literal outside `in`, so no condition holds one.
        Value::Many(values) => write!(out, "{values:?}"),
    }
}

fn quoted(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(letter)?;
    }
    out.write_char('"')
}
