//! `yimen` (一门): the one binary. Configuration, commands, start and stop.

mod commands;
mod config;
mod demonstration;
mod files;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// SQLite's allocations too. Measured: see docs/decisions/0004.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One door to government: every matter is a case that runs a declared procedure under a legal clock.
#[derive(Parser)]
#[command(name = "yimen", version, about)]
struct Yimen {
    #[command(flatten)]
    place: config::Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal, the workbench and the API.
    Serve(commands::serve::Serve),
    /// Compile a rulebook and report every problem with file, line and remedy.
    Check(commands::check::Check),
    /// Import a rulebook, items, lists, agencies, staff or firms; tells what was refused and why.
    Import(commands::import::Import),
    /// Bring the database to this version.
    Migrate,
    /// Replay every case from the journal and compare it with the rows people query.
    Verify(commands::keep::Verify),
    /// Ask the rules once more that decided a case at once, of its own edition or of another; changes nothing.
    ///
    /// Ends with 1 if these rules would have decided otherwise.
    Replay(commands::replay::Replay),
    /// Ask the rules of another edition about every case that was decided at once, and list what would change.
    WhatIf(commands::replay::WhatIf),
    /// Rebuild the rows people query from the journal.
    Reindex,
    /// Write the database and the papers to a folder, whatever the engine.
    Backup { to: std::path::PathBuf },
    /// Read a backup into an empty database, whatever the engine.
    Restore { from: std::path::PathBuf },
    /// Accounts of administrators.
    Admin(commands::admin::Admin),
    /// Legal days on the calendar.
    Calendar(commands::calendar::Command),
    /// Identifiers of firms, persons and licences.
    Ids {
        #[command(subcommand)]
        command: commands::ids::Ids,
    },
    /// Policies for firms.
    Policies {
        #[command(subcommand)]
        command: commands::policies::Policies,
    },
    /// Licences as files: what one is worth.
    Licence {
        #[command(subcommand)]
        command: commands::licence::Licence,
    },
    /// Electronic seals of the bodies served here.
    Seal {
        #[command(subcommand)]
        command: commands::licence::Seal,
    },
}

fn main() -> ExitCode {
    let yimen = Yimen::parse();
    let done = match yimen.command {
        Command::Check(check) => check.run(),
        Command::Calendar(command) => command.run(),
        Command::Ids { command } => command.run(),
        Command::Policies { command } => command.run(&yimen.place),
        Command::Licence { command } => command.run(&yimen.place),
        Command::Seal { command } => command.run(&yimen.place),
        command => config::runtime().and_then(|runtime| runtime.block_on(on_store(command, &yimen.place))),
    };
    match done {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("yimen: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

async fn on_store(command: Command, place: &config::Place) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => serve.run(place).await,
        Command::Import(import) => import.run(place).await,
        Command::Migrate => commands::keep::migrate(place).await,
        Command::Verify(verify) => verify.run(place).await,
        Command::Replay(replay) => replay.run(place).await,
        Command::WhatIf(what_if) => what_if.run(place).await,
        Command::Reindex => commands::keep::reindex(place).await,
        Command::Backup { to } => commands::keep::backup(place, &to).await,
        Command::Restore { from } => commands::keep::restore(place, &from).await,
        Command::Admin(admin) => admin.run(place).await,
        Command::Check(_)
        | Command::Calendar(_)
        | Command::Ids { .. }
        | Command::Policies { .. }
        | Command::Licence { .. }
        | Command::Seal { .. } => Ok(ExitCode::SUCCESS),
    }
}
