//! A demonstration's office, opened beside its data for a benchmark. The program must not be running on it.

use anyhow::{Context, Result, ensure};
use casework::Moment;
use office::{Clock, Office, Settings};
use std::path::Path;
use store::engine::{Engine, Options};
use store::{Mark, Store};

/// # Errors
/// When no demonstration lies in `data`, or when the database is not a demonstration's.
pub async fn open(data: &Path, database_url: Option<&str>) -> Result<Office> {
    let clock = Clock::default();
    let at = std::fs::read_to_string(data.join("demonstration-clock")).context("no demonstration lies there")?;
    clock.start_at(Moment(at.trim().parse()?));
    let own = clock.clone();
    let options = Options { clock: Some(std::sync::Arc::new(move || own.now().0)), ..Options::default() };
    let engine = match database_url {
        Some(url) => Engine::postgres(url, options).await?,
        None => Engine::sqlite(&data.join("yimen.db"), options)?,
    };
    let store = Store::open(engine);
    ensure!(store.mark().await? == Some(Mark::Demonstration), "only a demonstration's database is used");
    let settings = Settings { public_url: String::new(), demonstration: true, data: data.to_owned(), number_key: [0; 32] };
    let office = Office::new(store, clock, settings)?;
    let now = office.now().await?;
    // The clock was stopped in the very minute in which the edition came into force.
    office.rulebooks.refresh(&office.store, Moment(now.0 + 60_000)).await?;
    Ok(office)
}
