//! Keys of callers (`Idempotency-Key`): what was made under a key, so that a repeated call makes nothing twice, and
//! another call under the same key is told apart.

use crate::engine::{args, op};
use crate::{Store, StoreError};
use casework::Moment;

/// Whether a call under a key may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    Fresh,
    /// Identifier of what it made before.
    Made(String),
    /// The first call under this key has not ended.
    AtWork,
    /// The key belongs to another request.
    Other,
}

/// A call that has not ended after this time was cut off, and another may go on. In milliseconds.
const CUT_OFF: i64 = 60_000;

impl Store {
    /// Takes a key for the request with this fingerprint.
    pub async fn claim_key(&self, key: &str, fingerprint: &str, now: Moment) -> Result<Claim, StoreError> {
        let sql = "INSERT INTO call_keys (key, fingerprint, made, at) VALUES ($1, $2, '', $3) \
                   ON CONFLICT (key) DO UPDATE SET at = excluded.at \
                   WHERE call_keys.made = '' AND call_keys.fingerprint = excluded.fingerprint AND call_keys.at <= $4";
        let written = self.engine().write(vec![op(sql, args![key, fingerprint, now.0, now.0 - CUT_OFF])]).await?;
        if written.count(0) == 1 {
            return Ok(Claim::Fresh);
        }
        let row = self.engine().read_one("SELECT fingerprint, made FROM call_keys WHERE key = $1", args![key]).await?;
        Ok(match row {
            Some(row) if row.text(0)? != fingerprint => Claim::Other,
            Some(row) if !row.text(1)?.is_empty() => Claim::Made(row.string(1)?),
            _ => Claim::AtWork,
        })
    }

    /// Notes what was made under a key.
    pub async fn key_made(&self, key: &str, made: &str) -> Result<(), StoreError> {
        self.engine().write(vec![op("UPDATE call_keys SET made = $2 WHERE key = $1", args![key, made])]).await?;
        Ok(())
    }

    /// Gives back a key under which nothing was made.
    pub async fn free_key(&self, key: &str) -> Result<(), StoreError> {
        self.engine().write(vec![op("DELETE FROM call_keys WHERE key = $1 AND made = ''", args![key])]).await?;
        Ok(())
    }

    /// Forgets keys that were taken before `before`; says how many.
    pub async fn sweep_keys(&self, before: Moment) -> Result<u64, StoreError> {
        Ok(self.engine().write(vec![op("DELETE FROM call_keys WHERE at < $1", args![before.0])]).await?.count(0))
    }
}
