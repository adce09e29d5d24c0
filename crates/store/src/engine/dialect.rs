//! One SQL text for both engines. A statement is written as PostgreSQL reads it; what SQLite says differently is changed here,
//! once for each statement and connection.
//!
//! | written                                        | SQLite is told                                 | because |
//! |------------------------------------------------|------------------------------------------------|---------|
//! | `$2`                                           | `?2`                                           | SQLite numbers `$n` by first appearance, not by n |
//! | `= ANY($1)`                                    | `IN (SELECT value FROM json_each(?1))`         | it has no arrays |
//! | `<> ALL($1)`                                   | `NOT IN (SELECT value FROM json_each(?1))`     | the same |
//! | `unnest(CAST($1 AS TEXT[])) AS value`          | `json_each(?1)`                                | the same |
//! | `FOR UPDATE`, `FOR SHARE`, then `SKIP LOCKED`  | nothing                                        | one writer, nothing to lock |
//!
//! Texts and quoted names (`'$.a'`, `"…"`) and comments stay as they are.

use std::collections::HashMap;
use std::sync::Arc;

/// The SQLite texts of one connection, found again by the address of the statement they were made from.
#[derive(Default)]
pub(super) struct Texts(HashMap<(usize, usize), Arc<str>>);

impl Texts {
    pub(super) fn sqlite(&mut self, sql: &'static str) -> Arc<str> {
        let place = (sql.as_ptr() as usize, sql.len());
        Arc::clone(self.0.entry(place).or_insert_with(|| for_sqlite(sql).into()))
    }
}

/// Longer ones first, so that `FOR UPDATE SKIP LOCKED` goes as a whole.
const LOCKS: [&str; 4] = ["FOR UPDATE SKIP LOCKED", "FOR SHARE SKIP LOCKED", "FOR UPDATE", "FOR SHARE"];
const LISTS: [(&str, &str); 2] = [("= ANY(", "IN "), ("<> ALL(", "NOT IN ")];

fn for_sqlite(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 32);
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let taken = [quoted, parameter, list, unnest, lock].iter().find_map(|change| change(rest, &mut out));
        let taken = taken.unwrap_or_else(|| {
            out.push(first);
            first.len_utf8()
        });
        rest = &rest[taken..];
    }
    out
}

/// Each change looks at the beginning of what is left, writes what SQLite is told, and says how much it has taken.
type Taken = Option<usize>;

/// A text, a quoted name or a comment, unchanged. A doubled quote inside simply begins the next one.
fn quoted(rest: &str, out: &mut String) -> Taken {
    let (opening, closing) =
        [("'", "'"), ("\"", "\""), ("--", "\n"), ("/*", "*/")].into_iter().find(|(opening, _)| rest.starts_with(opening))?;
    let inside = &rest[opening.len()..];
    let taken = opening.len() + inside.find(closing).map_or(inside.len(), |at| at + closing.len());
    out.push_str(&rest[..taken]);
    Some(taken)
}

fn parameter(rest: &str, out: &mut String) -> Taken {
    let number = number(rest)?;
    out.push('?');
    out.push_str(number);
    Some(1 + number.len())
}

fn list(rest: &str, out: &mut String) -> Taken {
    let (written, said) = LISTS.iter().find(|(written, _)| starts_with(rest, written))?;
    let number = number(&rest[written.len()..])?;
    let close = written.len() + 1 + number.len();
    (rest.as_bytes().get(close) == Some(&b')')).then(|| {
        out.push_str(&format!("{said}(SELECT value FROM json_each(?{number}))"));
        close + 1
    })
}

/// A list as rows, in a column named `value` on both.
fn unnest(rest: &str, out: &mut String) -> Taken {
    const WRITTEN: &str = "unnest(CAST(";
    const CLOSE: &str = " AS TEXT[])) AS value";
    let number = starts_with(rest, WRITTEN).then(|| number(&rest[WRITTEN.len()..])).flatten()?;
    let close = WRITTEN.len() + 1 + number.len();
    starts_with(&rest[close..], CLOSE).then(|| {
        out.push_str(&format!("json_each(?{number})"));
        close + CLOSE.len()
    })
}

#[expect(clippy::ptr_arg, reason = "every change has the same shape")]
fn lock(rest: &str, out: &mut String) -> Taken {
    let at_a_word = out.ends_with(|before: char| before.is_whitespace() || before == ')');
    LOCKS.iter().find(|lock| at_a_word && starts_with(rest, lock)).map(|lock| lock.len())
}

/// The digits of `$12` at the beginning.
fn number(rest: &str) -> Option<&str> {
    let digits = rest.strip_prefix('$')?;
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    (length > 0).then(|| &digits[..length])
}

fn starts_with(rest: &str, written: &str) -> bool {
    rest.get(..written.len()).is_some_and(|head| head.eq_ignore_ascii_case(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_is_told_in_its_own_words() {
        let check = |sql: &'static str, told: &str| assert_eq!(for_sqlite(sql), told);
        check("SELECT $2||$1||$12", "SELECT ?2||?1||?12");
        check("SELECT '$1', \"$2\", '它''s $3', $4", "SELECT '$1', \"$2\", '它''s $3', ?4");
        check("SELECT j->>'$.a' -- costs $5\n, $1 /* $2 */", "SELECT j->>'$.a' -- costs $5\n, ?1 /* $2 */");
        check("SELECT '办件$1", "SELECT '办件$1");
        check(
            "WHERE a = ANY($2) AND b <> all($1)",
            "WHERE a IN (SELECT value FROM json_each(?2)) AND b NOT IN (SELECT value FROM json_each(?1))",
        );
        check("WHERE a = ANY(ARRAY[$1])", "WHERE a = ANY(ARRAY[?1])");
        check("SELECT $1, value FROM unnest(CAST($12 AS TEXT[])) AS value", "SELECT ?1, value FROM json_each(?12)");
        check("(SELECT no FROM t LIMIT $1 FOR UPDATE SKIP LOCKED)", "(SELECT no FROM t LIMIT ?1 )");
        check("SELECT 1 FROM t WHERE a = $1 for share", "SELECT 1 FROM t WHERE a = ?1 ");
        check("SELECT 金额 AS \"元\" FROM t", "SELECT 金额 AS \"元\" FROM t");
    }

    #[test]
    fn a_text_is_made_once() {
        let mut texts = Texts::default();
        let sql = "SELECT $1";
        assert!(Arc::ptr_eq(&texts.sqlite(sql), &texts.sqlite(sql)));
    }
}
