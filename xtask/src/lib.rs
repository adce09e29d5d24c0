//! The pieces of the chores that tests use too: a process that never outlives the one that started it, and a throw-away PostgreSQL.
pub mod guarded;
pub mod postgres;
