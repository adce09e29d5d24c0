//! A machine that fails now and then: commits that are undone, and answers that are lost after the commit.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use store::engine::Faults;

/// Dice that the engine throws around every commit, the same for the same seed.
#[derive(Debug)]
pub struct Dice {
    state: AtomicU64,
    on: AtomicBool,
    /// Of ten thousand commits so many are undone, and as many lose their answer.
    rate: u64,
    played: AtomicU64,
}

impl Dice {
    pub fn new(seed: u64, rate: u64) -> Dice {
        Dice { state: AtomicU64::new(seed), on: AtomicBool::new(false), rate, played: AtomicU64::new(0) }
    }

    /// Failures happen only while they are switched on: not while the world is built, nor while it is verified.
    pub fn switch(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
    }

    /// How many failures were played.
    pub fn played(&self) -> u64 {
        self.played.load(Ordering::Relaxed)
    }

    fn throw(&self, what: &str) -> Result<(), String> {
        if !self.on.load(Ordering::Relaxed) {
            return Ok(());
        }
        let next = |state: u64| state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let state = self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |state| Some(next(state))).unwrap_or_default();
        if (next(state) >> 33) % 10_000 >= self.rate {
            return Ok(());
        }
        self.played.fetch_add(1, Ordering::Relaxed);
        Err(what.to_owned())
    }
}

impl Faults for Dice {
    fn before_commit(&self) -> Result<(), String> {
        self.throw("played: the connection was lost before the commit")
    }

    fn after_commit(&self) -> Result<(), String> {
        self.throw("played: the answer was lost after the commit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_and_nothing_is_thrown_while_off() {
        let throws = |seed| {
            let dice = Dice::new(seed, 2_000);
            assert!((0..100).all(|_| dice.before_commit().is_ok()));
            dice.switch(true);
            (0..200).map(|_| dice.after_commit().is_ok()).collect::<Vec<_>>()
        };
        assert_eq!(throws(1), throws(1));
        assert_ne!(throws(1), throws(2));
        assert!(throws(1).contains(&false));
    }
}
