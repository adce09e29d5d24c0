//! One changed profile against every clause. For each word of a list, and each stretch of the values of a number or date, it is known
//! beforehand which clauses it rules out, and which comparisons turn within the stretch. Of clauses that join such tests by `and`, with one
//! `or` among them at most, nothing more has to be looked at than which facts are missing; what else is left over is looked at one by one.

use crate::Outcome;
use crate::bits::set_bits;
use crate::columns::key;
use crate::plan::{Origin, Plan, Program, Step, Term};
use rulebook::expression::tree::{Operand, Relation, Test};
use rulebook::expression::{Fact, Facts, Kind, Truth, Value};
use std::collections::HashMap;
use std::ops::Deref;

/// The clauses of a plan, ready to be looked through for one firm.
#[derive(Debug)]
pub struct Finder<P> {
    plan: P,
    quick: Vec<Option<(Relation, i64)>>,
    /// For inputs that are choices or yes-or-no.
    tables: Vec<Option<Table>>,
    /// For inputs that are compared with numbers or dates.
    stretches: Vec<Option<Stretches>>,
    /// Place of each test among those of its input.
    places: Vec<u32>,
    /// Clauses that cannot do without each input, as bits.
    looking: Vec<Vec<u64>>,
    /// Clauses to which each input is one of several ways, as bits, and what it is compared with there.
    choosing: Vec<Vec<u64>>,
    choices: Vec<Vec<Comparison>>,
    /// Clauses that leave a choice, that a person has to judge, and that are more than this and what tables and stretches tell, as bits.
    with_choice: Vec<u64>,
    judged: Vec<u64>,
    involved: Vec<u64>,
}

/// What the words of a list are worth to each test of their input, and which clauses each rules out, as bits.
#[derive(Debug, Default)]
struct Table {
    words: HashMap<Value, usize>,
    truths: Vec<Vec<Truth>>,
    ruled_out: Vec<Vec<u64>>,
    /// The clauses that leave a choice, where the word is enough for it.
    enough: Vec<Vec<u32>>,
}

/// The values of an input cut into stretches, and which clauses no value of a stretch can meet, as bits.
#[derive(Debug)]
struct Stretches {
    /// In order; a stretch begins with each, and the first one lies before them all.
    begins: Vec<i64>,
    ruled_out: Vec<Vec<u64>>,
    /// What is compared with a bound within the stretch.
    turning: Vec<Vec<Comparison>>,
}

/// A comparison of a clause.
#[derive(Debug, Clone, Copy)]
struct Comparison {
    wanted: i64,
    clause: u32,
    relation: Relation,
    negated: bool,
}

/// Stretches of an input at most: with more, few comparisons turn within one, and each takes a bit for every clause.
const STRETCHES: usize = 64;

/// What is known of one firm while its clauses are looked through.
struct Sitting<'a, P> {
    finder: &'a Finder<P>,
    facts: Vec<Fact>,
    /// For each input the place of its word in the input's table.
    words: Vec<Option<usize>>,
    truths: Vec<Option<Truth>>,
}

impl<P: Deref<Target = Plan>> Finder<P> {
    pub fn new(plan: P) -> Finder<P> {
        let mut of_input: Vec<Vec<(usize, Term)>> = vec![Vec::new(); plan.inputs.len()];
        for (clause, program) in plan.programs.iter().enumerate() {
            needed(program).for_each(|term| of_input[term.input as usize].push((clause, term)));
        }
        let quick = plan.atoms.iter().map(|atom| quick(&atom.test)).collect();
        let mut places = vec![0; plan.atoms.len()];
        for atoms in &plan.of_input {
            (0..).zip(atoms).for_each(|(place, atom)| places[*atom as usize] = place);
        }
        let mut chosen: Vec<Vec<(usize, Term)>> = vec![Vec::new(); plan.inputs.len()];
        for (clause, program) in plan.programs.iter().enumerate() {
            choice(program).unwrap_or_default().iter().for_each(|term| chosen[term.input as usize].push((clause, *term)));
        }
        let (tables, stretches, looking, choosing, choices) = Default::default();
        let (with_choice, judged, involved) = Default::default();
        let mut finder =
            Finder { plan, quick, tables, stretches, places, looking, choosing, choices, with_choice, judged, involved };
        let inputs = of_input.iter().zip(&chosen).enumerate();
        finder.tables = inputs.map(|(input, (terms, chosen))| finder.table(input, terms, chosen)).collect();
        finder.stretches = of_input.iter().map(|terms| finder.stretches(terms)).collect();
        let clauses = |terms: &Vec<(usize, Term)>| finder.bits(terms.iter().map(|(clause, _)| *clause));
        (finder.looking, finder.choosing) = (of_input.iter().map(clauses).collect(), chosen.iter().map(clauses).collect());
        finder.choices = chosen.iter().map(|terms| finder.comparisons(terms)).collect();
        finder.with_choice = finder.those(|program| choice(program).is_some_and(|terms| !terms.is_empty()));
        finder.judged = finder.those(|program| program.judged);
        finder.involved = finder.those(|program| !finder.is_plain(program));
        finder
    }

