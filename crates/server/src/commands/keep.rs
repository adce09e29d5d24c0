//! Keeping the database: bring it to this version, verify it, rebuild what can be rebuilt.

use crate::config::Place;
use office::Clock;
use std::process::ExitCode;

/// Brings the database to this version.
pub async fn migrate(place: &Place) -> anyhow::Result<ExitCode> {
    let store = place.open(&Clock::default(), false).await?;
    let done = store.migrate().await?;
    println!("{done:?}");
    Ok(ExitCode::SUCCESS)
}
