//! `yimen policies match`: which clauses speak for which firms, as JSON lines; large sets stream through in batches.
//!
//! Formats: docs/writing-rules.md. What is wrong with a definition, a line or a fact is named on standard error and passed over.

mod assess;
mod batches;
mod import;
mod table;

use crate::files;
use anyhow::Context;
use batches::{Batch, Batches};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use policies::bits::{BLOCK, SEGMENT};
use policies::index::{Desk, pairs};
use policies::{Library, Outcome, Plan, Profile, Segment, SegmentBuilder};
use rulebook::Rulebook;
use rulebook::expression::{Element, Fact};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

#[derive(Subcommand)]
pub enum Policies {
    /// Match profiles with clauses.
    Match(Match),
    /// Take over what registers and lists state of firms; the same again changes nothing.
    ImportProfiles(import::ImportProfiles),
    /// Write definitions of policies as a table (CSV), a row for each clause.
    Table(table::ToTable),
    /// Make a definition file of such a table (CSV or XLSX), on standard output; rows that cannot be taken are told with their number.
    FromTable(table::FromTable),
    /// Hold clauses against each other, or a draft against all that is in force.
    Assess(assess::Assess),
}

#[derive(Args)]
pub struct Match {
    /// Definitions of policies: a file, or a folder. One that defines elements of its own stands by itself.
    #[arg(long, default_value = "rulebook/policies")]
    policies: PathBuf,
    /// The rulebook whose elements the conditions use; by default `rulebook`, unless the policies bring elements of their own.
    #[arg(long)]
    rulebook: Option<PathBuf>,
    /// Profiles, a line of JSON each; `-` for standard input.
    #[arg(long)]
    profiles: PathBuf,
    /// The day for which is asked; by default today.
    #[arg(long)]
    as_of: Option<Date>,
    /// Tell with each pair the requirement, the actual value, what is missing, what would have to differ, and the amount.
    #[arg(long)]
    explain: bool,
    /// One line for each clause instead: how many firms came out how.
    #[arg(long, conflicts_with_all = ["explain", "only"])]
    counts: bool,
    /// Only pairs with these results, e.g. `promising,opportunity`.
    #[arg(long, value_delimiter = ',', value_parser = outcome)]
    only: Vec<Outcome>,
    /// Threads that match; by default one for each core.
    #[arg(long)]
    threads: Option<usize>,
}

fn outcome(word: &str) -> Result<Outcome, String> {
    let known = || Outcome::ALL.map(Outcome::word).join(", ");
    Outcome::ALL.into_iter().find(|outcome| outcome.word() == word).ok_or_else(|| format!("not one of {}", known()))
}

impl Policies {
    pub fn run(&self, place: &crate::config::Place) -> anyhow::Result<ExitCode> {
        match self {
            Policies::Match(options) => options.run(),
            Policies::ImportProfiles(import) => crate::config::runtime()?.block_on(import.run(place)),
            Policies::Table(options) => options.run(),
            Policies::FromTable(options) => options.run(),
            Policies::Assess(options) => options.run(),
        }
    }
}

/// What all threads read.
struct Matching<'a> {
    options: &'a Match,
    rulebook: &'a Rulebook,
    library: &'a Library,
    plan: &'a Plan,
    elements: Vec<&'a Element>,
    on: Date,
}

/// What was told over all batches.
#[derive(Default)]
struct Told {
    counts: Vec<[u64; 5]>,
    profiles: u64,
    lines_refused: u64,
    facts_refused: u64,
    contradictions: u64,
}

/// What one batch gave: lines for standard output and for standard error.
#[derive(Default)]
struct Answered {
    out: Vec<u8>,
    err: Vec<u8>,
    told: Told,
}

#[derive(Serialize)]
struct Pair<'a> {
    profile: &'a str,
    clause: &'a str,
    result: Outcome,
    reasons: Vec<Reason>,
}

#[derive(Serialize)]
struct Reason {
    condition: String,
    answer: &'static str,
}

/// Firms by how they came out, in the order of [`Outcome::ALL`].
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Counts<'a> {
    clause: &'a str,
    promising: u64,
    opportunity: u64,
    needs_data: u64,
    not_met: u64,
    not_applicable: u64,
}

#[derive(Serialize)]
struct Explained<'a> {
    profile: &'a str,
    clause: &'a str,
    result: Outcome,
    #[serde(flatten)]
    why: policies::explain::Explained,
}