    /// Whether it is nothing but tests that tables and stretches tell of, joined by `and` with one choice at most.
    fn is_plain(&self, program: &Program) -> bool {
        let told = |term: Term| self.tables[term.input as usize].is_some() || self.compared(&term).is_some();
        choice(program).is_some_and(|choice| needed(program).chain(choice.iter().copied()).all(told))
    }

    fn those(&self, are: impl Fn(&Program) -> bool) -> Vec<u64> {
        self.bits(self.plan.programs.iter().enumerate().filter(|(_, program)| are(program)).map(|(clause, _)| clause))
    }

    fn comparisons(&self, terms: &[(usize, Term)]) -> Vec<Comparison> {
        let comparison = |(clause, term): &(usize, Term)| {
            let (relation, wanted) = self.compared(term)?;
            Some(Comparison { wanted, clause: *clause as u32, relation, negated: term.negated })
        };
        terms.iter().filter_map(comparison).collect()
    }

    /// A bit for every clause, set for these.
    fn bits(&self, clauses: impl IntoIterator<Item = usize>) -> Vec<u64> {
        let mut bits = vec![0; self.plan.programs.len().div_ceil(64)];
        clauses.into_iter().for_each(|clause| bits[clause / 64] |= 1 << (clause % 64));
        bits
    }

    fn table(&self, input: usize, terms: &[(usize, Term)], chosen: &[(usize, Term)]) -> Option<Table> {
        let from = &self.plan.inputs[input].from;
        let Origin::Element(element) = from else { return None };
        let words: Vec<Value> = match self.plan.elements().find(|known| known.index == *element).map(|known| &known.kind)? {
            Kind::Choice(words) => words.iter().cloned().map(Value::Text).collect(),
            Kind::Bool => vec![Value::Bool(false), Value::Bool(true)],
            _ => return None,
        };
        let mut table = Table::default();
        for (at, word) in words.into_iter().enumerate() {
            let fact = Fact::Known(word.clone());
            let ask = |atom: &u32| self.plan.atoms[*atom as usize].asked(from, &fact, self.plan.today);
            let truths: Vec<Truth> = self.plan.of_input[input].iter().map(ask).collect();
            let fails = |term: &Term| truths[self.places[term.atom as usize] as usize] == Truth::from(term.negated);
            let failing = terms.iter().filter(|(_, term)| fails(term)).map(|(clause, _)| *clause);
            table.ruled_out.push(self.bits(failing));
            let holds = |term: &Term| truths[self.places[term.atom as usize] as usize] == Truth::from(!term.negated);
            table.enough.push(chosen.iter().filter(|(_, term)| holds(term)).map(|(clause, _)| *clause as u32).collect());
            table.truths.push(truths);
            table.words.insert(word, at);
        }
        Some(table)
    }

    fn stretches(&self, terms: &[(usize, Term)]) -> Option<Stretches> {
        let comparisons = self.comparisons(terms);
        let mut bounds: Vec<i64> = comparisons.iter().map(|own| own.wanted).collect();
        bounds.sort_unstable();
        bounds.dedup();
        let begins: Vec<i64> = bounds.iter().step_by(bounds.len().div_ceil(STRETCHES).max(1)).copied().collect();
        (!begins.is_empty()).then_some(())?;
        let mut stretches = Stretches { begins, ruled_out: Vec::new(), turning: Vec::new() };
        for at in 0..=stretches.begins.len() {
            let first = at.checked_sub(1).map_or(i64::MIN, |before| stretches.begins[before]);
            // With a bound outside the stretch, one of its values tells of all.
            let (turning, even): (Vec<Comparison>, Vec<Comparison>) =
                comparisons.iter().partition(|own| stretches.stretch(own.wanted) == at);
            let failing = even.iter().filter(|own| !own.holds(first)).map(|own| own.clause as usize);
            stretches.ruled_out.push(self.bits(failing));
            stretches.turning.push(turning);
        }
        Some(stretches)
    }

    /// The clauses that are not ruled out, each with its outcome. All others are not met or not applicable.
    pub fn find<F: Facts + ?Sized>(&self, facts: &F) -> Vec<(usize, Outcome)> {
        let mut sitting = self.sitting(facts);
        let mut left = self.bits(0..self.plan.programs.len());
        let (mut open, mut missing) = (self.involved.clone(), self.bits([]));
        let (mut enough, mut choice_open) = (self.bits([]), self.bits([]));
        for (input, fact) in sitting.facts.iter().enumerate() {
            match (&self.tables[input], sitting.words[input], number(fact)) {
                (Some(table), Some(word), _) => {
                    without(&mut left, &table.ruled_out[word]);
                    table.enough[word].iter().for_each(|clause| set(&mut enough, *clause));
                }
                (None, _, Some(own)) if self.is_compared(input) => {
                    self.stretches[input].iter().for_each(|stretches| stretches.rule_out(own, &mut left));
                    let holding = self.choices[input].iter().filter(|comparison| comparison.holds(own));
                    holding.for_each(|comparison| set(&mut enough, comparison.clause));
                }
                _ if *fact == Fact::Missing => {
                    with(&mut missing, &self.looking[input]);
                    with(&mut choice_open, &self.choosing[input]);
                }
                _ => {
                    with(&mut open, &self.looking[input]);
                    with(&mut open, &self.choosing[input]);
                }
            }
        }
        for at in 0..left.len() {
            let undecided = self.with_choice[at] & !enough[at] & !open[at];
            left[at] &= !undecided | choice_open[at];
            missing[at] |= undecided;
        }
        let mut found = Vec::new();
        set_bits(&left, |clause| {
            let outcome = match (has(&open, clause), has(&missing, clause)) {
                (true, _) => sitting.outcome(&self.plan.programs[clause]),
                (false, true) => Outcome::NeedsData,
                (false, false) => Outcome::from_truths(Truth::True, Truth::True, has(&self.judged, clause)),
            };
            if !matches!(outcome, Outcome::NotMet | Outcome::NotApplicable) {
                found.push((clause, outcome));
            }
        });
        found
    }

