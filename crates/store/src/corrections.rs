//! Corrections: errors in guides, told by visitors and clerks or found as the root cause of a failure. Each has a due day and
//! stays open until somebody answers for it.

use crate::engine::{Row, args, op};
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};
use jiff::civil::Date;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub id: String,
    pub item: String,
    pub cause: String,
    pub words: String,
    /// How to reach whoever told it; empty if nobody asked to be.
    pub contact: String,
    pub from_case: Option<CaseNo>,
    /// `open`, `taken` or `closed`.
    pub state: String,
    pub due_on: Date,
    pub answer: String,
    pub created_at: Moment,
    pub closed_at: Option<Moment>,
    pub closed_by: Option<String>,
}

const COLUMNS: &str = "SELECT id, item, cause, words, contact, from_case, state, due_on, answer, created_at, closed_at, closed_by FROM corrections \
                       WHERE state = $1 ORDER BY due_on, id LIMIT $2";

impl Store {
    /// Opens a correction; the same `id` opens it once.
    pub async fn open_correction(&self, new: &Correction) -> Result<(), StoreError> {
        let sql = "INSERT INTO corrections (id, item, cause, words, contact, from_case, state, due_on, answer, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, '', $8) ON CONFLICT (id) DO NOTHING";
        let from = new.from_case.as_ref().map(|no| no.0.clone());
        let values =
            args![&new.id, &new.item, &new.cause, &new.words, &new.contact, from, new.due_on.to_string(), new.created_at.0];
        self.engine.write(vec![op(sql, values)]).await?;
        Ok(())
    }

    /// Corrections in a state, the most urgent first.
    pub async fn corrections(&self, state: &str, limit: u32) -> Result<Vec<Correction>, StoreError> {
        let rows = self.engine.read(COLUMNS, args![state, i64::from(limit)]).await?;
        rows.iter().map(correction).collect()
    }

    /// Moves a correction on; false when somebody else did.
    pub async fn move_correction(
        &self,
        id: &str,
        from: &str,
        to: &str,
        answer: &str,
        by: &str,
        now: Moment,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE corrections SET state = $3, answer = $4, closed_by = $5, closed_at = CASE WHEN $3 = 'closed' THEN CAST($6 AS BIGINT) END \
                   WHERE id = $1 AND state = $2";
        let written = self.engine.write(vec![op(sql, args![id, from, to, answer, by, now.0])]).await?;
        Ok(written.count(0) == 1)
    }
}

fn correction(row: &Row) -> Result<Correction, StoreError> {
    let day = row.text(7)?;
    Ok(Correction {
        id: row.string(0)?,
        item: row.string(1)?,
        cause: row.string(2)?,
        words: row.string(3)?,
        contact: row.string(4)?,
        from_case: row.opt_string(5)?.map(CaseNo),
        state: row.string(6)?,
        due_on: day.parse().map_err(|_| StoreError::damaged("the due day of a correction", day))?,
        answer: row.string(8)?,
        created_at: Moment(row.int(9)?),
        closed_at: row.opt_int(10)?.map(Moment),
        closed_by: row.opt_string(11)?,
    })
}
