//! Where the platform is tried: scenarios that an official can read, and years of district life from one seed. Never shipped.
//!
//! A scenario is a page under `scenarios/`, and the page is the test: `page` reads it, `words` understands what people do in
//! it, `people` says who they are, `world` is where it is played, and `telling` puts into words what came of it.
//!
//! `town` is the other half: a district that lives from one seed, by the `habits` of its people, with the `faults` of its
//! machines, held to its `invariants` every evening.
//!
//! `scale` is for benchmarks: the size of a city, and load over HTTP.

pub mod faults;
mod habits;
pub mod invariants;
pub mod page;
pub mod people;
pub mod scale;
pub mod scenario;
pub mod telling;
pub mod town;
mod vocabulary;
pub mod words;
pub mod world;
