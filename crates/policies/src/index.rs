//! All clauses against all profiles, in bits: segment by segment, block by block, every distinct test once.
//!
//! For a block the rows of each input are sorted into the classes between which some test tells, and the classes are added up from below; a test is
//! then the difference of two such sums, and a clause some `and` and `or` of words. What is not known travels along in planes
//! of its own, by Kleene's tables. Memory is one segment's bits for each thread beside the result.

use crate::bits::{BLOCK, NONE, Plane, Rows, SEGMENT, WORDS, mask, set_bits};
use crate::columns::{Column, FIRST, MISSING, PERSON, Values, key};
use crate::plan::{Atom, Origin, Plan, Program, Step, Term};
use crate::{Outcome, Segment};
use rulebook::expression::Truth;
use rulebook::expression::tree::{Operand, Relation, Test};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many profiles came out how, and which of them are worth telling, for each clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matches {
    /// In the order of [`Outcome::ALL`].
    pub counts: Vec<[u64; 5]>,
    /// For each clause and segment the rows that are promising, or an opportunity where a person must judge.
    pub hopeful: Vec<Vec<Rows>>,
}

/// Matches every clause of the plan with every segment, on so many threads.
pub fn match_all(plan: &Plan, segments: &[Segment], threads: usize) -> Matches {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(segments.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, segments.len().max(1)) {
            scope.spawn(|| {
                let mut desk = Desk::new(plan);
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(segment) = segments.get(at) else { break };
                    let told = desk.hopeful(segment);
                    if let Ok(mut done) = done.lock() {
                        done.push((at, told));
                    }
                }
            });
        }
    });
    let mut parts = done.into_inner().unwrap_or_default();
    parts.sort_unstable_by_key(|(at, _)| *at);
    let clauses = plan.programs.len();
    let mut all = Matches { counts: vec![[0; 5]; clauses], hopeful: vec![Vec::with_capacity(segments.len()); clauses] };
    for (_, (counts, rows)) in parts {
        for (clause, (own, rows)) in counts.into_iter().zip(rows).enumerate() {
            (0..5).for_each(|outcome| all.counts[clause][outcome] += u64::from(own[outcome]));
            all.hopeful[clause].push(rows);
        }
    }
    all
}

/// So few classes are told apart by comparing codes; more by looking each code up.
const FEW: usize = 3;

/// The answers for one block of rows: four planes; in none of them a row for which the condition makes no sense.
#[derive(Debug, Clone, Copy)]
pub struct Planes {
    pub(crate) yes: Plane,
    pub(crate) no: Plane,
    pub(crate) missing: Plane,
    pub(crate) person: Plane,
}

/// Where an input's classes lie among the sums, and what rows of the block have no value.
#[derive(Debug, Clone, Default)]
struct Prepared {
    /// Class of each code of the segment's column.
    class_of: Vec<u16>,
    /// Number of classes; the first three are the reasons for having no value.
    classes: usize,
    /// Where its sums begin.
    base: usize,
    /// The segment has rows that need a person.
    has_person: bool,
    /// Where few classes are told apart: the codes below which the rows of each lie.
    bounds: Vec<u16>,
}

/// What one thread works with; reused from segment to segment.
pub struct Desk<'a> {
    plan: &'a Plan,
    prepared: Vec<Prepared>,
    /// For each atom the classes that meet it, as places among the sums.
    meets: Vec<Vec<(u32, u32)>>,
    sums: Vec<Plane>,
    met: Vec<Plane>,
    known: Vec<Plane>,
    missing: Vec<Plane>,
    person: Vec<Plane>,
    /// The opposite of `met` where it is known.
    unmet: Vec<Plane>,
    /// Nobody in the segment needs a person or is out of the question, so two planes tell all.
    plain: bool,
}

