//! How often somebody may come: a bucket that fills by itself. Per node; with several nodes the limit is that many times as wide.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Calls a second in the long run, and how many at once after a rest.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub per_second: f64,
    pub burst: f64,
}

impl Rate {
    /// So many a minute, and as many at once after a minute's rest.
    pub fn per_minute(calls: u32) -> Rate {
        Rate { per_second: f64::from(calls) / 60.0, burst: f64::from(calls) }
    }
}

/// Buckets that are kept at most, however many come.
const MANY: usize = 10_000;

pub struct Rates<K> {
    rate: Rate,
    buckets: Mutex<HashMap<K, (f64, Instant)>>,
}

impl<K: Hash + Eq> Rates<K> {
    pub fn new(rate: Rate) -> Rates<K> {
        Rates { rate, buckets: Mutex::default() }
    }

    /// Takes one call from the bucket of `who`, or says how long to wait until there is one.
    pub fn take(&self, who: K, now: Instant) -> Result<(), Duration> {
        let Rate { per_second, burst } = self.rate;
        let filled =
            |(left, at): (f64, Instant)| (left + now.saturating_duration_since(at).as_secs_f64() * per_second).min(burst);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MANY {
            make_room(&mut buckets, filled, burst);
        }
        let left = buckets.get(&who).copied().map_or(burst, filled);
        let taken = if left >= 1.0 { left - 1.0 } else { left };
        buckets.insert(who, (taken, now));
        if left >= 1.0 { Ok(()) } else { Err(Duration::from_secs_f64((1.0 - left) / per_second)) }
    }
}

/// Forgets the buckets that are full again; where many keep coming, those too that were used least, down to half of what is kept.
fn make_room<K: Hash + Eq>(buckets: &mut HashMap<K, (f64, Instant)>, filled: impl Fn((f64, Instant)) -> f64 + Copy, burst: f64) {
    buckets.retain(|_, bucket| filled(*bucket) < burst);
    if buckets.len() < MANY {
        return;
    }
    let mut levels: Vec<f64> = buckets.values().map(|bucket| filled(*bucket)).collect();
    let (_, middle, _) = levels.select_nth_unstable_by(MANY / 2, f64::total_cmp);
    let middle = *middle;
    // Whoever used more than the middle stays, and of those who used as much as it so many as there is room for.
    let mut room = (MANY / 2).saturating_sub(levels.iter().filter(|level| level.total_cmp(&middle) == Ordering::Less).count());
    buckets.retain(|_, bucket| {
        let place = filled(*bucket).total_cmp(&middle);
        let fits = place == Ordering::Equal && room > 0;
        room -= usize::from(fits);
        place == Ordering::Less || fits
    });
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

    #[test]
    fn however_many_come_few_are_kept_and_who_came_most_is_among_them() {
        let rates = Rates::new(Rate { per_second: 0.01, burst: 3.0 });
        let start = Instant::now();
        while rates.take(0, start).is_ok() {}
        for other in 1..100_000_u32 {
            assert!(rates.take(other, start).is_ok());
        }
        assert!(rates.buckets.lock().expect("nobody fell over").len() <= MANY);
        assert!(rates.take(0, start).is_err(), "the crowd does not wash away what somebody used up");
    }
}
