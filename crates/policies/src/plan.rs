//! Many clauses taken apart into the tests they share: each test once, each operand that tests look at once.
//!
//! A test of one operand against literals is an *atom* of that operand's column. What compares two operands, or asks whether something is
//! known, has no such column; it gets one of its own that holds its answer, asked of the evaluator row by row.

use crate::columns::{Growing, Sort};
use crate::{Clause, Segment};
use jiff::civil::Date;
use rulebook::expression::tree::{Node, Operand, Test};
use rulebook::expression::{Element, ElementIndex, Expression, Fact, Facts, Kind, Truth, Value};
use std::collections::{BTreeMap, HashMap};

/// The clauses of one day, ready to be matched with segments.
#[derive(Debug, Default)]
pub struct Plan {
    pub(crate) inputs: Vec<Input>,
    pub(crate) atoms: Vec<Atom>,
    /// Tests of each input: places in `atoms`.
    pub(crate) of_input: Vec<Vec<u32>>,
    pub(crate) programs: Vec<Program>,
    elements: BTreeMap<ElementIndex, Element>,
    pub(crate) today: Date,
    known_inputs: HashMap<String, u32>,
    known_atoms: HashMap<String, u32>,
}

/// What a column is made from.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) from: Origin,
    /// The elements it looks at.
    pub(crate) elements: Vec<ElementIndex>,
}

#[derive(Debug)]
pub(crate) enum Origin {
    Element(ElementIndex),
    /// The value of an operand.
    Operand(Expression, Operand, Sort),
    /// The answer of a whole test.
    Answer(Expression),
}

/// One test of one input.
#[derive(Debug)]
pub(crate) struct Atom {
    pub(crate) input: u32,
    pub(crate) expression: Expression,
    pub(crate) test: Test,
}

/// A clause over atoms.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) scope: Option<Step>,
    pub(crate) when: Step,
    pub(crate) judged: bool,
}

/// A condition over atoms, with `not` carried down to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Constant(bool),
    Atom(Term),
    All(Vec<Term>, Vec<Step>),
    Any(Vec<Term>, Vec<Step>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) atom: u32,
    pub(crate) input: u32,
    pub(crate) negated: bool,
}

impl Plan {
    pub fn new<'a>(clauses: impl IntoIterator<Item = &'a Clause>, today: Date) -> Plan {
        let mut plan = Plan { today, ..Plan::default() };
        clauses.into_iter().for_each(|clause| plan.add(clause));
        plan
    }

    /// The elements that the clauses look at, in order, each once.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.elements.values()
    }

    /// Distinct tests over all clauses.
    pub fn tests(&self) -> usize {
        self.atoms.len()
    }

    pub fn clauses(&self) -> usize {
        self.programs.len()
    }

    fn add(&mut self, clause: &Clause) {
        let scope = clause.scope.as_ref().map(|scope| self.step(scope, scope.root(), false));
        let when = self.step(&clause.when, clause.when.root(), false);
        self.programs.push(Program { scope, when, judged: !clause.judged.is_empty() });
    }

    fn step(&mut self, expression: &Expression, node: &Node, negated: bool) -> Step {
        match node {
            Node::Constant(value) => Step::Constant(*value != negated),
            Node::Not(inner) => self.step(expression, inner, !negated),
            Node::Test(test) => Step::Atom(self.term(expression, test, negated)),
            Node::All(parts) if !negated => self.group(expression, parts, negated, true),
            Node::Any(parts) if negated => self.group(expression, parts, negated, true),
            Node::All(parts) | Node::Any(parts) => self.group(expression, parts, negated, false),
        }
    }

    fn group(&mut self, expression: &Expression, parts: &[Node], negated: bool, all: bool) -> Step {
        let (mut terms, mut steps) = (Vec::new(), Vec::new());
        for part in parts {
            match self.step(expression, part, negated) {
                Step::Atom(term) => terms.push(term),
                step => steps.push(step),
            }
        }
        if all { Step::All(terms, steps) } else { Step::Any(terms, steps) }
    }

    fn term(&mut self, expression: &Expression, test: &Test, negated: bool) -> Term {
        let alone = expression.alone(test, false);
        let text = alone.to_string();
        if let Some(atom) = self.known_atoms.get(&text) {
            return Term { atom: *atom, input: self.atoms[*atom as usize].input, negated };
        }
        for element in expression.elements() {
            self.elements.entry(element.index).or_insert_with(|| element.clone());
        }
        let input = self.input(&alone, test, &text);
        let atom = self.atoms.len() as u32;
        self.atoms.push(Atom { input, expression: alone, test: test.clone() });
        self.of_input[input as usize].push(atom);
        self.known_atoms.insert(text, atom);
        Term { atom, input, negated }
    }

    fn input(&mut self, alone: &Expression, test: &Test, text: &str) -> u32 {
        let operand = single(test);
        let name = operand.as_ref().map_or_else(|| format!("? {text}"), |operand| alone.text_of(operand));
        if let Some(input) = self.known_inputs.get(&name) {
            return *input;
        }
        let input = self.inputs.len() as u32;
        let mut elements: Vec<ElementIndex> = Vec::new();
        let from = match operand {
            Some(operand) => {
                elements.extend(alone.looked_at(&operand).iter().map(|element| element.index));
                match operand {
                    Operand::Element(_) => Origin::Element(elements[0]),
                    operand => {
                        let sort = sort_of(alone, &operand);
                        Origin::Operand(alone.clone(), operand, sort)
                    }
                }
            }
            None => {
                test.slots(&mut |slot| elements.push(alone.elements()[usize::from(slot.0)].index));
                Origin::Answer(alone.clone())
            }
        };
        elements.sort_unstable();
        elements.dedup();
        self.inputs.push(Input { from, elements });
        self.of_input.push(Vec::new());
        self.known_inputs.insert(name, input);
        input
    }
}

