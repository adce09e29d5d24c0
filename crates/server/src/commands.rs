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
