//! Facts with which a condition holds, or the certainty that there are none.
//!
//! The search leaves for each element what it may still be; one value is taken from there and the evaluator is asked. Where elements are
//! joined by calculation a few values more are tried. So what is called met is met, and what is called impossible was shown to be by the
//! same intervals and sets as [`Expression::can_be_true`]; the rest stays open and is said to be.

use super::domain::{Domain, Ranges, text_for};
use super::{Of, Possible, Problem, Quantity, STEPS, day, search};
use crate::expression::Expression;
use crate::expression::evaluate::{Fact, Facts, Truth};
use crate::expression::kind::{Element, ElementIndex, Kind};
use crate::expression::tree::{Node, Operand, Slot, Test};
use crate::expression::value::{Decimal, Value};
use jiff::{Span, civil::Date};
use std::collections::BTreeMap;

/// Ends of branches at which values are tried, for one question.
const LEAVES: usize = 48;

/// Combinations of values tried at one end where elements are joined by calculation.
const TRIES: usize = 2_000;

/// Whether facts were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// With these it holds: the evaluator says so.
    With(BTreeMap<ElementIndex, Fact>),
    /// No facts that the dictionary admits make it hold.
    Never,
    /// Neither was found.
    Open,
}

/// Known facts; all others are missing.
struct Given<'a>(&'a BTreeMap<ElementIndex, Fact>);

impl Facts for Given<'_> {
    fn fact(&self, element: ElementIndex) -> &Fact {
        self.0.get(&element).unwrap_or(&Fact::Missing)
    }
}

impl Expression {
    /// Several conditions at once, as one.
    pub fn all_of<'e>(parts: impl IntoIterator<Item = &'e Expression>) -> Expression {
        let (mut elements, mut nodes): (Vec<Element>, Vec<Node>) = (Vec::new(), Vec::new());
        for part in parts {
            let mut places = Vec::with_capacity(part.elements.len());
            for element in &part.elements {
                let known = elements.iter().position(|known| known.index == element.index);
                let place = known.unwrap_or_else(|| {
                    elements.push(element.clone());
                    elements.len() - 1
                });
                places.push(Slot(u16::try_from(place).unwrap_or(u16::MAX)));
            }
            match part.root.clone().moved(&places) {
                Node::All(inner) => nodes.extend(inner),
                other => nodes.push(other),
            }
        }
        let root = if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) };
        Expression { root, elements }
    }

    /// The conditions that it joins by `and`, each by itself; itself, where it joins none.
    pub fn conjuncts(&self) -> Vec<Expression> {
        let alone = |node: &Node| Expression { root: node.clone(), elements: self.elements.clone() };
        match &self.root {
            Node::All(parts) => parts.iter().map(alone).collect(),
            other => vec![alone(other)],
        }
    }

    /// Facts with which it holds on that day.
    pub fn met(&self, today: Date) -> Met {
        let mut problem = Problem { elements: &self.elements, names: BTreeMap::new(), quantities: Vec::new() };
        let formula = problem.spread(&self.root, false);
        let (mut found, mut leaves) = (None, LEAVES);
        let trial = Trial { expression: self, today };
        let possible = search(&formula, problem.quantities, &mut { STEPS }, &mut |quantities, narrowed| {
            if leaves > 0 {
                leaves -= 1;
                found = trial.facts(quantities, narrowed);
            }
            found.is_some() || leaves == 0
        });
        match (found, possible) {
            (Some(facts), _) => Met::With(facts),
            (None, Possible::No) => Met::Never,
            (None, _) => Met::Open,
        }
    }

    /// Of conditions that cannot hold together, the fewest that already cannot: with any one of them left out the rest could.
    pub fn contradiction(parts: &[Expression]) -> Vec<&Expression> {
        let mut kept: Vec<&Expression> = parts.iter().collect();
        let never = |kept: &[&Expression]| Expression::all_of(kept.iter().copied()).can_be_true() == Possible::No;
        let mut at = 0;
        while at < kept.len() && kept.len() > 1 {
            let one = kept.remove(at);
            if !never(&kept) {
                kept.insert(at, one);
                at += 1;
            }
        }
        kept
    }
}

struct Trial<'a> {
    expression: &'a Expression,
    today: Date,
}

