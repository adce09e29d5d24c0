//! One changed profile against every clause. Clauses are filed under the test that the fewest firms are likely to meet; where it
//! fails, none of them is looked at.

use crate::Outcome;
use crate::columns::key;
use crate::plan::{Origin, Plan, Program, Step, Term};
use rulebook::expression::tree::{Operand, Relation, Test};
use rulebook::expression::{Fact, Facts, Kind, Truth, Value};
use std::collections::{BTreeMap, HashMap};

/// The clauses of a plan, filed.
pub struct Finder<'a> {
    plan: &'a Plan,
    filed: Vec<(Term, Vec<u32>)>,
    /// Those that no single test can rule out.
    others: Vec<u32>,
    quick: Vec<Option<(Relation, i64)>>,
    /// For inputs that are choices: what each word of the list is worth to each test.
    tables: Vec<Option<Table>>,
    /// Place of each test among those of its input.
    places: Vec<u32>,
}

/// What the words of a list are worth, and which clauses they let through.
#[derive(Default)]
struct Table {
    words: HashMap<Value, usize>,
    truths: Vec<Vec<Truth>>,
    through: Vec<Vec<u32>>,
}

/// What is known of one firm while its clauses are looked through.
struct Sitting<'a> {
    finder: &'a Finder<'a>,
    facts: Vec<Fact>,
    /// For each input the place of its word in the input's table.
    words: Vec<Option<usize>>,
    truths: Vec<Option<Truth>>,
}

impl<'a> Finder<'a> {
    pub fn new(plan: &'a Plan) -> Finder<'a> {
        let mut filed: BTreeMap<(u32, bool), (Term, Vec<u32>)> = BTreeMap::new();
        let mut others = Vec::new();
        for (clause, program) in plan.programs.iter().enumerate() {
            let needed = program.scope.iter().chain([&program.when]).flat_map(needed);
            match needed.min_by_key(|term| rarity(plan, *term)) {
                Some(term) => filed.entry((term.atom, term.negated)).or_insert_with(|| (term, Vec::new())).1.push(clause as u32),
                None => others.push(clause as u32),
            }
        }
        let quick = plan.atoms.iter().map(|atom| quick(&atom.test)).collect();
        let mut places = vec![0; plan.atoms.len()];
        for atoms in &plan.of_input {
            (0..).zip(atoms).for_each(|(place, atom)| places[*atom as usize] = place);
        }
        let filed = filed.into_values().collect();
        let mut finder = Finder { plan, filed, others, quick, tables: Vec::new(), places };
        finder.tables = (0..plan.inputs.len() as u32).map(|input| finder.table(input)).collect();
        finder
    }

    fn table(&self, input: u32) -> Option<Table> {
        let from = &self.plan.inputs[input as usize].from;
        let Origin::Element(element) = from else { return None };
        let Kind::Choice(words) = self.plan.elements().find(|known| known.index == *element).map(|known| &known.kind)? else {
            return None;
        };
        let mut table = Table::default();
        let atoms = &self.plan.of_input[input as usize];
        for (at, word) in words.iter().enumerate() {
            let word = Value::Text(word.clone());
            let fact = Fact::Known(word.clone());
            let ask = |atom: &u32| self.plan.atoms[*atom as usize].asked(from, &fact, self.plan.today);
            let truths: Vec<Truth> = atoms.iter().map(ask).collect();
            let fails = |term: &Term| truths[self.places[term.atom as usize] as usize] == Truth::from(term.negated);
            let through = self.filed.iter().filter(|(term, _)| term.input == input && !fails(term));
            table.through.push(through.flat_map(|(_, clauses)| clauses).copied().collect());
            table.truths.push(truths);
            table.words.insert(word, at);
        }
        Some(table)
    }

    /// The clauses that are not ruled out, each with its outcome. All others are not met or not applicable.
    pub fn find<F: Facts + ?Sized>(&self, facts: &F) -> Vec<(usize, Outcome)> {
        let facts = self.plan.inputs.iter().map(|input| input.fact(facts, self.plan.today)).collect();
        let mut sitting = Sitting { finder: self, facts, words: Vec::new(), truths: vec![None; self.plan.atoms.len()] };
        sitting.words = self.tables.iter().zip(&sitting.facts).map(|(table, fact)| word(table.as_ref()?, fact)).collect();
        let mut found = Vec::new();
        for (table, word) in self.tables.iter().zip(sitting.words.clone()) {
            if let (Some(table), Some(word)) = (table, word) {
                sitting.look(&table.through[word], &mut found);
            }
        }
        for (term, clauses) in &self.filed {
            if sitting.words[term.input as usize].is_none() && sitting.term(term) != Truth::False {
                sitting.look(clauses, &mut found);
            }
        }
        sitting.look(&self.others, &mut found);
        found
    }
}

impl Sitting<'_> {
    fn look(&mut self, clauses: &[u32], found: &mut Vec<(usize, Outcome)>) {
        for clause in clauses {
            let outcome = self.outcome(&self.finder.plan.programs[*clause as usize]);
            if !matches!(outcome, Outcome::NotMet | Outcome::NotApplicable) {
                found.push((*clause as usize, outcome));
            }
        }
    }

