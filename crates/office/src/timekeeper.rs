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
        let mut calendar = 0;
        loop {
            if let Err(failure) = self.renew_rules(&mut calendar).await {
                error!(%failure, "The rules could not be renewed: {failure}");
            }
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

    /// Performs every clock act that is due by now, and once a day reminds of permits to renew; returns how many cases were looked at.
    pub async fn look_at_clocks(&self) -> Result<usize, Failure> {
        let mut looked = 0;
        loop {
            let now = self.now().await?;
            let due: Vec<CaseNo> = self.store.due(now, SLICE, LEASE.as_millis() as i64).await?;
            if due.is_empty() {
                self.remind_of_renewals().await?;
                return Ok(looked);
            }
            for no in &due {
                looked += usize::from(self.look_at(no).await);
            }
        }
    }

    /// One case. A case that cannot be looked at is told and never keeps the others waiting.
    async fn look_at(&self, no: &CaseNo) -> bool {
        match self.perform(no, &Act::CheckClocks, &Actor::Clock, None, None).await {
            Ok(Outcome::Refused(refusal)) => {
                warn!(case.no = %no, code = refusal.code, "Clocks of case {no} could not be checked");
                false
            }
            Ok(_) => true,
            Err(failure) => {
                error!(case.no = %no, %failure, "Clocks of case {no} could not be checked: {failure}");
                false
            }
        }
    }

    /// Takes down a new edition or calendar, published here or on another node. A new calendar is looked at by every case whose
    /// due day was provisional (decision 3).
    async fn renew_rules(&self, known: &mut u32) -> Result<(), Failure> {
        self.rulebooks.refresh(&self.store, self.now().await?).await?;
        let calendar = self.rulebooks.calendar().version();
        if *known == calendar {
            return Ok(());
        }
        let mut after = None;
        loop {
            let cases = self.store.provisional_cases(after.as_ref(), SLICE).await?;
            for no in &cases {
                self.look_at(no).await;
            }
            match cases.last() {
                Some(last) => after = Some(last.clone()),
                None => break,
            }
        }
        *known = calendar;
        Ok(())
    }

    async fn until_next_look(&self) -> Result<Duration, Failure> {
        let now = self.now().await?;
        let wait = self.store.next_look().await?.map_or(AT_LEAST, |at| Duration::from_millis((at.0 - now.0).max(0) as u64));
        Ok(wait.clamp(Duration::from_millis(200), AT_LEAST))
    }
}
