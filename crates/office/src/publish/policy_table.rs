//! Policies as a table and back: a row for each clause, to be read or filled in with a spreadsheet. Nothing of a policy is lost on the way
//! but comments. Serves measure 14.

use crate::Office;
use crate::door::{Answer, Stop, refuse};
use crate::import::table;
use crate::publish::text_of;
use casework::Officer;
use rulebook::Text;
use std::collections::{BTreeMap, BTreeSet};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TomlError, Value};

/// Heads of columns end so whose cells are TOML; the cells of all others are plain text.
const AS_TOML: &str = " (TOML)";
const POLICY: &str = "policy.";
const CLAUSE: &str = "clause.";

/// What became of a table that was handed in.
#[derive(Debug, Default)]
pub struct Taken {
    /// Changes that were drafted, each with the policies in it.
    pub drafted: Vec<(String, Vec<String>)>,
    /// Policies that say what they said before.
    pub unchanged: usize,
    /// Rows or files that were not taken, with the number of the row; 0 where it is of no row.
    pub refused: Vec<(u32, Text)>,
}

impl Office {
    /// Makes drafts of what a table (CSV or XLSX) says otherwise than the edition published last, one for each file; a policy that is new
    /// gets a file of its own. Nothing is in force by it.
    ///
    /// # Errors
    /// Refused where the file is no such table.
    pub async fn draft_policies_of_table(&self, by: &Officer, bytes: &[u8], note: &str) -> Answer<Taken> {
        let rows: Vec<(u32, Vec<String>)> = table::rows(bytes)?.into_iter().map(|line| (line.number, line.cells)).collect();
        let (wanted, refused) = definitions(&rows).map_err(|why| {
            refuse("no-head", (&why.zh, &why.en), ("用政策库页面下载的表格填写。", "Fill in the table that the library offers."))
        })?;
        let mut taken = Taken { refused, ..Taken::default() };
        let (_, files) = self.latest_files().await?;
        let mut changed: BTreeMap<String, (DocumentMut, Vec<String>)> = BTreeMap::new();
        for policy in wanted.get("policy").and_then(Item::as_array_of_tables).into_iter().flatten() {
            let code = policy.get("code").and_then(Item::as_str).unwrap_or_default();
            if !crate::publish::policy_text::is_code(code) {
                let why = format!("代码“{code}”只能用小写字母、数字和连字符");
                taken
                    .refused
                    .push((0, Text::new(why, format!("the code “{code}” has other than small letters, digits and hyphens"))));
                continue;
            }
            let (path, old) = holding(&files, code).unwrap_or_else(|| (format!("policies/{code}.toml"), DocumentMut::new()));
            let (document, codes) = changed.entry(path).or_insert((old, Vec::new()));
            if put(document, code, policy) {
                codes.push(code.to_owned());
            } else {
                taken.unchanged += 1;
            }
        }
        for (path, (document, codes)) in changed.into_iter().filter(|(_, (_, codes))| !codes.is_empty()) {
            match self.draft_change(by, &path, &document.to_string(), note).await {
                Ok(change) => taken.drafted.push((change.id, codes)),
                Err(Stop::Refused(refusal)) => {
                    let of = codes.join(", ");
                    let why = Text::new(format!("{of}：{}", refusal.why.zh), format!("{of}: {}", refusal.why.en));
                    taken.refused.push((0, why));
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(taken)
    }
}

/// The file in which a policy stands, if it does.
fn holding(files: &[(String, String)], code: &str) -> Option<(String, DocumentMut)> {
    let own = files.iter().map(|(path, _)| path).filter(|path| path.starts_with("policies/") && path.ends_with(".toml"));
    own.into_iter().find_map(|path| {
        let document: DocumentMut = text_of(files, path)?.parse().ok()?;
        place(&document, code).map(|_| (path.clone(), document))
    })
}

fn place(document: &DocumentMut, code: &str) -> Option<usize> {
    let policies = document.get("policy")?.as_array_of_tables()?;
    policies.iter().position(|policy| policy.get("code").and_then(Item::as_str) == Some(code))
}

/// Puts a policy in the place of the one of its code, or behind all others; `false` where it says the same.
fn put(document: &mut DocumentMut, code: &str, policy: &Table) -> bool {
    let at = place(document, code);
    let Some(policies) = document.entry("policy").or_insert(Item::ArrayOfTables(ArrayOfTables::new())).as_array_of_tables_mut()
    else {
        return false;
    };
    let Some(old) = at.and_then(|at| policies.get_mut(at)) else {
        policies.push(policy.clone());
        return true;
    };
    let policy = with_the_rest(old, policy);
    if said(old) == said(&policy) {
        return false;
    }
    let above = old.decor().clone();
    *old = policy;
    *old.decor_mut() = above;
    true
}

/// A policy as the table has it, with the clauses of which it has no row as they were: who hands in only the rows that changed deletes
/// nothing by it.
fn with_the_rest(old: &Table, policy: &Table) -> Table {
    let clauses = |table: &Table| table.get("clause").and_then(Item::as_array_of_tables).cloned().unwrap_or_default();
    let is_same = |one: &Table, other: &Table| one.get("code").and_then(Item::as_str) == other.get("code").and_then(Item::as_str);
    let (before, now) = (clauses(old), clauses(policy));
    let mut whole = policy.clone();
    if before.iter().all(|own| now.iter().any(|new| is_same(own, new))) {
        return whole;
    }
    let mut merged = ArrayOfTables::new();
    before.iter().for_each(|own| merged.push(now.iter().find(|new| is_same(own, new)).unwrap_or(own).clone()));
    now.iter().filter(|new| !before.iter().any(|own| is_same(own, new))).for_each(|new| merged.push(new.clone()));
    whole.insert("clause", Item::ArrayOfTables(merged));
    whole
}

/// A clause with what is said of its policy, each under the head of its column.
pub type Told = Vec<(String, Value)>;

/// The clauses of a definition file, in their order; a policy without any is told once.
pub fn clauses_of(text: &str) -> Result<Vec<Told>, TomlError> {
    let document: DocumentMut = text.parse()?;
    let mut found = Vec::new();
    let Some(policies) = document.get("policy").and_then(Item::as_array_of_tables) else { return Ok(found) };
    policies.iter().for_each(|policy| found.extend(told(policy)));
    Ok(found)
}

fn told(policy: &Table) -> Vec<Told> {
    let of_policy = values(policy, POLICY);
    let clauses: Vec<&Table> = policy.get("clause").and_then(Item::as_array_of_tables).into_iter().flatten().collect();
    if clauses.is_empty() {
        return vec![of_policy];
    }
    clauses.into_iter().map(|clause| [of_policy.clone(), values(clause, CLAUSE)].concat()).collect()
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
pub fn rows_of(clauses: &[Told]) -> Vec<Vec<String>> {
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

/// What a policy says, clause by clause, whatever the order of its keys and the quotes around its texts.
fn said(policy: &Table) -> Vec<BTreeMap<String, String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| format!("{text:?}"));
    let row = |told: Told| told.into_iter().map(|(name, value)| (name, text(&value))).collect();
    told(policy).into_iter().map(row).collect()
}

/// The table as CSV, with the mark by which spreadsheet programs take it for UTF-8.
pub fn as_csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut to = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    // Writing into memory, rows of one length, does not fail.
    rows.iter().for_each(|row| drop(to.write_record(row)));
    to.into_inner().unwrap_or_default()
}

/// The definitions that a table stands for, and what of it was refused and why. Rows of one policy stand together; what a later one leaves
/// empty of the policy is as the first one says.
pub fn definitions(table: &[(u32, Vec<String>)]) -> Result<(DocumentMut, Vec<(u32, Text)>), Text> {
    let (code, clause_code) = (format!("{POLICY}code"), format!("{CLAUSE}code"));
    let is_head =
        |(_, cells): &(u32, Vec<String>)| [&code, &clause_code].iter().all(|name| cells.iter().any(|cell| cell.trim() == **name));
    let Some(at) = table.iter().position(is_head) else {
        return Err(Text::new(
            format!("没有找到表头，要有 {code} 和 {clause_code} 两列"),
            format!("no head was found; it needs `{code}` and `{clause_code}`"),
        ));
    };
    let head: Vec<&str> = table[at].1.iter().map(|cell| cell.trim()).collect();
    let (mut policies, mut refused) = (ArrayOfTables::new(), Vec::new());
    for (number, cells) in table[at + 1..].iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())) {
        if let Err(why) = take(&mut policies, &head, cells) {
            refused.push((*number, why));
        }
    }
    let mut document = DocumentMut::new();
    document.insert("policy", Item::ArrayOfTables(policies));
    Ok((document, refused))
}

