//! The commands of `yimen`, a file each.

pub mod admin;
pub mod calendar;
pub mod check;
pub mod ids;
pub mod import;
pub mod keep;
pub mod licence;
pub mod policies;
pub mod replay;
pub mod serve;
mod watch;

use std::io::BufRead;

/// The lines of what was handed in. Bytes that are no UTF-8 are replaced, so that one bad line is told as such and the rest goes on.
fn lines(input: impl BufRead) -> impl Iterator<Item = std::io::Result<String>> {
    input.split(b'\n').map(|line| Ok(String::from_utf8_lossy(&line?).trim_end_matches('\r').to_owned()))
}
