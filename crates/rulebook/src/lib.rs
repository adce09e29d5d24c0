//! What is declared: items, procedures, forms, agencies, calendars, and the condition language over one dictionary.
//!
//! Everything here could be answered from the definitions and some facts, with no case open. This crate does no I/O:
//! text comes in as `(path, text)` pairs and the time as a value.

pub mod agency;
pub mod at_once;
pub mod bundle;
pub mod calendar;
pub mod check;
pub mod commitment;
pub mod compare;
pub mod compile;
pub mod definition;
pub mod dictionary;
pub mod expression;
pub mod field;
pub mod form;
pub mod goal;
pub mod ground;
pub mod guide;
pub mod identifier;
pub mod intake;
pub mod item;
pub mod law;
pub mod licence_type;
mod link;
pub mod list;
pub mod material;
pub mod measure;
pub mod partner;
pub mod policy;
pub mod problem;
pub mod procedure;
pub mod programme;
pub mod register;
pub mod retention;
pub mod search;
pub mod signer;
pub mod size;
pub mod text;
pub mod theme;

pub use calendar::{Calendar, Due, Term, Unit};
pub use compile::{Rulebook, compile};
pub use partner::{Partner, Stand};
pub use problem::{Problem, Severity};
pub use text::{Lang, Text};
