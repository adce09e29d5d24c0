//! One changed profile against every clause. For each word of a list, and each stretch of the values of a number or date, it is known
//! beforehand which clauses it rules out; what the facts of a profile leave over is looked at one by one.

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
}

/// What the words of a list are worth to each test of their input, and which clauses each rules out, as bits.
#[derive(Debug, Default)]
struct Table {
    words: HashMap<Value, usize>,
    truths: Vec<Vec<Truth>>,
    ruled_out: Vec<Vec<u64>>,
}

/// The values of an input cut into stretches, and which clauses no value of a stretch can meet, as bits.
#[derive(Debug)]
struct Stretches {
    /// In order; a stretch begins with each, and the first one lies before them all.
    begins: Vec<i64>,
    ruled_out: Vec<Vec<u64>>,
}

/// Stretches of an input at most: with more, little is ruled out besides, and each takes a bit for every clause.
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
            let terms = program.scope.iter().chain([&program.when]).flat_map(needed);
            terms.for_each(|term| of_input[term.input as usize].push((clause, term)));
        }
        let quick = plan.atoms.iter().map(|atom| quick(&atom.test)).collect();
        let mut places = vec![0; plan.atoms.len()];
        for atoms in &plan.of_input {
            (0..).zip(atoms).for_each(|(place, atom)| places[*atom as usize] = place);
        }
        let mut finder = Finder { plan, quick, tables: Vec::new(), stretches: Vec::new(), places };
        finder.tables = of_input.iter().enumerate().map(|(input, terms)| finder.table(input, terms)).collect();
        finder.stretches = of_input.iter().map(|terms| finder.stretches(terms)).collect();
        finder
    }

    fn table(&self, input: usize, terms: &[(usize, Term)]) -> Option<Table> {
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
            let mut ruled_out = vec![0; self.plan.programs.len().div_ceil(64)];
            let fails = |term: &Term| truths[self.places[term.atom as usize] as usize] == Truth::from(term.negated);
            for (clause, _) in terms.iter().filter(|(_, term)| fails(term)) {
                ruled_out[clause / 64] |= 1 << (clause % 64);
            }
            table.ruled_out.push(ruled_out);
            table.truths.push(truths);
            table.words.insert(word, at);
        }
        Some(table)
    }

    fn stretches(&self, terms: &[(usize, Term)]) -> Option<Stretches> {
        let compared = |term: &Term| self.quick[term.atom as usize].filter(|_| self.is_compared(term));
        let terms: Vec<(usize, bool, (Relation, i64))> =
            terms.iter().filter_map(|(clause, term)| Some((*clause, term.negated, compared(term)?))).collect();
        let mut bounds: Vec<i64> = terms.iter().map(|(.., (_, wanted))| *wanted).collect();
        bounds.sort_unstable();
        bounds.dedup();
        let begins: Vec<i64> = bounds.iter().step_by(bounds.len().div_ceil(STRETCHES).max(1)).copied().collect();
        (!begins.is_empty()).then_some(())?;
        let firsts = std::iter::once(i64::MIN).chain(begins.iter().copied());
        let lasts = begins.iter().map(|begin| begin.saturating_sub(1)).chain([i64::MAX]);
        let ruled_out = firsts.zip(lasts).map(|(first, last)| {
            let mut out = vec![0; self.plan.programs.len().div_ceil(64)];
            for (clause, negated, (relation, wanted)) in &terms {
                if fails_throughout(*relation, *wanted, *negated, first, last) {
                    out[clause / 64] |= 1 << (clause % 64);
                }
            }
            out
        });
        Some(Stretches { ruled_out: ruled_out.collect(), begins })
    }

    /// The clauses that are not ruled out, each with its outcome. All others are not met or not applicable.
    pub fn find<F: Facts + ?Sized>(&self, facts: &F) -> Vec<(usize, Outcome)> {
        let mut sitting = self.sitting(facts);
        let clauses = self.plan.programs.len();
        let mut left = vec![u64::MAX; clauses.div_ceil(64)];
        if let Some(last) = left.last_mut().filter(|_| !clauses.is_multiple_of(64)) {
            *last = (1 << (clauses % 64)) - 1;
        }
        for (table, word) in self.tables.iter().zip(&sitting.words) {
            if let (Some(table), Some(word)) = (table, word) {
                left.iter_mut().zip(&table.ruled_out[*word]).for_each(|(left, out)| *left &= !out);
            }
        }
        for (stretches, fact) in self.stretches.iter().zip(&sitting.facts) {
            if let (Some(stretches), Fact::Known(value)) = (stretches, fact)
                && let Some(own) = key(value)
            {
                let at = stretches.begins.partition_point(|begin| *begin <= own);
                left.iter_mut().zip(&stretches.ruled_out[at]).for_each(|(left, out)| *left &= !out);
            }
        }
        let mut found = Vec::new();
        set_bits(&left, |clause| {
            let outcome = sitting.outcome(&self.plan.programs[clause]);
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
    /// Whether the values of its input are compared as they are; an answer is no value.
    fn is_compared(&self, term: &Term) -> bool {
        !matches!(self.plan.inputs[term.input as usize].from, Origin::Answer(_))
    }

    fn asked(&self, term: &Term, fact: &Fact) -> Truth {
        let from = &self.plan.inputs[term.input as usize].from;
        if let (Some((relation, wanted)), Fact::Known(value)) = (self.quick[term.atom as usize], fact)
            && self.is_compared(term)
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

/// Whether a comparison with `wanted` holds for no value from `first` to `last`. A relation holds on one side of `wanted`, so it is enough to
/// ask at both ends; of *equal* and *not equal*, which turn within, only what needs no look within is told.
fn fails_throughout(relation: Relation, wanted: i64, negated: bool, first: i64, last: i64) -> bool {
    let turns = matches!(relation, Relation::Equal | Relation::NotEqual);
    let holds = |own: i64| relation.holds(own.cmp(&wanted)) != negated;
    !(holds(first) || holds(last) || turns && (first..=last).contains(&wanted) && first < last)
}

/// The tests that a condition cannot do without.
fn needed(step: &Step) -> Vec<Term> {
    match step {
        Step::Atom(term) => vec![*term],
        Step::All(terms, steps) => terms.iter().copied().chain(steps.iter().flat_map(needed)).collect(),
        Step::Constant(_) | Step::Any(..) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_rules_out_only_what_none_of_its_values_meets() {
        use Relation::{AtLeast, AtMost, Equal, Less, More, NotEqual};
        let (mut ruled, mut met) = (0, 0);
        for relation in [Equal, NotEqual, Less, AtMost, More, AtLeast] {
            for (wanted, first) in (-3..=3).flat_map(|wanted| (-4..=4).map(move |first| (wanted, first))) {
                for (last, negated) in (first..=4).flat_map(|last| [(last, false), (last, true)]) {
                    let none = (first..=last).all(|own| relation.holds(own.cmp(&wanted)) == negated);
                    let told = fails_throughout(relation, wanted, negated, first, last);
                    assert!(!told || none, "{relation:?} {wanted} negated {negated} from {first} to {last}");
                    // Only of what turns within a stretch less may be told than is so.
                    let turns = matches!(relation, Equal | NotEqual);
                    assert!(told == none || turns, "{relation:?} {wanted} negated {negated} from {first} to {last}");
                    (ruled, met) = (ruled + usize::from(told), met + usize::from(!told));
                }
            }
        }
        assert!(ruled > 100 && met > 100);
    }
}
