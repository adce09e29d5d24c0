//! The size of a city, for benchmarks: a million cases in bulk from the lives of some dozens, and load over HTTP.
//!
//! Neither runs in CI. `docs/operating.md` says how the figures of the README are measured with them.

pub mod client;
pub mod copies;
pub mod demonstration;
pub mod drafts;
