//! What differs between two editions, field by field, so that an editor, a legal reviewer and a publisher see the change and
//! not the files. Serves measure 6.
//!
//! Definitions are compared by kind and code wherever they stand, and the rows of their lists by what tells them apart: a limit
//! by its kind and day, a paper by its key, a step by its code. Moving a definition to another file changes nothing.

mod titles;
mod touched;
mod zones;

pub use touched::{Touched, touched};
pub use zones::{ZoneDifference, zone_differences};

use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// One field that differs. A definition or a row that is new or gone is one difference, with its whole content on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Kind of definition as files write it: `item`, `form`, `authority`; `file` for what is not TOML.
    pub kind: String,
    /// Code of the definition; for a row of the authority matrix its item, agency and first day; for a file its path.
    pub code: String,
    /// What people call the definition.
    pub name: String,
    /// The field within it, as in `limit[promised 2026-01-01].working-days`; empty for the definition as a whole.
    pub path: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Difference {
    /// The field in words: 「办理时限[promised 2026-01-01]·工作日」.
    pub fn title(&self) -> Text {
        titles::title(&self.kind, &self.path)
    }
}

/// Compares two sets of files, pairs of path and text. A file that cannot be read as TOML is compared as a whole.
pub fn compare(old: &[(&str, &str)], new: &[(&str, &str)]) -> Vec<Difference> {
    let (old, new) = (Definitions::of(old), Definitions::of(new));
    let mut differences = Vec::new();
    for (kind, code) in old.tables.keys().chain(new.tables.keys()).collect::<BTreeSet<_>>() {
        let key = (kind.clone(), code.clone());
        let (before, after) = (old.tables.get(&key), new.tables.get(&key));
        let name = after.or(before).and_then(|table| table.get("name")).and_then(Value::as_str).unwrap_or(code);
        let mut found = Found { kind, code, name, differences: &mut differences };
        match (before, after) {
            (Some(before), Some(after)) => found.tables("", before, after),
            (before, after) => found.add("", before.map(said), after.map(said)),
        }
    }
    for path in old.files.keys().chain(new.files.keys()).collect::<BTreeSet<_>>() {
        let (before, after) = (old.files.get(path), new.files.get(path));
        if before != after {
            let lines = |text: &&str| text.lines().count().to_string();
            let mut found = Found { kind: "file", code: path, name: path, differences: &mut differences };
            found.add("lines", before.map(lines), after.map(lines));
        }
    }
    differences
}

/// The definitions of an edition by kind and code, and what is not TOML by path.
#[derive(Default)]
struct Definitions<'a> {
    tables: BTreeMap<(String, String), Table>,
    files: BTreeMap<&'a str, &'a str>,
}

impl<'a> Definitions<'a> {
    fn of(files: &[(&'a str, &'a str)]) -> Definitions<'a> {
        let mut definitions = Definitions::default();
        for (path, text) in files {
            match text.parse::<Table>().ok().filter(|_| path.ends_with(".toml")) {
                Some(table) => definitions.take(table),
                None => {
                    definitions.files.insert(path, text);
                }
            }
        }
        definitions
    }

    fn take(&mut self, file: Table) {
        for (kind, rows) in file {
            let Value::Array(rows) = rows else { continue };
            for row in rows {
                let Value::Table(table) = row else { continue };
                let code = code_of(&kind, &table);
                let mut key = (kind.clone(), code.clone());
                // A code that is used twice does not compile; here the second is kept beside the first.
                for copy in 2.. {
                    if !self.tables.contains_key(&key) {
                        break;
                    }
                    key.1 = format!("{code} {copy}");
                }
                self.tables.insert(key, table);
            }
        }
    }
}

/// What tells a definition apart from others of its kind: the same keys that `compile` takes.
fn code_of(kind: &str, table: &Table) -> String {
    if kind == "authority" {
        return identity(table, &["item", "agency", "from"]).unwrap_or_default();
    }
    let key = match kind {
        "field" => "name",
        "material" => "key",
        "measure" => "number",
        "check" => "rule",
        _ => "code",
    };
    identity(table, &[key]).unwrap_or_default()
}

