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
    let (calendar, mut problems) = match files.iter().find(|(path, _)| path == office::rulebooks::CALENDAR) {
        Some((path, text)) => Calendar::parse(path, text),
        None => (Calendar::default(), Vec::new()),
    };
    let pairs = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    problems.extend(rulebook::check::compile_and_check(pairs, &calendar, jiff::Zoned::now().date(), production).1);
    problems
}
