//! Many rows in one statement: a unit has one statement for all its rows of a kind, whatever their number.

use crate::engine::{Op, Val, op};

/// More rows than this go in a further statement. Every number of rows has a text of its own, which stays prepared.
const MOST: usize = 8;

/// An `INSERT` in one text for each number of rows.
pub(crate) struct Insert {
    texts: Vec<String>,
}

impl Insert {
    /// `head` ends before the values: `INSERT INTO t (a, b) VALUES`.
    pub(crate) fn new(head: &str, columns: usize) -> Insert {
        Insert::with_end(head, columns, "")
    }

    /// The same with what follows the values, such as what becomes of a row that is there: no two rows may name the same one.
    pub(crate) fn with_end(head: &str, columns: usize, end: &str) -> Insert {
        let row = |row: usize| {
            let fields: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
            format!("({})", fields.join(", "))
        };
        let text = |rows: usize| format!("{head} {}{end}", (0..rows).map(row).collect::<Vec<_>>().join(", "));
        Insert { texts: (1..=MOST).map(text).collect() }
    }

    /// The statements that insert these rows.
    pub(crate) fn ops(&'static self, rows: Vec<Vec<Val>>) -> Vec<Op> {
        let mut ops = Vec::with_capacity(rows.len().div_ceil(MOST));
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<Vec<Val>> = rows.by_ref().take(MOST).collect();
            if let Some(text) = self.texts.get(chunk.len() - 1) {
                ops.push(op(text, chunk.into_iter().flatten().collect()));
            }
        }
        ops
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;
    use std::sync::LazyLock;

    #[test]
    fn rows_are_numbered_through_and_split_where_there_are_many() {
        static INSERT: LazyLock<Insert> = LazyLock::new(|| Insert::new("INSERT INTO t (a, b) VALUES", 2));
        let ops = |n: i64| INSERT.ops((0..n).map(|n| args![n, "x"]).collect());
        assert!(ops(0).is_empty());
        assert_eq!(ops(2)[0].sql, "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)");
        let many = ops(10);
        assert_eq!((many.len(), many[0].args.len(), many[1].args.len()), (2, 16, 4));
    }
}
