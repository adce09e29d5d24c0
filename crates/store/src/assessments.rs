//! Cases in which drafts of policies are assessed, found by themselves among all others. Serves measure 17.

use crate::engine::args;
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};

/// The procedure that they run.
pub const PROCEDURE: &str = "policy-draft";

impl Store {
    /// Those that were sent after `since`, the newest first, at most `limit`.
    pub async fn assessments(&self, since: Moment, limit: u32) -> Result<Vec<CaseNo>, StoreError> {
        let sql = "SELECT no FROM cases WHERE procedure = 'policy-draft' AND submitted_at > $1 ORDER BY submitted_at DESC, no DESC LIMIT $2";
        self.engine.read(sql, args![since.0, limit]).await?.iter().map(|row| Ok(CaseNo(row.string(0)?))).collect()
    }
}
