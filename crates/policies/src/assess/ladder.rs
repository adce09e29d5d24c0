//! Clauses that differ only in how much of one number they ask for make a ladder: whether its steps leave a gap, and what happens to the
//! amount where one begins and another ends.

use super::meeting::Meets;
use super::{Amounts, Finding, Given, Kind, Subjects, Witness};
use rulebook::Text;
use rulebook::expression::tree::{Node, Operand, Relation, Test};
use rulebook::expression::{Decimal, Element, ElementIndex, Expression, Fact, Value};
use std::collections::BTreeMap;

/// The values of an element that a step speaks of, both ends included, in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    low: i64,
    high: i64,
}

/// One clause as a step of a ladder.
struct Step {
    span: Span,
    place: usize,
}

/// A gap, for counting the firms that fall into it: with the element at `edge` the clause at `place` would hold.
#[derive(Debug, Clone)]
pub(super) struct Between {
    pub element: ElementIndex,
    pub low: Decimal,
    pub high: Decimal,
    pub place: usize,
    pub edge: Decimal,
}

impl Subjects<'_> {
    /// Looks at every ladder among clauses of one behaviour.
    pub(super) fn ladders(&self, places: &[usize], drafted: bool, found: &mut Vec<Finding>) {
        let mut ladders: BTreeMap<(ElementIndex, String), Vec<Step>> = BTreeMap::new();
        for &place in places {
            for (element, rest, span) in rungs(&self.all[place].whole) {
                let direction = self.all[place].direction();
                ladders.entry((element, format!("{direction:?} {rest}"))).or_default().push(Step { span, place });
            }
        }
        for ((element, _), mut steps) in ladders {
            steps.sort_by_key(|step| (step.span, step.place));
            for pair in steps.windows(2) {
                let [below, above] = pair else { continue };
                let touches = self.all[below.place].draft || self.all[above.place].draft;
                if (!drafted || touches) && self.all[below.place].overlaps(&self.all[above.place]) {
                    found.extend(self.gap(element, below, above));
                    found.extend(self.cliff(element, below, above));
                }
            }
        }
    }

    fn element(&self, place: usize, index: ElementIndex) -> Option<&Element> {
        self.all[place].whole.elements().iter().find(|element| element.index == index)
    }

    fn gap(&self, index: ElementIndex, below: &Step, above: &Step) -> Option<Finding> {
        let (low, high) = (below.span.high.checked_add(1)?, above.span.low.checked_sub(1)?);
        if low > high {
            return None;
        }
        let element = self.element(below.place, index)?;
        let Meets::With(mut facts) = self.meets(&[below.place]) else { return None };
        let (low, high) = (Decimal::from_units(low), Decimal::from_units(high));
        // A firm with a value of the gap that differs from one of the step below in nothing else: neither clause speaks for it.
        facts.insert(index, Fact::Known(Value::Number(low)));
        let speaks = |place: usize| self.all[place].clause.outcome(&Given(&facts), self.on).is_hopeful();
        if speaks(below.place) || speaks(above.place) {
            return None;
        }
        let (name, from) = (&element.name, Decimal::from_units(below.span.high));
        let until = Decimal::from_units(above.span.low);
        let why = Text::new(
            format!("{name}在 {from} 与 {until} 之间的企业，两档都不包括（从 {low} 到 {high}）。"),
            format!("Firms whose {name} lies between {from} and {until} are in neither step (from {low} to {high})."),
        );
        let mut finding = self.finding(Kind::Gap, &[below.place, above.place], name, why);
        finding.witness = Some(self.named(&facts, &[&self.all[below.place].whole]));
        finding.between = Some(Between { element: index, low, high, place: below.place, edge: from });
        Some(finding)
    }

    /// Amounts on both sides of the bound, where the steps meet or leave one smallest unit or a gap between them.
    fn cliff(&self, index: ElementIndex, below: &Step, above: &Step) -> Option<Finding> {
        let (before, after) = (below.span.high, above.span.low);
        if before >= after {
            return None;
        }
        let name = self.element(below.place, index)?.name.clone();
        let at = |place: usize, value: i64| -> Option<(Decimal, Witness)> {
            let Meets::With(mut facts) = self.meets(&[place]) else { return None };
            facts.insert(index, Fact::Known(Value::Number(Decimal::from_units(value))));
            let mut named = self.named(&facts, &[&self.all[place].whole]);
            let amount = self.amount(place, &mut facts, &mut named)?;
            self.all[place].clause.outcome(&Given(&facts), self.on).is_hopeful().then_some((amount, named))
        };
        let ((first, witness), (second, _)) = (at(below.place, before)?, at(above.place, after)?);
        let doubles = first.checked_add(first).is_some_and(|double| second >= double) && second > first;
        if second >= first && !doubles {
            return None;
        }
        let (from, to) = (Decimal::from_units(before), Decimal::from_units(after));
        let (zh, en) = if second < first { ("反而减少", "it falls") } else { ("至少翻一番", "it at least doubles") };
        let why = Text::new(
            format!("{name}由 {from} 增至 {to}，金额由 {first} 元变为 {second} 元，{zh}。"),
            format!("As {name} goes from {from} to {to} the amount goes from {first} to {second} yuan: {en}."),
        );
        let mut finding = self.finding(Kind::Cliff, &[below.place, above.place], &name, why);
        finding.witness = Some(witness);
        finding.amounts = Some(Amounts { first: Some(first), second: Some(second), together: None });
        Some(finding)
    }
}