impl Trial<'_> {
    fn holds(&self, facts: &BTreeMap<ElementIndex, Fact>) -> bool {
        self.expression.evaluate(&Given(facts), self.today) == Truth::True
    }

    fn element(&self, slot: Slot) -> &Element {
        &self.expression.elements[usize::from(slot.0)]
    }

    fn facts(&self, quantities: &[Quantity], narrowed: &[usize]) -> Option<BTreeMap<ElementIndex, Fact>> {
        let mut facts = BTreeMap::new();
        let mut by_calculation = false;
        for quantity in narrowed.iter().map(|at| &quantities[*at]) {
            match quantity.of {
                Of::Element(slot) => {
                    let element = self.element(slot);
                    facts.insert(element.index, Fact::Known(self.value(&element.kind, &quantity.domain)?));
                }
                Of::Known(slot) if quantity.domain_has(0) && !quantity.domain_has(1) => {
                    facts.insert(self.element(slot).index, Fact::NotApplicable);
                }
                Of::Known(slot) => {
                    let element = self.element(slot);
                    let any = || quantities.iter().find(|other| other.of == Of::Element(slot)).map(|other| &other.domain);
                    let value =
                        any().and_then(|domain| self.value(&element.kind, domain)).or_else(|| self.usual(&element.kind))?;
                    facts.entry(element.index).or_insert(Fact::Known(value));
                }
                Of::Calculated => by_calculation = true,
            }
        }
        if self.holds(&facts) {
            return Some(facts);
        }
        if by_calculation { self.tried(quantities, narrowed, facts) } else { None }
    }

    /// Some value from a domain, as plain as may be.
    fn value(&self, kind: &Kind, domain: &Domain) -> Option<Value> {
        match domain {
            Domain::Points(ranges) => self.at(kind, ranges.nearest(if *kind == Kind::Date { day(self.today) } else { 0 })?),
            Domain::Words(tests) => Some(Value::Text(text_for(tests))),
            Domain::List { members, count } => {
                let Kind::Many(words) = kind else { return None };
                let mut order: Vec<usize> = (0..members.len()).filter(|place| members[*place] != Some(false)).collect();
                order.sort_by_key(|place| members[*place] != Some(true));
                let least = members.iter().filter(|member| **member == Some(true)).count();
                let fits = |n: &usize| i32::try_from(*n).is_ok_and(|n| count.contains(Decimal::from(n).units()));
                let size = (least..=order.len()).find(fits)?;
                Some(Value::Many(order[..size].iter().map(|place| words[*place].clone()).collect()))
            }
        }
    }

    fn usual(&self, kind: &Kind) -> Option<Value> {
        match kind {
            Kind::Text => Some(Value::Text("·".to_owned())),
            Kind::Many(_) => Some(Value::Many(Vec::new())),
            Kind::Date => Some(Value::Date(self.today)),
            Kind::Choice(words) => words.first().cloned().map(Value::Text),
            Kind::Bool => Some(Value::Bool(true)),
            Kind::Number(bounds) | Kind::Money(bounds) => Some(Value::Number(bounds.min.unwrap_or(Decimal::ZERO))),
        }
    }

    /// The value at a point of its line.
    fn at(&self, kind: &Kind, point: i64) -> Option<Value> {
        match kind {
            Kind::Bool => Some(Value::Bool(point == 1)),
            Kind::Choice(words) => words.get(usize::try_from(point).ok()?).cloned().map(Value::Text),
            Kind::Date => Date::ZERO.checked_add(Span::new().try_days(point).ok()?).ok().map(Value::Date),
            Kind::Number(_) | Kind::Money(_) => Some(Value::Number(Decimal::from_units(point))),
            Kind::Text | Kind::Many(_) => None,
        }
    }

    /// Tries values of numbers and dates that calculations may look at, all with all, within bounds.
    fn tried(
        &self,
        quantities: &[Quantity],
        narrowed: &[usize],
        mut facts: BTreeMap<ElementIndex, Fact>,
    ) -> Option<BTreeMap<ElementIndex, Fact>> {
        let calculated = narrowed.iter().map(|at| &quantities[*at]).filter(|quantity| quantity.of == Of::Calculated);
        let wanted: Vec<i64> = calculated.flat_map(Quantity::ends).collect();
        let open = self.in_calculation();
        let choices: Vec<Vec<Value>> = open.iter().map(|element| self.candidates(element, quantities, &wanted)).collect();
        let mut places = vec![0; open.len()];
        for _ in 0..TRIES {
            for ((element, values), place) in open.iter().zip(&choices).zip(&places) {
                facts.insert(element.index, Fact::Known(values.get(*place)?.clone()));
            }
            if self.holds(&facts) {
                return Some(facts);
            }
            // Counts on, the first place fastest.
            let turned = places.iter_mut().zip(&choices).find_map(|(place, values)| {
                *place = (*place + 1) % values.len();
                (*place != 0).then_some(())
            });
            turned?;
        }
        None
    }

    /// Numbers and dates in a test that does more than compare one element with a literal.
    fn in_calculation(&self) -> Vec<&Element> {
        let mut slots = std::collections::BTreeSet::new();
        self.expression.root.tests(&mut |test| {
            let plain = |operand: &Operand| matches!(operand, Operand::Element(_) | Operand::Literal(_));
            let by_itself = match test {
                Test::Compare { left, right, .. } => {
                    plain(left) && plain(right) && (matches!(left, Operand::Literal(_)) || matches!(right, Operand::Literal(_)))
                }
                Test::Between { operand, low, high } => {
                    plain(operand) && matches!((low, high), (Operand::Literal(_), Operand::Literal(_)))
                }
                Test::OneOf { operand, .. } => plain(operand),
                _ => true,
            };
            if !by_itself {
                test.slots(&mut |slot| {
                    slots.insert(slot);
                });
            }
        });
        let elements = slots.into_iter().map(|slot| self.element(slot));
        elements.filter(|element| matches!(element.kind, Kind::Number(_) | Kind::Money(_) | Kind::Date)).collect()
    }

    fn candidates(&self, element: &Element, quantities: &[Quantity], wanted: &[i64]) -> Vec<Value> {
        let own = quantities
            .iter()
            .find(|quantity| matches!(quantity.of, Of::Element(slot) if self.element(slot).index == element.index));
        let room = match own.map(|quantity| &quantity.domain) {
            Some(Domain::Points(ranges)) => ranges.clone(),
            _ => match &element.kind {
                Kind::Number(bounds) | Kind::Money(bounds) => {
                    Ranges::of(bounds.min.map_or(i64::MIN, Decimal::units), bounds.max.map_or(i64::MAX, Decimal::units))
                }
                _ => Ranges::everything(),
            },
        };
        let mut points: Vec<i64> = room.ends().collect();
        if element.kind == Kind::Date {
            let today = day(self.today);
            points.push(today);
            for units in wanted {
                let n = units / 10_000;
                let years_ago = Span::new().try_years(n).ok().and_then(|span| self.today.checked_sub(span).ok()).map(day);
                for base in [Some(today.saturating_sub(n)), years_ago, Some(*units)].into_iter().flatten() {
                    points.extend([base.saturating_sub(1), base, base.saturating_add(1)]);
                }
            }
        } else {
            points.extend(wanted.iter().flat_map(|end| [end.saturating_sub(1), *end, end.saturating_add(1)]));
            points.extend([0, 1, 2, 5, 10, 100, 10_000, 1_000_000, 100_000_000].map(|n: i64| n * 10_000));
        }
        let mut tried = std::collections::BTreeSet::new();
        let inside = points.into_iter().filter_map(|point| room.nearest(point)).filter(|point| tried.insert(*point));
        inside.filter_map(|point| self.at(&element.kind, point)).collect()
    }
}

