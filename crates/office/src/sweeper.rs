//! The sweeper: what nobody needs any more goes, hour by hour. Sessions that ended, drafts deleted a month ago, uploads nobody
//! goes on with, papers nobody refers to. Several nodes may sweep at once; what one took the other does not find.
//!
//! On the same round the day that has ended gets its digest over the ends of all journals (decision 6).

use crate::{Failure, Office, drafts, uploads};
use casework::Moment;
use std::time::Duration;
use tracing::{error, info};

const EVERY: Duration = Duration::from_secs(3600);
/// Into a day, in milliseconds, before the day before it is digested: nothing of that is on its way any more.
const SETTLED: i64 = 10 * 60_000;
const MONTH: i64 = 30 * 24 * 3_600_000;
/// After the start other work goes first.
const FIRST: Duration = Duration::from_secs(120);

impl Office {
    /// Runs until the office closes.
    pub async fn keep_tidy(self) {
        let mut closing = self.closing();
        let mut pause = FIRST;
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = closing.changed() => return,
            }
            pause = EVERY;
            if let Err(failure) = self.sweep().await {
                error!(%failure, "The sweep failed and is tried again in an hour: {failure}");
            }
        }
    }

    /// Sweeps once.
    pub async fn sweep(&self) -> Result<(), Failure> {
        let now = self.now().await?;
        let sessions = self.store.sweep_sessions(now).await?;
        let drafts = drafts::purge(&self.store, now).await?;
        // A caller who comes again after a month is a new one.
        let keys = self.store.sweep_keys(Moment(now.0 - MONTH)).await?;
        let swept = uploads::sweep(&self.uploads, &self.store, now).await?;
        self.digest_yesterday(now).await?;
        info!(sessions, drafts, keys, uploads = swept.uploads, papers = swept.papers, "Swept");
        Ok(())
    }

    /// Once the day before has settled, its journals are digested; a day that has its digest keeps it.
    async fn digest_yesterday(&self, now: Moment) -> Result<(), Failure> {
        let settled = Moment(now.0 - SETTLED).day();
        if let Some(yesterday) = settled.yesterday().ok().filter(|_| settled == now.day())
            && let Some(digest) = self.store.daily_digest(yesterday).await?
        {
            let hash: String = digest.hash.iter().map(|byte| format!("{byte:02x}")).collect();
            // The log leaves this machine: whoever keeps it can tell later that no journal was cut.
            info!(day = %digest.day, cases = digest.cases, hash, "Journals of {} digested", digest.day);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Settings};
    use store::Store;
    use store::engine::{Engine, Options};

    #[tokio::test]
    async fn a_day_is_digested_once_when_it_has_settled() {
        let away = crate::blobs::tests::Away::new();
        let clock = Clock::default();
        let told = clock.clone();
        let at = |text: &str| Moment::at(text.parse().expect("a moment"));
        clock.start_at(at("2026-03-03T00:05"));
        let options = Options { clock: Some(std::sync::Arc::new(move || told.now().0)), ..Options::default() };
        let store = Store::open(Engine::sqlite_inline(options).expect("SQLite opens"));
        store.migrate().await.expect("tables");
        let settings = Settings { public_url: String::new(), demonstration: false, data: away.0.clone(), number_key: [0; 32] };
        let office = Office::new(store, clock.clone(), settings).expect("an office");
        let days = async || {
            office.digest_yesterday(office.clock.now()).await.expect("digested");
            let all = office.store.daily_digests().await.expect("read");
            all.iter().map(|digest| digest.day.to_string()).collect::<Vec<_>>()
        };
        assert!(days().await.is_empty(), "what began before midnight may still be on its way");
        clock.start_at(at("2026-03-03T00:11"));
        assert_eq!((days().await, days().await), (vec!["2026-03-02".to_owned()], vec!["2026-03-02".to_owned()]));
        let backlog = office.store.backlog(clock.now()).await.expect("counted");
        assert_eq!((backlog.digests, backlog.digested_until), (1, Some(Moment::end_of(jiff::civil::date(2026, 3, 2)))));
        clock.start_at(at("2026-03-05T09:00"));
        assert_eq!(days().await.len(), 2, "a day nobody asked for is covered by the next");
    }
}
