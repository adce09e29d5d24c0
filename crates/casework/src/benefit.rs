//! Money that a decision promises: set aside in the transaction that records the decision, so that no budget is ever passed.
//! Serves measure 16.

use jiff::civil::Date;

/// What is to be set aside for one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Number of the claim; it has one reservation in its life.
    pub claim: String,
    /// Code of the programme it is promised under.
    pub programme: String,
    /// Code of the clause that it pays.
    pub clause: String,
    pub line: String,
    pub batch: String,
    /// What the line has, by the edition in force, and what the batch may take of it.
    pub line_has: i64,
    pub batch_has: i64,
    /// Key of the holder.
    pub holder: String,
    /// Group of clauses that do not add up; the clause's own code where it stands alone.
    pub stack: String,
    /// What the holder had in this group when the amount was found.
    pub had: i64,
    pub amount: i64,
    /// Last day of the public notice.
    pub notice_until: Date,
}

/// A step of money that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The claim is refused, withdrawn or sent back: what was set aside is free again.
    Release,
    /// It is granted, and an account is known (or, after the bank sent it back, is not): from now on it can go out, or cannot.
    Due(bool),
    /// It stands in the payment file of this number, and in no other until it is taken out.
    Order(String),
    /// The money went out, on this day. Never before the notice has run.
    Pay(Date),
    /// So many 分 of what was paid came back: the line has them again. All of it ends the claim's hold on the money.
    Recover(i64),
}
