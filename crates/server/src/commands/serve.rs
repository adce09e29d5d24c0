//! `yimen serve`: the portal, the workbench and the API, with the timekeeper and the courier beside them.

use super::watch;
use crate::config::{self, Place};
use crate::{demonstration, files};
use anyhow::Context;
use casework::Moment;
use clap::Args;
use jiff::civil::DateTime;
use office::{Clock, Office};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use store::Mark;
use tokio::net::TcpListener;
use tracing::{info, warn};
use web::doors::Doors;

#[derive(Args)]
pub struct Serve {
    /// A demonstration: its own database with example accounts and cases. Refuses any other database.
    #[arg(long)]
    demo: bool,
    /// The demonstration's clock at the start, e.g. 2026-03-02T10:00.
    #[arg(long, requires = "demo")]
    now: Option<DateTime>,
    #[arg(long, env = "YIMEN_LISTEN")]
    listen: Option<String>,
    /// Address people reach the portal by, printed on papers.
    #[arg(long, env = "YIMEN_PUBLIC_URL")]
    public_url: Option<String>,
    /// Folder of the rulebook that an empty database is filled with.
    #[arg(long)]
    rulebook: Option<PathBuf>,
}

impl Serve {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let file = place.file()?;
        config::log(file.log.as_deref(), file.log_json);
        let listen = self.listen.clone().or(file.listen.clone()).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listener = TcpListener::bind(&listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        let address = listener.local_addr()?;
        let public_url = self.public_url.clone().or(file.public_url.clone()).unwrap_or_else(|| format!("http://{address}"));
        let clock = Clock::default();
        if let Some(now) = self.now {
            clock.start_at(Moment::at(now));
        }
        let office = place.office(clock, public_url.trim_end_matches('/'), self.demo).await?;
        let fresh = mark(&office, self.demo).await?;
        let opens = office.now().await?;
        if self.demo && fresh {
            // The rules are in force before the first story begins, or its acts would rely on rules that are still to come.
            office.clock.start_at(demonstration::begins(opens));
        }
        if fresh || office.store.latest_edition().await?.is_none() {
            let folder = config::rulebook_folder(&file, self.rulebook.as_deref());
            let files = files::read(&folder)?;
            super::import::publish_rulebook(&office, &files, "system").await?;
        }
        let now = office.now().await?;
        office.rulebooks.refresh(&office.store, now).await?;
        if self.demo {
            if fresh {
                println!("Making demonstration accounts and cases …");
                demonstration::fill(&office, opens).await?;
            }
            demonstration::resume_clock(&office).await?;
        }
        // The stories of a demonstration are told without partners; what is handed in from now on goes to them.
        let office = file.partners.connect(office)?;
        let doors = file.doors.doors()?;
        serve(office, doors, listener, &format!("http://{address}"), self.demo, file.metrics_token()).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Marks a fresh database as what it is; a demonstration never runs on anything else. Returns whether it was fresh.
async fn mark(office: &Office, demo: bool) -> anyhow::Result<bool> {
    let wanted = if demo { Mark::Demonstration } else { Mark::Production };
    // Rules or people that are there before it was ever served: somebody set it up in earnest.
    let set_up = office.store.latest_edition().await?.is_some() || !office.store.staff_at(None).await?.is_empty();
    match office.store.mark().await? {
        None if demo && set_up => {
            anyhow::bail!("this database is not a demonstration's; --demo refuses it. Choose another --data folder")
        }
        None => {
            office.store.mark_as(wanted).await?;
            Ok(true)
        }
        Some(found) if found == wanted => Ok(false),
        Some(_) if demo => {
            anyhow::bail!("this database is not a demonstration's; --demo refuses it. Choose another --data folder")
        }
        Some(_) => anyhow::bail!("this database is a demonstration's; start it with --demo, or choose another --data folder"),
    }
}

/// How long requests may take to finish once we were asked to stop.
const FINISH: Duration = Duration::from_secs(30);
/// How often what was measured is put together, so that it takes no more room when nobody asks for it.
const UPKEEP: Duration = Duration::from_secs(5);

async fn serve(
    office: Office,
    doors: Doors,
    listener: TcpListener,
    address: &str,
    demo: bool,
    token: &str,
) -> anyhow::Result<()> {
    let metrics = watch::recorder().context("metrics cannot be recorded")?;
    let counted = metrics.clone();
    let mut timekeeper = tokio::spawn(office.clone().keep_time());
    let mut courier = tokio::spawn(office.clone().run_errands());
    let mut indexer = tokio::spawn(office.clone().keep_index());
    let sweeper = tokio::spawn(office.clone().keep_tidy());
    let partners = tokio::spawn(office.clone().keep_partners());
    let finding = tokio::spawn(office.clone().keep_policies());
    let upkeep = tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            counted.run_upkeep();
        }
    });
    let app = watch::watched(web::router_behind(office.clone(), doors), office.clone(), metrics, token);
    println!("listening on {address}");
    if demo {
        demonstration::print_accounts(address);
        tokio::spawn(demonstration::keep_clock_going(office.clone()));
    }
    info!(address, "Serving on {address}");
    let (stopping, mut told) = tokio::sync::watch::channel(false);
    let asked = async move {
        stop().await;
        info!("Stopping: requests are finished, background work ends");
        let _ = stopping.send(true);
    };
    // Whoever holds a request open for ever does not hold the node.
    let patience = async move {
        let _ = told.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(FINISH).await;
    };
    // No node serves on with its clocks standing still: whoever watches the process starts it anew.
    tokio::select! {
        served = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(asked).into_future() => served?,
        () = patience => warn!("Some requests did not end in time and are cut off"),
        ended = &mut timekeeper => anyhow::bail!("the timekeeper ended: {ended:?}"),
        ended = &mut courier => anyhow::bail!("the courier ended: {ended:?}"),
        ended = &mut indexer => anyhow::bail!("the indexer ended: {ended:?}"),
    }
    upkeep.abort();
    office.close();
    for (name, task) in [
        ("timekeeper", timekeeper),
        ("courier", courier),
        ("indexer", indexer),
        ("sweeper", sweeper),
        ("partners", partners),
        ("finder of policies", finding),
    ] {
        if tokio::time::timeout(Duration::from_secs(10), task).await.is_err() {
            warn!(task = name, "The {name} did not end in time; what it held is taken up at the next start");
        }
    }
    office.store.engine().close().await;
    Ok(())
}

async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
