//! What happens to a case over time: decide, apply, the acts of law, the legal clocks. Pure: no I/O, no clock, no chance.
//!
//! `decide` may say no and changes nothing; `Case::apply` changes the case and cannot say no.

pub mod act;
pub mod actor;
mod acts;
pub mod award;
pub mod benefit;
pub mod bundle;
pub mod case;
pub mod clock;
pub mod commitment;
pub mod decide;
pub mod errand;
pub mod event;
pub mod joint;
pub mod leg;
pub mod moment;
pub mod narrate;
pub mod refusal;
pub mod signature;

pub use act::Act;
pub use actor::{Actor, Mandated, Officer, Power, Reach, StaffId};
pub use acts::award::handed_in;
pub use acts::supervise::urge_again_on;
pub use benefit::Reservation;
pub use case::{Case, CaseNo, Holder};
pub use decide::{Closed, Decided, Guard, Kept, Permit, Scene, Surroundings, decide, open_acts};
pub use errand::{Errand, LetterKind, To};
pub use event::{Event, Record, Words};
pub use leg::{Leg, Report, Sent};
pub use moment::Moment;
pub use narrate::narrate;
pub use refusal::Refusal;
pub use signature::{Signature, Signed};
