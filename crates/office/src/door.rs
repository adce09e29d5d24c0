//! What a door of the office answers to somebody who wants something: done, refused by a rule, or failed by the machine.
//!
//! Drafts, uploads, people, sessions and the reading log have doors of their own; cases change by `perform` alone.

use crate::Failure;
use casework::Refusal;
use rulebook::Text;
use store::StoreError;

/// Why a door did not do what was asked.
#[derive(Debug)]
pub enum Stop {
    /// A normal answer, to be shown as it is.
    Refused(Box<Refusal>),
    /// Logged where it is handled; nobody is shown what went wrong inside.
    Failed(Failure),
}

pub type Answer<T> = Result<T, Stop>;

impl Stop {
    /// The short name of the refusal, for API callers and tests.
    pub fn code(&self) -> Option<&str> {
        match self {
            Stop::Refused(refusal) => Some(&refusal.code),
            Stop::Failed(_) => None,
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error.into())
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Refused(Box::new(refusal))
    }
}

/// A refusal in the four texts it takes: why, and what to do next.
pub(crate) fn refuse(code: &str, why: (&str, &str), next: (&str, &str)) -> Stop {
    Refusal::new(code, Text::new(why.0, why.1), Text::new(next.0, next.1)).into()
}

/// What is not there and what somebody may not see are told alike, so that nobody learns by asking.
pub(crate) fn not_found() -> Stop {
    refuse(
        "not-found",
        ("没有找到，或者您无权查看。", "There is nothing here that you may see."),
        ("请核对后重试。", "Check what you were looking for."),
    )
}

/// Somebody was faster.
pub(crate) fn overtaken() -> Stop {
    refuse(
        "overtaken",
        ("这条记录刚刚被别人改动。", "Somebody has just changed this."),
        ("请刷新后再试。", "Reload and try again."),
    )
}
