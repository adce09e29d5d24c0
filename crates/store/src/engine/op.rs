//! One statement of a unit of work, and what became of it.

use super::value::{Row, Val};

/// One statement with its arguments. The text is `'static`, so no value can ever be pasted into it.
///
/// A statement that returns rows (`RETURNING`, or a `SELECT … FOR SHARE` that guards what was relied upon) hands them back.
#[derive(Debug, Clone)]
pub struct Op {
    pub sql: &'static str,
    pub args: Vec<Val>,
    /// How many rows it must change (or return). Anything else undoes the unit with `Conflict`.
    pub expect: Option<u64>,
}

/// `op("UPDATE … WHERE no = $1 AND version = $2", args![no, version]).expecting(1)`
pub fn op(sql: &'static str, args: Vec<Val>) -> Op {
    Op { sql, args, expect: None }
}

impl Op {
    pub fn expecting(mut self, rows: u64) -> Op {
        self.expect = Some(rows);
        self
    }
}

/// What one statement did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Rows changed, or returned where the statement returns rows.
    pub count: u64,
    pub rows: Vec<Row>,
}

/// What a committed unit did, statement by statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written(pub(super) Vec<Done>);

impl Written {
    /// Rows that statement number `op` (from 0) changed or returned; 0 where there is no such statement.
    pub fn count(&self, op: usize) -> u64 {
        self.0.get(op).map_or(0, |done| done.count)
    }

    /// Rows that statement number `op` returned, in no promised order.
    pub fn rows(&self, op: usize) -> &[Row] {
        self.0.get(op).map_or(&[], |done| &done.rows)
    }

    pub(super) fn into_rows(self) -> Vec<Row> {
        self.0.into_iter().flat_map(|done| done.rows).collect()
    }
}