/// Adds one row to the policies.
fn take(policies: &mut ArrayOfTables, head: &[&str], cells: &[String]) -> Result<(), Text> {
    let (mut policy, mut clause) = (Table::new(), Table::new());
    for (name, cell) in head.iter().zip(cells).filter(|(_, cell)| !cell.trim().is_empty()) {
        let (key, typed) = name.strip_suffix(AS_TOML).map_or((*name, false), |key| (key, true));
        let value: Value = if typed {
            cell.trim().parse().map_err(|fault| {
                let fault = first_line(&fault);
                Text::new(format!("{name}：不是 TOML：{fault}"), format!("{name}: not TOML: {fault}"))
            })?
        } else {
            Value::from(cell.as_str())
        };
        match (key.strip_prefix(POLICY), key.strip_prefix(CLAUSE)) {
            (Some(key), _) => policy.insert(key, Item::Value(value)),
            (_, Some(key)) => clause.insert(key, Item::Value(value)),
            _ => {
                return Err(Text::new(
                    format!("{name}：列名要以 {POLICY} 或者 {CLAUSE} 开头"),
                    format!("{name}: a column begins with `{POLICY}` or `{CLAUSE}`"),
                ));
            }
        };
    }
    let code = |table: &Table| table.get("code").and_then(Item::as_str).map(str::to_owned);
    let of = code(&policy).ok_or_else(|| Text::new("没有写政策代码", "it names no policy"))?;
    let last = policies.len().checked_sub(1);
    let known = last.and_then(|last| policies.get_mut(last)).filter(|last| code(last).as_ref() == Some(&of));
    let own = match known {
        Some(known) => {
            let differs = |(key, item): &(&str, &Item)| {
                known.get(key).is_none_or(|said| said.to_string().trim() != item.to_string().trim())
            };
            if let Some((key, _)) = policy.iter().find(differs) {
                return Err(Text::new(
                    format!("{POLICY}{key}：前面的行对政策 {of} 写的不一样"),
                    format!("{POLICY}{key}: an earlier row says something else of policy {of}"),
                ));
            }
            known
        }
        None => {
            policy.insert("clause", Item::ArrayOfTables(ArrayOfTables::new()));
            policies.push(policy);
            let last = policies.len() - 1;
            policies.get_mut(last).ok_or_else(|| Text::new("加不进去", "it cannot be added"))?
        }
    };
    if !clause.is_empty()
        && let Some(clauses) = own.get_mut("clause").and_then(Item::as_array_of_tables_mut)
    {
        clauses.push(clause);
    }
    Ok(())
}

