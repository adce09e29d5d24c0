//! How often a token may call: a bucket that fills by itself. Per node; with several nodes the limit is that many times as wide.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Calls a second in the long run, and how many at once after a rest.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub per_second: f64,
    pub burst: f64,
}

/// Enough for a system that hands in a day's applications, too little to keep a node from serving others.
impl Default for Rate {
    fn default() -> Rate {
        Rate { per_second: 100.0, burst: 1_000.0 }
    }
}

/// Buckets that are looked at before those that are full again are forgotten.
const MANY: usize = 10_000;

#[derive(Default)]
pub struct Rates {
    rate: Rate,
    buckets: Mutex<HashMap<String, (f64, Instant)>>,
}

impl Rates {
    #[cfg(test)]
    pub fn new(rate: Rate) -> Rates {
        Rates { rate, buckets: Mutex::default() }
    }

    /// Takes one call from the bucket of `who`, or says how long to wait until there is one.
    pub fn take(&self, who: &str, now: Instant) -> Result<(), Duration> {
        let Rate { per_second, burst } = self.rate;
        let filled =
            |(left, at): (f64, Instant)| (left + now.saturating_duration_since(at).as_secs_f64() * per_second).min(burst);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MANY {
            buckets.retain(|_, bucket| filled(*bucket) < burst);
        }
        let left = buckets.get(who).copied().map_or(burst, filled);
        let taken = if left >= 1.0 { left - 1.0 } else { left };
        buckets.insert(who.to_owned(), (taken, now));
        if left >= 1.0 { Ok(()) } else { Err(Duration::from_secs_f64((1.0 - left) / per_second)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_fills_again_and_is_nobody_elses() {
        let rates = Rates::new(Rate { per_second: 2.0, burst: 3.0 });
        let start = Instant::now();
        for _ in 0..3 {
            assert!(rates.take("a", start).is_ok());
        }
        assert_eq!(rates.take("a", start), Err(Duration::from_millis(500)));
        assert!(rates.take("b", start).is_ok());
        assert!(rates.take("a", start + Duration::from_millis(500)).is_ok());
        assert!(rates.take("a", start + Duration::from_millis(600)).is_err());
    }
}
