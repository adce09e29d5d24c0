//! Erasing the personal data of a case under a retention rule (decision 6): the key and the particulars go, the title is blanked,
//! its papers, its follow code and what its holder would be offered again are let go, and the journal with its chain stands.
//! `verify` then says under which rule it was done.

use crate::engine::{WriteError, args, op};
use crate::{Store, StoreError, terms};
use casework::{CaseNo, Moment};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    Yes,
    Already,
    /// A case that still waits for somebody keeps what it needs.
    StillOpen,
    Unknown,
}

/// When and under which rule a case was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    pub rule: String,
    pub at: Moment,
    pub by: String,
}

impl Store {
    /// Erases the personal data of a closed case, for ever.
    pub async fn erase(&self, no: &CaseNo, rule: &str, by: &str, now: Moment) -> Result<Erased, StoreError> {
        let row = self.engine.read_one("SELECT title, open FROM cases WHERE no = $1", args![&no.0]).await?;
        let Some(row) = row else { return Ok(Erased::Unknown) };
        if row.bool(1)? {
            return Ok(Erased::StillOpen);
        }
        let title = row.text(0)?;
        let unit = vec![
            op("INSERT INTO erasures (case_no, rule, at, by_staff) VALUES ($1, $2, $3, $4)", args![&no.0, rule, now.0, by]),
            op("UPDATE cases SET title = '' WHERE no = $1 AND NOT open", args![&no.0]).expecting(1),
            op("DELETE FROM case_keys WHERE case_no = $1", args![&no.0]),
            op("DELETE FROM particulars WHERE case_no = $1", args![&no.0]),
            terms::wait_no_more(&no.0),
            op("DELETE FROM case_papers WHERE case_no = $1", args![&no.0]),
            op(
                "DELETE FROM given_papers WHERE from_case = $1 AND holder IN (SELECT holder FROM cases WHERE no = $1)",
                args![&no.0],
            ),
            op(
                "DELETE FROM given_fields WHERE from_case = $1 AND holder IN (SELECT holder FROM cases WHERE no = $1)",
                args![&no.0],
            ),
            op("DELETE FROM follow_codes WHERE case_no = $1", args![&no.0]),
            op("DELETE FROM licence_uses WHERE case_no = $1", args![&no.0]),
            terms::delete(terms::CASE, &no.0, &terms::of(title)),
        ];
        match self.engine.write(unit).await {
            Ok(_) => Ok(Erased::Yes),
            Err(WriteError::Unique { .. }) => Ok(Erased::Already),
            Err(WriteError::Conflict { .. }) => Ok(Erased::StillOpen),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether and how a case was erased.
    pub async fn erasure(&self, no: &CaseNo) -> Result<Option<Erasure>, StoreError> {
        let row = self.engine.read_one("SELECT rule, at, by_staff FROM erasures WHERE case_no = $1", args![&no.0]).await?;
        row.map(|row| Ok(Erasure { rule: row.string(0)?, at: Moment(row.int(1)?), by: row.string(2)? })).transpose()
    }
}
