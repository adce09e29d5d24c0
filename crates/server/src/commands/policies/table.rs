//! `yimen policies table` and `yimen policies from-table`: definitions of policies as a table, a row for each clause, and back into a
//! definition file; what the table is like stands in `office::publish::policy_table`. Serves measure 14.

use crate::files;
use anyhow::Context;
use clap::Args;
use office::profiles::rows;
use office::publish::policy_table::{as_csv, clauses_of, definitions, rows_of};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use web::workbench::Sheet;

#[derive(Args)]
pub struct ToTable {
    /// Definitions of policies: a file, or a folder.
    #[arg(default_value = "rulebook/policies")]
    policies: PathBuf,
    /// Where it is written: CSV, or a spreadsheet where the name ends in `.xlsx`; by default CSV on standard output.
    #[arg(long)]
    to: Option<PathBuf>,
}

#[derive(Args)]
pub struct FromTable {
    /// A table as `yimen policies table` writes it, as CSV or XLSX.
    file: PathBuf,
}

impl ToTable {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let texts = if self.policies.is_dir() {
            files::read(&self.policies)?.into_iter().filter(|(path, _)| path.ends_with(".toml")).collect()
        } else {
            vec![(self.policies.display().to_string(), read(&self.policies)?)]
        };
        let mut clauses = Vec::new();
        for (path, text) in texts {
            clauses.extend(clauses_of(&text).with_context(|| format!("{path} cannot be read"))?);
        }
        let rows = rows_of(&clauses);
        let written = match &self.to {
            Some(file) if is_spreadsheet(file) => Sheet::of_texts("", rows)
                .workbook()
                .context("it cannot be a spreadsheet (a cell holds 32,767 characters); write CSV")?,
            _ => as_csv(&rows),
        };
        match &self.to {
            Some(file) => std::fs::write(file, written).with_context(|| format!("cannot write {}", file.display()))?,
            None => std::io::stdout().lock().write_all(&written)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn is_spreadsheet(file: &Path) -> bool {
    file.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("xlsx"))
}

impl FromTable {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let table = if is_spreadsheet(&self.file) {
            let bytes = std::fs::read(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
            rows::cells_of_spreadsheet(&bytes).map_err(|why| anyhow::anyhow!("{}: {}", self.file.display(), why.en))?
        } else {
            cells_of_csv(&read(&self.file)?)?
        };
        let (definitions, refused) = definitions(&table).map_err(|why| anyhow::anyhow!("{}", why.en))?;
        print!("{definitions}");
        refused.iter().for_each(|(number, why)| eprintln!("row {number}: {}", why.en));
        Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {} as UTF-8 text", path.display()))
}

fn cells_of_csv(text: &str) -> anyhow::Result<Vec<(u32, Vec<String>)>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut from = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in from.records() {
        let record = record.context("this is no CSV")?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((u32::try_from(line).unwrap_or(u32::MAX), record.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}
