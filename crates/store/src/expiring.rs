//! Closed cases whose time of keeping ends, for the rules of retention. Cases that still wait for somebody are never among them.

use crate::engine::{Row, args};
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};
use std::collections::BTreeMap;

/// A closed case whose personal data are still kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub no: CaseNo,
    pub item: String,
    pub procedure: String,
    pub agency: String,
    pub holder: String,
    pub outcome: Option<String>,
    pub closed_at: Moment,
}

/// Which closed cases a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeping<'a> {
    /// Codes of procedures; empty means every procedure.
    pub procedures: &'a [String],
    /// Names of outcomes; empty means those that are not among `other_than`.
    pub outcomes: &'a [String],
    pub other_than: &'a [String],
    /// Closed before this.
    pub before: Moment,
}

impl Store {
    /// Closed cases that a rule is about and that were not erased, those handed in first coming first, after `after`.
    pub async fn kept_cases(&self, keeping: &Keeping<'_>, after: Option<&CaseNo>, limit: u32) -> Result<Vec<Kept>, StoreError> {
        // What was closed before a moment was handed in before it: the index by age bounds the look.
        const SQL: &str = "SELECT no, item, procedure, agency, holder, outcome, closed_at FROM cases \
             WHERE submitted_at < $1 AND NOT open AND closed_at < $1 AND no > $2 \
             AND ($3 = 0 OR procedure = ANY($4)) AND ($5 = 0 OR COALESCE(outcome, '') = ANY($6)) \
             AND NOT COALESCE(outcome, '') = ANY($7) \
             AND NOT EXISTS (SELECT 1 FROM erasures WHERE erasures.case_no = cases.no) ORDER BY no LIMIT $8";
        let args = args![
            keeping.before.0,
            after.map_or("", |no| no.0.as_str()),
            keeping.procedures.len() as i64,
            keeping.procedures,
            keeping.outcomes.len() as i64,
            keeping.outcomes,
            keeping.other_than,
            limit
        ];
        self.engine.read(SQL, args).await?.iter().map(kept).collect()
    }

    /// When these notices were written, by identifier; those that were not are left out.
    pub async fn notices_written(&self, ids: &[String]) -> Result<BTreeMap<String, Moment>, StoreError> {
        let rows = self.engine.read("SELECT id, at FROM notices WHERE id = ANY($1)", args![ids]).await?;
        rows.iter().map(|row| Ok((row.string(0)?, Moment(row.int(1)?)))).collect()
    }
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        no: CaseNo(row.string(0)?),
        item: row.string(1)?,
        procedure: row.string(2)?,
        agency: row.string(3)?,
        holder: row.string(4)?,
        outcome: row.opt_string(5)?,
        closed_at: Moment(row.int(6)?),
    })
}
