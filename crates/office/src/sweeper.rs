//! The sweeper: what nobody needs any more goes, hour by hour. Sessions that ended, drafts deleted a month ago, uploads nobody
//! goes on with, papers nobody refers to. Several nodes may sweep at once; what one took the other does not find.

use crate::{Failure, Office, drafts, uploads};
use std::time::Duration;
use tracing::{error, info};

const EVERY: Duration = Duration::from_secs(3600);
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
        let swept = uploads::sweep(&self.uploads, &self.store, now).await?;
        info!(sessions, drafts, uploads = swept.uploads, papers = swept.papers, "Swept");
        Ok(())
    }
}
