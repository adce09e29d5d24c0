//! The courier: runs errands after the commit that ordered them, at least once and in order for each pair of sender and target.
//!
//! A failed errand is tried again with growing pauses and finally laid down as dead, for a person to look at and revive. A decision by
//! rule and the result of a decision have a lane of their own, for somebody sits and waits for them; the letters that go with
//! them, and notices, follow when there is time.

use crate::supplies::PutRight;
use crate::{Failure, Office};
use casework::{Actor, CaseNo, Errand, Moment};
use std::time::{Duration, Instant};
use store::errands::{Claimed, Lane};
use tokio::task::JoinSet;
use tracing::{error, warn};

const SLICE: u32 = 50;
const LEASE_MS: i64 = 60_000;
const AT_LEAST: Duration = Duration::from_secs(20);
const REST: Duration = Duration::from_millis(100);
/// While people act, the courier rests so many times as long as an errand took: letters can wait for seconds, a person should not.
const YIELDS: u32 = 3;
/// Rests no longer than this, however slow a mail server or a store was.
const LONGEST_YIELD: Duration = Duration::from_millis(50);

/// Five seconds, doubled each time, at most an hour.
fn pause_ms(attempts: u32) -> i64 {
    (5_000_i64 << attempts.min(10)).min(3_600_000)
}

/// Prompt errands under way at the same time on one node: their waiting for the disk overlaps, and commits are shared.
const SIDE_BY_SIDE: usize = 16;

impl Office {
    /// Runs until the office closes: what somebody sits and waits for side by side, all else one after the other.
    pub async fn run_errands(self) {
        let mut lanes = JoinSet::new();
        lanes.spawn(self.clone().run_prompt());
        lanes.spawn(self.run_patient());
        while let Some(ended) = lanes.join_next().await {
            if let Err(fault) = ended
                && fault.is_panic()
            {
                std::panic::resume_unwind(fault.into_panic());
            }
        }
    }

    async fn run_patient(self) {
        let mut closing = self.closing();
        let mut hint = self.store.engine().listen_hint();
        loop {
            hint.mark_unchanged();
            if let Err(failure) = self.run_due(Lane::Patient).await {
                error!(%failure, "Errands could not be run: {failure}");
            }
            // Claiming commits too and so gives a hint: a short rest keeps the courier from chasing its own tail.
            tokio::time::sleep(REST).await;
            tokio::select! {
                _ = hint.changed() => {}
                () = tokio::time::sleep(AT_LEAST) => {}
                _ = closing.changed() => return,
            }
        }
    }

