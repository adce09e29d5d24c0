//! A stand-in (替身) for a partner system: takes applications over HTTP, decides after a while, calls back with signed messages; and
//! on request is slow, down, late, double or wrong. For demonstrations and tests; nothing it keeps outlives it.
//!
//! It is written from the description of the messages alone (docs/decisions/0007) and shares no code with our own side of them, so
//! that both sides can be wrong only where the description is. Serves measure 4.

mod control;
mod matter;

pub use control::{Switches, Wrong};
pub use matter::Matter;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use papers::sign::{Certificate, FileKeys, KeyStore, Signer, verify};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const SIGNATURE: &str = "sm2-signature";
/// Longest message that is read.
const LONGEST: usize = 1024 * 1024;
/// How often a call back is tried, and the pause between two tries.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// One stand-in. Cheap to clone.
#[derive(Clone)]
pub struct Standin {
    inner: Arc<Inner>,
}

struct Inner {
    code: String,
    /// Where the other side takes messages in; without a slash at the end.
    calls: Mutex<String>,
    signer: Box<dyn Signer>,
    theirs: Certificate,
    client: reqwest::Client,
    matters: Mutex<BTreeMap<String, Matter>>,
    /// What its registers have, by the number of a holder and by column.
    entries: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    switches: Mutex<Switches>,
    numbers: AtomicU64,
}

/// Draws keys for both sides of a demonstration: ours, and one for each of these partners.
///
/// # Errors
/// Where the folder cannot be written, or holds keys already.
pub fn make_keys(folder: &Path, partners: &[&str]) -> anyhow::Result<()> {
    let from: jiff::Timestamp = "2020-01-01T00:00:00Z".parse()?;
    let to: jiff::Timestamp = "2049-12-31T00:00:00Z".parse()?;
    let keys = FileKeys::create(folder, "对接示例（仅供演示）", from, to)?;
    for name in partners.iter().chain(&["yimen"]) {
        keys.issue(name, "对接示例（仅供演示）", name, from, to)?;
    }
    Ok(())
}