fn first_line(fault: &TomlError) -> String {
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
        assert_eq!(refused, Vec::new());
        assert_eq!(rows_of(&clauses_of(&document.to_string()).expect("read again")), rows);
    }

    #[test]
    fn clauses_of_which_the_table_has_no_row_stay_as_they_were() {
        let mut document: DocumentMut = TEXT.parse().expect("a definition");
        let rows = rows_of(&clauses_of(TEXT).expect("read"));
        let only = |edit: &dyn Fn(&mut Vec<String>)| {
            let mut changed = rows[2].clone();
            edit(&mut changed);
            let (table, refused) = definitions(&numbered(vec![rows[0].clone(), changed])).expect("a table");
            assert_eq!(refused, Vec::new());
            table
        };
        let of =
            |table: &DocumentMut| table["policy"].as_array_of_tables().and_then(|all| all.get(0)).expect("the policy").clone();
        assert!(!put(&mut document, "a", &of(&only(&|_| {}))), "the row says what stands there");
        let at = rows[0].iter().position(|head| head == "clause.when").expect("a column");
        assert!(put(&mut document, "a", &of(&only(&|row| row[at] = "w".to_owned()))));
        let told = rows_of(&clauses_of(&document.to_string()).expect("read"));
        assert_eq!((told[1].clone(), told[2][at].as_str(), told.len()), (rows[1].clone(), "w", 3));
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
        let told: Vec<u32> = refused.iter().map(|(number, _)| *number).collect();
        assert_eq!(told, [4, 5, 6], "{refused:?}");
        let kept: Vec<String> =
            clauses_of(&document.to_string()).expect("read").iter().map(|told| told[2].1.to_string()).collect();
        assert_eq!(kept, ["\"A1\"", "\"A5\""]);
        assert!(definitions(&numbered(vec![row(&["name"])])).is_err(), "no head");
    }
}