impl<'a> Desk<'a> {
    pub fn new(plan: &'a Plan) -> Desk<'a> {
        let inputs = plan.inputs.len();
        Desk {
            plan,
            prepared: vec![Prepared::default(); inputs],
            meets: vec![Vec::new(); plan.atoms.len()],
            sums: Vec::new(),
            met: vec![NONE; plan.atoms.len()],
            known: vec![NONE; inputs],
            missing: vec![NONE; inputs],
            person: vec![NONE; inputs],
            unmet: vec![NONE; plan.atoms.len()],
            plain: false,
        }
    }

    /// Counts for each clause, and the rows that are worth telling.
    pub fn hopeful(&mut self, segment: &Segment) -> (Vec<[u32; 5]>, Vec<Rows>) {
        let plan = self.plan;
        let clauses = plan.programs.len();
        // A condition makes no sense only where some fact makes none.
        let all_apply = !segment.columns.values().any(|column| column.has_none);
        let mut counts = vec![[0; 5]; clauses];
        let mut places: Vec<Vec<u16>> = vec![Vec::new(); clauses];
        self.each_block(segment, |block, clause, outcomes, rows| {
            let own: &mut [u32; 5] = &mut counts[clause];
            let three = [0, 1, 2].map(|outcome| count(&outcomes[outcome]));
            (0..3).for_each(|outcome| own[outcome] += three[outcome]);
            let rest = rows as u32 - three.iter().sum::<u32>();
            let unmet = if all_apply && plan.programs[clause].scope.is_none() { rest } else { count(&outcomes[3]) };
            own[3] += unmet;
            own[4] += rest - unmet;
            if three[0] + three[1] > 0 {
                let hopeful: Plane = std::array::from_fn(|word| outcomes[0][word] | outcomes[1][word]);
                set_bits(&hopeful, |row| places[clause].push((block * BLOCK + row) as u16));
            }
        });
        let rows = places.iter().map(|places| Rows::of(places, segment.rows)).collect();
        (counts, rows)
    }

    /// Shows every block of every clause: the rows of the first four [`Outcome`]s; the others are not applicable.
    pub fn each_block(&mut self, segment: &Segment, mut visit: impl FnMut(usize, usize, &[Plane; 4], usize)) {
        let plan = self.plan;
        let calculated: Vec<Option<Column>> = plan.inputs.iter().map(|input| input.calculated(segment, plan.today)).collect();
        let columns: Vec<&Column> = plan
            .inputs
            .iter()
            .zip(&calculated)
            .filter_map(|(input, calculated)| match (&input.from, calculated) {
                (_, Some(column)) => Some(column),
                (Origin::Element(element), None) => segment.columns.get(element),
                _ => None,
            })
            .collect();
        self.plain = !columns.iter().any(|column| column.has_person || column.has_none);
        self.prepare(&columns);
        for block in 0..segment.rows.div_ceil(BLOCK) {
            let rows = block * BLOCK..((block + 1) * BLOCK).min(segment.rows);
            self.sort_rows(&columns, rows.clone());
            self.ask();
            let live = live(rows.len());
            for (clause, program) in plan.programs.iter().enumerate() {
                let outcomes = if self.plain { self.plainly(program, &live) } else { self.outcomes(program, &live) };
                visit(block, clause, &outcomes, rows.len());
            }
        }
    }

    /// Finds for this segment which codes meet which test, and where classes have to be told apart.
    fn prepare(&mut self, columns: &[&Column]) {
        let plan = self.plan;
        let mut base = 0;
        for (input, column) in columns.iter().enumerate() {
            let atoms = &plan.of_input[input];
            let met: Vec<Vec<Range<usize>>> = atoms
                .iter()
                .map(|atom| meeting(plan, &plan.atoms[*atom as usize], &plan.inputs[input].from, &column.values))
                .collect();
            let mut cuts: Vec<usize> = met.iter().flatten().flat_map(|range| [range.start, range.end]).collect();
            cuts.sort_unstable();
            cuts.dedup();
            let own = &mut self.prepared[input];
            own.class_of.clear();
            own.bounds.clear();
            if cuts.len() <= FEW {
                own.bounds.extend(cuts.iter().map(|cut| *cut as u16));
            }
            own.class_of.extend(0..FIRST);
            let mut passed = 0;
            let places = if cuts.len() <= FEW { 0 } else { column.values.len() };
            own.class_of.extend((0..places).map(|place| {
                while cuts.get(passed).is_some_and(|cut| *cut <= place) {
                    passed += 1;
                }
                FIRST + passed as u16
            }));
            (own.base, own.classes) = (base, 4 + cuts.len());
            own.has_person = column.has_person;
            // A sum holds all classes below its place: the rows from `start` on are those of all classes not below start's own.
            let below = |place: usize| (base + 3 + cuts.partition_point(|cut| *cut <= place)) as u32;
            for (atom, ranges) in atoms.iter().zip(&met) {
                self.meets[*atom as usize] = ranges.iter().map(|range| (below(range.start), below(range.end))).collect();
            }
            base += own.classes + 1;
        }
        self.sums.resize(base, NONE);
    }

    /// Sorts the rows of a block into classes and adds them up from below.
    fn sort_rows(&mut self, columns: &[&Column], rows: Range<usize>) {
        for (input, column) in columns.iter().enumerate() {
            let own = &self.prepared[input];
            if own.class_of.len() == usize::from(FIRST) {
                self.compare(input, &column.codes[rows.clone()]);
                continue;
            }
            let sums = &mut self.sums[own.base..=own.base + own.classes];
            sums.fill(NONE);
            for (word, codes) in column.codes[rows.clone()].chunks(64).enumerate() {
                for (bit, code) in codes.iter().enumerate() {
                    // One place up, so that after adding up each sum holds what lies below it.
                    sums[usize::from(own.class_of[usize::from(*code)]) + 1][word] |= 1 << bit;
                }
            }
            self.missing[input] = sums[usize::from(MISSING) + 1];
            self.person[input] = sums[usize::from(PERSON) + 1];
            sums[..=3].fill(NONE);
            let mut sum = NONE;
            for plane in &mut sums[4..] {
                (0..WORDS).for_each(|word| sum[word] |= plane[word]);
                *plane = sum;
            }
            self.known[input] = sum;
        }
    }

    /// The same where few classes are told apart, by comparing.
    fn compare(&mut self, input: usize, codes: &[u16]) {
        let own = &self.prepared[input];
        let sums = &mut self.sums[own.base..=own.base + own.classes];
        sums.fill(NONE);
        let (missing, person, known) = (&mut self.missing[input], &mut self.person[input], &mut self.known[input]);
        (*missing, *person, *known) = (NONE, NONE, NONE);
        for (word, codes) in codes.chunks(64).enumerate() {
            missing[word] = mask(codes, |code| code == MISSING);
            known[word] = mask(codes, |code| code >= FIRST);
            if own.has_person {
                person[word] = mask(codes, |code| code == PERSON);
            }
            for (sum, bound) in sums[4..].iter_mut().zip(&own.bounds) {
                // What has no value wraps round and lies above every bound.
                sum[word] = mask(codes, |code| code.wrapping_sub(FIRST) < *bound);
            }
        }
        if let Some(last) = sums.last_mut() {
            *last = *known;
        }
    }

    /// Every test of the plan, for the block that was sorted.
    fn ask(&mut self) {
        let unmet = self.unmet.iter_mut().zip(&self.plan.atoms);
        for ((met, ranges), (unmet, atom)) in self.met.iter_mut().zip(&self.meets).zip(unmet) {
            *met = NONE;
            for (start, end) in ranges {
                let (start, end) = (&self.sums[*start as usize], &self.sums[*end as usize]);
                (0..WORDS).for_each(|word| met[word] |= end[word] & !start[word]);
            }
            let known = &self.known[atom.input as usize];
            (0..WORDS).for_each(|word| unmet[word] = known[word] & !met[word]);
        }
    }

    /// The rows of each of the first four outcomes.
    fn outcomes(&self, program: &Program, live: &Plane) -> [Plane; 4] {
        let when = self.step(&program.when, live);
        let both = match &program.scope {
            None => when,
            Some(scope) => {
                let scope = self.step(scope, live);
                let mut both = when;
                for word in 0..WORDS {
                    // Outside the scope nothing applies, and where the conditions make no sense neither.
                    let within = (scope.yes[word] | scope.missing[word] | scope.person[word])
                        & (when.yes[word] | when.no[word] | when.missing[word] | when.person[word]);
                    let no = when.no[word] & within;
                    let missing = (scope.missing[word] | when.missing[word]) & within & !no;
                    both.no[word] = no;
                    both.missing[word] = missing;
                    both.person[word] = (scope.person[word] | when.person[word]) & within & !no & !missing;
                    both.yes[word] = scope.yes[word] & when.yes[word];
                }
                both
            }
        };
        judged(program, [both.yes, both.person, both.missing, both.no])
    }

    /// The same where every row is met, unmet or missing.
    fn plainly(&self, program: &Program, live: &Plane) -> [Plane; 4] {
        let (mut no, mut missing) = self.two(&program.when, live);
        if let Some(scope) = &program.scope {
            let (outside, open) = self.two(scope, live);
            for word in 0..WORDS {
                no[word] &= !outside[word];
                missing[word] = (missing[word] | open[word]) & !no[word] & !outside[word];
            }
            let yes = std::array::from_fn(|word| live[word] & !(no[word] | missing[word] | outside[word]));
            return judged(program, [yes, NONE, missing, no]);
        }
        let yes = std::array::from_fn(|word| live[word] & !(no[word] | missing[word]));
        judged(program, [yes, NONE, missing, no])
    }

    /// The rows that do not meet a condition, and those of which it is not known; all others do.
    fn two(&self, step: &Step, live: &Plane) -> (Plane, Plane) {
        let (terms, steps, all) = match step {
            Step::Constant(true) => return (NONE, NONE),
            Step::Constant(false) => return (*live, NONE),
            Step::Atom(term) => (std::slice::from_ref(term), [].as_slice(), true),
            Step::All(terms, steps) => (terms.as_slice(), steps.as_slice(), true),
            Step::Any(terms, steps) => (terms.as_slice(), steps.as_slice(), false),
        };
        let (mut settled, mut missing) = (NONE, NONE);
        for term in terms {
            let planes = if term.negated == all { &self.met } else { &self.unmet };
            let (settling, open) = (&planes[term.atom as usize], &self.missing[term.input as usize]);
            for word in 0..WORDS {
                settled[word] |= settling[word];
                missing[word] |= open[word];
            }
        }
        for step in steps {
            let (no, open) = self.two(step, live);
            for word in 0..WORDS {
                settled[word] |= if all { no[word] } else { live[word] & !(no[word] | open[word]) };
                missing[word] |= open[word];
            }
        }
        (0..WORDS).for_each(|word| missing[word] &= !settled[word]);
        if all {
            return (settled, missing);
        }
        (std::array::from_fn(|word| live[word] & !(settled[word] | missing[word])), missing)
    }

    fn step(&self, step: &Step, live: &Plane) -> Planes {
        match step {
            Step::Constant(true) => Planes { yes: *live, no: NONE, missing: NONE, person: NONE },
            Step::Constant(false) => Planes { yes: NONE, no: *live, missing: NONE, person: NONE },
            Step::Atom(term) => self.chain(std::slice::from_ref(term), &[], live),
            Step::All(terms, steps) => self.chain(terms, steps, live),
            Step::Any(terms, steps) => self.any(terms, steps, live),
        }
    }

    /// All of them: one that fails settles it, then what is missing, then what needs a person.
    fn chain(&self, terms: &[Term], steps: &[Step], live: &Plane) -> Planes {
        let mut sum = Planes { yes: NONE, no: NONE, missing: NONE, person: NONE };
        for term in terms {
            let (met, turned) = (&self.met[term.atom as usize], if term.negated { u64::MAX } else { 0 });
            let (known, missing) = (&self.known[term.input as usize], &self.missing[term.input as usize]);
            for word in 0..WORDS {
                let met = (met[word] ^ turned) & known[word];
                sum.yes[word] |= met;
                sum.no[word] |= known[word] & !met;
                sum.missing[word] |= missing[word];
            }
            if self.prepared[term.input as usize].has_person {
                let person = &self.person[term.input as usize];
                (0..WORDS).for_each(|word| sum.person[word] |= person[word]);
            }
        }
        for step in steps {
            add(&mut sum, &self.step(step, live));
        }
        settle(&mut sum.no, &mut sum.missing, &mut sum.person, &mut sum.yes);
        sum
    }

    /// Any of them: one that holds settles it.
    fn any(&self, terms: &[Term], steps: &[Step], live: &Plane) -> Planes {
        let mut sum = Planes { yes: NONE, no: NONE, missing: NONE, person: NONE };
        for term in terms {
            add(&mut sum, &self.chain(std::slice::from_ref(term), &[], live));
        }
        for step in steps {
            add(&mut sum, &self.step(step, live));
        }
        settle(&mut sum.yes, &mut sum.missing, &mut sum.person, &mut sum.no);
        sum
    }
}

/// Where a person must judge nothing is more than an opportunity.
fn judged(program: &Program, mut outcomes: [Plane; 4]) -> [Plane; 4] {
    if program.judged {
        let promising = std::mem::replace(&mut outcomes[0], NONE);
        (0..WORDS).for_each(|word| outcomes[1][word] |= promising[word]);
    }
    outcomes
}

fn add(sum: &mut Planes, other: &Planes) {
    for word in 0..WORDS {
        sum.yes[word] |= other.yes[word];
        sum.no[word] |= other.no[word];
        sum.missing[word] |= other.missing[word];
        sum.person[word] |= other.person[word];
    }
}

/// Each row stays in the first plane that has it.
fn settle(first: &mut Plane, second: &mut Plane, third: &mut Plane, last: &mut Plane) {
    for word in 0..WORDS {
        second[word] &= !first[word];
        third[word] &= !(first[word] | second[word]);
        last[word] &= !(first[word] | second[word] | third[word]);
    }
}

/// As many rows as the block has.
fn live(rows: usize) -> Plane {
    std::array::from_fn(|word| match rows.saturating_sub(word * 64) {
        0 => 0,
        left if left >= 64 => u64::MAX,
        left => (1 << left) - 1,
    })
}

fn count(plane: &Plane) -> u32 {
    // Most planes are empty, and counting costs more than looking.
    if *plane == NONE { 0 } else { plane.iter().map(|word| word.count_ones()).sum() }
}

/// Which of the distinct values meet a test, as ranges of places. Thresholds are searched for by order; of words each is asked.
fn meeting(plan: &Plan, atom: &Atom, from: &Origin, values: &Values) -> Vec<Range<usize>> {
    let literal = |operand: &Operand| if let Operand::Literal(value) = operand { key(value) } else { None };
    let Some(keys) = values.ordered().filter(|_| !matches!(from, Origin::Answer(_))) else {
        return asked(plan, atom, from, values);
    };
    let equal = |wanted: i64| keys.partition_point(|key| *key < wanted)..keys.partition_point(|key| *key <= wanted);
    let related = |relation: Relation, wanted: i64| {
        let Range { start, end } = equal(wanted);
        let parts = [
            (std::cmp::Ordering::Less, 0..start),
            (std::cmp::Ordering::Equal, start..end),
            (std::cmp::Ordering::Greater, end..keys.len()),
        ];
        parts.into_iter().filter(|(order, _)| relation.holds(*order)).map(|(_, range)| range).collect()
    };
    match &atom.test {
        Test::Compare { left, relation, right } => match (literal(left), literal(right)) {
            (None, Some(wanted)) => related(*relation, wanted),
            (Some(wanted), None) => related(relation.mirrored(), wanted),
            _ => asked(plan, atom, from, values),
        },
        Test::Between { low, high, .. } => match (literal(low), literal(high)) {
            (Some(low), Some(high)) => {
                let start = equal(low).start;
                std::iter::once(start..equal(high).end.max(start)).collect()
            }
            _ => asked(plan, atom, from, values),
        },
        _ => asked(plan, atom, from, values),
    }
}

fn asked(plan: &Plan, atom: &Atom, from: &Origin, values: &Values) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for place in 0..values.len() {
        let fact = rulebook::expression::Fact::Known(values.value(place));
        if atom.asked(from, &fact, plan.today) != Truth::True {
            continue;
        }
        match ranges.last_mut() {
            Some(last) if last.end == place => last.end += 1,
            _ => ranges.push(place..place + 1),
        }
    }
    ranges
}

/// The outcome of every clause for every row of a segment, row by row: for those who want all pairs.
pub fn pairs(desk: &mut Desk<'_>, segment: &Segment, mut visit: impl FnMut(usize, usize, Outcome)) {
    let mut told = vec![Outcome::NotApplicable; BLOCK];
    desk.each_block(segment, |block, clause, outcomes, rows| {
        told.fill(Outcome::NotApplicable);
        for (plane, outcome) in outcomes.iter().zip(Outcome::ALL) {
            set_bits(plane, |row| told[row] = outcome);
        }
        (0..rows).for_each(|row| visit(block * BLOCK + row, clause, told[row]));
    });
}

const _: () = assert!(SEGMENT.is_multiple_of(BLOCK));
