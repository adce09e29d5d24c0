//! The indexer: writes the search terms of new cases, many at a time, shortly after they were submitted.
//!
//! Until it has, search looks at the new cases one by one, so nobody waits for it; but the fewer they are, the quicker.

use crate::{Failure, Office};
use std::time::Duration;
use tracing::error;

/// Cases whose terms are written together.
const SLICE: u32 = 500;
/// Submissions of this time share one writing.
const GATHER: Duration = Duration::from_millis(500);
/// Another node's submissions are found by looking now and then.
const AT_LEAST: Duration = Duration::from_secs(20);

impl Office {
    /// Runs until the office closes.
    pub async fn keep_index(self) {
        let mut closing = self.closing();
        let mut hint = self.store.engine().listen_hint();
        loop {
            hint.borrow_and_update();
            if let Err(failure) = self.index_new_cases().await {
                error!(%failure, "Search terms could not be written: {failure}");
            }
            tokio::select! {
                _ = hint.changed() => {}
                () = tokio::time::sleep(AT_LEAST) => {}
                _ = closing.changed() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(GATHER) => {}
                _ = closing.changed() => return,
            }
        }
    }

    /// Writes the terms of every case that waits for them; returns how many did.
    pub async fn index_new_cases(&self) -> Result<u32, Failure> {
        let mut written = 0;
        loop {
            match self.store.index_titles(SLICE).await? {
                0 => return Ok(written),
                n => written += n,
            }
        }
    }
}
