//! What waits, for whoever watches the program: counts alone, nothing of any case.

use crate::engine::args;
use crate::{Store, StoreError};
use casework::Moment;

/// How far the background work is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Clocks that have run out and that no node has looked at yet.
    pub clocks_due: u64,
    /// Milliseconds that the oldest of them has waited.
    pub clocks_late: u64,
    pub errands_waiting: u64,
    /// Milliseconds that the oldest errand whose turn has come has waited.
    pub errands_late: u64,
    pub errands_dead: u64,
    /// Days for which the ends of the journals were digested, and the instant at which the last of them ended.
    pub digests: u64,
    pub digested_until: Option<Moment>,
}

impl Store {
    /// How far the background work is behind at `now`. It reads what waits, never what is done.
    pub async fn backlog(&self, now: Moment) -> Result<Backlog, StoreError> {
        const CLOCKS: &str = "SELECT count(*), min(look_at) FROM deadlines WHERE look_at <= $1";
        const WAITING: &str = "SELECT count(*), min(CASE WHEN run_at <= $1 THEN run_at END) FROM errands WHERE state = 'waiting'";
        const DEAD: &str = "SELECT count(*) FROM errands WHERE state = 'dead'";
        const DIGESTS: &str = "SELECT count(*), max(day) FROM daily_digests";
        let queries = vec![(CLOCKS, args![now.0]), (WAITING, args![now.0]), (DEAD, args![]), (DIGESTS, args![])];
        let answers = self.engine.read_together(queries).await?;
        let row = |at: usize| answers.get(at).and_then(|rows| rows.first());
        let late = |oldest: Option<i64>| oldest.map_or(0, |oldest| (now.0 - oldest).max(0) as u64);
        let mut backlog = Backlog::default();
        if let Some(row) = row(0) {
            (backlog.clocks_due, backlog.clocks_late) = (row.int(0)? as u64, late(row.opt_int(1)?));
        }
        if let Some(row) = row(1) {
            (backlog.errands_waiting, backlog.errands_late) = (row.int(0)? as u64, late(row.opt_int(1)?));
        }
        if let Some(row) = row(2) {
            backlog.errands_dead = row.int(0)? as u64;
        }
        if let Some(row) = row(3) {
            backlog.digests = row.int(0)? as u64;
            let day = row.opt_string(1)?.and_then(|day| day.parse().ok());
            backlog.digested_until = day.map(Moment::end_of);
        }
        Ok(backlog)
    }
}
