//! What was decided by rule (秒办): how much of each item, and what a person still has to look at. Bounded, like every list, by who reads.
//! Serves measure 5.

use super::{CaseRow, Reader, WIDTH, case_row, columns, scope};
use crate::engine::{Row, args};
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How the rules of one item did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByRule {
    pub item: String,
    /// Granted or filed by rule.
    pub granted: u64,
    /// Left to a person.
    pub to_person: u64,
    /// Looked at by a person since, or to be looked at.
    pub waiting: u64,
}

/// A decision by rule that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToAudit {
    pub row: CaseRow,
    pub due: Date,
}

impl Reader {
    /// The figures of every item whose rules were asked about applications of that time, by code.
    pub async fn by_rule(&self, from: Moment, until: Moment) -> Result<Vec<ByRule>, StoreError> {
        const SQL: &str = concat!(
            "SELECT item, at_once, count(*), count(audit_due) FROM cases WHERE at_once IS NOT NULL AND submitted_at >= $9 AND \
             submitted_at < $10 AND ",
            scope::visible!(),
            " GROUP BY item, at_once"
        );
        let mut args = self.sight.args();
        args.extend(args![from.0, until.0]);
        let mut found: BTreeMap<String, ByRule> = BTreeMap::new();
        for row in self.store.engine.read(SQL, args).await? {
            let item = row.string(0)?;
            let figures = found.entry(item.clone()).or_insert_with(|| ByRule { item, ..ByRule::default() });
            let count = row.int(2)? as u64;
            if row.text(1)? == "granted" {
                figures.granted += count
            } else {
                figures.to_person += count
            }
            figures.waiting += row.int(3)? as u64;
        }
        Ok(found.into_values().collect())
    }

    /// Decisions by rule that wait for a person, the nearest day first.
    pub async fn to_audit(&self, limit: usize) -> Result<Vec<ToAudit>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            ", audit_due FROM cases WHERE audit_due IS NOT NULL AND ",
            scope::visible!(),
            " ORDER BY audit_due, no LIMIT $9"
        );
        let mut args = self.sight.args();
        args.extend(args![limit as i64]);
        let to_audit = |row: Row| {
            let due = row.text(WIDTH)?.parse().map_err(|error| StoreError::damaged("the day of an audit", error))?;
            Ok(ToAudit { due, row: case_row(row)? })
        };
        self.store.engine.read(SQL, args).await?.into_iter().map(to_audit).collect()
    }
}

impl Store {
    /// Cases whose rules were asked, in the order of their numbers, after one of them: for asking other rules.
    pub async fn examined_by_rule(&self, after: &CaseNo, limit: u32) -> Result<Vec<CaseNo>, StoreError> {
        const SQL: &str = "SELECT no FROM cases WHERE at_once IS NOT NULL AND no > $1 ORDER BY no LIMIT $2";
        let rows = self.engine.read(SQL, args![&after.0, i64::from(limit)]).await?;
        rows.iter().map(|row| Ok(CaseNo(row.string(0)?))).collect()
    }

    /// How many other cases of the same item a holder has open.
    pub async fn others_open(&self, no: &CaseNo, holder: &str, item: &str) -> Result<u64, StoreError> {
        const SQL: &str = "SELECT count(*) FROM cases WHERE holder = $1 AND item = $2 AND no <> $3 AND open";
        let row = self.engine.read_one(SQL, args![holder, item, &no.0]).await?;
        Ok(row.map_or(Ok(0), |row| row.int(0))? as u64)
    }
}
