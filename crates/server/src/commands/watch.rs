//! What an operator sees of the program: alive, ready, measured, and a line for each request. None of it says anything of a person:
//! requests are told by their route as it is declared, never by their address, which may hold a name, a code or a number.

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use office::Office;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::{info, warn};

/// Bounds of the histograms, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Who asks for metrics is not kept waiting by a database that is away.
const PATIENCE: Duration = Duration::from_secs(3);
/// A node whose clock is more than two seconds off the database's is not ready (decision 14).
const LARGEST_SKEW_MS: i64 = 2_000;

/// Begins to count.
pub fn recorder() -> Result<PrometheusHandle, metrics_exporter_prometheus::BuildError> {
    let handle =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?.install_recorder()?;
    metrics::describe_counter!("yimen_requests_total", "Requests by method, route and status");
    metrics::describe_histogram!("yimen_request_seconds", "Time until the answer began, by route");
    metrics::describe_histogram!("yimen_append_seconds", "Time to append an act to the journal");
    metrics::describe_counter!("yimen_acts_total", "Acts done, by act");
    metrics::describe_gauge!("yimen_database_up", "Whether the database answered just now");
    metrics::describe_gauge!("yimen_database_waiting", "Units and queries of this node that wait for the database");
    metrics::describe_gauge!("yimen_clocks_due", "Clocks that have run out and were not looked at yet");
    metrics::describe_gauge!("yimen_clocks_late_seconds", "How long the oldest of them has waited");
    metrics::describe_counter!("yimen_errands_total", "Errands run, by outcome");
    metrics::describe_gauge!("yimen_errands_waiting", "Errands that wait, those to be tried again included");
    metrics::describe_gauge!("yimen_errands_late_seconds", "How long the oldest errand whose turn has come has waited");
    metrics::describe_gauge!("yimen_errands_dead", "Errands that failed too often and wait for an administrator");
    metrics::describe_gauge!("yimen_journal_digests", "Days for which the ends of the journals were digested");
    metrics::describe_gauge!("yimen_journal_digest_age_seconds", "Time since the end of the last digested day");
    Ok(handle)
}

#[derive(Clone)]
struct Watched {
    office: Office,
    metrics: PrometheusHandle,
    token: Arc<str>,
}

/// The whole application with what watches it around it.
pub fn watched(app: Router, office: Office, metrics: PrometheusHandle, token: &str) -> Router {
    let health = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
        .with_state(Watched { office, metrics, token: token.into() });
    app.layer(middleware::from_fn(told)).merge(health)
}

/// One line and one count for a request.
async fn told(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let (status, took) = (response.status(), began.elapsed());
    counter!("yimen_requests_total", "method" => method.to_string(), "route" => route.clone(), "status" => status.as_str().to_owned())
        .increment(1);
    histogram!("yimen_request_seconds", "route" => route.clone()).record(took.as_secs_f64());
    let ms = took.as_millis() as u64;
    let status = status.as_u16();
    if status >= 500 {
        warn!(%method, route, status, ms, "{method} {route} {status} in {ms} ms");
    } else {
        info!(%method, route, status, ms, "{method} {route} {status} in {ms} ms");
    }
    response
}

/// Only for whoever has the token of the settings; without one nobody is told.
async fn measured(State(watched): State<Watched>, headers: HeaderMap) -> Response {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let same = |token: &str| office::ids::digest(token) == office::ids::digest(given);
    if watched.token.is_empty() || !same(&watched.token) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let office = &watched.office;
    gauge!("yimen_database_waiting").set(office.store.engine().waiting() as f64);
    let look = async {
        let now = office.now().await?;
        Ok::<_, office::Failure>((now, office.store.backlog(now).await?))
    };
    let found = tokio::time::timeout(PATIENCE, look).await.ok().and_then(Result::ok);
    gauge!("yimen_database_up").set(if found.is_some() { 1.0 } else { 0.0 });
    if let Some((now, backlog)) = found {
        gauge!("yimen_clocks_due").set(backlog.clocks_due as f64);
        gauge!("yimen_clocks_late_seconds").set(backlog.clocks_late as f64 / 1000.0);
        gauge!("yimen_errands_waiting").set(backlog.errands_waiting as f64);
        gauge!("yimen_errands_late_seconds").set(backlog.errands_late as f64 / 1000.0);
        gauge!("yimen_errands_dead").set(backlog.errands_dead as f64);
        gauge!("yimen_journal_digests").set(backlog.digests as f64);
        if let Some(until) = backlog.digested_until {
            gauge!("yimen_journal_digest_age_seconds").set((now.0 - until.0) as f64 / 1000.0);
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], watched.metrics.render()).into_response()
}

/// What is wrong is told to the log: a fault may name machines, and anybody may ask.
async fn ready(State(watched): State<Watched>) -> (StatusCode, String) {
    let office = &watched.office;
    let away = |what: String| {
        warn!(fault = what, "Not ready: {what}");
        (StatusCode::SERVICE_UNAVAILABLE, "not ready".to_owned())
    };
    let skew = match tokio::time::timeout(PATIENCE, office.store.engine().clock_skew()).await {
        Ok(Ok(skew)) => skew,
        Ok(Err(fault)) => return away(format!("the database does not answer: {fault}")),
        Err(_) => return away("the database does not answer in time".to_owned()),
    };
    if skew.abs() > LARGEST_SKEW_MS && !office.settings.demonstration {
        return away(format!("this node's clock is {skew} ms off the database's"));
    }
    match office.rulebooks.live() {
        Ok(edition) => (StatusCode::OK, format!("ready, edition {}", edition.name)),
        Err(fault) => away(fault.to_string()),
    }
}
