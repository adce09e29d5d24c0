//! Reach of policies as counts. A small district counts anew each time and always sees the present; among millions of firms a count takes
//! long, and is kept for some minutes, so that many who look cost what one costs. Serves measure 14.

use crate::{Failure, Office};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use store::policy_matches::{By, Reached, Within};

/// A count that took so long is kept.
const LONG: Duration = Duration::from_millis(500);
/// For so long.
const SERVES: Duration = Duration::from_secs(10 * 60);
/// Counts that are kept; each is a row for each clause, zone or industry.
const KEPT: usize = 64;

/// What is counted, and among what.
type Key = (By, [String; 3]);
/// What came of it, and when it was counted.
type Made = (Instant, Arc<Vec<Reached>>);

/// Counts that took long, with when they were made. One is made at a time.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    known: std::sync::Mutex<BTreeMap<Key, Made>>,
    turn: tokio::sync::Mutex<()>,
}

impl Kept {
    fn get(&self, key: &Key) -> Option<Arc<Vec<Reached>>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).filter(|(at, _)| at.elapsed() < SERVES).map(|(_, reached)| reached.clone())
    }

    fn keep(&self, key: Key, reached: Arc<Vec<Reached>>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, _)| at.elapsed() < SERVES);
        if known.len() < KEPT {
            known.insert(key, (Instant::now(), reached));
        }
    }
}

impl Office {
    /// How many firms clauses speak for, were told, promised money and paid; at most some minutes old.
    ///
    /// # Errors
    /// Only the machine's own.
    pub async fn reach(&self, by: By, within: Within<'_>) -> Result<Arc<Vec<Reached>>, Failure> {
        let key = (by, [within.clause, within.zone, within.industry].map(str::to_owned));
        if let Some(known) = self.reached.get(&key) {
            return Ok(known);
        }
        let _turn = self.reached.turn.lock().await;
        if let Some(known) = self.reached.get(&key) {
            return Ok(known);
        }
        let begun = Instant::now();
        let reached = Arc::new(self.store.reach(by, within).await?);
        if begun.elapsed() >= LONG {
            self.reached.keep(key, reached.clone());
        }
        Ok(reached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_by_all_of_what_was_asked_and_bounded() {
        let kept = Kept::default();
        let key = |zone: &str| (By::Clause, [String::new(), zone.to_owned(), String::new()]);
        kept.keep(key("东"), Arc::default());
        assert!(kept.get(&key("东")).is_some() && kept.get(&key("西")).is_none());
        assert!(kept.get(&(By::Zone, key("东").1)).is_none());
        (0..KEPT * 2).for_each(|at| kept.keep(key(&at.to_string()), Arc::default()));
        assert_eq!(kept.known.lock().expect("kept").len(), KEPT);
    }
}
