//! Matching at the size of a city, beside the evaluator row by row and beside CEL, in one run with equal results:
//! `cargo bench -p policies --bench matching -- [PROFILES] [CLAUSES] [MANY]`, by default 1000000, 10000 and 7500000.
//!
//! Generated from a seed: 30 facts, skewed, one in ten missing; clauses of 3 to 8 conditions. Packing the profiles into columns is told by
//! itself: it is how they are kept, not part of matching.

#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a benchmark measures time and prints")]

use jiff::civil::{Date, date};
use policies::{Clause, Finder, Library, Outcome, Plan, Segment, SegmentBuilder, match_all};
use rulebook::expression::{Cause, Decimal, Element, Expression, Fact, Kind, Truth, Value};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const TODAY: Date = date(2026, 3, 2);
const SEED: u64 = 20_260_302;

fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let mut size = |usual: usize| sizes.next().unwrap_or(usual);
    let (profiles, clauses, many) = (size(1_000_000), size(10_000), size(7_500_000));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let world = World::new();
    let library = Library { clauses: (0..clauses as u64).map(|n| world.clause(n)).collect(), ..Library::default() };
    println!("{threads} threads, {clauses} clauses, seed {SEED}");

    let (took, segments) = timed(|| world.segments(profiles, threads));
    println!("{profiles} profiles generated and packed: {took:.2?}");
    let (took, plan) = timed(|| Plan::new(&library.clauses, TODAY));
    println!("plan: {} distinct tests of {clauses} clauses: {took:.2?}", plan.tests());
    let mut sizes: Vec<usize> = [10_000, 100_000].into_iter().filter(|size| *size < profiles).collect();
    sizes.push(profiles);
    for size in sizes {
        let some: usize = size.div_ceil(policies::bits::SEGMENT).min(segments.len());
        let rows: usize = segments[..some].iter().map(Segment::rows).sum();
        let before = cpu();
        let (took, matches) = timed(|| match_all(&plan, &segments[..some], threads));
        let used = cpu() - before;
        let pairs = rows as f64 * clauses as f64;
        let sum = |at: usize| matches.counts.iter().map(|own| own[at]).sum::<u64>() as f64 * 100.0 / pairs;
        println!(
            "match all, counts and sets: {rows} x {clauses} in {took:.2?} ({used:.2} s of processor time), {:.0} million pairs a second; promising {:.2} %, opportunity {:.2} %, needs data {:.2} %, not met {:.2} %, not applicable {:.2} %; peak {} MB",
            pairs / took.as_secs_f64() / 1e6,
            sum(0),
            sum(1),
            sum(2),
            sum(3),
            sum(4),
            peak()
        );
    }
    beside_others(&world, &library, &plan);
    one_profile(&world, &segments[0]);
    explaining(&world, &library);
    drop(segments);
    new_clause(&world, many, threads);
}