/// The one operand that a test compares with literals.
fn single(test: &Test) -> Option<Operand> {
    let literal = |operand: &Operand| matches!(operand, Operand::Literal(_));
    match test {
        Test::Holds(slot) | Test::StartsWith { slot, .. } | Test::Contains { slot, .. } => Some(Operand::Element(*slot)),
        Test::Known(_) => None,
        Test::Compare { left, right, .. } if literal(right) && !literal(left) => Some(left.clone()),
        Test::Compare { left, right, .. } if literal(left) && !literal(right) => Some(right.clone()),
        Test::Compare { .. } => None,
        Test::Between { operand, low, high } if literal(low) && literal(high) && !literal(operand) => Some(operand.clone()),
        Test::Between { .. } => None,
        Test::OneOf { operand, .. } if !literal(operand) => Some(operand.clone()),
        Test::OneOf { .. } => None,
    }
}

/// What sort of value a calculated operand has: a date plus days is a date, all else a number.
fn sort_of(expression: &Expression, operand: &Operand) -> Sort {
    match operand {
        Operand::Today => Sort::Dates,
        Operand::Literal(Value::Date(_)) => Sort::Dates,
        Operand::Element(slot) if expression.elements()[usize::from(slot.0)].kind == Kind::Date => Sort::Dates,
        Operand::Arithmetic { left, right, .. } => match (sort_of(expression, left), sort_of(expression, right)) {
            (Sort::Dates, Sort::Numbers) => Sort::Dates,
            _ => Sort::Numbers,
        },
        _ => Sort::Numbers,
    }
}

impl Input {
    /// What it is worth for one set of facts.
    pub(crate) fn fact<F: Facts + ?Sized>(&self, facts: &F, today: Date) -> Fact {
        match &self.from {
            Origin::Element(element) => facts.fact(*element).clone(),
            Origin::Operand(expression, operand, _) => expression.value_of(operand, facts, today),
            Origin::Answer(expression) => as_fact(expression.evaluate(facts, today)),
        }
    }

    /// A column that was calculated for a segment; `None` where the segment's own is meant.
    pub(crate) fn calculated(&self, segment: &Segment, today: Date) -> Option<crate::columns::Column> {
        let mut growing = match &self.from {
            Origin::Element(element) if segment.columns.contains_key(element) => return None,
            Origin::Element(_) | Origin::Answer(_) => Growing::of(Sort::Bools),
            Origin::Operand(_, _, sort) => Growing::of(*sort),
        };
        let width = self.elements.iter().map(|element| element.0 as usize + 1).max().unwrap_or(0);
        let mut facts = vec![Fact::Missing; width];
        for row in 0..segment.rows {
            for element in &self.elements {
                if let Some(column) = segment.columns.get(element) {
                    facts[element.0 as usize] = column.fact(row);
                }
            }
            growing.push(&self.fact(&facts, today));
        }
        Some(growing.take())
    }
}

fn as_fact(truth: Truth) -> Fact {
    match truth {
        Truth::True => Fact::from(true),
        Truth::False => Fact::from(false),
        Truth::Unknown(rulebook::expression::Cause::Missing) => Fact::Missing,
        Truth::Unknown(rulebook::expression::Cause::NeedsPerson) => Fact::NeedsPerson,
        Truth::NotApplicable => Fact::NotApplicable,
    }
}

impl Atom {
    /// What the test is worth for a value of its input.
    pub(crate) fn asked(&self, from: &Origin, fact: &Fact, today: Date) -> Truth {
        match fact {
            Fact::Missing => Truth::Unknown(rulebook::expression::Cause::Missing),
            Fact::NeedsPerson => Truth::Unknown(rulebook::expression::Cause::NeedsPerson),
            Fact::NotApplicable => Truth::NotApplicable,
            Fact::Known(value) => match (from, value) {
                (Origin::Answer(_), Value::Bool(holds)) => Truth::from(*holds),
                _ => self.expression.asked_of(&self.test, value.clone(), today),
            },
        }
    }
}
