//! The timekeeper: looks for limits that have run out and lets the law of silence take effect.
//!
//! It takes no input: it looks at what is, never at what it was told. One code path serves "on time", "late" and "just
//! restarted"; looking twice changes nothing. Several nodes share the work by leased slices.

use crate::perform::Outcome;
use crate::{Failure, Office};
use casework::{Act, Actor, CaseNo};
use std::time::Duration;
use tracing::{error, warn};

/// Cases looked at in one slice, and how long a node may keep a slice to itself.
const SLICE: u32 = 200;
const LEASE: Duration = Duration::from_secs(60);
/// A look is taken at least this often, whatever is due: a new case or another node may have changed what is next.
const AT_LEAST: Duration = Duration::from_secs(30);

impl Office {
    /// Runs until the office closes.
    pub async fn keep_time(self) {
        let mut closing = self.closing();
        loop {
            if let Err(failure) = self.look_at_clocks().await {
                error!(%failure, "The timekeeper's look failed: {failure}");
            }
            let pause = self.until_next_look().await.unwrap_or(AT_LEAST);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.woken_by_time() => {}
                _ = closing.changed() => return,
            }
        }
    }

    /// Performs every clock act that is due by now; returns how many cases were looked at.
    pub async fn look_at_clocks(&self) -> Result<usize, Failure> {
        let mut looked = 0;
        loop {
            let now = self.now().await?;
            let due: Vec<CaseNo> = self.store.due(now, SLICE, LEASE.as_millis() as i64).await?;
            if due.is_empty() {
                return Ok(looked);
            }
            for no in &due {
                match self.perform(no, &Act::CheckClocks, &Actor::Clock, None, None).await? {
                    Outcome::Refused(refusal) => {
                        warn!(case.no = %no, code = refusal.code, "Clocks of case {no} could not be checked")
                    }
                    _ => looked += 1,
                }
            }
        }
    }

    async fn until_next_look(&self) -> Result<Duration, Failure> {
        let now = self.now().await?;
        let wait = self.store.next_look().await?.map_or(AT_LEAST, |at| Duration::from_millis((at.0 - now.0).max(0) as u64));
        Ok(wait.clamp(Duration::from_millis(200), AT_LEAST))
    }
}
