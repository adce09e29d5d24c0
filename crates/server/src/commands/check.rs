//! `yimen check [DIR]`: exit 1 when anything is an error, with `file:line` for each problem.

use crate::files;
use clap::Args;
use rulebook::{Calendar, Severity};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct Check {
    /// The rulebook's folder.
    #[arg(default_value = "rulebook")]
    folder: PathBuf,
    /// Check for production: only what was verified may be published.
    #[arg(long)]
    production: bool,
}

impl Check {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let files = files::read(&self.folder)?;
        let problems = problems(&files, self.production);
        for problem in &problems {
            println!("{}/{problem}", self.folder.display());
        }
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        println!("{} errors, {} warnings", errors, problems.len() - errors);
        Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Every problem of a rulebook with its calendar.
pub fn problems(files: &[(String, String)], production: bool) -> Vec<rulebook::Problem> {
    let (rules, mut problems) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let calendar = files.iter().find(|(path, _)| path == "calendar/holidays.csv").map(|(path, text)| Calendar::parse(path, text));
    if let Some((_, faults)) = &calendar {
        problems.extend(faults.iter().cloned());
    }
    let calendar = calendar.map(|(calendar, _)| calendar).unwrap_or_default();
    problems.extend(rulebook::check::check(&rules, &calendar, jiff::Zoned::now().date(), production));
    problems
}
