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
    /// The condition that asks this test of the expression and nothing else.
    pub fn alone(&self, test: &Test) -> Expression {
        Expression { root: Node::Test(test.clone()), elements: self.elements.clone() }
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

    /// What this one test is worth for a value of its first operand; the second must be a literal.
    pub fn asked_of(test: &Test, value: &Value, today: Date) -> Truth {
        let value = Operand::Literal(value.clone());
        let test = match test {
            Test::Compare { left, relation, right: Operand::Literal(right) } if !matches!(left, Operand::Literal(_)) => {
                Test::Compare { left: value, relation: *relation, right: Operand::Literal(right.clone()) }
            }
            Test::Compare { left, relation, .. } => Test::Compare { left: left.clone(), relation: *relation, right: value },
            Test::Between { low, high, .. } => Test::Between { operand: value, low: low.clone(), high: high.clone() },
            Test::OneOf { values, .. } => Test::OneOf { operand: value, values: values.clone() },
            other => other.clone(),
        };
        Walk { elements: &[], facts: &[] as &[Fact], today }.test(&test)
    }
}
