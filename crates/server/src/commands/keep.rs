//! Keeping the database: bring it to this version, verify it, rebuild what can be rebuilt.

use crate::config::Place;
use anyhow::Context;
use casework::Moment;
use clap::Args;
use jiff::civil::Date;
use office::Clock;
use std::process::ExitCode;
use store::verify::Told;

/// Brings the database to this version.
pub async fn migrate(place: &Place) -> anyhow::Result<ExitCode> {
    let store = place.open(&Clock::default(), false).await?;
    let done = store.migrate().await?;
    println!("{done:?}");
    Ok(ExitCode::SUCCESS)
}

/// Rebuilds the rows people query from the journal.
pub async fn reindex(place: &Place) -> anyhow::Result<ExitCode> {
    let office = place.office(Clock::default(), "", false).await?;
    println!("{} cases were indexed anew.", office.store.reindex().await?);
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub struct Verify {
    /// Only cases that changed on or after this day.
    #[arg(long)]
    since: Option<Date>,
}

impl Verify {
    /// Replays every case, compares it with the rows, checks chains, digests and papers, and names what is wrong.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let office = place.office(Clock::default(), "", false).await?;
        let mut papers = Vec::new();
        let mut missing = 0;
        let found = office
            .store
            .verify(self.since.map(Moment::start_of), |told| match told {
                Told::Fault(fault) => {
                    let no = fault.no.map(|no| format!("{no}: ")).unwrap_or_default();
                    println!("{no}{}", fault.what.zh);
                }
                Told::Erased { no, rule } => println!("{no}: 个人信息已依“{rule}”删除 (erased under “{rule}”)"),
                Told::Paper { no, digest } => papers.push((no, digest)),
            })
            .await
            .context("the database could not be verified")?;
        for (no, digest) in papers.iter().filter(|(_, digest)| !digest.is_empty()) {
            match office.blob(digest).await {
                Ok(Some(_)) => {}
                Ok(None) => {
                    missing += 1;
                    println!("{no}: 缺少文件 {digest} (a file is missing)");
                }
                Err(fault) => {
                    missing += 1;
                    println!("{no}: {fault}");
                }
            }
        }
        println!(
            "{} cases, {} records, {} particulars, {} erased, {} papers, {} daily digests: {} faults",
            found.cases,
            found.records,
            found.particulars,
            found.erased,
            papers.len(),
            found.days,
            found.faults + missing
        );
        Ok(if found.faults + missing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