/// Keys that tell the rows of a list within a definition apart, the first that all rows have and no two share.
const IDENTITIES: [&[&str]; 12] = [
    &["code"],
    &["key"],
    &["field"],
    &["item"],
    &["kind", "from"],
    &["number"],
    &["act", "name"],
    &["act"],
    &["law", "article"],
    &["question"],
    &["title"],
    &["text"],
];

fn identity(table: &Table, keys: &[&str]) -> Option<String> {
    let values: Option<Vec<String>> = keys.iter().map(|key| table.get(*key).map(written)).collect();
    Some(values?.join(" "))
}

/// Rows by what tells them apart, in both lists the same way; by their place where nothing does.
fn rows<'a>(before: &'a [Value], after: &'a [Value]) -> [BTreeMap<String, &'a Table>; 2] {
    let tables = |list: &'a [Value]| list.iter().filter_map(Value::as_table).collect::<Vec<_>>();
    let lists = [tables(before), tables(after)];
    let by = |keys: &[&str]| -> Option<[BTreeMap<String, &'a Table>; 2]> {
        let mut maps = [BTreeMap::new(), BTreeMap::new()];
        for (list, map) in lists.iter().zip(&mut maps) {
            for table in list {
                if map.insert(identity(table, keys)?, *table).is_some() {
                    return None;
                }
            }
        }
        Some(maps)
    };
    IDENTITIES.into_iter().find_map(by).unwrap_or_else(|| {
        let placed = |list: &Vec<&'a Table>| (1..).map(|place: u32| place.to_string()).zip(list.iter().copied()).collect();
        [placed(&lists[0]), placed(&lists[1])]
    })
}

/// Where differences of one definition go.
struct Found<'a> {
    kind: &'a str,
    code: &'a str,
    name: &'a str,
    differences: &'a mut Vec<Difference>,
}

impl Found<'_> {
    fn add(&mut self, path: &str, before: Option<String>, after: Option<String>) {
        let (kind, code, name) = (self.kind.to_owned(), self.code.to_owned(), self.name.to_owned());
        self.differences.push(Difference { kind, code, name, path: path.to_owned(), before, after });
    }

    fn tables(&mut self, path: &str, before: &Table, after: &Table) {
        for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            self.values(&path, before.get(key), after.get(key));
        }
    }

    fn values(&mut self, path: &str, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (one, other) if one == other => {}
            (Some(Value::Table(before)), Some(Value::Table(after))) => self.tables(path, before, after),
            (Some(Value::Array(before)), Some(Value::Array(after))) if of_tables(before) && of_tables(after) => {
                self.lists(path, before, after);
            }
            (Some(Value::Array(list)), None) if of_tables(list) => self.lists(path, list, &[]),
            (None, Some(Value::Array(list))) if of_tables(list) => self.lists(path, &[], list),
            (before, after) => self.add(path, before.map(written), after.map(written)),
        }
    }

    fn lists(&mut self, path: &str, before: &[Value], after: &[Value]) {
        let [before, after] = rows(before, after);
        for own in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let path = format!("{path}[{own}]");
            match (before.get(own), after.get(own)) {
                (Some(before), Some(after)) => self.tables(&path, before, after),
                (before, after) => self.add(&path, before.map(|table| said(table)), after.map(|table| said(table))),
            }
        }
    }
}

fn of_tables(list: &[Value]) -> bool {
    !list.is_empty() && list.iter().all(Value::is_table)
}

/// A value for people: texts without quotation marks, lists with Chinese commas.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(day) => day.to_string(),
        Value::Array(values) => values.iter().map(written).collect::<Vec<_>>().join("、"),
        Value::Table(table) => said(table),
    }
}

/// A whole table in one line.
fn said(table: &Table) -> String {
    let pairs = table.iter().map(|(key, value)| match value {
        Value::Table(inner) => format!("{key} = {{ {} }}", said(inner)),
        value => format!("{key} = {}", written(value)),
    });
    pairs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