impl Match {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let on = self.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
        let (rulebook, errors) = definitions(&self.policies, self.rulebook.as_deref(), None)?;
        let library = Library::of(&rulebook, on);
        for (code, why) in &library.silent {
            eprintln!("clause {code}: not in force on {on}: {}", serde_json::to_string(why)?.trim_matches('"'));
        }
        for code in &library.broken {
            eprintln!("clause {code}: its conditions cannot be read, it is passed over");
        }
        anyhow::ensure!(!library.clauses.is_empty(), "there is no clause in force on {on} in {}", self.policies.display());
        let plan = Plan::new(&library.clauses, on);
        let elements = plan.elements().collect();
        let matching = Matching { options: self, rulebook: &rulebook, library: &library, plan: &plan, elements, on };
        let told = match matching.stream() {
            Ok(told) => told,
            // Whoever reads has seen enough, as `head` does: that is no fault.
            Err(fault) if is_closed_pipe(&fault) => return Ok(ExitCode::SUCCESS),
            Err(fault) => return Err(fault),
        };
        let Told { profiles, lines_refused, facts_refused, contradictions, .. } = told;
        eprintln!(
            "{profiles} profiles, {} clauses, {} distinct tests; {lines_refused} lines passed over, {facts_refused} facts left out, \
             {contradictions} contradictions, {} clauses not in force, {errors} errors in definitions",
            library.clauses.len(),
            plan.tests(),
            library.silent.len(),
        );
        Ok(ExitCode::SUCCESS)
    }

    fn profiles(&self) -> anyhow::Result<Box<dyn std::io::BufRead + Send>> {
        if self.profiles == Path::new("-") {
            return Ok(Box::new(std::io::BufReader::new(std::io::stdin())));
        }
        let file = std::fs::File::open(&self.profiles).with_context(|| format!("cannot read {}", self.profiles.display()))?;
        Ok(Box::new(std::io::BufReader::with_capacity(1 << 20, file)))
    }
}

