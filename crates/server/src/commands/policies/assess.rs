//! `yimen policies assess`: clauses held against each other, or one draft against all that is in force, with witnesses; and what they come to
//! for a set of firms. Formats: docs/writing-rules.md. Serves measure 17.

use super::definitions;
use anyhow::Context;
use clap::Args;
use jiff::civil::Date;
use policies::assess::{Effect, Finding, Firms, Subjects, Survey};
use policies::{Finder, Profile};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct Assess {
    /// Definitions of policies: a file, or a folder. One that defines elements of its own stands by itself.
    #[arg(long, default_value = "rulebook/policies")]
    policies: PathBuf,
    /// The rulebook whose elements the conditions use; by default `rulebook`, unless the policies bring elements of their own.
    #[arg(long)]
    rulebook: Option<PathBuf>,
    /// A draft: only what touches it is told. Without one every clause is held against every other.
    #[arg(long)]
    draft: Option<PathBuf>,
    /// Firms, a line of JSON each; `-` for standard input. With them it is told how many each finding touches and what clauses come to.
    #[arg(long)]
    profiles: Option<PathBuf>,
    /// The day for which is asked; by default today.
    #[arg(long)]
    as_of: Option<Date>,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    as_of: Date,
    /// Clauses that were held against each other.
    clauses: usize,
    drafted: Vec<String>,
    /// Clauses without an aim: nobody can say whether they pull the same way.
    without_aim: Vec<String>,
    broken: Vec<String>,
    findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    survey: Option<Surveyed>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Surveyed {
    firms: u64,
    lines_refused: u64,
    effects: Vec<Effect>,
    /// By behaviour, firms that two clauses would give to for the same.
    twice: BTreeMap<String, Firms>,
}

impl Assess {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let on = self.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
        let draft = match &self.draft {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                Some((path.display().to_string(), text))
            }
            None => None,
        };
        let file = draft.as_ref().map(|(path, _)| path.clone());
        let (rulebook, errors) = definitions(&self.policies, self.rulebook.as_deref(), draft)?;
        let of_draft = rulebook.policies.values().filter(|policy| file.as_ref().is_some_and(|file| policy.place.file == *file));
        let drafts: BTreeSet<String> = of_draft.map(|policy| policy.code.get_ref().clone()).collect();
        anyhow::ensure!(file.is_none() || !drafts.is_empty(), "the draft holds no policy that can be read");
        let subjects = Subjects::of(&rulebook, &drafts, on);
        let codes = |wanted: &dyn Fn(&policies::assess::Subject<'_>) -> bool| -> Vec<String> {
            subjects.all.iter().filter(|subject| wanted(subject)).map(|subject| subject.clause.code.clone()).collect()
        };
        let mut report = Report {
            as_of: on,
            clauses: subjects.all.len(),
            drafted: codes(&|subject| subject.draft),
            without_aim: codes(&|subject| subject.behaviour().is_none()),
            broken: subjects.broken.clone(),
            findings: subjects.findings(),
            survey: None,
        };
        if self.profiles.is_some() {
            self.survey(&subjects, &mut report)?;
        }
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        if self.json {
            serde_json::to_writer(&mut out, &report)?;
            writeln!(out)?;
        } else {
            report.tell(&mut out)?;
        }
        out.flush()?;
        eprintln!(
            "{} clauses, {} findings, {} of them proved; {} clauses without an aim, {} that cannot be read, {errors} errors in definitions",
            report.clauses,
            report.findings.len(),
            report.findings.iter().filter(|finding| finding.proved).count(),
            report.without_aim.len(),
            report.broken.len(),
        );
        Ok(ExitCode::SUCCESS)
    }

    fn survey(&self, subjects: &Subjects<'_>, report: &mut Report) -> anyhow::Result<()> {
        let mut survey = Survey::new(subjects, std::mem::take(&mut report.findings));
        let plan = survey.plan();
        let finder = Finder::new(&plan);
        let (mut facts, mut refused, dictionary) = (Vec::new(), 0, &subjects.rulebook.dictionary);
        for (at, line) in self.lines()?.lines().enumerate() {
            let line = line.context("cannot read the profiles")?;
            if line.trim().is_empty() {
                continue;
            }
            match Profile::read(&line, dictionary, subjects.on) {
                Ok((profile, doubts)) => {
                    for doubt in doubts {
                        eprintln!(
                            "line {}: {}: {}: {}; the fact is left out",
                            at + 1,
                            profile.name,
                            doubt.element,
                            doubt.message.en
                        );
                    }
                    profile.facts(dictionary, &mut facts);
                    profile.derive(subjects.rulebook, &mut facts);
                    survey.look(&finder, &profile.name, &facts);
                }
                Err(fault) => {
                    refused += 1;
                    eprintln!("line {}: {}; the line is passed over", at + 1, fault.en);
                }
            }
        }
        let firms = survey.firms;
        let (findings, effects, twice) = survey.finish();
        report.findings = findings;
        report.survey = Some(Surveyed { firms, lines_refused: refused, effects, twice });
        Ok(())
    }

    fn lines(&self) -> anyhow::Result<Box<dyn BufRead>> {
        match self.profiles.as_deref() {
            None => Ok(Box::new(std::io::empty())),
            Some(path) if path == std::path::Path::new("-") => Ok(Box::new(std::io::stdin().lock())),
            Some(path) => {
                let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
                Ok(Box::new(std::io::BufReader::new(file)))
            }
        }
    }
}

impl Report {
    fn tell(&self, out: &mut impl Write) -> std::io::Result<()> {
        for finding in &self.findings {
            let proved = if finding.proved { "" } else { " (not proved, not excluded)" };
            writeln!(out, "{}  {}{proved}", finding.kind.word(), finding.clauses.join(" / "))?;
            writeln!(out, "    {}", finding.why.en)?;
            if !finding.conditions.is_empty() {
                writeln!(out, "    conditions: {}", finding.conditions.join("; "))?;
            }
            if finding.witness.is_some() {
                let told = serde_json::to_value(finding)?;
                writeln!(out, "    witness: {}", told["witness"])?;
            }
            if let Some(together) = finding.amounts.as_ref().and_then(|amounts| amounts.together) {
                writeln!(out, "    together {together} yuan for the witness")?;
            }
            if let Some(firms) = finding.firms.as_ref().filter(|firms| firms.count > 0) {
                writeln!(out, "    {} firms, e.g. {}", firms.count, firms.examples.join(", "))?;
            }
        }
        let Some(survey) = &self.survey else { return Ok(()) };
        for effect in survey.effects.iter().filter(|effect| effect.firms > 0) {
            let over = if effect.over { ", above its budget" } else { "" };
            writeln!(
                out,
                "effect  {}: {} firms, {} yuan, {} not to be reckoned{over}",
                effect.clause, effect.firms, effect.sum, effect.unknown
            )?;
        }
        for (behaviour, firms) in &survey.twice {
            writeln!(out, "twice  {behaviour}: {} firms, e.g. {}", firms.count, firms.examples.join(", "))?;
        }
        Ok(())
    }
}
