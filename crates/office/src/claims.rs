//! Claims under programmes (政策兑现): the money an act looks at, the payment file, and firms that are found without applying. Serves measure 16.

mod accounts;
pub mod payments;
mod purse;
pub mod unasked;

pub use purse::{Account, Claim, PAYEE, Reckoning, Taken, account_in, facts_of, own_account, said};