/// Every way to see a condition as a step: one number within bounds, and the rest as canonical text.
fn rungs(whole: &Expression) -> Vec<(ElementIndex, String, Span)> {
    let parts = whole.conjuncts();
    let bounds: Vec<Option<(ElementIndex, Span)>> = parts.iter().map(bound).collect();
    let mut elements: Vec<ElementIndex> = bounds.iter().flatten().map(|(element, _)| *element).collect();
    elements.sort_unstable();
    elements.dedup();
    let of_element = |element: ElementIndex| {
        let (mut span, mut rest) = (Span { low: i64::MIN, high: i64::MAX }, Vec::new());
        for (part, bound) in parts.iter().zip(&bounds) {
            match bound {
                Some((own, bound)) if *own == element => {
                    span = Span { low: span.low.max(bound.low), high: span.high.min(bound.high) };
                }
                _ => rest.push(part.to_string()),
            }
        }
        rest.sort();
        (element, rest.join(" and "), span)
    };
    elements.into_iter().map(of_element).collect()
}

/// The bounds that a condition by itself sets to one number.
fn bound(part: &Expression) -> Option<(ElementIndex, Span)> {
    let element = |operand: &Operand| match operand {
        Operand::Element(slot) => part.elements().get(usize::from(slot.0)).map(|element| element.index),
        _ => None,
    };
    let number = |operand: &Operand| match operand {
        Operand::Literal(Value::Number(number)) => Some(number.units()),
        _ => None,
    };
    let Node::Test(test) = part.root() else { return None };
    match test {
        Test::Between { operand, low, high } => Some((element(operand)?, Span { low: number(low)?, high: number(high)? })),
        Test::Compare { left, relation, right } => {
            let (own, relation, point) = match (element(left), number(right)) {
                (Some(own), Some(point)) => (own, *relation, point),
                _ => (element(right)?, relation.mirrored(), number(left)?),
            };
            let span = |low, high| Some((own, Span { low, high }));
            match relation {
                Relation::AtLeast => span(point, i64::MAX),
                Relation::More => span(point.checked_add(1)?, i64::MAX),
                Relation::AtMost => span(i64::MIN, point),
                Relation::Less => span(i64::MIN, point.checked_sub(1)?),
                Relation::Equal | Relation::NotEqual => None,
            }
        }
        _ => None,
    }
}
