//! `yimen policies import-profiles`: what registers and lists state of firms, line by line and in bounded memory, with a report of
//! what was refused and why. Serves measure 14.

use crate::config::Place;
use anyhow::Context;
use clap::Args;
use office::Clock;
use rulebook::Text;
use serde_json::{Map, json};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Longest line, in bytes; a longer one is refused.
const LONGEST: u64 = 16 * 1024 * 1024;
/// Columns of a table that are said of the whole row.
const OF_ROW: [&str; 3] = ["source", "period", "observed"];

#[derive(Args)]
pub struct ImportProfiles {
    /// Profiles: a line of JSON each, or CSV with a column `profile` and one for each element.
    file: PathBuf,
    /// The register or list they come from. What it stated of a firm before is replaced; what others stated stays.
    #[arg(long, default_value = "import")]
    origin: String,
}

type Lines = Box<dyn Iterator<Item = (u64, Result<String, Text>)>>;

impl ImportProfiles {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let office = place.office(Clock::default(), "", false).await?;
        let now = office.now().await?;
        office.rulebooks.refresh(&office.store, now).await?;
        let is_table = self.file.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("csv"));
        let lines = if is_table { rows(&self.file)? } else { lines(&self.file)? };
        let report = office.import_profiles(lines, &self.origin).await?;
        for (line, why) in &report.why {
            eprintln!("line {line}: {}", why.en);
        }
        let untold = report.refused - report.why.len() as u64;
        if untold > 0 {
            eprintln!("… and {untold} more");
        }
        println!(
            "{} lines: {} profiles new or changed, {} unchanged, {} lines or facts refused",
            report.lines, report.changed, report.unchanged, report.refused
        );
        Ok(ExitCode::SUCCESS)
    }
}

fn lines(file: &Path) -> anyhow::Result<Lines> {
    let file = std::fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut from = std::io::BufReader::with_capacity(1 << 20, file);
    let mut number = 0;
    Ok(Box::new(std::iter::from_fn(move || {
        loop {
            let mut line = Vec::new();
            number += 1;
            match std::io::Read::take(&mut from, LONGEST).read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(fault) => {
                    return Some((number, Err(Text::new(format!("读不下去：{fault}"), format!("cannot be read: {fault}")))));
                }
            }
            match String::from_utf8(line) {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => return Some((number, Ok(line))),
                Err(_) => return Some((number, Err(Text::new("不是 UTF-8", "the line is not UTF-8")))),
            }
        }
    })))
}

/// Rows of a table, each as the line of JSON that it stands for; empty cells state nothing.
fn rows(file: &Path) -> anyhow::Result<Lines> {
    let from = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_path(file);
    let mut from = from.with_context(|| format!("cannot read {}", file.display()))?;
    let head: Vec<String> = from.headers()?.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
    anyhow::ensure!(head.iter().any(|name| name == "profile"), "the table has no column `profile`");
    Ok(Box::new(from.into_records().map(move |record| match record {
        Ok(record) => (record.position().map_or(0, csv::Position::line), Ok(line(&head, &record))),
        Err(fault) => {
            let at = fault.position().map_or(0, csv::Position::line);
            (at, Err(Text::new(format!("不是一行 CSV：{fault}"), format!("not a line of CSV: {fault}"))))
        }
    })))
}

fn line(head: &[String], record: &csv::StringRecord) -> String {
    let cells = || head.iter().map(String::as_str).zip(record).filter(|(_, cell)| !cell.is_empty());
    let of_row: Vec<(&str, &str)> = cells().filter(|(name, _)| OF_ROW.contains(name)).collect();
    let facts = cells().filter(|(name, _)| *name != "profile" && !OF_ROW.contains(name)).map(|(name, cell)| {
        let mut fact = Map::from_iter([("value".to_owned(), json!(cell))]);
        fact.extend(of_row.iter().map(|(name, cell)| ((*name).to_owned(), json!(cell))));
        (name.to_owned(), fact.into())
    });
    let profile = cells().find(|(name, _)| *name == "profile").map_or("", |(_, cell)| cell);
    json!({ "profile": profile, "facts": Map::from_iter(facts) }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_a_table_is_a_line_of_a_profile() {
        let head = ["profile", "营业收入", "period", "经营异常"].map(str::to_owned);
        let record = csv::StringRecord::from(vec!["9112", "4200万元", "2025", ""]);
        let expected = json!({ "profile": "9112", "facts": { "营业收入": { "value": "4200万元", "period": "2025" } } });
        assert_eq!(line(&head, &record), expected.to_string());
    }
}
