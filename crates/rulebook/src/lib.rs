//! What is declared: items, procedures, forms, agencies, calendars, and the condition language over one dictionary.
//!
//! Everything here could be answered from the definitions and some facts, with no case open. This crate does no I/O:
//! text comes in as `(path, text)` pairs and the time as a value.

pub mod calendar;
pub mod expression;
pub mod identifier;
pub mod problem;
pub mod text;

pub use calendar::{Calendar, Due, Term, Unit};
pub use problem::{Problem, Severity};
pub use text::{Lang, Text};
