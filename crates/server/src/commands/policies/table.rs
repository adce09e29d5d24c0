//! `yimen policies table` and `yimen policies from-table`: definitions of policies as a table, a row for each clause, to be read or
//! filled in with a spreadsheet, and back into a definition file. Nothing of a policy is lost on the way but comments. Serves measure 14.

use crate::files;
use anyhow::Context;
use clap::Args;
use office::profiles::rows;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

/// Heads of columns end so whose cells are TOML; the cells of all others are plain text.
const AS_TOML: &str = " (TOML)";
const POLICY: &str = "policy.";
const CLAUSE: &str = "clause.";

#[derive(Args)]
pub struct ToTable {
    /// Definitions of policies: a file, or a folder.
    #[arg(default_value = "rulebook/policies")]
    policies: PathBuf,
}

#[derive(Args)]
pub struct FromTable {
    /// A table as `yimen policies table` writes it, as CSV or XLSX.
    file: PathBuf,
}

impl ToTable {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let texts = if self.policies.is_dir() {
            files::read(&self.policies)?.into_iter().filter(|(path, _)| path.ends_with(".toml")).collect()
        } else {
            vec![(self.policies.display().to_string(), read(&self.policies)?)]
        };
        let mut clauses = Vec::new();
        for (path, text) in texts {
            clauses.extend(clauses_of(&text).with_context(|| format!("{path} cannot be read"))?);
        }
        let mut out = std::io::stdout().lock();
        // Spreadsheet programs take a CSV for UTF-8 only with its mark.
        out.write_all("\u{feff}".as_bytes())?;
        let mut to = csv::Writer::from_writer(out);
        rows_of(&clauses).iter().try_for_each(|row| to.write_record(row))?;
        to.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

impl FromTable {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let is_spreadsheet = self.file.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("xlsx"));
        let table = if is_spreadsheet {
            let bytes = std::fs::read(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
            rows::cells_of_spreadsheet(&bytes).map_err(|why| anyhow::anyhow!("{}: {}", self.file.display(), why.en))?
        } else {
            cells_of_csv(&read(&self.file)?)?
        };
        let (definitions, refused) = definitions(&table)?;
        print!("{definitions}");
        refused.iter().for_each(|why| eprintln!("{why}"));
        Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {} as UTF-8 text", path.display()))
}

fn cells_of_csv(text: &str) -> anyhow::Result<Vec<(u32, Vec<String>)>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut from = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in from.records() {
        let record = record.context("this is no CSV")?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((u32::try_from(line).unwrap_or(u32::MAX), record.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}

/// A clause with what is said of its policy, each under the head of its column.
type Told = Vec<(String, Value)>;

/// The clauses of a definition file, in their order; a policy without any is told once.
fn clauses_of(text: &str) -> anyhow::Result<Vec<Told>> {
    let document: DocumentMut = text.parse()?;
    let mut found = Vec::new();
    let Some(policies) = document.get("policy").and_then(Item::as_array_of_tables) else { return Ok(found) };
    for policy in policies {
        let of_policy = values(policy, POLICY);
        let clauses = policy.get("clause").and_then(Item::as_array_of_tables);
        if clauses.is_none_or(ArrayOfTables::is_empty) {
            found.push(of_policy.clone());
        }
        found.extend(clauses.into_iter().flatten().map(|clause| [of_policy.clone(), values(clause, CLAUSE)].concat()));
    }
    Ok(found)
}

fn values(table: &Table, under: &str) -> Told {
    let plain = table.iter().filter(|(key, _)| under == CLAUSE || *key != "clause");
    plain
        .filter_map(|(key, item)| {
            let mut value = item.clone().into_value().ok()?;
            value.decor_mut().clear();
            Some((format!("{under}{key}"), value))
        })
        .collect()
}

/// The table with its head. A column in which anything is no text is written as TOML throughout, so that it reads back the same.
fn rows_of(clauses: &[Told]) -> Vec<Vec<String>> {
    let mut columns: Vec<&str> = Vec::new();
    for under in [POLICY, CLAUSE] {
        for (name, _) in clauses.iter().flatten().filter(|(name, _)| name.starts_with(under)) {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
    }
    let typed: BTreeSet<&str> =
        clauses.iter().flatten().filter(|(_, value)| !value.is_str()).map(|(name, _)| name.as_str()).collect();
    let head = columns.iter().map(|name| format!("{name}{}", if typed.contains(name) { AS_TOML } else { "" })).collect();
    let cell = |told: &Told, name: &str| {
        let value = told.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        let text =
            |value: &Value| value.as_str().filter(|_| !typed.contains(name)).map_or_else(|| value.to_string(), str::to_owned);
        value.map(text).unwrap_or_default()
    };
    let rows = clauses.iter().map(|told| columns.iter().map(|name| cell(told, name)).collect());
    std::iter::once(head).chain(rows).collect()
}

/// The definitions that a table stands for, and what of it was refused and why. Rows of one policy stand together; what a later one leaves
/// empty of the policy is as the first one says.
fn definitions(table: &[(u32, Vec<String>)]) -> anyhow::Result<(DocumentMut, Vec<String>)> {
    let (code, clause_code) = (format!("{POLICY}code"), format!("{CLAUSE}code"));
    let is_head =
        |(_, cells): &(u32, Vec<String>)| [&code, &clause_code].iter().all(|name| cells.iter().any(|cell| cell.trim() == **name));
    let at =
        table.iter().position(is_head).with_context(|| format!("no head was found; it needs `{code}` and `{clause_code}`"))?;
    let head: Vec<&str> = table[at].1.iter().map(|cell| cell.trim()).collect();
    let (mut policies, mut refused) = (ArrayOfTables::new(), Vec::new());
    for (number, cells) in table[at + 1..].iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())) {
        if let Err(why) = take(&mut policies, &head, cells) {
            refused.push(format!("row {number}: {why}"));
        }
    }
    let mut document = DocumentMut::new();
    document.insert("policy", Item::ArrayOfTables(policies));
    Ok((document, refused))
}

/// Adds one row to the policies.
fn take(policies: &mut ArrayOfTables, head: &[&str], cells: &[String]) -> Result<(), String> {
    let (mut policy, mut clause) = (Table::new(), Table::new());
    for (name, cell) in head.iter().zip(cells).filter(|(_, cell)| !cell.trim().is_empty()) {
        let (key, typed) = name.strip_suffix(AS_TOML).map_or((*name, false), |key| (key, true));
        let value: Value = if typed {
            cell.trim().parse().map_err(|fault| format!("{name}: not TOML: {}", first_line(&fault)))?
        } else {
            Value::from(cell.as_str())
        };
        match (key.strip_prefix(POLICY), key.strip_prefix(CLAUSE)) {
            (Some(key), _) => policy.insert(key, Item::Value(value)),
            (_, Some(key)) => clause.insert(key, Item::Value(value)),
            _ => return Err(format!("{name}: a column begins with `{POLICY}` or `{CLAUSE}`")),
        };
    }
    let code = |table: &Table| table.get("code").and_then(Item::as_str).map(str::to_owned);
    let of = code(&policy).ok_or("it names no policy")?;
    let last = policies.len().checked_sub(1);
    let known = last.and_then(|last| policies.get_mut(last)).filter(|last| code(last).as_ref() == Some(&of));
    let own = match known {
        Some(known) => {
            let differs = |(key, item): &(&str, &Item)| {
                known.get(key).is_none_or(|said| said.to_string().trim() != item.to_string().trim())
            };
            if let Some((key, _)) = policy.iter().find(differs) {
                return Err(format!("{POLICY}{key}: an earlier row says something else of policy {of}"));
            }
            known
        }
        None => {
            policy.insert("clause", Item::ArrayOfTables(ArrayOfTables::new()));
            policies.push(policy);
            let last = policies.len() - 1;
            policies.get_mut(last).ok_or("it cannot be added")?
        }
    };
    if !clause.is_empty()
        && let Some(clauses) = own.get_mut("clause").and_then(Item::as_array_of_tables_mut)
    {
        clauses.push(clause);
    }
    Ok(())
}

fn first_line(fault: &toml_edit::TomlError) -> String {
    fault.message().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[[policy]]\ncode = \"a\"\nname = \"甲,乙\"\nfrom = 2026-01-01\n\n[[policy.clause]]\ncode = \"A1\"\nwhen = \"x = \\\"y\\\"\"\n\
        papers = [\"一\", \"二\"]\n\n[policy.clause.benefit]\nkind = \"cash\"\namount = { fixed = \"1万元\" }\n\n[[policy.clause]]\ncode = \"A2\"\nwhen = \"z\"\n";

    fn numbered(rows: Vec<Vec<String>>) -> Vec<(u32, Vec<String>)> {
        (1..).zip(rows).collect()
    }

    #[test]
    fn a_definition_comes_back_from_its_table_as_it_was() {
        let told = clauses_of(TEXT).expect("read");
        let rows = rows_of(&told);
        assert_eq!(
            rows[0],
            [
                "policy.code",
                "policy.name",
                "policy.from (TOML)",
                "clause.code",
                "clause.when",
                "clause.papers (TOML)",
                "clause.benefit (TOML)"
            ]
        );
        assert_eq!(rows[1][4..6], ["x = \"y\"".to_owned(), "[\"一\", \"二\"]".to_owned()]);
        let (document, refused) = definitions(&numbered(rows.clone())).expect("a table");
        assert_eq!(refused, Vec::<String>::new());
        assert_eq!(rows_of(&clauses_of(&document.to_string()).expect("read again")), rows);
    }

    #[test]
    fn a_row_that_cannot_be_taken_is_told_and_the_rest_goes_on() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let table = numbered(vec![
            row(&["惠企政策一览"]),
            row(&["policy.code", "policy.name", "clause.code", "clause.papers (TOML)"]),
            row(&["a", "甲", "A1", "[\"一\"]"]),
            row(&["a", "乙", "A2", ""]),
            row(&["", "丙", "A3", ""]),
            row(&["a", "", "A4", "[一"]),
            row(&["a", "", "A5", ""]),
        ]);
        let (document, refused) = definitions(&table).expect("a table");
        let told: Vec<&str> = refused.iter().map(|why| &why[..5]).collect();
        assert_eq!(told, ["row 4", "row 5", "row 6"], "{refused:?}");
        let kept: Vec<String> =
            clauses_of(&document.to_string()).expect("read").iter().map(|told| told[2].1.to_string()).collect();
        assert_eq!(kept, ["\"A1\"", "\"A5\""]);
        assert!(definitions(&numbered(vec![row(&["name"])])).is_err(), "no head");
    }
}
