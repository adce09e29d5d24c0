//! `yimen calendar due`: the last day of a term, one at a time or in batches.

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use rulebook::calendar::due_line;
use rulebook::{Calendar, Term};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct Command {
    #[command(subcommand)]
    command: Due,
    /// The calendar: holidays and make-up days by notice of the State Council.
    #[arg(long, global = true, default_value = "rulebook/calendar/holidays.csv")]
    calendar: PathBuf,
}

#[derive(Subcommand)]
enum Due {
    /// The day on which a term ends.
    Due {
        /// Day of the starting event; it is not counted.
        #[arg(long, required_unless_present = "batch")]
        from: Option<Date>,
        #[arg(long, required_unless_present = "batch")]
        working_days: Option<u32>,
        /// Read CSV `from,n,unit` from standard input; unit is `working-days` or `days`.
        #[arg(long, conflicts_with_all = ["from", "working_days"])]
        batch: bool,
    },
}

impl Command {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let text = std::fs::read_to_string(&self.calendar).with_context(|| format!("cannot read {}", self.calendar.display()))?;
        let (calendar, problems) = Calendar::parse(&self.calendar.to_string_lossy(), &text);
        anyhow::ensure!(problems.is_empty(), "{}", problems[0]);
        let Due::Due { from, working_days, batch } = &self.command;
        if *batch {
            return rows(&calendar);
        }
        if let (Some(from), Some(n)) = (from, working_days) {
            let due = calendar.checked_due(*from, Term::working_days(*n)).context("this term ends after the year 9999")?;
            println!("{}{}", due.on, if due.provisional { " (provisional)" } else { "" });
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn rows(calendar: &Calendar) -> anyhow::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut faults = 0;
    for (number, line) in super::lines(std::io::stdin().lock()).enumerate() {
        let (row, problem) = due_line(calendar, number + 1, &line?);
        if let Some(row) = row {
            writeln!(out, "{row}")?;
        }
        if let Some(problem) = problem {
            faults += 1;
            eprintln!("{problem}");
        }
    }
    out.flush()?;
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
