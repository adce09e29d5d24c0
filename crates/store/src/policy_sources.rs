//! Documents that wait to be entered in the policy library, and what became of each. Serves measure 14.

use crate::engine::{Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::Moment;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySource {
    pub id: String,
    pub title: String,
    /// Title and number without marks and spaces, for finding the same document again.
    pub title_key: String,
    pub number: String,
    pub number_key: String,
    /// 国家, 市, 区 or 开发区.
    pub level: String,
    pub issuer: String,
    /// Address, or how it was received.
    pub origin: String,
    /// `waiting`, `entered` or `passed-over`.
    pub state: String,
    /// Why it was passed over, or which policy it became.
    pub words: String,
    /// Who touched it last, and when.
    pub by: String,
    pub at: Moment,
}

/// Sources that are shown at once.
const MOST: i64 = 2_000;

impl Store {
    pub async fn add_policy_source(&self, new: &PolicySource) -> Result<(), StoreError> {
        let sql = "INSERT INTO policy_sources (id, title, title_key, number, number_key, level, issuer, origin, state, words, by_staff, at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING";
        let values = args![
            &new.id,
            &new.title,
            &new.title_key,
            &new.number,
            &new.number_key,
            &new.level,
            &new.issuer,
            &new.origin,
            &new.state,
            &new.words,
            &new.by,
            new.at.0
        ];
        self.engine.write(vec![op(sql, values)]).await?;
        Ok(())
    }

    /// All sources, those that wait first, then the latest.
    pub async fn policy_sources(&self) -> Result<Vec<PolicySource>, StoreError> {
        let sql = "SELECT id, title, title_key, number, number_key, level, issuer, origin, state, words, by_staff, at FROM policy_sources \
                   ORDER BY CASE WHEN state = 'waiting' THEN 0 ELSE 1 END, at DESC, id LIMIT $1";
        self.engine.read(sql, args![MOST]).await?.iter().map(source).collect()
    }

    /// Says what became of a source that waits. `false` when somebody was faster.
    pub async fn settle_policy_source(
        &self,
        id: &str,
        state: &str,
        words: &str,
        by: &str,
        at: Moment,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE policy_sources SET state = $2, words = $3, by_staff = $4, at = $5 WHERE id = $1 AND state = 'waiting'";
        match self.engine.write(vec![op(sql, args![id, state, words, by, at.0]).expecting(1)]).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn source(row: &Row) -> Result<PolicySource, StoreError> {
    Ok(PolicySource {
        id: row.string(0)?,
        title: row.string(1)?,
        title_key: row.string(2)?,
        number: row.string(3)?,
        number_key: row.string(4)?,
        level: row.string(5)?,
        issuer: row.string(6)?,
        origin: row.string(7)?,
        state: row.string(8)?,
        words: row.string(9)?,
        by: row.string(10)?,
        at: Moment(row.int(11)?),
    })
}
