//! Why the engine could not: one list for both databases. Messages name constraints and causes, never values.

/// Why a unit of work was not written. Nothing of it was, except where [`WriteError::InDoubt`] says that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Statement `op` (from 0) changed another number of rows than expected: somebody was faster, or a guard failed.
    #[error("statement {op} changed another number of rows than expected")]
    Conflict { op: usize },
    /// A row with this key is there already; `what` names the constraint or its columns.
    #[error("statement {op} would repeat a key: {what}")]
    Unique { op: usize, what: String },
    /// A foreign key, a check or a mandatory column says no.
    #[error("statement {op} breaks a constraint: {what}")]
    Constraint { op: usize, what: String },
    /// Too much is waiting; say 503 and let the client come back.
    #[error("the database has too much waiting")]
    Overloaded,
    /// The database cannot work now: disk full, connection lost, closing.
    #[error("the database is not available: {what}")]
    Unavailable { what: String },
    /// The commit was sent and no answer came. Look for the unit's own request key before sending it again.
    #[error("the commit was sent, but its outcome is unknown: {what}")]
    InDoubt { what: String },
    /// A statement of ours is wrong: a fault to mend, not to retry.
    #[error("statement {op} is faulty: {what}")]
    Faulty { op: usize, what: String },
}

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("the database has too much waiting")]
    Overloaded,
    #[error("the database is not available: {what}")]
    Unavailable { what: String },
    #[error("the statement is faulty: {what}")]
    Faulty { what: String },
    /// The row holds something else than the code that reads it believes.
    #[error("column {column} should be {wanted} and is {found}")]
    Column { column: usize, wanted: &'static str, found: String },
}

/// Why the engine did not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot open the database: {what}")]
pub struct OpenError {
    pub what: String,
}

/// Why the tables were not brought up to date. What ran before the failing migration stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// The text of a migration that ran here long ago is another one now: files of a release must never change.
    #[error("migration {number} ({name}) was changed after it had run here")]
    Changed { number: i64, name: String },
    /// The database was already migrated by a newer release.
    #[error("the database stands at migration {database}, newer than this program's {program}")]
    Newer { database: i64, program: i64 },
    /// The list itself is not ascending, or leaves out one that ran between those it names.
    #[error("migration {number} is out of order")]
    Order { number: i64 },
    #[error("migration {number} ({name}) failed: {what}")]
    Failed { number: i64, name: String, what: String },
    #[error("the database is not available: {what}")]
    Unavailable { what: String },
}

/// A fault of one statement before it is known whose answer it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    Unique(String),
    Constraint(String),
    Overloaded,
    Unavailable(String),
    Faulty(String),
}

impl Fault {
    pub(super) fn of_write(self, op: usize) -> WriteError {
        match self {
            Fault::Unique(what) => WriteError::Unique { op, what },
            Fault::Constraint(what) => WriteError::Constraint { op, what },
            Fault::Overloaded => WriteError::Overloaded,
            Fault::Unavailable(what) => WriteError::Unavailable { what },
            Fault::Faulty(what) => WriteError::Faulty { op, what },
        }
    }

    pub(super) fn of_read(self) -> ReadError {
        match self {
            Fault::Overloaded => ReadError::Overloaded,
            Fault::Unavailable(what) => ReadError::Unavailable { what },
            Fault::Unique(what) | Fault::Constraint(what) | Fault::Faulty(what) => ReadError::Faulty { what },
        }
    }

    pub(super) fn what(self) -> String {
        match self {
            Fault::Overloaded => "too much is waiting".to_owned(),
            Fault::Unique(what) | Fault::Constraint(what) | Fault::Unavailable(what) | Fault::Faulty(what) => what,
        }
    }
}
