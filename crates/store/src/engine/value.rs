//! What goes into a statement and what comes out of one: the few kinds of value both databases keep alike.

use super::error::ReadError;

/// One argument of a statement, or one field of a row. Its `Debug` tells the kind and never the value: arguments carry
/// personal data, and drivers like to print them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Val {
    Null,
    /// Counts, fen, milliseconds since 1970 in UTC.
    I(i64),
    /// Names, codes, JSON, civil dates as `YYYY-MM-DD`.
    T(String),
    B(Vec<u8>),
    Bool(bool),
    /// A list for `= ANY($n)`; never stored.
    Ints(Vec<i64>),
    /// A list for `= ANY($n)`; never stored.
    Texts(Vec<String>),
}

impl Val {
    fn kind(&self) -> &'static str {
        match self {
            Val::Null => "null",
            Val::I(_) => "integer",
            Val::T(_) => "text",
            Val::B(_) => "bytes",
            Val::Bool(_) => "boolean",
            Val::Ints(_) => "list of integers",
            Val::Texts(_) => "list of texts",
        }
    }
}

impl std::fmt::Debug for Val {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}

/// The arguments of a statement, in order: `args![no, version, None::<i64>]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::engine::Val::from($value)),*] };
}

macro_rules! from {
    ($($from:ty => |$value:ident| $val:expr;)*) => {
        $(impl From<$from> for Val {
            fn from($value: $from) -> Val {
                $val
            }
        })*
    };
}

from! {
    i64 => |v| Val::I(v);
    i32 => |v| Val::I(v.into());
    u32 => |v| Val::I(v.into());
    u16 => |v| Val::I(v.into());
    u8 => |v| Val::I(v.into());
    bool => |v| Val::Bool(v);
    String => |v| Val::T(v);
    &String => |v| Val::T(v.clone());
    &str => |v| Val::T(v.to_owned());
    Vec<u8> => |v| Val::B(v);
    &[u8] => |v| Val::B(v.to_vec());
    Vec<i64> => |v| Val::Ints(v);
    &[i64] => |v| Val::Ints(v.to_vec());
    Vec<String> => |v| Val::Texts(v);
    &[String] => |v| Val::Texts(v.to_vec());
    &Val => |v| v.clone();
}

impl<const N: usize> From<[u8; N]> for Val {
    fn from(bytes: [u8; N]) -> Val {
        Val::B(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Val {
    fn from(bytes: &[u8; N]) -> Val {
        Val::B(bytes.to_vec())
    }
}

impl<T: Into<Val>> From<Option<T>> for Val {
    fn from(value: Option<T>) -> Val {
        value.map_or(Val::Null, Into::into)
    }
}

/// One row, read by the position of its columns from 0. Integers of every width are alike, and SQLite's 0 and 1 are booleans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Box<[Val]>);

impl Row {
    pub(super) fn new(fields: Vec<Val>) -> Row {
        Row(fields.into_boxed_slice())
    }

    pub fn text(&self, column: usize) -> Result<&str, ReadError> {
        self.opt_text(column)?.ok_or_else(|| self.wrong(column, "text"))
    }

    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, ReadError> {
        match self.0.get(column) {
            Some(Val::T(text)) => Ok(Some(text)),
            Some(Val::Null) => Ok(None),
            _ => Err(self.wrong(column, "text")),
        }
    }

    /// The text as an owned string.
    pub fn string(&self, column: usize) -> Result<String, ReadError> {
        self.text(column).map(str::to_owned)
    }

    pub fn opt_string(&self, column: usize) -> Result<Option<String>, ReadError> {
        Ok(self.opt_text(column)?.map(str::to_owned))
    }

    /// The text itself, moved out; the column is empty from then on.
    pub fn take_string(&mut self, column: usize) -> Result<String, ReadError> {
        self.take_opt_string(column)?.ok_or_else(|| self.wrong(column, "text"))
    }

    pub fn take_opt_string(&mut self, column: usize) -> Result<Option<String>, ReadError> {
        match self.0.get_mut(column) {
            Some(Val::T(text)) => Ok(Some(std::mem::take(text))),
            Some(Val::Null) => Ok(None),
            _ => Err(self.wrong(column, "text")),
        }
    }

    pub fn int(&self, column: usize) -> Result<i64, ReadError> {
        self.opt_int(column)?.ok_or_else(|| self.wrong(column, "integer"))
    }

    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, ReadError> {
        match self.0.get(column) {
            Some(Val::I(number)) => Ok(Some(*number)),
            Some(Val::Null) => Ok(None),
            _ => Err(self.wrong(column, "integer")),
        }
    }

    pub fn bytes(&self, column: usize) -> Result<&[u8], ReadError> {
        self.opt_bytes(column)?.ok_or_else(|| self.wrong(column, "bytes"))
    }

    pub fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>, ReadError> {
        match self.0.get(column) {
            Some(Val::B(bytes)) => Ok(Some(bytes)),
            Some(Val::Null) => Ok(None),
            _ => Err(self.wrong(column, "bytes")),
        }
    }

    pub fn bool(&self, column: usize) -> Result<bool, ReadError> {
        self.opt_bool(column)?.ok_or_else(|| self.wrong(column, "boolean"))
    }

    pub fn opt_bool(&self, column: usize) -> Result<Option<bool>, ReadError> {
        match self.0.get(column) {
            Some(Val::Bool(truth)) => Ok(Some(*truth)),
            Some(Val::I(number @ (0 | 1))) => Ok(Some(*number == 1)),
            Some(Val::Null) => Ok(None),
            _ => Err(self.wrong(column, "boolean")),
        }
    }

    /// The field as it came, for copies that do not care what it is.
    pub fn val(&self, column: usize) -> Option<&Val> {
        self.0.get(column)
    }

    /// How many columns the row has.
    pub fn width(&self) -> usize {
        self.0.len()
    }

    /// All fields, moved out: spares the copy of large papers.
    pub fn into_vals(self) -> Vec<Val> {
        self.0.into_vec()
    }

    fn wrong(&self, column: usize, wanted: &'static str) -> ReadError {
        ReadError::Column { column, wanted, found: self.0.get(column).map_or("no such column", Val::kind).to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_each_kind_by_its_own_getter() -> Result<(), ReadError> {
        let row = Row::new(args!["津", 7, true, 1, None::<i64>, vec![1_u8, 2], 2]);
        assert_eq!(row.text(0)?, "津");
        assert_eq!(row.int(1)?, 7);
        assert!(row.bool(2)? && row.bool(3)?);
        assert_eq!((row.opt_int(4)?, row.opt_text(4)?, row.opt_bytes(4)?, row.opt_bool(4)?), (None, None, None, None));
        assert_eq!(row.bytes(5)?, [1, 2]);
        let mistakes =
            [row.int(0).is_err(), row.text(1).is_err(), row.int(4).is_err(), row.bool(6).is_err(), row.text(9).is_err()];
        assert_eq!(mistakes, [true; 5]);
        Ok(())
    }

    #[test]
    fn debug_never_shows_a_value() {
        let shown = format!("{:?}", args!["张三", 18990101, b"secret".as_slice(), vec!["x".to_owned()]]);
        assert_eq!(shown, "[text, integer, bytes, list of texts]");
    }
}
