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
    pub taken_by: Option<String>,
    pub answer: String,
    pub created_at: Moment,
    pub closed_at: Option<Moment>,
    pub closed_by: Option<String>,
}

const OF_STATE: &str = "SELECT id, item, cause, words, contact, from_case, state, due_on, taken_by, answer, created_at, closed_at, closed_by \
                        FROM corrections WHERE state = $1 ORDER BY due_on, id LIMIT $2";

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
        let rows = self.engine.read(OF_STATE, args![state, i64::from(limit)]).await?;
        rows.iter().map(correction).collect()
    }

    pub async fn correction(&self, id: &str) -> Result<Option<Correction>, StoreError> {
        let sql = "SELECT id, item, cause, words, contact, from_case, state, due_on, taken_by, answer, created_at, closed_at, closed_by \
                   FROM corrections WHERE id = $1";
        self.engine.read_one(sql, args![id]).await?.as_ref().map(correction).transpose()
    }

    /// Corrections of an item, those that are not closed first.
    pub async fn corrections_of(&self, item: &str, limit: u32) -> Result<Vec<Correction>, StoreError> {
        let sql = "SELECT id, item, cause, words, contact, from_case, state, due_on, taken_by, answer, created_at, closed_at, closed_by \
                   FROM corrections WHERE item = $1 ORDER BY closed_at IS NOT NULL, due_on, id LIMIT $2";
        self.engine.read(sql, args![item, i64::from(limit)]).await?.iter().map(correction).collect()
    }

    /// How many are not closed, and how many of those are past their day.
    pub async fn open_corrections(&self, today: Date) -> Result<(u32, u32), StoreError> {
        let sql = "SELECT COUNT(*), COUNT(CASE WHEN due_on < $1 THEN 1 END) FROM corrections WHERE state IN ('open', 'taken')";
        let rows = self.engine.read(sql, args![today.to_string()]).await?;
        let count = |row: &Row, column: usize| Ok::<_, StoreError>(row.int(column)? as u32);
        rows.first().map(|row| Ok((count(row, 0)?, count(row, 1)?))).transpose().map(Option::unwrap_or_default)
    }

    /// Somebody takes it on; `false` when somebody else has, or it is closed.
    pub async fn take_correction(&self, id: &str, by: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE corrections SET state = 'taken', taken_by = $2 WHERE id = $1 AND state = 'open'";
        Ok(self.engine.write(vec![op(sql, args![id, by])]).await?.count(0) == 1)
    }

    /// Answers and closes it; `false` when it is closed.
    pub async fn close_correction(&self, id: &str, answer: &str, by: &str, now: Moment) -> Result<bool, StoreError> {
        let sql = "UPDATE corrections SET state = 'closed', answer = $2, closed_by = $3, closed_at = $4 WHERE id = $1 AND state <> 'closed'";
        Ok(self.engine.write(vec![op(sql, args![id, answer, by, now.0])]).await?.count(0) == 1)
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
        taken_by: row.opt_string(8)?,
        answer: row.string(9)?,
        created_at: Moment(row.int(10)?),
        closed_at: row.opt_int(11)?.map(Moment),
        closed_by: row.opt_string(12)?,
    })
}