/// The same pairs by the evaluator, row by row, and by CEL.
fn beside_others(world: &World, library: &Library, plan: &Plan) {
    let rows: Vec<Vec<Fact>> = (0..1_000).map(|n| world.profile(n)).collect();
    let segment = world.pack(&rows);
    let (fast, matches) = timed(|| match_all(plan, std::slice::from_ref(&segment), 1));
    let (slow, counts) = timed(|| {
        let count = |clause: &Clause| {
            let mut own = [0_u64; 5];
            rows.iter().for_each(|row| own[clause.outcome(row, TODAY) as usize] += 1);
            own
        };
        library.clauses.iter().map(count).collect::<Vec<_>>()
    });
    assert_eq!(matches.counts, counts, "the index and the evaluator differ");
    let pairs = (rows.len() * library.clauses.len()) as f64;
    println!(
        "{} rows, one thread, equal results: index {:.1} ns a pair, row by row {:.1} ns a pair",
        rows.len(),
        fast.as_secs_f64() * 1e9 / pairs,
        slow.as_secs_f64() * 1e9 / pairs
    );
    // CEL knows no missing facts and no Chinese names, so it gets rows that are complete and the ASCII text of the same conditions.
    let whole: Vec<Vec<Fact>> = (0..20).map(|n| world.whole(n)).collect();
    let some = &library.clauses[..library.clauses.len().min(2_000)];
    let programs: Vec<cel::Program> =
        some.iter().enumerate().map(|(n, _)| cel::Program::compile(&world.texts(n as u64).1).expect("CEL compiles it")).collect();
    let contexts: Vec<cel::Context<'_, '_>> = whole.iter().map(|row| world.context(row)).collect();
    let (took, met) = timed(|| {
        let holds = |program: &cel::Program| {
            contexts.iter().filter(|context| program.execute(context) == Ok(cel::Value::Bool(true))).count()
        };
        programs.iter().map(holds).collect::<Vec<_>>()
    });
    let truth = |clause: &Clause, row: &Vec<Fact>| clause.outcome(row, TODAY) == Outcome::Promising;
    let expected: Vec<usize> = some.iter().map(|clause| whole.iter().filter(|row| truth(clause, row)).count()).collect();
    assert_eq!(met, expected, "CEL and the evaluator differ");
    println!("CEL 0.15, equal results: {:.0} ns a pair", took.as_secs_f64() * 1e9 / (whole.len() * some.len()) as f64);
}

fn one_profile(world: &World, segment: &Segment) {
    let library: Vec<Clause> = (0..100_000).map(|n| world.clause(n)).collect();
    let plan = Plan::new(&library, TODAY);
    let (took, finder) = timed(|| Finder::new(&plan));
    let facts: Vec<_> = (0..300.min(segment.rows())).map(|row| segment.facts(row)).collect();
    let mut found = 0;
    let times: Vec<_> = facts.iter().map(|facts| timed(|| found += finder.find(facts).len()).0).collect();
    println!(
        "a changed profile against {} clauses ({} tests, filed in {took:.2?}): p50 {:.2?}, worst {:.2?}; {} found on average",
        library.len(),
        plan.tests(),
        middle(&times),
        worst(&times),
        found / facts.len()
    );
    let row = &facts[0];
    let plain: Vec<_> =
        finder.find(row).into_iter().filter(|(clause, outcome)| library[*clause].outcome(row, TODAY) != *outcome).collect();
    assert!(plain.is_empty(), "the finder and the evaluator differ");
}

fn explaining(world: &World, library: &Library) {
    let dictionary = rulebook::dictionary::Dictionary::default();
    let pairs: Vec<(&Clause, Vec<Fact>)> =
        library.clauses.iter().take(3_000).enumerate().map(|(n, clause)| (clause, world.profile(n as u64))).collect();
    let mut reasons = 0;
    let times: Vec<_> =
        pairs.iter().map(|(clause, row)| timed(|| reasons += clause.explain(&dictionary, row, TODAY).reasons.len()).0).collect();
    println!("explaining one pair: p50 {:.1?}, p99 {:.1?}; {reasons} reasons in all", middle(&times), percentile(&times, 99));
}

fn new_clause(world: &World, many: usize, threads: usize) {
    let (took, segments) = timed(|| world.segments(many, threads));
    println!("{many} profiles generated and packed: {took:.2?}; peak {} MB", peak());
    let mut hopeful = 0;
    let times: Vec<_> = (200_000..200_020)
        .map(|n| {
            let clause = world.clause(n);
            let (took, matches) = timed(|| match_all(&Plan::new([&clause], TODAY), &segments, threads));
            hopeful += matches.counts[0][0];
            took
        })
        .collect();
    println!(
        "a new clause against {many} profiles: p50 {:.1?}, worst {:.1?}; {} promising on average",
        middle(&times),
        worst(&times),
        hopeful / 20
    );
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let done = run();
    (began.elapsed(), done)
}

