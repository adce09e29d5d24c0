//! Keeping the database: bring it to this version, verify it, rebuild what can be rebuilt.

use crate::config::Place;
use anyhow::Context;
use casework::Moment;
use clap::Args;
use jiff::civil::Date;
use office::Clock;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use store::backup;
use store::verify::Told;

/// Brings the database to this version.
pub async fn migrate(place: &Place) -> anyhow::Result<ExitCode> {
    let store = place.open(&Clock::default(), false).await?;
    let done = store.migrate().await?;
    println!("The database stands at migration {}; {} ran now.", done.at, done.ran.len());
    Ok(ExitCode::SUCCESS)
}

/// Rebuilds the rows people query from the journal.
pub async fn reindex(place: &Place) -> anyhow::Result<ExitCode> {
    place.holds_something()?;
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
        place.holds_something()?;
        let office = place.office(Clock::default(), "", false).await?;
        let mut papers = Vec::new();
        let mut missing = 0;
        let found = office
            .store
            .verify(self.since.map(Moment::start_of), |told| match told {
                Told::Fault(fault) => {
                    let no = fault.no.map(|no| format!("{no}: ")).unwrap_or_default();
                    println!("{no}{} / {}", fault.what.zh, fault.what.en);
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

/// Where the blobs lie, in the data folder and in a backup alike.
const BLOBS: &str = "blobs";

/// Writes every table as JSON lines and copies the papers, whatever the engine. People may go on working meanwhile.
pub async fn backup(place: &Place, to: &Path) -> anyhow::Result<ExitCode> {
    place.holds_something()?;
    let store = place.open(&Clock::default(), false).await?;
    store.migrate().await?;
    std::fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    anyhow::ensure!(std::fs::read_dir(to)?.next().is_none(), "{} is not empty", to.display());
    let mut rows = 0;
    for table in backup::tables() {
        let path = to.join(format!("{}.jsonl", table.name));
        let mut out = BufWriter::new(File::create(&path).with_context(|| format!("cannot write {}", path.display()))?);
        rows += store.dump(&table, &mut out).await?;
        out.flush()?;
        out.get_ref().sync_all()?;
    }
    let papers = copy_tree(&place.data.join(BLOBS), &to.join(BLOBS))?;
    if place.file()?.is_s3() {
        println!("Papers lie in the S3 store and stay there: keep its versions, or copy the bucket after this.");
    }
    for file in ["number-key", "demonstration-clock"] {
        if place.data.join(file).exists() {
            std::fs::copy(place.data.join(file), to.join(file))?;
        }
    }
    println!("{rows} rows and {papers} papers were written to {}.", to.display());
    Ok(ExitCode::SUCCESS)
}

/// Reads a backup into an empty database, makes the rows anew from the journal and verifies everything.
pub async fn restore(place: &Place, from: &Path) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(&place.data)?;
    for file in ["number-key", "demonstration-clock"] {
        if from.join(file).exists() && !place.data.join(file).exists() {
            std::fs::copy(from.join(file), place.data.join(file))?;
        }
    }
    let store = place.open(&Clock::default(), false).await?;
    store.migrate().await?;
    anyhow::ensure!(store.mark().await?.is_none(), "this database is not empty; restore into a fresh one");
    let papers = copy_tree(&from.join(BLOBS), &place.data.join(BLOBS))?;
    let mut rows = 0;
    for table in backup::tables() {
        let path = from.join(format!("{}.jsonl", table.name));
        let file = File::open(&path).with_context(|| format!("the backup has no {}", path.display()))?;
        rows += store.load(&table, BufReader::new(file)).await.with_context(|| format!("restoring {}", table.name))?;
    }
    println!("{rows} rows and {papers} papers were restored; {} cases indexed anew.", store.reindex().await?);
    store.engine().close().await;
    Verify { since: None }.run(place).await
}

/// Copies files that are not there yet; gives how many there are.
fn copy_tree(from: &Path, to: &Path) -> anyhow::Result<u64> {
    if !from.exists() {
        return Ok(0);
    }
    std::fs::create_dir_all(to)?;
    let mut files = 0;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files += copy_tree(&entry.path(), &target)?;
        } else {
            if !target.exists() {
                std::fs::copy(entry.path(), &target).with_context(|| format!("copying {}", entry.path().display()))?;
            }
            files += 1;
        }
    }
    Ok(files)
}