impl Standin {
    /// A stand-in for the partner of this code, with its key and our certificate from one folder.
    ///
    /// # Errors
    /// Where they are not there.
    pub fn open(keys: &Path, code: &str, calls: &str) -> anyhow::Result<Standin> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let keys = FileKeys::open(keys);
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build()?;
        let inner = Inner {
            code: code.to_owned(),
            calls: Mutex::new(calls.trim_end_matches('/').to_owned()),
            signer: keys.signer(code)?,
            theirs: keys.certificate("yimen")?,
            client,
            matters: Mutex::default(),
            entries: Mutex::default(),
            switches: Mutex::default(),
            numbers: AtomicU64::new(1),
        };
        Ok(Standin { inner: Arc::new(inner) })
    }

    pub fn router(&self) -> Router {
        Router::new()
            .route("/messages", post(take))
            .route("/questions", post(answer))
            .route("/registers", post(tell_of))
            .route("/control", get(control::show).post(control::set))
            .route("/control/decide", post(control::decide))
            .layer(axum::extract::DefaultBodyLimit::max(LONGEST))
            .with_state(self.clone())
    }

    /// Calls the other side under another address from now on.
    pub fn call(&self, address: &str) {
        address.trim_end_matches('/').clone_into(&mut lock(&self.inner.calls));
    }

    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut lock(&self.inner.switches));
    }

    pub fn matter(&self, case: &str) -> Option<Matter> {
        lock(&self.inner.matters).get(case).cloned()
    }

    /// Enters a holder into its registers, in place of what was there.
    pub fn enter(&self, holder: &str, values: &[(&str, &str)]) {
        let values = values.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect();
        lock(&self.inner.entries).insert(holder.to_owned(), values);
    }

    /// Forgets everything, as a system does that is restored from an old copy.
    pub fn forget(&self) {
        lock(&self.inner.matters).clear();
    }

    fn switches(&self) -> Switches {
        lock(&self.inner.switches).clone()
    }

    /// Something happened to a matter: its count rises, and the other side is told.
    ///
    /// # Errors
    /// Where there is no such matter, or the word names nothing that can happen.
    pub fn happens(&self, case: &str, stand: &str) -> anyhow::Result<()> {
        let today = self.switches().today;
        {
            let mut matters = lock(&self.inner.matters);
            let matter = matters.get_mut(case).context("there is no such matter")?;
            matter.happens(stand, today)?;
        }
        self.tell(case);
        Ok(())
    }

    /// Calls back, now or late, once or twice, right or wrong.
    fn tell(&self, case: &str) {
        let switches = self.switches();
        let (standin, case) = (self.clone(), case.to_owned());
        tokio::spawn(async move {
            let Some(bytes) = standin.report(&case, &switches) else { return };
            tokio::time::sleep(Duration::from_millis(switches.late)).await;
            let times = if switches.double { 2 } else { 1 };
            for _ in 0..times {
                standin.send(&bytes, &switches).await;
            }
        });
    }

    /// The message that tells how a matter stands.
    fn report(&self, case: &str, switches: &Switches) -> Option<Vec<u8>> {
        let message = self.number();
        let mut report = lock(&self.inner.matters).get(case)?.report();
        if switches.wrong == Wrong::Contradiction {
            report = matter::contradicted(report);
        }
        let case = if switches.wrong == Wrong::Case { "120116000000000000000" } else { case };
        let body = json!({ "message": message, "from": self.inner.code, "to": switches.to, "case": case, "report": report });
        Some(body.to_string().into_bytes())
    }

    /// Fetches the papers that it was told of and does not have yet.
    async fn fetch(&self, case: &str) {
        let Some(matter) = self.matter(case) else { return };
        for digest in matter.papers.iter().filter(|(_, length)| length.is_none()).map(|(digest, _)| digest) {
            let message = self.number();
            let body =
                json!({ "message": message, "from": self.inner.code, "to": self.switches().to, "case": case, "digest": digest });
            let bytes = body.to_string().into_bytes();
            let address = format!("{}/api/v1/partners/{}/papers", lock(&self.inner.calls), self.inner.code);
            let request = self.inner.client.post(&address).header(SIGNATURE, self.signature(&bytes, false));
            let Ok(answer) = request.header("content-type", "application/json").body(bytes).send().await else { continue };
            let is_there = answer.status().is_success();
            let Ok(paper) = answer.bytes().await else { continue };
            let is_right = hex(&papers::sign::digest(&paper)) == *digest;
            if let (true, Some(matter)) = (is_there && is_right, lock(&self.inner.matters).get_mut(case)) {
                matter.papers.insert(digest.clone(), Some(paper.len()));
            }
        }
    }

    /// Numbers begin anew with the process, so they carry the second it is.
    fn number(&self) -> String {
        let number = self.inner.numbers.fetch_add(1, Ordering::Relaxed);
        format!("{}-{}-{number}", self.inner.code, jiff::Timestamp::now().as_second())
    }

    fn signature(&self, bytes: &[u8], wrong: bool) -> String {
        let signed = if wrong { b"something else".as_slice() } else { bytes };
        self.inner.signer.sign(signed).map(|signature| STANDARD.encode(signature)).unwrap_or_default()
    }

    async fn send(&self, bytes: &[u8], switches: &Switches) {
        let address = format!("{}/api/v1/partners/{}/messages", lock(&self.inner.calls), self.inner.code);
        let signature = self.signature(bytes, switches.wrong == Wrong::Signature);
        for _ in 0..TRIES {
            // A system that is down calls nobody.
            if !self.switches().down {
                let request = self.inner.client.post(&address).header(SIGNATURE, &signature);
                let sent = request.header("content-type", "application/json").body(bytes.to_vec()).send().await;
                // Whatever was understood is not sent again, whether it was liked or not.
                if sent.is_ok_and(|answer| answer.status().as_u16() < 500) {
                    return;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A message of the other side, if it is signed by it and for us.
    fn read(&self, headers: &HeaderMap, body: &[u8]) -> Option<Value> {
        let signature = headers.get(SIGNATURE)?.to_str().ok()?;
        let signature = STANDARD.decode(signature).ok()?;
        let read: Value = serde_json::from_slice(body).ok()?;
        (verify(&self.inner.theirs, body, &signature) && read["to"] == json!(self.inner.code)).then_some(read)
    }

    fn answer(&self, case: &str, switches: &Switches) -> Response {
        let Some(bytes) = self.report(case, switches) else { return StatusCode::NOT_FOUND.into_response() };
        let signature = self.signature(&bytes, switches.wrong == Wrong::Signature);
        let signature = HeaderValue::from_str(&signature).unwrap_or(HeaderValue::from_static(""));
        ([(SIGNATURE, signature)], bytes).into_response()
    }
}

/// Takes a message in: the same number is the same message, however often it comes.
async fn take(State(standin): State<Standin>, headers: HeaderMap, body: Bytes) -> Response {
    let switches = standin.switches();
    if let Err(fault) = misbehave(&switches).await {
        return fault.into_response();
    }
    let Some(message) = standin.read(&headers, &body) else { return StatusCode::UNAUTHORIZED.into_response() };
    let case = message["case"].as_str().unwrap_or_default().to_owned();
    let is_news = {
        let mut matters = lock(&standin.inner.matters);
        let serial = matters.len() + 1;
        match message["kind"].as_str() {
            Some("application") => {
                matters.entry(case.clone()).or_insert_with(|| Matter::new(&standin.inner.code, serial)).takes(&message)
            }
            Some("supplement" | "closed") => match matters.get_mut(&case) {
                Some(matter) => matter.takes(&message),
                None => return StatusCode::NOT_FOUND.into_response(),
            },
            _ => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        }
    };
    if is_news {
        let (standin, case) = (standin.clone(), case.clone());
        tokio::spawn(async move { standin.fetch(&case).await });
    }
    if let (true, Some(after)) = (is_news && message["kind"] == "application", switches.decide_after) {
        decide_later(&standin, &case, after, &switches.decide_as);
    }
    standin.answer(&case, &switches)
}

/// Accepts halfway, decides in the end, and makes the licence of what was granted.
fn decide_later(standin: &Standin, case: &str, after: u64, decision: &str) {
    let (standin, case, decision) = (standin.clone(), case.to_owned(), decision.to_owned());
    tokio::spawn(async move {
        let mut steps = vec!["accepted", decision.as_str()];
        steps.extend((decision == "granted").then_some("licensed"));
        for step in steps {
            tokio::time::sleep(Duration::from_millis(after / 2)).await;
            // Ended meanwhile: there is nothing more to decide.
            if standin.happens(&case, step).is_err() {
                return;
            }
        }
    });
}

/// Says how a matter stands, to whoever asks.
async fn answer(State(standin): State<Standin>, headers: HeaderMap, body: Bytes) -> Response {
    let switches = standin.switches();
    if let Err(fault) = misbehave(&switches).await {
        return fault.into_response();
    }
    let Some(question) = standin.read(&headers, &body) else { return StatusCode::UNAUTHORIZED.into_response() };
    standin.answer(question["case"].as_str().unwrap_or_default(), &switches)
}

/// Says what a register has of a holder, to whoever asks; only the columns that were asked for.
async fn tell_of(State(standin): State<Standin>, headers: HeaderMap, body: Bytes) -> Response {
    let switches = standin.switches();
    if let Err(fault) = misbehave(&switches).await {
        return fault.into_response();
    }
    let Some(question) = standin.read(&headers, &body) else { return StatusCode::UNAUTHORIZED.into_response() };
    let holder = question["holder"].as_str().unwrap_or_default();
    let Some(mut values) = lock(&standin.inner.entries).get(holder).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    values.retain(|column, _| question["columns"].as_array().is_some_and(|asked| asked.contains(&json!(column))));
    // Wrong as a register is: somebody else's entry, or another standing than it has.
    let holder = if switches.wrong == Wrong::Case { "91120116000000000X" } else { holder };
    if switches.wrong == Wrong::Contradiction {
        values.values_mut().for_each(|value| *value = "与事实相反".to_owned());
    }
    let as_of = switches.today.unwrap_or_else(|| jiff::civil::date(2026, 3, 1));
    let answer = json!({
        "message": question["message"], "from": standin.inner.code, "to": question["from"], "register": question["register"],
        "holder": holder, "as-of": as_of, "values": values,
    });
    let bytes = answer.to_string().into_bytes();
    let signature = standin.signature(&bytes, switches.wrong == Wrong::Signature);
    let signature = HeaderValue::from_str(&signature).unwrap_or(HeaderValue::from_static(""));
    ([(SIGNATURE, signature)], bytes).into_response()
}

async fn misbehave(switches: &Switches) -> Result<(), StatusCode> {
    tokio::time::sleep(Duration::from_millis(switches.slow)).await;
    match (switches.down, switches.wrong) {
        (true, _) => Err(StatusCode::SERVICE_UNAVAILABLE),
        (_, Wrong::Status) => Err(StatusCode::INTERNAL_SERVER_ERROR),
        _ => Ok(()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
