//! The exchange with partner systems (对接系统): what is sent, what comes back, and what is asked where nothing comes.
//!
//! Which items go there is data (`rulebook/partners/`); where a partner answers and whose certificate signs for it is how this house
//! is set up. Only a partner that is connected gets anything; without one its items are handled here like all others. The receipt and
//! its clock are on record before the first byte leaves, so no partner can cost an applicant time. Serves measure 4.

mod hear;
pub mod message;
mod reconcile;
mod register;
mod send;

pub use hear::Heard;
pub(crate) use register::Told;

use crate::{Failure, Office};
use message::SIGNATURE;
use papers::sign::{Certificate, FileKeys, KeyStore, Signer, in_force, verify};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Under which name our own key lies among the keys of the exchange.
pub const OURS: &str = "yimen";

/// Longest message that is read, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// The partners that are connected here.
#[derive(Clone, Default)]
pub struct Exchange {
    links: BTreeMap<String, Arc<Link>>,
    ours: Option<Ours>,
    /// Connected in a story, with nobody behind it.
    told_of: BTreeSet<String>,
}

/// With what we call: our key, and connections that are used again.
#[derive(Clone)]
struct Ours {
    signer: Arc<dyn Signer>,
    client: reqwest::Client,
}

/// Where a partner answers, and whose signature is its own.
struct Link {
    url: String,
    certificate: Certificate,
}

/// A call that came to nothing.
#[derive(Debug)]
enum Missed {
    /// Nobody was there.
    Unreachable(String),
    /// Somebody was there and did not answer in time.
    Slow,
    /// It has never heard of the case.
    Unknown,
    /// It answered something else than it should.
    Wrong(String),
}

impl Exchange {
    /// `addresses` are the partners' codes and where they answer; `keys` a folder with our key and certificate under [`OURS`] and the
    /// certificate of each partner under the name that the rulebook gives it, here together with its code.
    ///
    /// # Errors
    /// Where a key or a certificate is not there.
    pub fn open<'a>(keys: &Path, addresses: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> Result<Exchange, Failure> {
        let unready = |fault: &dyn std::fmt::Display| Failure::Unready(format!("the exchange with partner systems: {fault}"));
        // Without a provider of cryptography the client panics; that there is one already is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let keys = FileKeys::open(keys);
        let mut links = BTreeMap::new();
        for (code, key, url) in addresses {
            let certificate = keys.certificate(key).map_err(|fault| unready(&fault))?;
            let link = Link { url: url.trim_end_matches('/').to_owned(), certificate };
            links.insert(code.to_owned(), Arc::new(link));
        }
        let signer = keys.signer(OURS).map_err(|fault| unready(&fault))?;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        let ours = Ours { signer: Arc::from(signer), client: client.map_err(|fault| unready(&fault))? };
        Ok(Exchange { links, ours: Some(ours), told_of: BTreeSet::new() })
    }

    /// As if these partners were connected: what is handed in goes to them, and nothing ever leaves. For the stories of a demonstration.
    pub fn told_of<'a>(partners: impl IntoIterator<Item = &'a str>) -> Exchange {
        Exchange { told_of: partners.into_iter().map(str::to_owned).collect(), ..Exchange::default() }
    }

    pub fn is_connected(&self, partner: &str) -> bool {
        self.links.contains_key(partner) || self.told_of.contains(partner)
    }

    /// Codes of the partners that are connected.
    pub fn partners(&self) -> impl Iterator<Item = &str> {
        self.links.keys().map(String::as_str)
    }

    fn link(&self, partner: &str) -> Result<&Link, Failure> {
        self.links.get(partner).map(Arc::as_ref).ok_or_else(|| Failure::Unready(format!("{partner} is not connected")))
    }

    /// One signed call, and the answer with its signature.
    async fn call(&self, link: &Link, path: &str, body: Vec<u8>, patience: Duration) -> Result<(Vec<u8>, String), Missed> {
        let ours = self.ours.as_ref().ok_or_else(|| Missed::Wrong("there is no key of ours".to_owned()))?;
        let signature = ours.signer.sign(&body).map_err(|fault| Missed::Wrong(fault.to_string()))?;
        let signature = message::encoded(&signature);
        let request = ours.client.post(format!("{}{path}", link.url)).timeout(patience).header(SIGNATURE, signature);
        let answer = request.header("content-type", "application/json").body(body).send().await.map_err(missed)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        match status.as_u16() {
            200..=299 => Ok((bounded(answer).await?, signature)),
            404 => Err(Missed::Unknown),
            502..=504 => Err(Missed::Unreachable(format!("status {status}"))),
            _ => Err(Missed::Wrong(format!("status {status}"))),
        }
    }
}

impl Link {
    /// Whether these bytes were signed by this partner, with a certificate that is in force.
    fn signed(&self, body: &[u8], signature: &str, now: casework::Moment) -> bool {
        let in_force = jiff::Timestamp::from_millisecond(now.0).is_ok_and(|now| in_force(&self.certificate, now));
        in_force && message::decoded(signature).is_some_and(|signature| verify(&self.certificate, body, &signature))
    }
}

/// Nothing of a request or an answer goes into what is told: they are about people.
fn missed(fault: reqwest::Error) -> Missed {
    if fault.is_timeout() {
        Missed::Slow
    } else if fault.is_connect() || fault.is_request() {
        Missed::Unreachable("no connection".to_owned())
    } else {
        Missed::Wrong("the answer broke off".to_owned())
    }
}

/// The body of an answer, which nobody can make endless.
async fn bounded(mut answer: reqwest::Response) -> Result<Vec<u8>, Missed> {
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(missed)? {
        bytes.extend_from_slice(&part);
        if bytes.len() > LONGEST {
            return Err(Missed::Wrong("the answer is too long".to_owned()));
        }
    }
    Ok(bytes)
}

/// How often a lane looks, if nothing wakes it.
const AT_LEAST: Duration = Duration::from_secs(20);
const REST: Duration = Duration::from_millis(200);

impl Office {
    /// Runs until the office closes: for each partner that is connected a lane of its own.
    pub async fn keep_partners(self) {
        let lanes: Vec<_> =
            self.exchange.partners().map(|code| tokio::spawn(self.clone().keep_partner(code.to_owned()))).collect();
        let mut closing = self.closing();
        let _ = closing.wait_for(|closing| *closing).await;
        for lane in lanes {
            let _ = lane.await;
        }
    }

    async fn keep_partner(self, code: String) {
        let mut closing = self.closing();
        let mut hint = self.store.engine().listen_hint();
        loop {
            hint.mark_unchanged();
            if let Err(failure) = self.push_due(&code).await {
                tracing::error!(partner = code, %failure, "Messages to {code} could not be sent: {failure}");
            }
            if let Err(failure) = self.reconcile(&code).await {
                tracing::error!(partner = code, %failure, "{code} could not be asked: {failure}");
            }
            tokio::time::sleep(REST).await;
            tokio::select! {
                _ = hint.changed() => {}
                () = tokio::time::sleep(AT_LEAST) => {}
                _ = closing.changed() => return,
            }
        }
    }
}
