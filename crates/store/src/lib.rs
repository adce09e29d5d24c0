//! What is kept: the journal and the rows read from it. The only crate that knows SQL. See ARCHITECTURE.md.

pub mod engine;
