//! Values of an element that a condition can tell apart: one on each side of every bound it draws. Trying them shows what an
//! answer could change, and walking through them walks through every path of questions.

use super::{
    Expression,
    kind::{Element, Kind},
    tree::{Node, Operand, Test},
    value::{Decimal, Value},
};
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeSet;

impl Expression {
    /// Adds the words, numbers and dates that stand beside `element` in this condition.
    pub(crate) fn literals_beside(&self, element: &Element, found: &mut Vec<Value>) {
        let slot = self.elements().iter().position(|own| own.index == element.index);
        let Some(slot) = slot else { return };
        visit(self.root(), &mut |test| {
            let mut mentioned = false;
            test.slots(&mut |own| mentioned |= usize::from(own.0) == slot);
            if mentioned {
                of_test(test, found);
            }
        });
    }
}

/// Values of `element`, all of which it admits, that conditions with these literals beside it can tell apart.
pub(crate) fn telling_values(element: &Element, literals: &[Value], today: Date) -> Vec<Value> {
    let words: BTreeSet<&str> =
        literals.iter().filter_map(|value| if let Value::Text(word) = value { Some(word.as_str()) } else { None }).collect();
    let numbers: BTreeSet<Decimal> =
        literals.iter().filter_map(|value| if let Value::Number(number) = value { Some(*number) } else { None }).collect();
    let values: Vec<Value> = match &element.kind {
        Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Kind::Choice(all) => {
            let other = all.iter().find(|word| !words.contains(word.as_str()));
            let mentioned = all.iter().filter(|word| words.contains(word.as_str()));
            mentioned.chain(other).map(|word| Value::Text(word.clone())).collect()
        }
        Kind::Many(all) => {
            let mentioned: Vec<&String> = all.iter().filter(|word| words.contains(word.as_str())).collect();
            let other = all.iter().find(|word| !words.contains(word.as_str()));
            let single = mentioned.iter().copied().chain(other).map(|word| vec![word.clone()]);
            let joined = (mentioned.len() > 1).then(|| mentioned.iter().map(|word| (*word).clone()).collect());
            single.chain(joined).chain((!numbers.is_empty()).then(|| all.to_vec())).map(Value::Many).collect()
        }
        Kind::Number(bounds) | Kind::Money(bounds) => {
            let one = Decimal::from(1);
            let around = numbers.iter().flat_map(|number| [number.checked_sub(one), Some(*number), number.checked_add(one)]);
            let ends = [Some(bounds.min.unwrap_or(Decimal::from(0))), Some(bounds.max.unwrap_or(Decimal::from(1_000_000)))];
            let all: BTreeSet<Decimal> = around.chain(ends).flatten().collect();
            all.into_iter().map(Value::Number).collect()
        }
        Kind::Date => {
            let days = literals.iter().filter_map(|value| if let Value::Date(date) = value { Some(*date) } else { None });
            let whole = |number: &Decimal| number.units() / one_unit();
            let anniversaries =
                numbers.iter().filter_map(|years| today.checked_sub(i16::try_from(whole(years)).ok()?.years()).ok());
            let marks = days.chain(anniversaries).chain([today]);
            let all: BTreeSet<Date> =
                marks.flat_map(|day| [day.yesterday().ok(), Some(day), day.tomorrow().ok()]).flatten().collect();
            all.into_iter().map(Value::Date).collect()
        }
        Kind::Text => words.into_iter().map(|word| Value::Text(word.to_owned())).chain([Value::Text("—".to_owned())]).collect(),
    };
    values.into_iter().filter(|value| element.kind.admit(value).is_ok()).collect()
}

fn one_unit() -> i64 {
    Decimal::from(1).units()
}

fn visit(node: &Node, each: &mut impl FnMut(&Test)) {
    match node {
        Node::Constant(_) => {}
        Node::Not(inner) => visit(inner, each),
        Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| visit(part, each)),
        Node::Test(test) => each(test),
    }
}

fn of_test(test: &Test, found: &mut Vec<Value>) {
    match test {
        Test::Holds(_) | Test::Known(_) => {}
        Test::Compare { left, right, .. } => [left, right].into_iter().for_each(|operand| of_operand(operand, found)),
        Test::Between { operand, low, high } => [operand, low, high].into_iter().for_each(|operand| of_operand(operand, found)),
        Test::OneOf { operand, values } => {
            of_operand(operand, found);
            found.extend(values.iter().cloned());
        }
        Test::StartsWith { prefix: text, .. } | Test::Contains { part: text, .. } => found.push(Value::Text(text.clone())),
    }
}

fn of_operand(operand: &Operand, found: &mut Vec<Value>) {
    match operand {
        Operand::Literal(value) => found.push(value.clone()),
        Operand::YearsSince(date) => of_operand(date, found),
        Operand::Arithmetic { left, right, .. } => [left, right].into_iter().for_each(|operand| of_operand(operand, found)),
        Operand::Element(_) | Operand::Today | Operand::Count(_) => {}
    }
}
