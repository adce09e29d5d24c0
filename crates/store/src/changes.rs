//! Definitions on their way to an edition: the text of one file, changed by an editor and passed on from desk to desk.
//!
//! Who may pass what on is decided in `office`. Here every change of a row names the version its author saw, and the step that
//! was taken is written down beside it: who, when, in which words. What is published becomes so in the transaction that
//! publishes the edition. Serves measure 6.

use crate::editions::{NewEdition, Published};
use crate::engine::{Op, Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::Moment;

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeState {
    /// Its author writes it.
    Draft,
    /// Its department reads it.
    Department,
    /// The legal reviewer reads it.
    Legal,
    /// Everybody agreed: it waits for an edition.
    Ready,
    /// It stands in an edition.
    Published,
    /// Given up.
    Dropped,
}

impl ChangeState {
    pub const ALL: [ChangeState; 6] = [
        ChangeState::Draft,
        ChangeState::Department,
        ChangeState::Legal,
        ChangeState::Ready,
        ChangeState::Published,
        ChangeState::Dropped,
    ];

    /// The word in columns and addresses.
    pub fn word(self) -> &'static str {
        match self {
            ChangeState::Draft => "draft",
            ChangeState::Department => "department",
            ChangeState::Legal => "legal",
            ChangeState::Ready => "ready",
            ChangeState::Published => "published",
            ChangeState::Dropped => "dropped",
        }
    }

    pub fn from_word(word: &str) -> Option<ChangeState> {
        ChangeState::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether it is still on its way.
    pub fn is_open(self) -> bool {
        !matches!(self, ChangeState::Published | ChangeState::Dropped)
    }
}

/// A file of the rulebook as somebody wants it to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub id: String,
    /// Path inside the rulebook, such as `items/food-operation-new.toml`.
    pub path: String,
    /// The edition whose text was changed.
    pub base_edition: String,
    /// The whole file.
    pub text: String,
    pub state: ChangeState,
    pub author: String,
    /// Why, in the author's words.
    pub note: String,
    /// Counts every change of the row.
    pub version: u64,
    pub updated_at: Moment,
}

/// What somebody did with a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeStep {
    pub change: String,
    pub number: u64,
    /// Where it stood afterwards.
    pub state: ChangeState,
    pub by: String,
    pub at: Moment,
    pub words: String,
}

/// What is written down beside a change of a row.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    pub by: &'a str,
    pub at: Moment,
    pub words: &'a str,
}

impl Store {
    /// A new change, with its first step. `change.version` is 1.
    pub async fn add_change(&self, change: &Change, words: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO changes (id, path, base_edition, text, state, author, note, version, updated_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)";
        let values = args![
            &change.id,
            &change.path,
            &change.base_edition,
            &change.text,
            change.state.word(),
            &change.author,
            &change.note,
            change.updated_at.0
        ];
        let stamp = Stamp { by: &change.author, at: change.updated_at, words };
        self.engine.write(vec![op(sql, values), step(&change.id, 1, change.state, stamp)]).await?;
        Ok(())
    }

    pub async fn kept_change(&self, id: &str) -> Result<Option<Change>, StoreError> {
        let sql = "SELECT id, path, base_edition, text, state, author, note, version, updated_at FROM changes WHERE id = $1";
        self.engine.read_one(sql, args![id]).await?.as_ref().map(change).transpose()
    }

    /// The changes in these states, the one touched last first.
    pub async fn changes(&self, states: &[ChangeState], limit: u32) -> Result<Vec<Change>, StoreError> {
        let sql = "SELECT id, path, base_edition, text, state, author, note, version, updated_at FROM changes \
                   WHERE state = ANY($1) ORDER BY updated_at DESC, id LIMIT $2";
        let words: Vec<String> = states.iter().map(|state| state.word().to_owned()).collect();
        self.engine.read(sql, args![words, limit]).await?.iter().map(change).collect()
    }

