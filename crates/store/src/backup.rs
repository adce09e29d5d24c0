//! A backup that any engine can read: one file of JSON lines for each table, in the order of its key (decision 17).
//!
//! The tables are those of the migrations themselves, so none can be forgotten. The journal goes first and rows read from it can be
//! made anew, so a backup taken while people work is whole after `reindex`; papers are copied afterwards, as they are synced before
//! rows speak of them.

use crate::engine::{Op, Row, Val, op};
use crate::{Store, StoreError, migrations};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::sync::{LazyLock, Mutex, PoisonError};

/// A table as its migration declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// How many of the columns, by their place, make the key.
    pub key: Vec<usize>,
    /// Places of truth values, which SQLite keeps as numbers.
    pub truths: Vec<usize>,
}

/// Rows read and written at once.
const SLICE: usize = 500;

/// Every table of this version, the journal first.
pub fn tables() -> Vec<Table> {
    let mut found: Vec<Table> = Vec::new();
    for migration in migrations() {
        found.extend(declared(migration.sql));
        for (name, change) in changed(migration.sql) {
            found.iter_mut().filter(|table| table.name == name).for_each(|table| table.change(change));
        }
    }
    found.sort_by_key(|table| table.name != "journal");
    found
}

/// A column that comes or goes.
#[derive(Clone, Copy)]
enum Change<'a> {
    Add(&'a str),
    Drop(&'a str),
}

/// The columns that a migration changes, with their tables, in order.
fn changed(sql: &str) -> impl Iterator<Item = (&str, Change<'_>)> {
    sql.lines().filter_map(|line| {
        let line = line.strip_prefix("ALTER TABLE ")?;
        let word = |rest: &'static str| {
            let (name, column) = line.split_once(rest)?;
            Some((name, column.trim_end_matches(';').split_whitespace().next()?))
        };
        let added = word(" ADD COLUMN ").map(|(name, column)| (name, Change::Add(column)));
        added.or_else(|| word(" DROP COLUMN ").map(|(name, column)| (name, Change::Drop(column))))
    })
}

/// The tables that a migration creates.
fn declared(sql: &str) -> Vec<Table> {
    let plain: String = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    plain
        .split(';')
        .filter_map(|statement| {
            let (head, rest) = statement.split_once('(')?;
            let name = head.trim().strip_prefix("CREATE TABLE ")?.trim().to_owned();
            let body = &rest[..rest.rfind(')')?];
            let mut columns: Vec<String> = Vec::new();
            let (mut key, mut truths) = (Vec::new(), Vec::new());
            for part in outer_commas(body) {
                let part = part.trim();
                if let Some(of_key) = part.strip_prefix("PRIMARY KEY") {
                    let names = of_key.trim().trim_matches(['(', ')']);
                    key = names.split(',').filter_map(|name| columns.iter().position(|column| column == name.trim())).collect();
                } else if let Some(column) = part.split_whitespace().next() {
                    if part.contains("PRIMARY KEY") {
                        key = vec![columns.len()];
                    }
                    if part.split_whitespace().nth(1) == Some("BOOLEAN") {
                        truths.push(columns.len());
                    }
                    columns.push(column.to_owned());
                }
            }
            Some(Table { name, columns, key, truths })
        })
        .collect()
}

fn outer_commas(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// Statements made from the tables live as long as the program; there are four for each table.
fn kept(sql: String) -> &'static str {
    static KEPT: LazyLock<Mutex<BTreeMap<String, &'static str>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.entry(sql).or_insert_with_key(|sql| Box::leak(sql.clone().into_boxed_str()))
}

impl Table {
    fn change(&mut self, change: Change<'_>) {
        match change {
            Change::Add(column) => self.columns.push(column.to_owned()),
            Change::Drop(column) => {
                let Some(gone) = self.columns.iter().position(|known| known == column) else { return };
                self.columns.remove(gone);
                self.truths.retain(|place| *place != gone);
                self.key.iter_mut().chain(&mut self.truths).filter(|place| **place > gone).for_each(|place| *place -= 1);
            }
        }
    }

    fn names(&self, of: &[usize]) -> String {
        of.iter().map(|place| self.columns[*place].as_str()).collect::<Vec<_>>().join(", ")
    }

