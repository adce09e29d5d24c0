//! Journeys in a real browser through the real program, a file of `tests/` for each kind of person.
//!
//! A journey is an ordinary test that is marked `#[ignore]`, so that plain `cargo test` needs no browser; `cargo xtask ci`
//! runs them all. Each has a browser of its own; the journeys of one file share one demonstration district.
//!
//! ```no_run
//! # use anyhow::Result;
//! # use browser::{Visitor, journey};
//! #[tokio::test]
//! #[ignore = "drives a browser: cargo xtask ci --only journeys"]
//! async fn a_visitor_finds_the_guide_by_an_everyday_word() -> Result<()> {
//!     journey(Visitor::at_a_desk(), async |page| {
//!         page.open("/").await?;
//!         page.fill("搜索", "开饭店").await?;
//!         page.click("搜索").await?;
//!         page.expect("食品经营许可").await?;
//!         page.axe().await
//!     })
//!     .await
//! }
//! ```

mod axe;
mod district;
mod driver;
mod page;
mod program;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Error, Result, anyhow};
use futures_util::FutureExt;

pub use district::District;
pub use driver::Visitor;
pub use page::Page;

/// A journey that takes longer hangs. Two share two cores with the program and its database.
const LONGEST: Duration = Duration::from_secs(180);

/// Walks through the district that the journeys of this file share.
///
/// # Errors
/// What the walk met, with the page it stood on; its picture and source lie in `target/browser/`.
pub async fn journey(visitor: Visitor, walk: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
    journey_in(District::shared()?, visitor, walk).await
}

/// Walks through a district of one's own: for those who move its clock, or whom a neighbour's doings would disturb.
pub async fn journey_in(district: &District, visitor: Visitor, walk: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
    let page = Page::new(visitor.arrive().await?, district.address());
    // An assertion that fails must not keep us from taking the picture and closing the browser.
    let walked = AssertUnwindSafe(tokio::time::timeout(LONGEST, walk(&page))).catch_unwind().await;
    let outcome = match walked {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(anyhow!("still on the way after {LONGEST:?}")),
        Err(panic) => Err(said(&*panic)),
    };
    let outcome = match outcome {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(page.evidence(&name()).await)),
    };
    page.close().await.context("closing the browser").and(outcome)
}

/// What a failed assertion said.
fn said(panic: &(dyn std::any::Any + Send)) -> Error {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
    anyhow!("{}", words.unwrap_or("the journey panicked"))
}

/// The journey under way: the test runner names its threads after the tests.
fn name() -> String {
    std::thread::current().name().unwrap_or("journey").replace("::", "-")
}

/// `target/browser/`, where failures leave their pictures and programs their logs.
fn folder() -> Result<PathBuf> {
    let test = std::env::current_exe().context("our own path")?;
    let target = test.ancestors().nth(3).context("tests stand in target/PROFILE/deps")?;
    let folder = target.join("browser");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}