    /// Looks at each commit, for looking costs little, and rests for nobody.
    async fn run_prompt(self) {
        let mut closing = self.closing();
        let mut hint = self.store.engine().listen_hint();
        let mut running = JoinSet::new();
        loop {
            hint.mark_unchanged();
            if let Err(failure) = self.begin_prompt(&mut running).await {
                error!(%failure, "Errands could not be run: {failure}");
            }
            tokio::select! {
                _ = hint.changed(), if running.len() < SIDE_BY_SIDE => {}
                Some(ended) = running.join_next() => if let Err(fault) = ended {
                    error!(%fault, "An errand broke off: {fault}");
                },
                () = tokio::time::sleep(AT_LEAST) => {}
                _ = closing.changed() => break,
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Begins as many prompt errands as there is room for.
    async fn begin_prompt(&self, running: &mut JoinSet<bool>) -> Result<(), Failure> {
        while running.len() < SIDE_BY_SIDE {
            let now = self.now().await?;
            if !self.store.errand_due(Lane::Prompt, now).await? {
                return Ok(());
            }
            let room = (SIDE_BY_SIDE - running.len()) as u32;
            for claimed in self.store.claim_errands_of(Lane::Prompt, now, room, LEASE_MS).await? {
                let office = self.clone();
                running.spawn(async move { office.run_claimed(&claimed, now).await });
            }
        }
        Ok(())
    }

    /// Runs every errand that is due; returns how many were done.
    pub async fn run_due_errands(&self) -> Result<usize, Failure> {
        self.run_due(Lane::All).await
    }

    async fn run_due(&self, lane: Lane) -> Result<usize, Failure> {
        let mut done = 0;
        loop {
            let now = self.now().await?;
            if !self.store.errand_due(lane, now).await? {
                return Ok(done);
            }
            let due = self.store.claim_errands_of(lane, now, SLICE, LEASE_MS).await?;
            if due.is_empty() {
                return Ok(done);
            }
            for claimed in due {
                let (began, acts) = (Instant::now(), self.acts_of_people());
                done += usize::from(self.run_claimed(&claimed, now).await);
                if self.acts_of_people() != acts {
                    tokio::time::sleep((began.elapsed() * YIELDS).min(LONGEST_YIELD)).await;
                }
            }
        }
    }

    /// Runs one errand and settles it; whether it was done.
    async fn run_claimed(&self, claimed: &Claimed, now: Moment) -> bool {
        let sender = CaseNo(claimed.sender.clone());
        let ran = self.run_errand(&sender, &claimed.id, &claimed.errand).await;
        let settled = match &ran {
            Ok(()) => {
                metrics::counter!("yimen_errands_total", "outcome" => "done").increment(1);
                self.store.errand_done(&claimed.id).await
            }
            Err(failure) => {
                warn!(errand = claimed.id, case.no = %sender, %failure, "Errand {} failed: {failure}", claimed.id);
                metrics::counter!("yimen_errands_total", "outcome" => "failed").increment(1);
                let again = Moment(now.0 + pause_ms(claimed.attempts));
                self.store.errand_failed(&claimed.id, &failure.to_string(), again).await.map(|_| ())
            }
        };
        // What could not be settled is run again when its lease ends: every errand can bear that.
        if let Err(failure) = settled {
            error!(errand = claimed.id, %failure, "Errand {} could not be settled: {failure}", claimed.id);
        }
        ran.is_ok()
    }

    async fn run_errand(&self, sender: &CaseNo, id: &str, errand: &Errand) -> Result<(), Failure> {
        match errand {
            Errand::MakeLetter { letter } => self.make_letter(sender, *letter, id).await,
            Errand::Notify { to, text } => {
                let case = self.store.case(sender).await?;
                let today = self.now().await?.day();
                let readers = crate::notices::readers_of(&self.store, to, case.as_ref(), today).await?;
                for reader in readers {
                    let id = format!("{id}:{reader}");
                    // Whoever has no part in the case has no way to it.
                    let about = case.as_ref().filter(|_| !matches!(to, casework::To::Person(_))).map(|_| sender);
                    self.notify(&id, &reader, about, text).await?;
                }
                Ok(())
            }
            Errand::Publish => self.publish_decision(sender).await,
            Errand::OpenCorrection { item, cause } => self.open_correction(id, item, cause, "", "", Some(sender)).await,
            Errand::OpenComponent { item } => self.open_component(sender, item, id).await,
            Errand::PassOn { bundle, before, after, materials, signatures } => {
                let put_right = PutRight { before: *before, after: *after, materials, signatures };
                self.pass_on(sender, &CaseNo(bundle.clone()), put_right, id).await
            }
            Errand::EnterFirm => self.enter_founded(sender).await,
            Errand::DecideAtOnce => self.decide_at_once(sender, id).await,
            // It has a lane of its own: see `exchange/send.rs`.
            Errand::Push { .. } => Ok(()),
            Errand::Tell { case, act } => {
                let no = CaseNo(case.clone());
                done(self.perform(&no, act, &Actor::System, None, Some(id)).await?)
            }
        }
    }
}

/// A refusal of what the system does on behalf of a recorded act is a fault, to be tried again and told.
pub(crate) fn done(outcome: crate::Outcome) -> Result<(), Failure> {
    match outcome {
        crate::Outcome::Refused(refusal) => Err(Failure::Unready(format!("refused: {}", refusal.code))),
        _ => Ok(()),
    }
}
