//! Fills a demonstration's database to the size of a city: `cargo run --release -p simulator --bin fill -- --data DIR --cases 1000000`.
//!
//! The demonstration must have been made before (`yimen serve --demo --data DIR`) and must not be running.

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use office::Office;
use simulator::scale::{copies::Life, demonstration, drafts};
use std::path::PathBuf;
use std::time::Instant;
use store::reader::{CaseRow, Filter};
use store::{Appended, Reader, Scope};

#[derive(Debug, Parser)]
#[command(about = "Copies the cases of a demonstration until there are as many as in a city")]
struct Options {
    #[arg(long)]
    data: PathBuf,
    #[arg(long)]
    database_url: Option<String>,
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
    /// How many of them are open.
    #[arg(long, default_value_t = 60_000)]
    open: u64,
    /// Saved drafts to be sent by `load`, written to `drafts.txt` in the folder.
    #[arg(long, default_value_t = 0)]
    drafts: usize,
    /// Appends under way at a time.
    #[arg(long, default_value_t = 256)]
    together: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let office = demonstration::open(&options.data, options.database_url.as_deref()).await?;
    let now = office.now().await?;

    let reader = Reader::for_actor(&office.store, Scope::Supervisor);
    let page = reader.list(&Filter::default(), None, 500, now).await?;
    let mut lives = Vec::new();
    for row in &page.rows {
        lives.push(Life::of(&office.store, &row.no).await?);
    }
    let (open, closed): (Vec<&Life>, Vec<&Life>) = lives.iter().partition(|life| life.open);
    ensure!(options.cases == 0 || !open.is_empty() && !closed.is_empty(), "the demonstration has no cases to copy");
    let began = Instant::now();
    stream::iter(0..options.cases)
        .map(|n| {
            let from = if n < options.open { &open } else { &closed };
            let life = from[(n % from.len() as u64) as usize];
            let store = &office.store;
            async move {
                let (before, decided) = life.copy(n)?;
                match store.append(&before, &decided, None, rand::random()).await? {
                    Appended::Yes => Ok(()),
                    other => bail!("{}: {other:?}; was this database filled before?", before.no),
                }
            }
        })
        .buffer_unordered(options.together)
        .try_fold(0_u64, async |done, ()| {
            if (done + 1) % 50_000 == 0 {
                println!("{} cases, {:.0} a second", done + 1, (done + 1) as f64 / began.elapsed().as_secs_f64());
            }
            Ok(done + 1)
        })
        .await?;
    println!("Writing search terms …");
    office.index_new_cases().await?;
    if options.drafts > 0 {
        make_drafts(&office, &page.rows, &options).await?;
    }
    office.store.engine().close().await;
    println!("Done in {:.0} s.", began.elapsed().as_secs_f64());
    Ok(())
}

/// The pattern is the case whose form has the fewest answers, ten at least.
async fn make_drafts(office: &Office, rows: &[CaseRow], options: &Options) -> Result<()> {
    let now = office.now().await?;
    let mut patterns = Vec::new();
    for row in rows.iter().filter(|row| row.holder.starts_with("f:")) {
        let Some(case) = office.store.case(&row.no).await? else { continue };
        let answers = office.answers_of(&case).await?.len();
        if case.lacking.is_empty() && case.materials.len() >= 2 && answers >= 10 {
            patterns.push((answers, row));
        }
    }
    let (answers, row) =
        patterns.into_iter().min_by_key(|(answers, _)| *answers).context("no case has ten answers and two papers")?;
    // Whoever acts for the firm in the demonstration.
    let mandates = office.store.mandates_of_firm(&row.holder[2..]).await?;
    let mandate = mandates.first().context("somebody acts for every firm of the demonstration")?;
    let (made, person) = (drafts::make(office, &row.no, mandate, options.drafts, now).await?, &mandate.person);
    let list: String = made.iter().map(|waiting| format!("{} {}\n", waiting.firm, waiting.id)).collect();
    std::fs::write(options.data.join("drafts.txt"), format!("{person}\n{list}"))?;
    println!("{} drafts of {} with {answers} answers for {person}", made.len(), row.item);
    Ok(())
}
