//! `yimen serve`: the portal, the workbench and the API, with the timekeeper and the courier beside them.

use crate::config::{self, Place};
use crate::{demonstration, files};
use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use casework::Moment;
use clap::Args;
use jiff::civil::DateTime;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use office::{Clock, Office};
use std::path::PathBuf;
use std::process::ExitCode;
use store::Mark;
use tokio::net::TcpListener;
use tracing::{info, warn};

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
                demonstration::fill(&office, self.now.map(Moment::at)).await?;
            }
            demonstration::resume_clock(&office).await?;
        }
        serve(office, listener, &format!("http://{address}"), self.demo).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Marks a fresh database as what it is; a demonstration never runs on anything else. Returns whether it was fresh.
async fn mark(office: &Office, demo: bool) -> anyhow::Result<bool> {
    let wanted = if demo { Mark::Demonstration } else { Mark::Production };
    match office.store.mark().await? {
        None if demo && office.store.latest_edition().await?.is_some() => {
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

async fn serve(office: Office, listener: TcpListener, address: &str, demo: bool) -> anyhow::Result<()> {
    let metrics = PrometheusBuilder::new().install_recorder().context("metrics cannot be recorded")?;
    let mut timekeeper = tokio::spawn(office.clone().keep_time());
    let mut courier = tokio::spawn(office.clone().run_errands());
    let mut indexer = tokio::spawn(office.clone().keep_index());
    let sweeper = tokio::spawn(office.clone().keep_tidy());
    let app = web::router(office.clone()).merge(health(office.clone(), metrics));
    println!("listening on {address}");
    if demo {
        demonstration::print_accounts(address);
    }
    info!(address, "Serving on {address}");
    // No node serves on with its clocks standing still: whoever watches the process starts it anew.
    tokio::select! {
        served = axum::serve(listener, app).with_graceful_shutdown(stop()).into_future() => served?,
        ended = &mut timekeeper => anyhow::bail!("the timekeeper ended: {ended:?}"),
        ended = &mut courier => anyhow::bail!("the courier ended: {ended:?}"),
        ended = &mut indexer => anyhow::bail!("the indexer ended: {ended:?}"),
    }
    info!("Stopping: requests are finished, background work ends");
    office.close();
    for (name, task) in [("timekeeper", timekeeper), ("courier", courier), ("indexer", indexer), ("sweeper", sweeper)] {
        if tokio::time::timeout(std::time::Duration::from_secs(10), task).await.is_err() {
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

#[derive(Clone)]
struct Health {
    office: Office,
    metrics: PrometheusHandle,
}

/// Alive, ready and measured. None of the three says anything about a person or a case.
fn health(office: Office, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(async |State(health): State<Health>| health.metrics.render()))
        .with_state(Health { office, metrics })
}

/// A node whose clock is more than two seconds off the database's is not ready (decision 14).
const LARGEST_SKEW_MS: i64 = 2_000;

async fn ready(State(health): State<Health>) -> (StatusCode, String) {
    let skew = match health.office.store.engine().clock_skew().await {
        Ok(skew) => skew,
        Err(fault) => return (StatusCode::SERVICE_UNAVAILABLE, format!("the database does not answer: {fault}")),
    };
    if skew.abs() > LARGEST_SKEW_MS && !health.office.settings.demonstration {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("this node's clock is {skew} ms off the database's"));
    }
    match health.office.rulebooks.live() {
        Ok(edition) => (StatusCode::OK, format!("ready, edition {}", edition.name)),
        Err(fault) => (StatusCode::SERVICE_UNAVAILABLE, fault.to_string()),
    }
}
