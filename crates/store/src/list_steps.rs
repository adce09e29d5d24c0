//! The list as a process (清单): who proposed a row, who agreed, who disagreed and why, who arbitrated, when it was published.
//!
//! Append-only, so that the list as it stood on any past day can be told again. Serves measure 7.

use crate::engine::{Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::Moment;

/// What a body said of a row, or what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListState {
    Proposed,
    Agreed,
    Disputed,
    /// The publisher has decided a dispute.
    Arbitrated,
    Published,
    /// Taken off the list, or never put on it.
    Withdrawn,
}

impl ListState {
    pub const ALL: [ListState; 6] = [
        ListState::Proposed,
        ListState::Agreed,
        ListState::Disputed,
        ListState::Arbitrated,
        ListState::Published,
        ListState::Withdrawn,
    ];

    pub fn word(self) -> &'static str {
        match self {
            ListState::Proposed => "proposed",
            ListState::Agreed => "agreed",
            ListState::Disputed => "disputed",
            ListState::Arbitrated => "arbitrated",
            ListState::Published => "published",
            ListState::Withdrawn => "withdrawn",
        }
    }

    pub fn from_word(word: &str) -> Option<ListState> {
        ListState::ALL.into_iter().find(|state| state.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStep {
    /// Code of the row.
    pub row: String,
    /// From 1.
    pub number: u64,
    pub state: ListState,
    /// The body that speaks.
    pub agency: String,
    pub words: String,
    pub by: String,
    pub at: Moment,
}

impl Store {
    /// Appends a step. `false` when there is one of this number: somebody spoke meanwhile, look first.
    pub async fn append_list_step(&self, step: &ListStep) -> Result<bool, StoreError> {
        // A gap would hide that a step was never written, so the one before it must be there.
        let before = op(
            "SELECT 1 WHERE $2 = 1 OR EXISTS (SELECT 1 FROM list_steps WHERE row_code = $1 AND number = $2 - 1)",
            args![&step.row, step.number as i64],
        )
        .expecting(1);
        let sql =
            "INSERT INTO list_steps (row_code, number, state, agency, words, by_staff, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = args![&step.row, step.number as i64, step.state.word(), &step.agency, &step.words, &step.by, step.at.0];
        match self.engine.write(vec![before, op(sql, values)]).await {
            Ok(_) => Ok(true),
            Err(WriteError::Unique { .. } | WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Every step of one row, in order.
    pub async fn list_steps(&self, row: &str) -> Result<Vec<ListStep>, StoreError> {
        let sql =
            "SELECT row_code, number, state, agency, words, by_staff, at FROM list_steps WHERE row_code = $1 ORDER BY number";
        self.engine.read(sql, args![row]).await?.iter().map(list_step).collect()
    }

    /// Every step of every row before a moment, by row and in order: the list as it stood then.
    pub async fn list_steps_before(&self, moment: Moment) -> Result<Vec<ListStep>, StoreError> {
        let sql =
            "SELECT row_code, number, state, agency, words, by_staff, at FROM list_steps WHERE at < $1 ORDER BY row_code, number";
        self.engine.read(sql, args![moment.0]).await?.iter().map(list_step).collect()
    }
}

fn list_step(row: &Row) -> Result<ListStep, StoreError> {
    let word = row.text(2)?;
    Ok(ListStep {
        row: row.string(0)?,
        number: row.int(1)? as u64,
        state: ListState::from_word(word).ok_or_else(|| StoreError::damaged("the state of a row of the list", word))?,
        agency: row.string(3)?,
        words: row.string(4)?,
        by: row.string(5)?,
        at: Moment(row.int(6)?),
    })
}