    /// The outcome of every clause, in the order of the plan; each distinct test is asked once.
    pub fn outcomes<F: Facts + ?Sized>(&self, facts: &F) -> Vec<Outcome> {
        let mut sitting = self.sitting(facts);
        self.plan.programs.iter().map(|program| sitting.outcome(program)).collect()
    }

    fn sitting<F: Facts + ?Sized>(&self, facts: &F) -> Sitting<'_, P> {
        let facts: Vec<Fact> = self.plan.inputs.iter().map(|input| input.fact(facts, self.plan.today)).collect();
        let words = self.tables.iter().zip(&facts).map(|(table, fact)| word(table.as_ref()?, fact)).collect();
        Sitting { finder: self, facts, words, truths: vec![None; self.plan.atoms.len()] }
    }
}

impl<P: Deref<Target = Plan>> Sitting<'_, P> {
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

impl<P: Deref<Target = Plan>> Finder<P> {
    /// Whether the values of an input are compared as they are; an answer is no value.
    fn is_compared(&self, input: usize) -> bool {
        !matches!(self.plan.inputs[input].from, Origin::Answer(_))
    }

    /// What the values of its input are compared with.
    fn compared(&self, term: &Term) -> Option<(Relation, i64)> {
        self.quick[term.atom as usize].filter(|_| self.is_compared(term.input as usize))
    }

    fn asked(&self, term: &Term, fact: &Fact) -> Truth {
        let from = &self.plan.inputs[term.input as usize].from;
        if let (Some((relation, wanted)), Some(own)) = (self.compared(term), number(fact)) {
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

impl Stretches {
    /// In which stretch a value lies.
    fn stretch(&self, own: i64) -> usize {
        self.begins.partition_point(|begin| *begin <= own)
    }

    fn rule_out(&self, own: i64, left: &mut [u64]) {
        let at = self.stretch(own);
        without(left, &self.ruled_out[at]);
        for failing in self.turning[at].iter().filter(|comparison| !comparison.holds(own)) {
            left[failing.clause as usize / 64] &= !(1 << (failing.clause % 64));
        }
    }
}

impl Comparison {
    fn holds(self, own: i64) -> bool {
        self.relation.holds(own.cmp(&self.wanted)) != self.negated
    }
}

/// The number or date that is known.
fn number(fact: &Fact) -> Option<i64> {
    if let Fact::Known(value) = fact { key(value) } else { None }
}

fn with(bits: &mut [u64], more: &[u64]) {
    bits.iter_mut().zip(more).for_each(|(bits, more)| *bits |= more);
}

fn without(bits: &mut [u64], out: &[u64]) {
    bits.iter_mut().zip(out).for_each(|(bits, out)| *bits &= !out);
}

fn set(bits: &mut [u64], at: u32) {
    bits[at as usize / 64] |= 1 << (at % 64);
}

fn has(bits: &[u64], at: usize) -> bool {
    bits[at / 64] & (1 << (at % 64)) != 0
}

/// The tests that a clause cannot do without.
fn needed(program: &Program) -> impl Iterator<Item = Term> {
    fn of(step: &Step) -> Vec<Term> {
        match step {
            Step::Atom(term) => vec![*term],
            Step::All(terms, steps) => terms.iter().copied().chain(steps.iter().flat_map(of)).collect(),
            Step::Constant(_) | Step::Any(..) => Vec::new(),
        }
    }
    program.scope.iter().chain([&program.when]).flat_map(of)
}

/// The one choice among the tests that a clause joins by `and`, none where there is no choice; `None` where it is built otherwise.
fn choice(program: &Program) -> Option<&[Term]> {
    let mut found: &[Term] = &[];
    for step in program.scope.iter().chain([&program.when]) {
        let parts = match step {
            Step::Atom(_) => continue,
            Step::All(_, steps) => &steps[..],
            own => std::slice::from_ref(own),
        };
        for part in parts {
            match part {
                Step::Any(terms, steps) if found.is_empty() && !terms.is_empty() && steps.is_empty() => found = terms,
                _ => return None,
            }
        }
    }
    Some(found)
}