    fn outcome(&mut self, program: &Program) -> Outcome {
        let scope = program.scope.as_ref().map_or(Truth::True, |scope| self.step(scope));
        if scope == Truth::False {
            return Outcome::NotApplicable;
        }
        Outcome::from_truths(scope, self.step(&program.when), program.judged)
    }

    fn step(&mut self, step: &Step) -> Truth {
        match step {
            Step::Constant(value) => Truth::from(*value),
            Step::Atom(term) => self.term(term),
            Step::All(terms, steps) => self.chain(terms, steps, Truth::and, Truth::False),
            Step::Any(terms, steps) => self.chain(terms, steps, Truth::or, Truth::True),
        }
    }

    fn chain(&mut self, terms: &[Term], steps: &[Step], join: fn(Truth, Truth) -> Truth, settles: Truth) -> Truth {
        let mut truth = Truth::NotApplicable;
        for term in terms {
            truth = join(truth, self.term(term));
            if truth == settles {
                return truth;
            }
        }
        for step in steps {
            truth = join(truth, self.step(step));
            if truth == settles {
                return truth;
            }
        }
        truth
    }

    fn term(&mut self, term: &Term) -> Truth {
        let truth = match self.truths[term.atom as usize] {
            Some(truth) => truth,
            None => {
                let input = term.input as usize;
                let truth = match (&self.finder.tables[input], self.words[input]) {
                    (Some(table), Some(word)) => table.truths[word][self.finder.places[term.atom as usize] as usize],
                    _ => self.finder.asked(term, &self.facts[input]),
                };
                *self.truths[term.atom as usize].insert(truth)
            }
        };
        if term.negated { truth.not() } else { truth }
    }
}

impl Finder<'_> {
    fn asked(&self, term: &Term, fact: &Fact) -> Truth {
        let from = &self.plan.inputs[term.input as usize].from;
        if let (Some((relation, wanted)), Fact::Known(value)) = (self.quick[term.atom as usize], fact)
            && !matches!(from, Origin::Answer(_))
            && let Some(own) = key(value)
        {
            return Truth::from(relation.holds(own.cmp(&wanted)));
        }
        self.plan.atoms[term.atom as usize].asked(from, fact, self.plan.today)
    }
}

fn word(table: &Table, fact: &Fact) -> Option<usize> {
    if let Fact::Known(value) = fact { table.words.get(value).copied() } else { None }
}

/// Comparisons with a number or a date are compared without asking.
fn quick(test: &Test) -> Option<(Relation, i64)> {
    match test {
        Test::Compare { left: Operand::Literal(_), right: Operand::Literal(_), .. } => None,
        Test::Compare { relation, right: Operand::Literal(value), .. } => Some((*relation, key(value)?)),
        Test::Compare { left: Operand::Literal(value), relation, .. } => Some((relation.mirrored(), key(value)?)),
        _ => None,
    }
}

/// The tests that a condition cannot do without.
fn needed(step: &Step) -> Vec<Term> {
    match step {
        Step::Atom(term) => vec![*term],
        Step::All(terms, steps) => terms.iter().copied().chain(steps.iter().flat_map(needed)).collect(),
        Step::Constant(_) | Step::Any(..) => Vec::new(),
    }
}

/// How many of a thousand firms are likely to meet a test, guessed from its form alone.
fn rarity(plan: &Plan, term: Term) -> usize {
    let atom = &plan.atoms[term.atom as usize];
    let choices = |operand: &Operand| match operand {
        Operand::Element(slot) => match &atom.expression.elements()[usize::from(slot.0)].kind {
            Kind::Choice(values) => values.len().max(1),
            _ => 10,
        },
        _ => 2,
    };
    let share = match &atom.test {
        Test::Compare { left, relation: Relation::Equal, .. } => 1_000 / choices(left),
        Test::OneOf { operand, values } => 1_000 * values.len() / choices(operand),
        Test::StartsWith { .. } | Test::Contains { .. } => 100,
        _ => 500,
    };
    if term.negated { 1_000_usize.saturating_sub(share) } else { share }
}
