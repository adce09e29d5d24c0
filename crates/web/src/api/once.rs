//! Doing something once for each `Idempotency-Key`, where what is done is no act on a case: those have a memory of their own.

use super::call::{Call, key_reused};
use super::problem::{Fault, UNAVAILABLE};
use axum::http::header;
use store::keys::Claim;

/// Does it, and gives the identifier of what it made; the same key gives the first one again without doing it.
///
/// # Errors
/// Refused where the key was used for another request, and while the first one with it is still at work.
pub async fn once(call: &Call, make: impl AsyncFnOnce() -> Result<String, Fault>) -> Result<String, Fault> {
    let (request, print) = (call.request()?, call.fingerprint());
    let store = &call.app.office.store;
    match store.claim_key(&request, &print, call.now).await? {
        Claim::Fresh => {}
        Claim::Made(made) => return Ok(made),
        Claim::AtWork => return Err(Fault::plain(&UNAVAILABLE).code("at-work").header(header::RETRY_AFTER, "1")),
        Claim::Other => return Err(key_reused()),
    }
    match make().await {
        Ok(made) => {
            store.key_made(&request, &made).await?;
            Ok(made)
        }
        Err(fault) => {
            // Nothing was made, so the key may be used again once what was wrong is mended.
            store.free_key(&request).await?;
            Err(fault)
        }
    }
}
