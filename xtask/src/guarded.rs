//! A shell script that ends when we do, however we end.
//!
//! The script reads its standard input, whose other end only we hold. When we are done, fail, or are killed outright, the
//! system closes that end, the script reads its end of file and tidies up. A handler for Ctrl-C could not promise as much.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A running script; dropping it lets the script tidy up and waits until it has.
pub struct Guarded {
    script: Child,
    output: BufReader<ChildStdout>,
}

impl Guarded {
    /// Starts `script` under `sh`, with `args` as `$1`, `$2` …, as the user and group `owner` if one is given.
    ///
    /// The script must set its tidying up as `trap … EXIT`, start its work in the background, and then wait with
    /// `cat >/dev/null`. It gets a process group of its own, so that Ctrl-C in a terminal reaches only us.
    pub fn start(script: &str, args: &[&str], owner: Option<(u32, u32)>) -> Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", script, "guarded"]).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        if let Some((user, group)) = owner {
            // Another user may not be allowed to stand where we stand.
            command.uid(user).gid(group).current_dir("/").env("HOME", "/");
        }
        let mut script = command.spawn().context("starting sh")?;
        let output = BufReader::new(script.stdout.take().context("the script's output")?);
        Ok(Self { script, output })
    }

    /// Reads what the script prints until a line holds `mark`; gives what follows the mark on that line.
    pub fn wait_for(&mut self, mark: &str) -> Result<String> {
        let mut seen = String::new();
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).context("reading the script's output")? == 0 {
                bail!("it ended before it printed “{mark}”; it printed:\n{seen}");
            }
            if let Some((_, after)) = line.split_once(mark) {
                return Ok(after.trim().to_owned());
            }
            seen.push_str(&line);
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        // The script may still be printing: nobody must be stuck on a full pipe while we wait.
        let _ = std::io::copy(&mut self.output, &mut std::io::sink());
        let _ = self.script.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAVES_A_MARK: &str = r#"trap 'echo gone > "$1"' EXIT; echo started; echo port 7; cat >/dev/null"#;

    #[test]
    fn the_script_tidies_up_when_it_is_dropped() -> Result<()> {
        let mark = std::env::temp_dir().join(format!("guarded-{}", std::process::id()));
        let mut guarded = Guarded::start(LEAVES_A_MARK, &[&mark.to_string_lossy()], None)?;
        assert_eq!(guarded.wait_for("port ")?, "7");
        assert!(!mark.exists());
        drop(guarded);
        assert_eq!(std::fs::read_to_string(&mark)?, "gone\n");
        std::fs::remove_file(mark)?;
        Ok(())
    }

    #[test]
    fn a_script_that_ends_early_tells_what_it_printed() -> Result<()> {
        let told = Guarded::start("echo no such thing", &[], None)?.wait_for("ready").err().map(|error| error.to_string());
        assert!(told.is_some_and(|told| told.contains("no such thing")));
        Ok(())
    }
}
