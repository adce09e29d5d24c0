//! A district to walk through: the real program with its demonstration, on a port of its own.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, bail};

use crate::program::Program;

/// The minute at which every demonstration opens, a Monday.
pub const OPENS: &str = "2026-03-02T10:00";

/// A running `yimen serve --demo`, or any other address to walk through.
pub struct District {
    address: String,
    _program: Option<Program>,
}

impl District {
    /// The one that the journeys of a file share; started by the first of them.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<District, String>> = OnceLock::new();
        let started = SHARED.get_or_init(|| District::open().map_err(|error| format!("{error:#}")));
        started.as_ref().map_err(|error| anyhow!("{error}"))
    }

    /// A new district, in the state in which every demonstration opens.
    pub fn open() -> Result<Self> {
        // The program runs in a folder of its own; the district's rules are those beside these tests.
        Self::of(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../rulebook")))
    }

    /// A new district under other rules.
    pub fn of(rulebook: &Path) -> Result<Self> {
        let rulebook = rulebook.to_str().context("the rulebook's path")?;
        let args = ["serve", "--demo", "--now", OPENS, "--data", "data", "--listen", "127.0.0.1:0", "--rulebook", rulebook];
        let program = Program::start("yimen", &yimen()?, &args, "listening on ")?;
        Ok(Self { address: program.said.trim_end_matches('/').to_owned(), _program: Some(program) })
    }

    /// What somebody else has started.
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned(), _program: None }
    }

    pub fn address(&self) -> &str {
        &self.address
    }
}

/// The program under test: `YIMEN_BIN`, or the one built beside these tests.
fn yimen() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("YIMEN_BIN") {
        return Ok(PathBuf::from(path));
    }
    let test = std::env::current_exe().context("our own path")?;
    let beside = test.ancestors().nth(2).context("tests stand in target/PROFILE/deps")?.join("yimen");
    if !beside.is_file() {
        bail!("there is no {}; build it with `cargo build -p server --bin yimen`", beside.display());
    }
    Ok(beside)
}
