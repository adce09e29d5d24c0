//! `yimen import`: a rulebook folder becomes an edition. Repeating it without a change does nothing.

use crate::config::Place;
use crate::files;
use anyhow::Context;
use clap::{Args, Subcommand};
use office::rulebooks::CALENDAR;
use office::{Clock, Office};
use rulebook::{Calendar, Severity};
use std::path::PathBuf;
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
}

impl Import {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let What::Rulebook { folder } = &self.what;
        let office = place.office(Clock::default(), "", false).await?;
        publish_rulebook(&office, &files::read(folder)?, "command-line").await?;
        Ok(ExitCode::SUCCESS)
    }
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
