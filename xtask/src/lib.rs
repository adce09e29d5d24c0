//! The one piece of the chores that others use too: a process that never outlives the one that started it.
pub mod guarded;
