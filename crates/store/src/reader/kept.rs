//! Counts over very many rows, kept for some seconds: in a city nobody waits for 60,000 cases to be counted again for each colleague who
//! looks at the same board. Small offices are counted each time.

use super::Row;
use crate::StoreError;
use crate::engine::Val;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// From so many rows on a count is kept.
pub const MANY: u64 = 10_000;
/// For how long.
pub const SERVES: Duration = Duration::from_secs(10);
/// While somebody counts anew the others see what is no older than this.
const AT_MOST: Duration = Duration::from_secs(60);
/// Different counts at a time: one for each set of powers and each week.
const ROOM: usize = 256;

type Answers = Arc<Vec<Vec<Row>>>;

/// What tells one count from another: its name and everything it is bounded by, the reader's powers first of all.
pub(crate) type Key = (&'static str, Vec<Val>);

/// The counts of a node.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    shelf: Arc<Mutex<HashMap<Key, (Instant, Answers)>>>,
    /// Held by whoever counts.
    counting: Arc<tokio::sync::Mutex<()>>,
}

impl Kept {
    /// The answers under a key: those kept, or counted now and kept if `weigh` says that they are of many rows.
    pub(crate) async fn answers(
        &self,
        key: Key,
        count: impl Future<Output = Result<Vec<Vec<Row>>, StoreError>>,
        weigh: impl FnOnce(&[Vec<Row>]) -> u64,
    ) -> Result<Answers, StoreError> {
        let Some((_, old)) = self.aged(&key, AT_MOST) else {
            let counted = Arc::new(count.await?);
            return Ok(self.keep(key, counted, weigh));
        };
        if let Some((_, fresh)) = self.aged(&key, SERVES) {
            return Ok(fresh);
        }
        let Ok(_counting) = self.counting.try_lock() else { return Ok(old) };
        let counted = Arc::new(count.await?);
        Ok(self.keep(key, counted, weigh))
    }

    fn aged(&self, key: &Key, most: Duration) -> Option<(Instant, Answers)> {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.get(key).filter(|(at, _)| at.elapsed() < most).cloned()
    }

    fn keep(&self, key: Key, counted: Answers, weigh: impl FnOnce(&[Vec<Row>]) -> u64) -> Answers {
        if weigh(&counted) >= MANY {
            let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
            if shelf.len() >= ROOM {
                shelf.clear();
            }
            shelf.insert(key, (Instant::now(), counted.clone()));
        }
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(kept: &Kept, agency: &str, rows: u64) -> usize {
        let counted = async { Ok(vec![Vec::new(); rows as usize]) };
        kept.answers(("board", vec![Val::T(agency.to_owned())]), counted, |answers| answers.len() as u64 * MANY)
            .await
            .expect("counted")
            .len()
    }

    #[tokio::test]
    async fn many_rows_are_counted_once_in_ten_seconds_and_few_each_time() {
        let kept = Kept::default();
        assert_eq!((ask(&kept, "fire", 0).await, ask(&kept, "fire", 1).await), (0, 1), "few are not kept");
        assert_eq!(ask(&kept, "fire", 2).await, 1, "many are");
        assert_eq!(ask(&kept, "health", 3).await, 3, "who may see others has counts of her own");
    }
}
