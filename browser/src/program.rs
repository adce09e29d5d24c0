//! A program that runs as long as the journeys do: the district's, the browser's driver.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use xtask::guarded::Guarded;

use crate::folder;

/// `$1` is the log, `$2` what the program prints when it is ready, the rest the program. It works in a folder of its own,
/// which goes with it, as do the browsers that a driver has started and not closed. The log is emptied first, or we would read
/// where the last run's program listened.
const SCRIPT: &str = r#"
log=$1 mark=$2
shift 2
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/yimen-journeys.XXXXXX")
export TMPDIR
cd "$TMPDIR" || exit 1
: >"$log"
"$@" </dev/null >"$log" 2>&1 &
program=$!
trap 'kill $program $(cat /proc/$program/task/*/children 2>/dev/null) 2>/dev/null; wait; cd /; rm -rf "$TMPDIR"' EXIT
until grep --text --max-count=1 --fixed-strings "$mark" "$log"; do
  kill -0 $program 2>/dev/null || { cat "$log"; exit 1; }
  sleep 0.05
done
cat >/dev/null
"#;

/// The running program and what it printed after the mark. It ends with this process, however that ends.
pub struct Program {
    pub said: String,
    _running: Guarded,
}

impl Program {
    /// Starts `path` with `args` and waits until it prints `mark`; what it prints goes to a log in `target/browser/`.
    pub fn start(name: &str, path: &Path, args: &[&str], mark: &str) -> Result<Self> {
        let test = std::env::current_exe().context("our own path")?;
        let test = test.file_stem().unwrap_or_default().display().to_string();
        // A log for each: of two districts in one log, the second would be taken to listen where the first does.
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let place = STARTED.fetch_add(1, Ordering::Relaxed);
        let test = test.rsplit_once('-').map_or(test.as_str(), |(start, _)| start);
        let log = folder()?.join(format!("{test}-{name}-{place}.log"));
        let (log, path) = (log.display().to_string(), path.display().to_string());
        let mut running = Guarded::start(SCRIPT, &[&[log.as_str(), mark, &path], args].concat(), None)?;
        let said = running.wait_for(mark).with_context(|| format!("starting {path}"))?;
        Ok(Self { said, _running: running })
    }
}