/// The policies with the elements that they use, and one draft besides; problems are named on standard error and the errors counted.
fn definitions(policies: &Path, rulebook: Option<&Path>, draft: Option<(String, String)>) -> anyhow::Result<(Rulebook, usize)> {
    let mut own = if policies.is_dir() {
        files::read(policies)?
    } else {
        let text = std::fs::read_to_string(policies).with_context(|| format!("cannot read {}", policies.display()))?;
        vec![(policies.display().to_string(), text)]
    };
    if let Some(draft) = draft {
        // A draft that already lies in the folder is read once.
        own.retain(|(_, text)| *text != draft.1);
        own.push(draft);
    }
    let by_itself = own.iter().any(|(_, text)| text.lines().any(|line| line.trim() == "[[field]]"));
    let base = match rulebook {
        Some(folder) => files::read(folder)?,
        None if by_itself => Vec::new(),
        None => files::read(Path::new("rulebook")).context("the policies bring no elements; name a folder with --rulebook")?,
    };
    let base = base.into_iter().filter(|(path, _)| !path.starts_with("policies/"));
    let all: Vec<(String, String)> = base.chain(own).collect();
    let (rulebook, problems) = rulebook::compile(all.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    for problem in &problems {
        eprintln!("{problem}");
    }
    Ok((rulebook, problems.iter().filter(|problem| problem.severity == rulebook::Severity::Error).count()))
}

impl Matching<'_> {
    /// Batches are read in order, matched on all threads, and written in order again.
    fn stream(&self) -> anyhow::Result<Told> {
        // Pairs need one outcome for each clause and row at a time; counts do not.
        let rows = if self.options.counts { SEGMENT / 2 } else { BLOCK };
        let batches = Mutex::new(Batches::new(self.options.profiles()?, rows));
        let threads = self.options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1);
        let (send, receive) = std::sync::mpsc::sync_channel(threads * 2);
        let mut sum = Told { counts: vec![[0; 5]; self.library.clauses.len()], ..Told::default() };
        std::thread::scope(|scope| -> anyhow::Result<()> {
            for _ in 0..threads {
                let (send, batches) = (send.clone(), &batches);
                scope.spawn(move || {
                    let mut desk = Desk::new(self.plan);
                    loop {
                        let next = batches.lock().map_or_else(|_| Ok(None), |mut batches| batches.next());
                        let answered = match next {
                            Ok(None) => return,
                            Ok(Some(batch)) => Ok((batch.number, self.answer(&mut desk, &batch))),
                            Err(fault) => Err(fault),
                        };
                        let failed = answered.is_err();
                        if send.send(answered).is_err() || failed {
                            return;
                        }
                    }
                });
            }
            drop(send);
            let (mut out, mut err) = (std::io::BufWriter::new(std::io::stdout().lock()), std::io::stderr().lock());
            let (mut waiting, mut next) = (std::collections::BTreeMap::new(), 0);
            for answered in receive {
                let (number, answered) = answered?;
                waiting.insert(number, answered);
                while let Some(answered) = waiting.remove(&next) {
                    out.write_all(&answered.out)?;
                    err.write_all(&answered.err)?;
                    sum.add(answered.told);
                    next += 1;
                }
            }
            if self.options.counts {
                for (clause, counts) in self.library.clauses.iter().zip(&sum.counts) {
                    let [promising, opportunity, needs_data, not_met, not_applicable] = *counts;
                    let clause = clause.code.as_str();
                    let row = Counts { clause, promising, opportunity, needs_data, not_met, not_applicable };
                    serde_json::to_writer(&mut out, &row)?;
                    out.write_all(b"\n")?;
                }
            }
            out.flush()?;
            Ok(())
        })?;
        Ok(sum)
    }

    fn answer(&self, desk: &mut Desk<'_>, batch: &Batch) -> Answered {
        let mut answered = Answered::default();
        let (profiles, facts, segment) = self.read(batch, &mut answered);
        answered.told.profiles = profiles.len() as u64;
        if self.options.counts {
            let (counts, _) = desk.hopeful(&segment);
            answered.told.counts = counts.into_iter().map(|own| own.map(u64::from)).collect();
            return answered;
        }
        let clauses = &self.library.clauses;
        let mut outcomes = vec![Outcome::NotApplicable; segment.rows() * clauses.len()];
        pairs(desk, &segment, |row, clause, outcome| outcomes[row * clauses.len() + clause] = outcome);
        for (row, profile) in profiles.iter().enumerate() {
            let own = &outcomes[row * clauses.len()..(row + 1) * clauses.len()];
            for (clause, outcome) in own.iter().enumerate() {
                if self.options.only.is_empty() || self.options.only.contains(outcome) {
                    self.tell(profile, &facts[row], clause, *outcome, &mut answered.out);
                }
            }
        }
        answered
    }

    fn read(&self, batch: &Batch, answered: &mut Answered) -> (Vec<String>, Vec<Vec<Fact>>, Segment) {
        let mut builder = SegmentBuilder::new(self.elements.iter().map(|element| (element.index, &element.kind)));
        let (mut names, mut kept, mut facts) = (Vec::new(), Vec::new(), Vec::new());
        let dictionary = &self.rulebook.dictionary;
        for (at, line) in batch.lines() {
            let Ok(line) = std::str::from_utf8(line) else {
                answered.refuse(at, "the line is not UTF-8");
                continue;
            };
            if line.trim().is_empty() {
                continue;
            }
            let (profile, doubts) = match Profile::read(line, dictionary, self.on) {
                Ok(read) => read,
                Err(fault) => {
                    answered.refuse(at, &fault.en);
                    continue;
                }
            };
            for doubt in &doubts {
                answered.told.facts_refused += 1;
                answered.say(at, &format!("{}: {}: {}; the fact is left out", profile.name, doubt.element, doubt.message.en));
            }
            for element in profile.facts(dictionary, &mut facts) {
                answered.told.contradictions += 1;
                let element = self
                    .elements
                    .iter()
                    .find(|known| known.index == element)
                    .map_or("an element that no clause uses", |known| &known.name);
                answered.say(at, &format!("{}: {element}: equally good sources differ; it is left to a person", profile.name));
            }
            profile.derive(self.rulebook, &mut facts);
            builder.push(&facts);
            names.push(profile.name);
            if !self.options.counts {
                kept.push(facts.clone());
            }
        }
        (names, kept, builder.take())
    }

    fn tell(&self, profile: &str, facts: &Vec<Fact>, clause: usize, result: Outcome, out: &mut Vec<u8>) {
        let clause = &self.library.clauses[clause];
        let code = clause.code.as_str();
        // Writing JSON of plain text into memory never fails.
        let _ = if self.options.explain {
            let why = clause.explain(&self.rulebook.dictionary, facts, self.on);
            serde_json::to_writer(&mut *out, &Explained { profile, clause: code, result, why })
        } else {
            let reasons = clause.reasons(facts, self.on).into_iter();
            let reasons = reasons.map(|reason| Reason { condition: reason.condition, answer: reason.answer }).collect();
            serde_json::to_writer(&mut *out, &Pair { profile, clause: code, result, reasons })
        };
        out.push(b'\n');
    }
}

impl Answered {
    fn refuse(&mut self, line: u64, why: &str) {
        self.told.lines_refused += 1;
        self.say(line, &format!("{why}; the line is passed over"));
    }

    fn say(&mut self, line: u64, what: &str) {
        self.err.extend_from_slice(format!("line {line}: {what}\n").as_bytes());
    }
}

impl Told {
    fn add(&mut self, other: Told) {
        self.profiles += other.profiles;
        self.lines_refused += other.lines_refused;
        self.facts_refused += other.facts_refused;
        self.contradictions += other.contradictions;
        for (sum, own) in self.counts.iter_mut().zip(other.counts) {
            (0..5).for_each(|outcome| sum[outcome] += own[outcome]);
        }
    }
}

fn is_closed_pipe(fault: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        kind.or_else(|| cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind))
    };
    fault.chain().any(|cause| kind(cause) == Some(std::io::ErrorKind::BrokenPipe))
}
