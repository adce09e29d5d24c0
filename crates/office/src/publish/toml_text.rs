//! Changing a file of definitions as a person would: only the values that differ, everything around them as it was.

use jiff::civil::Date;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, TableLike, Value, value};

/// The definition of this kind and code in a file, in whichever of the two ways it is written.
pub(crate) fn find<'a>(file: &'a mut DocumentMut, kind: &str, code: &str) -> Option<&'a mut dyn TableLike> {
    let is_it = |table: &dyn TableLike| table.get("code").and_then(toml_edit::Item::as_str) == Some(code);
    match file.get_mut(kind)? {
        toml_edit::Item::ArrayOfTables(items) => {
            items.iter_mut().map(|item| item as &mut dyn TableLike).find(|item| is_it(*item))
        }
        toml_edit::Item::Value(Value::Array(items)) => items
            .iter_mut()
            .filter_map(|item| item.as_inline_table_mut().map(|item| item as &mut dyn TableLike))
            .find(|item| is_it(*item)),
        _ => None,
    }
}

/// Puts a value in the place of the one that is there, with the spaces and comments around it.
pub(crate) fn set(table: &mut dyn TableLike, key: &str, new: impl Into<Value>) {
    let mut new = new.into();
    match table.get_mut(key).and_then(toml_edit::Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            table.insert(key, value(new));
        }
    }
}

pub(crate) fn set_text(table: &mut dyn TableLike, key: &str, text: &str) {
    let text = text.trim();
    let old = table.get(key).and_then(toml_edit::Item::as_str).unwrap_or_default();
    if old == text {
        return;
    }
    if text.is_empty() {
        table.remove(key);
    } else {
        set(table, key, text);
    }
}

/// Zero is what is not written.
pub(crate) fn set_number(table: &mut dyn TableLike, key: &str, number: u32) {
    let old = table.get(key).and_then(toml_edit::Item::as_integer);
    match (old, number) {
        (Some(old), _) if old == i64::from(number) => {}
        (None, 0) => {}
        _ => set(table, key, i64::from(number)),
    }
}

pub(crate) fn set_day(table: &mut dyn TableLike, key: &str, day: Option<Date>) {
    let old = table.get(key).and_then(toml_edit::Item::as_datetime).map(ToString::to_string);
    match day.map(|day| day.to_string()) {
        new if new == old => {}
        None => {
            table.remove(key);
        }
        // A legal day is always written as TOML writes a date.
        Some(day) => {
            if let Ok(day) = day.parse::<toml_edit::Datetime>() {
                set(table, key, day);
            }
        }
    }
}

pub(crate) fn set_words(table: &mut dyn TableLike, key: &str, words: &[String]) {
    let old: Vec<&str> =
        table.get(key).and_then(toml_edit::Item::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if old == words {
        return;
    }
    if words.is_empty() {
        table.remove(key);
    } else {
        set(table, key, Array::from_iter(words));
    }
}

/// The rows of a list, in whichever of the two ways the file writes them.
pub(crate) enum Rows<'a> {
    Inline(&'a mut Array),
    Tables(&'a mut ArrayOfTables),
}

impl<'a> Rows<'a> {
    pub(crate) fn of(table: &'a mut dyn TableLike, key: &str) -> Option<Rows<'a>> {
        if table.get(key).is_none() {
            table.insert(key, value(Array::new()));
        }
        match table.get_mut(key)? {
            toml_edit::Item::ArrayOfTables(rows) => Some(Rows::Tables(rows)),
            toml_edit::Item::Value(Value::Array(rows)) => Some(Rows::Inline(rows)),
            _ => None,
        }
    }

    pub(crate) fn get(&mut self, at: usize) -> Option<&mut dyn TableLike> {
        match self {
            Rows::Inline(rows) => rows.get_mut(at)?.as_inline_table_mut().map(|row| row as &mut dyn TableLike),
            Rows::Tables(rows) => rows.get_mut(at).map(|row| row as &mut dyn TableLike),
        }
    }

    pub(crate) fn remove(&mut self, at: usize) {
        match self {
            Rows::Inline(rows) if at < rows.len() => {
                rows.remove(at);
            }
            Rows::Tables(rows) if at < rows.len() => {
                rows.remove(at);
            }
            _ => {}
        }
    }

    /// Adds a row on a line of its own.
    pub(crate) fn push(&mut self, row: InlineTable) {
        match self {
            Rows::Inline(rows) => {
                let mut row = Value::InlineTable(row);
                row.decor_mut().set_prefix("\n  ");
                rows.push_formatted(row);
                rows.set_trailing_comma(true);
                if rows.trailing().as_str().is_none_or(str::is_empty) {
                    rows.set_trailing("\n");
                }
            }
            Rows::Tables(rows) => rows.push(row.into_table()),
        }
    }
}

/// Changes rows that are there, takes away those that were emptied (from behind, so that places hold), and adds new ones.
pub(crate) fn rows<L>(
    item: &mut dyn TableLike,
    key: &str,
    lines: &[L],
    place: impl Fn(&L) -> Option<usize>,
    is_empty: impl Fn(&L) -> bool,
    write: impl Fn(&L, &mut dyn TableLike),
) {
    if lines.is_empty() && item.get(key).is_none() {
        return;
    }
    let Some(mut rows) = Rows::of(item, key) else { return };
    let mut emptied = Vec::new();
    for line in lines {
        match place(line) {
            Some(at) if is_empty(line) => emptied.push(at),
            Some(at) => {
                if let Some(row) = rows.get(at) {
                    write(line, row);
                }
            }
            None if is_empty(line) => {}
            None => {
                let mut row = InlineTable::new();
                write(line, &mut row);
                rows.push(row);
            }
        }
    }
    emptied.sort_unstable();
    for at in emptied.into_iter().rev() {
        rows.remove(at);
    }
    if item.get(key).and_then(toml_edit::Item::as_array).is_some_and(Array::is_empty) {
        item.remove(key);
    }
}

/// Nobody has checked it yet.
pub(crate) fn basis(law: &str, article: &str) -> InlineTable {
    let mut basis = InlineTable::new();
    basis.insert("law", law.into());
    if !article.is_empty() {
        basis.insert("article", article.into());
    }
    basis.insert("status", "example".into());
    basis
}
