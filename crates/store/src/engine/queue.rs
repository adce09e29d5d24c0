//! The short line in front of a database thread: bounded, so that too much work is told so at once instead of piling up.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    work: Condvar,
    room: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    closed: bool,
    /// Threads that sleep until `wake_at` pieces of work are there. Nobody is woken, and no system call spent, when it is 0.
    asleep: usize,
    wake_at: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Full,
    Closed,
}

impl<T> Queue<T> {
    pub(super) fn new(room: usize) -> Queue<T> {
        let state = State { waiting: VecDeque::new(), closed: false, asleep: 0, wake_at: 1 };
        Queue { state: Mutex::new(state), work: Condvar::new(), room }
    }

    /// Never blocks.
    pub(super) fn push(&self, piece: T) -> Result<(), Refused> {
        let mut state = self.state();
        if state.closed {
            return Err(Refused::Closed);
        }
        if state.waiting.len() >= self.room {
            return Err(Refused::Full);
        }
        state.waiting.push_back(piece);
        let wake = state.asleep > 0 && state.waiting.len() >= state.wake_at;
        drop(state);
        if wake {
            self.work.notify_one();
        }
        Ok(())
    }

    /// Waits for work. `None` once the queue is closed and empty.
    pub(super) fn take(&self) -> Option<T> {
        let mut state = self.state();
        loop {
            if let Some(piece) = state.waiting.pop_front() {
                return Some(piece);
            }
            if state.closed {
                return None;
            }
            state.asleep += 1;
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.asleep -= 1;
        }
    }

    /// Waits for work and takes up to `most` pieces. Once there is one, waits up to `linger` for `hoped` of them: those who were
    /// answered together tend to come back together, and a little patience lets them share a commit again. Empty once the
    /// queue is closed and empty. For a queue with a single taker.
    pub(super) fn take_many(&self, most: usize, hoped: usize, linger: Duration) -> Vec<T> {
        let Some(first) = self.take() else { return Vec::new() };
        let mut pieces = Vec::with_capacity(hoped.clamp(1, most));
        pieces.push(first);
        let mut state = self.state();
        let until = Instant::now() + linger;
        loop {
            let missing = hoped.saturating_sub(pieces.len());
            let left = until.saturating_duration_since(Instant::now());
            if state.waiting.len() >= missing || state.closed || left.is_zero() {
                break;
            }
            state.asleep += 1;
            state.wake_at = missing;
            state = self.work.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            state.asleep -= 1;
            state.wake_at = 1;
        }
        let more = state.waiting.len().min(most - 1);
        pieces.extend(state.waiting.drain(..more));
        pieces
    }

    /// What waits is still done; nothing new comes in.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.work.notify_all();
    }

    /// Nobody will ever do what waits: drop it, so that its senders hear.
    pub(super) fn abandon(&self) {
        let dropped = {
            let mut state = self.state();
            state.closed = true;
            std::mem::take(&mut state.waiting)
        };
        drop(dropped);
        self.work.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    pub(super) fn len(&self) -> usize {
        self.state().waiting.len()
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_refuses_and_a_closed_one_is_emptied_first() {
        let queue = Queue::new(2);
        assert_eq!((queue.push(1), queue.push(2), queue.push(3)), (Ok(()), Ok(()), Err(Refused::Full)));
        queue.close();
        assert_eq!(queue.push(4), Err(Refused::Closed));
        assert_eq!((queue.take(), queue.take(), queue.take()), (Some(1), Some(2), None));
    }

    #[test]
    fn patience_ends_when_as_many_came_as_were_hoped_for() {
        let queue = Queue::new(10);
        std::thread::scope(|scope| {
            scope.spawn(|| (0..3).for_each(|n| assert_eq!(queue.push(n), Ok(()))));
            assert_eq!(queue.take_many(8, 3, Duration::from_secs(60)).len(), 3);
        });
        assert_eq!(queue.push(9), Ok(()));
        assert_eq!(queue.take_many(8, 3, Duration::from_millis(1)), [9], "patience is short");
    }

    #[test]
    fn no_more_is_taken_than_asked_for() {
        let queue = Queue::new(10);
        (0..5).for_each(|n| assert_eq!(queue.push(n), Ok(())));
        assert_eq!(queue.take_many(2, 2, Duration::ZERO), [0, 1]);
        assert_eq!(queue.len(), 3);
    }
}
