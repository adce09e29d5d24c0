//! Claims under programmes (政策兑现): the money an act looks at, the payment file, and firms that are found without applying. Serves measure 16.

pub mod payments;
mod purse;
pub mod unasked;

pub use purse::{Claim, PAYEE, Reckoning, Taken, facts_of, own_account, said};