    /// What happened to a change, in order.
    pub async fn change_steps(&self, id: &str) -> Result<Vec<ChangeStep>, StoreError> {
        let sql = "SELECT change, number, state, by_staff, at, words FROM change_steps WHERE change = $1 ORDER BY number";
        self.engine.read(sql, args![id]).await?.iter().map(change_step).collect()
    }

    /// Saves text and note of a draft that still stands at `seen`. `false` when somebody else was faster, or it is no draft
    /// any more. `base` is named anew where the author has looked at a later edition.
    pub async fn save_change(
        &self,
        id: &str,
        seen: u64,
        base: &str,
        text: &str,
        note: &str,
        stamp: Stamp<'_>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE changes SET text = $3, note = $4, base_edition = $5, version = version + 1, updated_at = $6 \
                   WHERE id = $1 AND version = $2 AND state = 'draft'";
        let save = op(sql, args![id, seen as i64, text, note, base, stamp.at.0]).expecting(1);
        self.moved(vec![save, step(id, seen + 1, ChangeState::Draft, stamp)]).await
    }

    /// Passes a change on, or back. `false` when it does not stand there any more.
    pub async fn move_change(
        &self,
        id: &str,
        seen: u64,
        from: ChangeState,
        to: ChangeState,
        stamp: Stamp<'_>,
    ) -> Result<bool, StoreError> {
        let step = step(id, seen + 1, to, stamp);
        self.moved(vec![moving(id, seen, from, to, stamp.at), step]).await
    }

    /// Publishes an edition together with the changes it takes in, each at the version it was read at. `None` when one of them
    /// has moved meanwhile: nothing is published then.
    pub async fn publish_changes(
        &self,
        new: &NewEdition<'_>,
        changes: &[(String, u64)],
        now: Moment,
    ) -> Result<Option<Published>, StoreError> {
        let stamp = Stamp { by: new.by, at: now, words: new.name };
        let also = changes.iter().flat_map(|(id, seen)| {
            let state = ChangeState::Published;
            [moving(id, *seen, ChangeState::Ready, state, now), step(id, seen + 1, state, stamp)]
        });
        self.publish_with(new, also.collect(), now).await
    }

    async fn moved(&self, unit: Vec<Op>) -> Result<bool, StoreError> {
        match self.engine.write(unit).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. } | WriteError::Unique { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn moving(id: &str, seen: u64, from: ChangeState, to: ChangeState, at: Moment) -> Op {
    let sql =
        "UPDATE changes SET state = $4, version = version + 1, updated_at = $5 WHERE id = $1 AND version = $2 AND state = $3";
    op(sql, args![id, seen as i64, from.word(), to.word(), at.0]).expecting(1)
}

fn step(id: &str, number: u64, state: ChangeState, stamp: Stamp<'_>) -> Op {
    let sql = "INSERT INTO change_steps (change, number, state, by_staff, at, words) VALUES ($1, $2, $3, $4, $5, $6)";
    op(sql, args![id, number as i64, state.word(), stamp.by, stamp.at.0, stamp.words])
}

fn state(word: &str) -> Result<ChangeState, StoreError> {
    ChangeState::from_word(word).ok_or_else(|| StoreError::damaged("the state of a change", word))
}

fn change(row: &Row) -> Result<Change, StoreError> {
    Ok(Change {
        id: row.string(0)?,
        path: row.string(1)?,
        base_edition: row.string(2)?,
        text: row.string(3)?,
        state: state(row.text(4)?)?,
        author: row.string(5)?,
        note: row.string(6)?,
        version: row.int(7)? as u64,
        updated_at: Moment(row.int(8)?),
    })
}

fn change_step(row: &Row) -> Result<ChangeStep, StoreError> {
    Ok(ChangeStep {
        change: row.string(0)?,
        number: row.int(1)? as u64,
        state: state(row.text(2)?)?,
        by: row.string(3)?,
        at: Moment(row.int(4)?),
        words: row.string(5)?,
    })
}
