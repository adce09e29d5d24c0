//! Single parts of a condition by themselves, so that an index over many conditions can share them and still ask this evaluator,
//! and no other, what each is worth.

use super::{
    Expression,
    evaluate::{Fact, Facts, Truth, Walk},
    tree::{Node, Operand, Slot, Test},
    value::Value,
};
use jiff::civil::Date;

impl Expression {
    /// The condition that asks this test of the expression, or its opposite, and nothing else.
    pub fn alone(&self, test: &Test, negated: bool) -> Expression {
        let test = Node::Test(test.clone());
        let root = if negated { Node::Not(Box::new(test)) } else { test };
        Expression { root, elements: self.elements.clone() }
    }

    /// What a part of the expression is worth.
    pub fn truth_of<F: Facts + ?Sized>(&self, part: &Node, facts: &F, today: Date) -> Truth {
        self.walk(facts, today).node(part)
    }

    /// The elements that an operand looks at, in order of mention.
    pub fn looked_at(&self, operand: &Operand) -> Vec<&super::Element> {
        let mut found = Vec::new();
        operand.slots(&mut |slot: Slot| found.push(&self.elements[usize::from(slot.0)]));
        found
    }

    /// The canonical text of an operand.
    pub fn text_of(&self, operand: &Operand) -> String {
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = super::Printer { elements: &self.elements }.operand(&mut text, operand, 0);
        text
    }

    /// What an operand of the expression is worth: its value, or why it has none.
    pub fn value_of<F: Facts + ?Sized>(&self, operand: &Operand, facts: &F, today: Date) -> Fact {
        self.walk(facts, today).worth(operand)
    }

    /// What a test of this expression that looks at one operand is worth for a value of that operand.
    pub fn asked_of(&self, test: &Test, value: Value, today: Date) -> Truth {
        /// One element, whichever is asked for.
        struct Only(Fact);
        impl Facts for Only {
            fn fact(&self, _: super::ElementIndex) -> &Fact {
                &self.0
            }
        }
        let is_calculated = |operand: &Operand| !matches!(operand, Operand::Element(_) | Operand::Literal(_));
        let literal = || Operand::Literal(value.clone());
        let test = match test {
            Test::Compare { left, relation, right } if is_calculated(left) => {
                Test::Compare { left: literal(), relation: *relation, right: right.clone() }
            }
            Test::Compare { left, relation, right } if is_calculated(right) => {
                Test::Compare { left: left.clone(), relation: *relation, right: literal() }
            }
            Test::Between { operand, low, high } if is_calculated(operand) => {
                Test::Between { operand: literal(), low: low.clone(), high: high.clone() }
            }
            Test::OneOf { operand, values } if is_calculated(operand) => {
                Test::OneOf { operand: literal(), values: values.clone() }
            }
            other => other.clone(),
        };
        Walk { elements: &self.elements, facts: &Only(Fact::Known(value)), today }.test(&test)
    }
}
