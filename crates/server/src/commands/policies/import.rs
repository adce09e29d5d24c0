//! `yimen policies import-profiles`: what registers and lists state of firms, line by line and in bounded memory, with a report of
//! what was refused and why. Serves measure 14.

use crate::config::Place;
use anyhow::Context;
use clap::Args;
use office::Clock;
use office::profiles::{self, rows};
use rulebook::Text;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Longest line, in bytes; a longer one is refused.
const LONGEST: u64 = 16 * 1024 * 1024;
/// Largest spreadsheet, in bytes: it is read whole.
const LARGEST: u64 = 64 * 1024 * 1024;

#[derive(Args)]
pub struct ImportProfiles {
    /// Profiles: a line of JSON each, or CSV or XLSX with a column `profile` and one for each element.
    file: PathBuf,
    /// The register or list they come from. What it stated of a firm before is replaced; what others stated stays.
    #[arg(long, default_value = "import")]
    origin: String,
    /// On which ground they are used for matching with policies; it stays on record for this origin and is shown to the firms.
    #[arg(long, value_enum)]
    ground: Option<Ground>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Ground {
    /// A duty laid down by law.
    Duty,
    /// Those concerned agreed.
    Consent,
    /// Lawfully made public.
    Public,
}

impl From<Ground> for profiles::Ground {
    fn from(ground: Ground) -> profiles::Ground {
        match ground {
            Ground::Duty => profiles::Ground::Duty,
            Ground::Consent => profiles::Ground::Consent,
            Ground::Public => profiles::Ground::Public,
        }
    }
}

type Lines = Box<dyn Iterator<Item = (u64, Result<String, Text>)>>;

impl ImportProfiles {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let office = place.office(Clock::default(), "", false).await?;
        let now = office.now().await?;
        office.rulebooks.refresh(&office.store, now).await?;
        let kind = self.file.extension().unwrap_or_default().to_ascii_lowercase();
        let lines = match kind.to_str() {
            Some("csv") => table(&self.file)?,
            Some("xlsx") => spreadsheet(&self.file)?,
            _ => lines(&self.file)?,
        };
        let report = office.import_profiles(lines, &self.origin).await?;
        match self.ground {
            Some(ground) => office.note_ground(&self.origin, ground.into()).await?,
            None if !office.store.purposes().await?.contains_key(&self.origin) => {
                eprintln!("no ground is on record for {}; say it with --ground, for the firms are shown it", self.origin);
            }
            None => {}
        }
        for (line, why) in &report.why {
            eprintln!("line {line}: {}", why.en);
        }
        let untold = report.refused - report.why.len() as u64;
        if untold > 0 {
            eprintln!("… and {untold} more");
        }
        println!(
            "{} lines: {} statements of firms (one for each firm and source) new or changed, {} unchanged, {} lines or facts refused",
            report.lines, report.changed, report.unchanged, report.refused
        );
        Ok(ExitCode::SUCCESS)
    }
}

fn lines(file: &Path) -> anyhow::Result<Lines> {
    let opened = std::fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    anyhow::ensure!(!opened.metadata()?.is_dir(), "{} is a folder", file.display());
    Ok(Box::new(lines_of(std::io::BufReader::with_capacity(1 << 20, opened))))
}

/// The lines with their numbers, without empty ones. One that is too long is passed over whole; where reading fails, that is the end.
fn lines_of(mut from: impl BufRead) -> impl Iterator<Item = (u64, Result<String, Text>)> {
    let (mut number, mut ended) = (0, false);
    std::iter::from_fn(move || {
        while !ended {
            number += 1;
            let mut line = Vec::new();
            let read = Read::take(&mut from, LONGEST).read_until(b'\n', &mut line);
            let whole = line.ends_with(b"\n") || (line.len() as u64) < LONGEST;
            match read.and_then(|read| if whole { Ok(read) } else { skip_line(&mut from).map(|()| read) }) {
                Ok(0) => ended = true,
                Ok(_) if !whole => return Some((number, Err(Text::new("这一行超过 16 MB", "the line is longer than 16 MB")))),
                Ok(_) => match String::from_utf8(line) {
                    Ok(line) if line.trim().is_empty() => {}
                    Ok(line) => return Some((number, Ok(line))),
                    Err(_) => return Some((number, Err(Text::new("不是 UTF-8", "the line is not UTF-8")))),
                },
                Err(fault) => {
                    ended = true;
                    return Some((number, Err(Text::new(format!("读不下去：{fault}"), format!("cannot be read on: {fault}")))));
                }
            }
        }
        None
    })
}

/// Reads on to the end of the line and keeps nothing of it.
fn skip_line(from: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let seen = from.fill_buf()?;
        let end = seen.iter().position(|byte| *byte == b'\n');
        let (used, done) = (end.map_or(seen.len(), |at| at + 1), end.is_some() || seen.is_empty());
        from.consume(used);
        if done {
            return Ok(());
        }
    }
}

/// Rows of a table, each as the line of JSON that it stands for; empty cells state nothing.
fn table(file: &Path) -> anyhow::Result<Lines> {
    let from = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_path(file);
    let mut from = from.with_context(|| format!("cannot read {}", file.display()))?;
    let head: Vec<String> = from.headers()?.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
    anyhow::ensure!(rows::is_head(head.iter().map(String::as_str)), "the table has no column `profile`");
    Ok(Box::new(from.into_records().map(move |record| match record {
        Ok(record) => (record.position().map_or(0, csv::Position::line), Ok(rows::line(&head, record.iter()))),
        Err(fault) => {
            let at = fault.position().map_or(0, csv::Position::line);
            (at, Err(Text::new(format!("不是一行 CSV：{fault}"), format!("not a line of CSV: {fault}"))))
        }
    })))
}

/// The same of the first sheet of a spreadsheet.
fn spreadsheet(file: &Path) -> anyhow::Result<Lines> {
    let size = std::fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    anyhow::ensure!(size <= LARGEST, "{} is larger than 64 MiB; use CSV or JSONL", file.display());
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let rows = rows::of_spreadsheet(&bytes).map_err(|why| anyhow::anyhow!("{}: {}", file.display(), why.en))?;
    Ok(Box::new(rows.into_iter().map(|(number, line)| (number, Ok(line)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_at_fault_is_told_by_its_number_and_the_rest_goes_on() {
        let mut file = b"{\"a\":1}\n\n\xff\n".to_vec();
        file.extend(std::iter::repeat_n(b'x', LONGEST as usize * 2 + 5));
        file.extend_from_slice(b"\nlast");
        let read: Vec<(u64, Result<String, &str>)> = lines_of(file.as_slice())
            .map(|(number, line)| (number, line.map_err(|why| if why.en.contains("UTF-8") { "utf" } else { "long" })))
            .collect();
        assert_eq!(read, [(1, Ok("{\"a\":1}\n".to_owned())), (3, Err("utf")), (4, Err("long")), (5, Ok("last".to_owned()))]);
    }

    #[test]
    fn where_reading_fails_it_ends() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("gone"))
            }
        }
        assert_eq!(lines_of(std::io::BufReader::new(Broken)).count(), 1);
    }
}
