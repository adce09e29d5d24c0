//! `yimen import`: a rulebook folder becomes an edition; tables of items, lists, agencies, staff and firms are taken over row by
//! row, with a report of what was refused and why. Repeating either without a change does nothing. Serves measures 6 and 7.

use crate::config::Place;
use crate::files;
use anyhow::Context;
use casework::Power;
use clap::{Args, Subcommand};
use office::import::Kind;
use office::people::staff::command_line;
use office::rulebooks::CALENDAR;
use office::{Clock, Office, Stop};
use rulebook::procedure::Role;
use rulebook::{Calendar, Severity};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::Mark;
use store::editions::{NewEdition, Published, digest};

#[derive(Args)]
pub struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Publish a rulebook folder as the next edition, in force at once. An edition with errors is refused.
    Rulebook {
        #[arg(default_value = "rulebook")]
        folder: PathBuf,
    },
    /// Service items from CSV or XLSX, as drafts for the editor.
    Items { file: PathBuf },
    /// Rows of the list of items, as drafts.
    List { file: PathBuf },
    /// Permits of the list from above (国家、市级清单), as drafts; what this district lacks is then told by `yimen check`.
    HigherList { file: PathBuf },
    /// Agencies, as drafts.
    Agencies { file: PathBuf },
    /// Staff with their roles; prints the password of everybody who is new, once.
    Staff { file: PathBuf },
    /// Firms and other organisations from the register.
    Firms { file: PathBuf },
}

impl Import {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let office = place.office(Clock::default(), "", false).await?;
        let (kind, file) = match &self.what {
            What::Rulebook { folder } => {
                publish_rulebook(&office, &files::read(folder)?, OPERATOR).await?;
                return Ok(ExitCode::SUCCESS);
            }
            What::Items { file } => (Kind::Items, file),
            What::List { file } => (Kind::List, file),
            What::HigherList { file } => (Kind::Higher, file),
            What::Agencies { file } => (Kind::Agencies, file),
            What::Staff { file } => (Kind::Staff, file),
            What::Firms { file } => (Kind::Firms, file),
        };
        take_over(&office, kind, file).await
    }
}

/// Who did it, in records: whoever may run commands on this machine.
const OPERATOR: &str = "command-line";

/// Takes a table over and says what became of each row; fails when one was refused.
async fn take_over(office: &Office, kind: Kind, file: &Path) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    office.rulebooks.refresh(&office.store, office.now().await?).await?;
    anyhow::ensure!(
        office.rulebooks.live().is_ok(),
        "no edition is in force yet; import a rulebook first: yimen import rulebook"
    );
    let mut by = command_line();
    by.powers.push(Power { role: Role::Editor, agency: None, items: Vec::new(), until: None });
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let report = match office.import(&by, kind, &name, bytes).await {
        Ok(report) => report,
        Err(Stop::Refused(refusal)) => {
            eprintln!("{}{}\n{} {}", refusal.why.zh, refusal.next.zh, refusal.why.en, refusal.next.en);
            return Ok(ExitCode::FAILURE);
        }
        Err(Stop::Failed(failure)) => return Err(failure.into()),
    };
    for refused in &report.refused {
        let column = if refused.column.is_empty() { String::new() } else { format!(" [{}]", refused.column) };
        println!(
            "{name}:{}{column}: {}{} / {} {}",
            refused.row, refused.why.zh, refused.remedy.zh, refused.why.en, refused.remedy.en
        );
    }
    if !report.passed_over.is_empty() {
        println!("未识别的列 / columns passed over: {}", report.passed_over.join("、"));
    }
    for (login, password) in &report.passwords {
        println!("{login}\t{password}");
    }
    if !report.drafted.is_empty() {
        println!("草稿待审 / drafts for the editor: {}", report.drafted.len());
    }
    println!(
        "{}：新增{}、修改{}、未变{}、拒绝{} / {} added, {} changed, {} unchanged, {} refused",
        kind.name().zh,
        report.added,
        report.changed,
        report.unchanged,
        report.refused.len(),
        report.added,
        report.changed,
        report.unchanged,
        report.refused.len()
    );
    Ok(if report.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Publishes `files` as the next edition, unless the latest one has the same text, and keeps their calendar.
pub async fn publish_rulebook(office: &Office, files: &[(String, String)], by: &str) -> anyhow::Result<()> {
    let production = office.store.mark().await? != Some(Mark::Demonstration);
    let problems = super::check::problems(files, production);
    let errors: Vec<String> =
        problems.iter().filter(|problem| problem.severity == Severity::Error).take(20).map(ToString::to_string).collect();
    anyhow::ensure!(errors.is_empty(), "the rulebook has errors and cannot be published:\n{}", errors.join("\n"));
    let now = office.now().await?;
    if let Some((_, text)) = files.iter().find(|(path, _)| path == CALENDAR) {
        let (calendar, _) = Calendar::parse(CALENDAR, text);
        let newest = office.store.latest_calendar().await?.map_or(0, |kept| kept.version);
        if calendar.version() > newest {
            office.store.append_calendar(calendar.version(), text, by, now).await?;
        }
    }
    let latest = office.store.latest_edition().await?;
    if latest.as_ref().is_some_and(|latest| latest.digest == digest(files)) {
        println!("The rulebook is unchanged; edition {} stays.", latest.map(|latest| latest.name).unwrap_or_default());
        return Ok(());
    }
    let (rules, _) = office::rulebooks::compile(files);
    let serial = latest.as_ref().map_or(1, |latest| latest.number + 1);
    let name = format!("{}-{serial}", now.day());
    let new = NewEdition {
        name: &name,
        base: latest.as_ref().map(|latest| latest.name.as_str()),
        files,
        rules: &rules,
        in_force_at: now,
        by,
        note: "imported from files",
    };
    match office.store.publish(&new, now).await.context("the edition could not be published")? {
        Published::Yes(edition) => println!("Edition {} is in force: {} items.", edition.name, rules.items.len()),
        _ => anyhow::bail!("somebody else published an edition at the same time; look at it and import again"),
    }
    Ok(())
}