impl Quantity {
    fn domain_has(&self, point: i64) -> bool {
        matches!(&self.domain, Domain::Points(ranges) if ranges.contains(point))
    }

    fn ends(&self) -> Vec<i64> {
        if let Domain::Points(ranges) = &self.domain { ranges.ends().collect() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 3, 2);

    fn parse(text: &str) -> Expression {
        let bounds = crate::expression::Bounds { min: Some(0.into()), max: None };
        let elements = vec![
            Element::new(0, "高企", Kind::Bool),
            Element::new(1, "营业收入", Kind::Money(bounds)),
            Element::new(2, "研发费用", Kind::Money(bounds)),
            Element::new(3, "成立日期", Kind::Date),
            Element::new(4, "区域", Kind::choice(["东", "西"])),
            Element::new(5, "行业", Kind::Text),
            Element::new(6, "资质", Kind::many(["一", "二", "三"])),
        ];
        Expression::parse(text, &elements).unwrap_or_else(|fault| panic!("{text}: {fault}"))
    }

    #[test]
    fn a_witness_is_one_that_the_evaluator_confirms() {
        for text in [
            "高企 and 营业收入 >= 500万 and 营业收入 < 600万",
            "研发费用 / 营业收入 * 100 >= 5 and 营业收入 >= 5亿",
            "years_since(成立日期) between 3 and 8 and 成立日期 < 2020-01-01",
            "today() - 成立日期 >= 365",
            "研发费用 > 营业收入",
            "行业 in \"62\" and 行业 contains \"9\" and not (行业 = \"62·9\")",
            "count(资质) >= 2 and not (资质 contains \"一\")",
            "区域 != \"东\" and (高企 or 营业收入 = 3万)",
            "known(行业) and not known(区域)",
        ] {
            let (expression, met) = (parse(text), parse(text).met(TODAY));
            let Met::With(facts) = met else { panic!("{text}: {met:?}") };
            assert_eq!(expression.evaluate(&Given(&facts), TODAY), Truth::True, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_is_named_with_the_fewest_conditions() {
        let whole = parse("高企 and 营业收入 >= 500万 and 区域 = \"东\" and 营业收入 < 300万");
        assert_eq!(whole.met(TODAY), Met::Never);
        let parts = whole.conjuncts();
        let named: Vec<String> = Expression::contradiction(&parts).iter().map(|part| part.to_string()).collect();
        assert_eq!(named, ["营业收入 >= 5000000", "营业收入 < 3000000"]);
    }

    #[test]
    fn conditions_of_two_clauses_share_their_elements_when_joined() {
        let both = Expression::all_of([&parse("区域 = \"东\""), &parse("高企 and 区域 != \"东\"")]);
        assert_eq!(both.elements().len(), 2);
        assert_eq!(both.met(TODAY), Met::Never);
    }
}
