//! What time it is. Everything that decides is given the time by this clock; only a demonstration can move it.

use casework::Moment;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The office's clock. Cheap to clone; all clones move together.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Milliseconds by which a demonstration runs ahead of, or behind, the wall clock.
    shift: Arc<AtomicI64>,
}

impl Clock {
    pub fn now(&self) -> Moment {
        Moment(wall() + self.shift.load(Ordering::Relaxed))
    }

    /// Sets a demonstration's clock. A clock that moves back would break the order of events, so it only moves ahead.
    pub fn set(&self, to: Moment) -> Moment {
        let shift = to.0 - wall();
        self.shift.fetch_max(shift, Ordering::Relaxed);
        self.now()
    }

    /// What the clock on the wall shows at a moment of this one: devices that people bring along know of no demonstration.
    pub fn on_the_wall(&self, at: Moment) -> Moment {
        Moment(at.0 - self.shift.load(Ordering::Relaxed))
    }

    /// Starts a demonstration's clock at any moment; for the start of the program only.
    pub fn start_at(&self, at: Moment) {
        self.shift.store(at.0 - wall(), Ordering::Relaxed);
    }
}

fn wall() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
