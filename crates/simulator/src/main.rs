//! Years of district life from one seed: `cargo run -p simulator -- --seed 42 --days 30`. A failure prints the seed that plays it again.

use anyhow::{Context, bail};
use clap::Parser;
use jiff::civil::Date;
use simulator::town::{Plan, live};
use simulator::world::District;
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(about = "Lives a district from one seed and checks that nothing is missed, doubled or lost")]
struct Options {
    /// The same seed gives the same story.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Days to live.
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// The first day; over the Spring Festival unless said otherwise.
    #[arg(long, default_value = "2026-02-02")]
    start: Date,
    /// Applications on an ordinary day.
    #[arg(long, default_value_t = 4)]
    applications: u32,
    /// Of ten thousand commits so many fail, and as many lose their answer.
    #[arg(long, default_value_t = 50)]
    faults: u64,
    /// The folder of the rulebook.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebook"))]
    rulebook: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let Options { seed, days, start, applications, faults, rulebook } = Options::parse();
    let district = District::read(&rulebook).with_context(|| format!("cannot read {}", rulebook.display()))?;
    match live(Plan { seed, days, start, applications, faults }, &district).await {
        Ok(chronicle) => {
            println!("Seed {seed}, {days} days from {start}:\n{chronicle}");
            Ok(())
        }
        Err(fault) => bail!(
            "{fault}\nplay it again: cargo run -p simulator -- --seed {seed} --days {days} --start {start} --applications {applications} --faults {faults}"
        ),
    }
}