    fn select(&self, goes_on: bool) -> &'static str {
        let (columns, key) = (self.columns.join(", "), self.names(&self.key));
        let after: Vec<String> = (1..=self.key.len()).map(|n| format!("${n}")).collect();
        let after = if goes_on { format!(" WHERE ({key}) > ({})", after.join(", ")) } else { String::new() };
        kept(format!("SELECT {columns} FROM {}{after} ORDER BY {key} LIMIT {SLICE}", self.name))
    }

    fn insert(&self) -> &'static str {
        let places: Vec<String> = (1..=self.columns.len()).map(|n| format!("${n}")).collect();
        kept(format!("INSERT INTO {} ({}) VALUES ({})", self.name, self.columns.join(", "), places.join(", ")))
    }
}

impl Store {
    /// Writes every row of `table` as one JSON array a line; returns how many.
    pub async fn dump(&self, table: &Table, out: &mut (impl Write + Send)) -> Result<u64, StoreError> {
        let mut rows = 0;
        let mut last: Option<Vec<Val>> = None;
        loop {
            let found = self.engine.read(table.select(last.is_some()), last.clone().unwrap_or_default()).await?;
            for row in &found {
                let values: Vec<serde_json::Value> = (0..table.columns.len()).map(|place| json_of(row, place)).collect();
                let line = serde_json::Value::Array(values).to_string();
                writeln!(out, "{line}").map_err(|fault| StoreError::damaged("the backup", fault))?;
            }
            rows += found.len() as u64;
            match found.last() {
                Some(row) if found.len() == SLICE => {
                    last = Some(table.key.iter().filter_map(|place| row.val(*place).cloned()).collect());
                }
                _ => return Ok(rows),
            }
        }
    }

    /// Reads rows that [`Store::dump`] wrote into an empty table; returns how many.
    pub async fn load(&self, table: &Table, from: impl BufRead) -> Result<u64, StoreError> {
        let mut unit: Vec<Op> = Vec::new();
        let mut rows = 0;
        for (number, line) in from.lines().enumerate() {
            let damaged = |why: String| StoreError::damaged(format!("line {} of {}", number + 1, table.name), why);
            let line = line.map_err(|fault| damaged(fault.to_string()))?;
            let values: Vec<serde_json::Value> = serde_json::from_str(&line).map_err(|fault| damaged(fault.to_string()))?;
            if values.len() != table.columns.len() {
                return Err(damaged(format!("{} values for {} columns", values.len(), table.columns.len())));
            }
            let mut args =
                values.iter().map(val_of).collect::<Option<Vec<Val>>>().ok_or_else(|| damaged("an unknown value".to_owned()))?;
            for place in &table.truths {
                if let Val::I(number) = args[*place] {
                    args[*place] = Val::Bool(number != 0);
                }
            }
            unit.push(op(table.insert(), args));
            rows += 1;
            if unit.len() == SLICE {
                self.engine.write(std::mem::take(&mut unit)).await?;
            }
        }
        if !unit.is_empty() {
            self.engine.write(unit).await?;
        }
        Ok(rows)
    }
}

/// Bytes travel as `{"b": "hex"}`; everything else as JSON has it.
fn json_of(row: &Row, place: usize) -> serde_json::Value {
    match row.val(place) {
        Some(Val::I(number)) => (*number).into(),
        Some(Val::T(text)) => text.as_str().into(),
        Some(Val::B(bytes)) => serde_json::json!({ "b": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() }),
        Some(Val::Bool(truth)) => (*truth).into(),
        _ => serde_json::Value::Null,
    }
}

fn val_of(value: &serde_json::Value) -> Option<Val> {
    Some(match value {
        serde_json::Value::Null => Val::Null,
        serde_json::Value::Bool(truth) => Val::Bool(*truth),
        serde_json::Value::Number(number) => Val::I(number.as_i64()?),
        serde_json::Value::String(text) => Val::T(text.clone()),
        serde_json::Value::Object(bytes) => {
            let hex = bytes.get("b")?.as_str()?;
            let byte = |place: usize| hex.get(place..place + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
            Val::B((0..hex.len()).step_by(2).map(byte).collect::<Option<_>>()?)
        }
        serde_json::Value::Array(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_columns_and_a_key() {
        let tables = tables();
        assert_eq!(tables[0].name, "journal");
        assert_eq!(tables[0].columns, ["case_no", "version", "at", "payload", "sealed", "hash"]);
        assert_eq!(tables[0].key, [0, 1]);
        assert!(tables.len() > 30);
        for table in &tables {
            assert!(!table.key.is_empty() && !table.columns.is_empty(), "{table:?}");
            assert!(table.columns.iter().all(|column| column.chars().all(|c| c.is_ascii_lowercase() || c == '_')), "{table:?}");
        }
    }
}