fn percentile(times: &[Duration], of: usize) -> Duration {
    let mut sorted = times.to_owned();
    sorted.sort_unstable();
    sorted[(sorted.len() * of / 100).min(sorted.len() - 1)]
}

fn middle(times: &[Duration]) -> Duration {
    percentile(times, 50)
}

fn worst(times: &[Duration]) -> Duration {
    percentile(times, 100)
}

/// Processor seconds that the process has used, where the system tells it: on a shared machine the clock says less.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Peak memory of the process in MB, where the system tells it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Numbers that look like chance and are the same in every run (splitmix64).
struct Lot(u64);

impl Lot {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Small numbers far more often than large ones.
    fn skewed(&mut self, end: u64) -> u64 {
        let (one, two) = (self.below(end), self.below(end));
        one * two / end
    }

    /// From 10 to some 10 to the tenth, evenly over the magnitudes.
    fn magnitude(&mut self) -> i64 {
        let digits = self.below(9) as u32;
        let leading = 10 + self.below(90) as i64;
        leading * 10_i64.pow(digits) + self.below(10_u64.pow(digits)) as i64
    }
}

struct World {
    elements: Vec<Element>,
}

impl World {
    /// Eight yes-or-no, ten choices of 3 to 40 words, ten numbers, two dates.
    fn new() -> World {
        let kind = |n: u32| match n {
            0..8 => Kind::Bool,
            8..18 => Kind::choice((0..3 + (n - 8) * 4).map(|word| format!("v{word}"))),
            18..28 => Kind::NUMBER,
            _ => Kind::Date,
        };
        World { elements: (0..30).map(|n| Element::new(n, &format!("e{n}"), kind(n))).collect() }
    }

    fn profile(&self, number: u64) -> Vec<Fact> {
        let mut lot = Lot(SEED ^ number.wrapping_mul(0x2545_F491_4F6C_DD1D));
        self.elements
            .iter()
            .map(|element| match (lot.below(100), &element.kind) {
                (0..10, _) => Fact::Missing,
                (_, Kind::Bool) => Fact::from(lot.below(4) == 0),
                (_, Kind::Choice(words)) => Fact::from(words[lot.skewed(words.len() as u64) as usize].as_str()),
                (_, Kind::Date) => {
                    Fact::from(date(1990 + lot.below(36) as i16, 1 + lot.below(12) as i8, 1 + lot.below(28) as i8))
                }
                _ => Fact::Known(Value::Number(Decimal::try_from(lot.magnitude()).unwrap_or(Decimal::ZERO))),
            })
            .collect()
    }

    /// A profile that misses nothing.
    fn whole(&self, number: u64) -> Vec<Fact> {
        let others: Vec<Vec<Fact>> = (0..20).map(|more| self.profile(number * 1_000 + more)).collect();
        let known = |at: usize| others.iter().map(|row| &row[at]).find(|fact| **fact != Fact::Missing);
        (0..self.elements.len()).map(|at| known(at).cloned().unwrap_or_default()).collect()
    }

    fn pack(&self, rows: &[Vec<Fact>]) -> Segment {
        let mut builder = SegmentBuilder::new(self.elements.iter().map(|element| (element.index, &element.kind)));
        rows.iter().for_each(|row| builder.push(row));
        builder.take()
    }

    fn segments(&self, profiles: usize, threads: usize) -> Vec<Segment> {
        let size = policies::bits::SEGMENT;
        let count = profiles.div_ceil(size);
        let make = |at: usize| {
            let mut builder = SegmentBuilder::new(self.elements.iter().map(|element| (element.index, &element.kind)));
            (at * size..((at + 1) * size).min(profiles)).for_each(|n| builder.push(&self.profile(n as u64)));
            builder.take()
        };
        let mut made = vec![Segment::default(); count];
        std::thread::scope(|scope| {
            for part in made.chunks_mut(count.div_ceil(threads).max(1)).enumerate() {
                let make = &make;
                scope.spawn(move || {
                    let from = part.0 * count.div_ceil(threads).max(1);
                    part.1.iter_mut().enumerate().for_each(|(at, segment)| *segment = make(from + at));
                });
            }
        });
        made
    }

