//! Commitments (告知承诺): what is to be checked afterwards and by when, and for each item what became of those that were signed.
//!
//! Counted over the cases that the reader may see. Serves measure 5.

use super::{CaseRow, Reader, case_row, columns, scope};
use crate::StoreError;
use crate::engine::args;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A case that was granted on a commitment and is still to be looked at, or answered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToCheck {
    pub row: CaseRow,
    /// As [`casework::commitment::Stand::word`].
    pub stand: String,
    pub due: Date,
}

/// What became of the commitments of one item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    pub item: String,
    /// How many stand at each word of [`casework::commitment::Stand::word`].
    pub stands: BTreeMap<String, u64>,
}

impl Kept {
    pub fn at(&self, words: &[&str]) -> u64 {
        words.iter().filter_map(|word| self.stands.get(*word)).sum()
    }

    pub fn signed(&self) -> u64 {
        self.stands.values().sum()
    }

    /// Looked at to the end.
    pub fn checked(&self) -> u64 {
        self.at(&["passed", "passed-rectified", "broken", "revoked"])
    }

    /// Found false or not put right.
    pub fn broken(&self) -> u64 {
        self.at(&["broken", "revoked"])
    }
}

impl Reader {
    /// Checks that are to come, the next first, of one body or of all.
    pub async fn checks(&self, agency: Option<&str>, limit: usize) -> Result<Vec<ToCheck>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            ", commitment, check_due FROM cases WHERE check_due IS NOT NULL AND ($9 = '' OR agency = $9) AND ",
            scope::visible!(),
            " ORDER BY check_due, no LIMIT $10"
        );
        let mut args = self.sight.args();
        args.extend(args![agency.unwrap_or_default(), limit as i64]);
        let rows = self.store.engine.read(SQL, args).await?;
        let one = |row: crate::engine::Row| {
            let (stand, due) = (row.string(34)?, row.string(35)?);
            let due = due.parse().map_err(|error| StoreError::damaged("the day of a check", error))?;
            Ok(ToCheck { row: case_row(row)?, stand, due })
        };
        rows.into_iter().map(one).collect()
    }

    /// What became of all that were signed, by item.
    pub async fn commitments(&self) -> Result<Vec<Kept>, StoreError> {
        const SQL: &str = concat!(
            "SELECT item, commitment, count(*) FROM cases WHERE commitment IS NOT NULL AND ",
            scope::visible!(),
            " GROUP BY item, commitment ORDER BY item, commitment"
        );
        let mut items: Vec<Kept> = Vec::new();
        for row in self.store.engine.read(SQL, self.sight.args()).await? {
            let (item, stand, n) = (row.string(0)?, row.string(1)?, row.int(2)? as u64);
            if items.last().is_none_or(|last| last.item != item) {
                items.push(Kept { item, ..Kept::default() });
            }
            if let Some(last) = items.last_mut() {
                last.stands.insert(stand, n);
            }
        }
        Ok(items)
    }
}
