//! For how many of the firms that are kept clauses would speak that nobody has looked through yet: a draft's, or a condition that is tried.
//! Counts only, and only as many firms as a moment allows. Serves measures 14 and 17.

use crate::{Failure, Office};
use policies::{Clause, Library, Outcome, Shelf};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Firms read together.
const SLICE: u32 = 500;
/// Looks are taken one after another, so that many who try conditions cost no more than one.
static TURN: Mutex<()> = Mutex::const_new(());

/// What clauses come to for the firms that were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// For each clause in the order given, how many firms came to each outcome in the order of [`Outcome::ALL`].
    pub outcomes: Vec<[u64; 5]>,
    pub firms: u64,
    /// Whether these are all firms; else those first in the order of their codes, for the time was over.
    pub whole: bool,
}

impl Office {
    /// Counts the firms that want to be matched, for about that long at most.
    ///
    /// # Errors
    /// Only the machine's own.
    pub async fn count_kept(&self, clauses: Vec<Clause>, about: Duration) -> Result<Counted, Failure> {
        let _turn = TURN.lock().await;
        let (live, today, begun) = (self.rulebooks.live()?, self.now().await?.day(), Instant::now());
        let shelf = Shelf::with(Library { clauses, ..Library::default() }, today);
        let mut counted = Counted { outcomes: vec![[0; 5]; shelf.library.clauses.len()], ..Counted::default() };
        let mut after = String::new();
        while begun.elapsed() < about {
            let firms = self.store.profiled_firms(&after, SLICE).await?;
            let Some(last) = firms.last().cloned() else {
                counted.whole = true;
                break;
            };
            for known in self.known_of_those(&live.rules, &firms, today).await?.into_iter().flatten() {
                counted.firms += 1;
                for (own, outcome) in counted.outcomes.iter_mut().zip(shelf.outcomes(&known.facts)) {
                    let at = Outcome::ALL.iter().position(|one| *one == outcome);
                    at.into_iter().for_each(|at| own[at] += 1);
                }
            }
            after = last;
        }
        Ok(counted)
    }
}