    /// The conditions of a clause: in our language, and in CEL.
    fn texts(&self, number: u64) -> (String, String) {
        let mut lot = Lot(SEED ^ number.wrapping_mul(0xD134_2543_DE82_EF95) ^ 77);
        let (mut own, mut cel) = (String::new(), String::new());
        let count = 3 + lot.below(6);
        let mut grouped = lot.below(5) == 0;
        for at in 0..count {
            // The first condition is about place or trade, as in real policies.
            let element = if at == 0 { 14 + lot.below(4) } else { lot.below(30) };
            let (mut one, mut two) = self.test(element, &mut lot);
            if at > 0 && std::mem::take(&mut grouped) {
                let element = lot.below(30);
                let (other, in_cel) = self.test(element, &mut lot);
                (one, two) = (format!("({one} or {other})"), format!("({two} || {in_cel})"));
            }
            let (and, also) = if at == 0 { ("", "") } else { (" and ", " && ") };
            let _ = write!(own, "{and}{one}");
            let _ = write!(cel, "{also}{two}");
        }
        (own, cel)
    }

    fn test(&self, element: u64, lot: &mut Lot) -> (String, String) {
        let name = format!("e{element}");
        match &self.elements[element as usize].kind {
            Kind::Bool if lot.below(2) == 0 => (name.clone(), name),
            Kind::Bool => (format!("not {name}"), format!("!{name}")),
            Kind::Choice(words) => {
                let wanted = 1 + lot.below(3.min(words.len() as u64));
                let mut list: Vec<String> =
                    (0..wanted).map(|_| format!("\"{}\"", words[lot.skewed(words.len() as u64) as usize])).collect();
                list.sort();
                list.dedup();
                (format!("{name} in [{}]", list.join(", ")), format!("{name} in [{}]", list.join(", ")))
            }
            Kind::Date => {
                let year = 1995 + lot.below(30);
                (format!("{name} >= {year}-01-01"), format!("{name} >= {}", year * 10_000 + 101))
            }
            _ => {
                // Thresholds are round, as in documents.
                let wanted = (1 + lot.below(99)) * 10_u64.pow(1 + lot.below(8) as u32);
                let relation = if lot.below(3) == 0 { "<=" } else { ">=" };
                (format!("{name} {relation} {wanted}"), format!("{name} {relation} {wanted}"))
            }
        }
    }

    fn clause(&self, number: u64) -> Clause {
        let parse = |text: &str| Expression::parse(text, &self.elements).expect("the generator writes conditions");
        Clause {
            code: format!("C{number}"),
            policy: "generated".to_owned(),
            scope: None,
            when: parse(&self.texts(number).0),
            judged: Vec::new(),
            amount: None,
            times: Vec::new(),
        }
    }

    fn context(&self, row: &[Fact]) -> cel::Context<'static, 'static> {
        let mut context = cel::Context::default();
        for (element, fact) in self.elements.iter().zip(row) {
            let value = match fact {
                Fact::Known(Value::Bool(value)) => cel::Value::Bool(*value),
                Fact::Known(Value::Text(text)) => cel::Value::from(text.as_str()),
                Fact::Known(Value::Number(number)) => cel::Value::Int(number.units() / 10_000),
                Fact::Known(Value::Date(date)) => {
                    cel::Value::Int(i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day()))
                }
                _ => cel::Value::Null,
            };
            context.add_variable_from_value(element.name.to_string(), value);
        }
        context
    }
}

// A clause with a hole in it is neither promising nor not met: the generator's missing facts must count.
const _: () = assert!(matches!(Truth::Unknown(Cause::Missing).and(Truth::True), Truth::Unknown(Cause::Missing)));
