//! Which clauses of which policies speak for a firm, why, what is missing, and how much it would be. Pure: no clock, no files.
//!
//! There is one condition language and one evaluator of it, in `rulebook`. [`matching`] asks it clause by clause and is what an
//! explanation rests on; [`index`] asks it once for each distinct value and test, and counts in bits after that. Property tests hold the two to the
//! same answers. Nothing here says that a firm *qualifies*: that is for the body to decide. Serves measure 14.

pub mod amount;
pub mod assess;
pub mod bits;
pub mod clause;
pub mod columns;
pub mod derived;
pub mod explain;
pub mod facts;
pub mod find;
pub mod index;
pub mod matching;
pub mod plan;
pub mod shelf;
pub mod suggest;

pub use clause::{Clause, Library};
pub use columns::{Segment, SegmentBuilder};
pub use facts::{Profile, Source, Stated};
pub use find::Finder;
pub use index::{Matches, match_all};
pub use matching::Outcome;
pub use plan::Plan;
pub use shelf::Shelf;
