//! Numbers: blocks of case numbers leased to a node, where gaps mean nothing (decision 15).
//!
//! Numbers of documents have no gaps and are drawn together with the letter that carries them: see [`crate::letters`].

use crate::engine::args;
use crate::{Store, StoreError};
use std::ops::Range;

impl Store {
    /// Takes the next `n` numbers of a series, from 1, for this node alone. What a node does not use is never used.
    pub async fn lease_block(&self, series: &str, n: u32) -> Result<Range<u64>, StoreError> {
        let sql = "INSERT INTO counters (name, next) VALUES ($1, CAST($2 AS BIGINT) + 1) \
                   ON CONFLICT (name) DO UPDATE SET next = counters.next + CAST($2 AS BIGINT) RETURNING next";
        let rows = self.engine.write_returning(sql, args![series, i64::from(n)]).await?;
        let next = rows.first().ok_or_else(|| StoreError::damaged("a series", "no number came back"))?.int(0)? as u64;
        Ok(next - u64::from(n)..next)
    }
}
