//! A policy in its file, part by part: read as text for a form, and written back so that only what differs changes. Amounts with tiers or
//! multipliers are left to the text itself. Serves measure 14.

use super::toml_text::{set, set_day, set_text, set_words};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

/// What kind of value stands under a key.
#[derive(Clone, Copy)]
enum Sort {
    Text,
    Day,
    /// A decimal number.
    Number,
    /// Texts, one a line in the form.
    Lines,
    /// Whole numbers, one a line in the form.
    Numbers,
}

const POLICY: [(&str, Sort); 18] = [
    ("name", Sort::Text),
    ("label", Sort::Text),
    ("kind", Sort::Text),
    ("issuer", Sort::Text),
    ("level", Sort::Text),
    ("number", Sort::Text),
    ("issued", Sort::Day),
    ("from", Sort::Day),
    ("until", Sort::Day),
    ("life", Sort::Text),
    ("superseded-by", Sort::Text),
    ("owner", Sort::Text),
    ("review", Sort::Day),
    ("assessed", Sort::Text),
    ("source", Sort::Text),
    ("status", Sort::Text),
    ("document", Sort::Text),
    ("paragraph", Sort::Lines),
];

/// A dot leads into a table of its own.
const CLAUSE: [(&str, Sort); 26] = [
    ("name", Sort::Text),
    ("anchor", Sort::Text),
    ("passage", Sort::Numbers),
    ("scope", Sort::Text),
    ("when", Sort::Text),
    ("judged", Sort::Lines),
    ("benefit.kind", Sort::Text),
    ("benefit.says", Sort::Text),
    ("benefit.amount.fixed", Sort::Text),
    ("benefit.amount.rate", Sort::Number),
    ("benefit.amount.each", Sort::Text),
    ("benefit.amount.up-to", Sort::Text),
    ("benefit.amount.of", Sort::Text),
    ("benefit.amount.cap", Sort::Text),
    ("aim.behaviour", Sort::Text),
    ("aim.direction", Sort::Text),
    ("stacking.group", Sort::Text),
    ("stacking.rule", Sort::Text),
    ("window.from", Sort::Text),
    ("window.until", Sort::Text),
    ("mode", Sort::Text),
    ("papers", Sort::Lines),
    ("body", Sort::Text),
    ("budget", Sort::Text),
    ("explanation", Sort::Text),
    ("flagged", Sort::Lines),
];

/// Whether a policy may be called so: its code is the name of a file.
pub fn is_code(code: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !code.is_empty() && code.len() <= 60 && code.chars().all(plain)
}

/// One policy of a file.
#[derive(Debug, Clone)]
pub struct PolicyText {
    file: DocumentMut,
    at: usize,
}

impl PolicyText {
    /// A new file with one policy, which is a draft and an example until a person says otherwise.
    pub fn begin(code: &str) -> PolicyText {
        let mut policy = Table::new();
        for (key, text) in [("code", code), ("life", "draft"), ("status", "example")] {
            policy.insert(key, value(text));
        }
        let (mut policies, mut file) = (ArrayOfTables::new(), DocumentMut::new());
        policies.push(policy);
        file.insert("policy", Item::ArrayOfTables(policies));
        PolicyText { file, at: 0 }
    }

    /// The policy in a file; `None` where it is not there, or is written in a way that only the text itself can be edited in.
    pub fn read(text: &str, code: &str) -> Option<PolicyText> {
        let file: DocumentMut = text.parse().ok()?;
        let policies = file.get("policy")?.as_array_of_tables()?;
        let at = policies.iter().position(|policy| policy.get("code").and_then(Item::as_str) == Some(code))?;
        Some(PolicyText { file, at })
    }

    /// The whole file.
    pub fn text(&self) -> String {
        self.file.to_string()
    }

    pub fn get(&self, key: &str) -> String {
        self.policy().map_or_else(String::new, |policy| read(policy, key))
    }

    pub fn set(&mut self, key: &str, text: &str) {
        let sort = sort(&POLICY, key);
        if let (Some(sort), Some(policy)) = (sort, self.policy_mut()) {
            write(policy, key, sort, text);
        }
    }

    /// Codes of its clauses, in their order.
    pub fn clauses(&self) -> Vec<String> {
        self.all().filter_map(|clause| clause.get("code").and_then(Item::as_str)).map(str::to_owned).collect()
    }

    pub fn clause(&self, code: &str, key: &str) -> String {
        self.all().find(|clause| is_called(clause, code)).map_or_else(String::new, |clause| read(clause, key))
    }

    pub fn set_clause(&mut self, code: &str, key: &str, text: &str) {
        let clauses = self.clauses_mut();
        let clause = clauses.and_then(|clauses| clauses.iter_mut().find(|clause| is_called(clause, code)));
        if let (Some(clause), Some(sort)) = (clause, sort(&CLAUSE, key)) {
            write(clause, key, sort, text);
        }
    }

    /// Keys of a clause that a form holds.
    pub fn clause_keys() -> impl Iterator<Item = &'static str> {
        CLAUSE.iter().map(|(key, _)| *key)
    }

    /// Whether its amount has parts that only the text itself can be edited in.
    pub fn has_tiers(&self, code: &str) -> bool {
        let clause = self.all().find(|clause| is_called(clause, code));
        let amount = clause.and_then(|clause| under(clause, "benefit.amount"));
        amount.is_some_and(|amount| ["tier", "times", "less"].iter().any(|key| amount.get(key).is_some()))
    }

    /// A clause without anything but its code, at the end.
    pub fn add_clause(&mut self, code: &str) {
        let mut clause = Table::new();
        clause.insert("code", value(code));
        let Some(policy) = self.policy_mut() else { return };
        match policy.get_mut("clause").and_then(Item::as_array_of_tables_mut) {
            Some(clauses) => clauses.push(clause),
            None => {
                let mut clauses = ArrayOfTables::new();
                clauses.push(clause);
                policy.insert("clause", Item::ArrayOfTables(clauses));
            }
        }
    }

    pub fn remove_clause(&mut self, code: &str) {
        if let Some(clauses) = self.clauses_mut() {
            clauses.retain(|clause| !is_called(clause, code));
        }
    }

    fn policy(&self) -> Option<&Table> {
        self.file.get("policy")?.as_array_of_tables()?.get(self.at)
    }

    fn policy_mut(&mut self) -> Option<&mut Table> {
        self.file.get_mut("policy")?.as_array_of_tables_mut()?.get_mut(self.at)
    }

    fn all(&self) -> impl Iterator<Item = &Table> {
        let clauses = self.policy().and_then(|policy| policy.get("clause")).and_then(Item::as_array_of_tables);
        clauses.into_iter().flat_map(ArrayOfTables::iter)
    }

    fn clauses_mut(&mut self) -> Option<&mut ArrayOfTables> {
        self.policy_mut()?.get_mut("clause")?.as_array_of_tables_mut()
    }
}

fn is_called(clause: &Table, code: &str) -> bool {
    clause.get("code").and_then(Item::as_str) == Some(code)
}

fn sort(keys: &[(&str, Sort)], key: &str) -> Option<Sort> {
    keys.iter().find(|(known, _)| *known == key).map(|(_, sort)| *sort)
}

/// The table that the way leads to.
fn under<'a>(table: &'a dyn TableLike, way: &str) -> Option<&'a dyn TableLike> {
    way.split('.').try_fold(table, |table, key| table.get(key)?.as_table_like())
}

fn read(table: &dyn TableLike, key: &str) -> String {
    let (way, last) = key.rsplit_once('.').map_or((None, key), |(way, last)| (Some(way), last));
    let Some(found) = way.map_or(Some(table), |way| under(table, way)).and_then(|table| table.get(last)) else {
        return String::new();
    };
    match found.as_value() {
        Some(Value::String(text)) => text.value().clone(),
        Some(Value::Array(lines)) => lines.iter().map(plain).collect::<Vec<_>>().join("\n"),
        Some(other) => plain(other),
        None => String::new(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.clone().decorated("", "").to_string(), str::to_owned)
}

fn write(table: &mut dyn TableLike, key: &str, sort: Sort, text: &str) {
    let text = text.trim();
    if let Some((first, rest)) = key.split_once('.') {
        if table.get(first).is_none() {
            if text.is_empty() {
                return;
            }
            table.insert(first, value(InlineTable::new()));
        }
        let Some(inner) = table.get_mut(first).and_then(Item::as_table_like_mut) else { return };
        write(inner, rest, sort, text);
        if inner.is_empty() {
            table.remove(first);
        }
        return;
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    match sort {
        Sort::Text => set_text(table, key, text),
        Sort::Day => set_day(table, key, text.parse().ok()),
        Sort::Lines if key == "paragraph" => paragraphs(table, lines().map(str::to_owned).collect()),
        Sort::Lines => set_words(table, key, &lines().map(str::to_owned).collect::<Vec<_>>()),
        Sort::Numbers => {
            let numbers: Vec<i64> = lines().filter_map(|line| line.parse().ok()).collect();
            match numbers.is_empty() {
                true => drop(table.remove(key)),
                false => set(table, key, Array::from_iter(numbers)),
            }
        }
        Sort::Number => match text.parse::<Value>() {
            Ok(number @ (Value::Integer(_) | Value::Float(_))) => set(table, key, number),
            _ => drop(table.remove(key)),
        },
    }
}

/// One a line, so that a change of one is seen as such.
fn paragraphs(table: &mut dyn TableLike, lines: Vec<String>) {
    let mut array = Array::new();
    for line in lines {
        let mut line = Value::from(line);
        line.decor_mut().set_prefix("\n    ");
        array.push_formatted(line);
    }
    array.set_trailing_comma(true);
    array.set_trailing("\n");
    table.insert("paragraph", value(array));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_begun_marked_and_read_back_as_a_definition() {
        let mut policy = PolicyText::begin("green");
        for (key, text) in [("name", "绿色措施"), ("kind", "惠企"), ("issuer", "示例"), ("level", "区"), ("issued", "2026-03-01")]
        {
            policy.set(key, text);
        }
        policy.set("paragraph", "第一条 甲。\n第二条 “乙”。");
        policy.add_clause("green-1");
        for (key, text) in [
            ("name", "一"),
            ("when", "true"),
            ("passage", "1\n2"),
            ("benefit.kind", "cash"),
            ("benefit.says", "10 万元"),
            ("benefit.amount.rate", "12.5"),
            ("benefit.amount.of", "研发费用"),
            ("mode", "申报"),
            ("body", "示例"),
            ("explanation", "说明"),
        ] {
            policy.set_clause("green-1", key, text);
        }
        let (rulebook, problems) = rulebook::compile([("policies/green.toml", policy.text().as_str())]);
        let unread: Vec<_> = problems.iter().filter(|problem| problem.rule == "toml").collect();
        assert!(unread.is_empty(), "{unread:?}\n{}", policy.text());
        let read = &rulebook.policies["green"];
        assert_eq!(read.paragraph, ["第一条 甲。", "第二条 “乙”。"]);
        assert_eq!(read.passage(&read.clause[0]).map(|(number, _)| number).collect::<Vec<_>>(), [1, 2]);
        let again = PolicyText::read(&policy.text(), "green").expect("it is there");
        assert_eq!(again.clause("green-1", "benefit.amount.rate"), "12.5");
        assert_eq!(again.clause("green-1", "passage"), "1\n2");
        assert_eq!(again.get("issued"), "2026-03-01");
    }

    #[test]
    fn only_what_differs_is_written_and_what_is_emptied_goes_away() {
        let text = "# A comment.\n[[policy]]\ncode = \"a\" # here\nname = \"甲\"\n\n[[policy.clause]]\ncode = \"A1\"\nbenefit = { kind = \"cash\", says = \"给\" }\nwindow = { from = \"03-01\", until = \"04-30\" }\n";
        let mut policy = PolicyText::read(text, "a").expect("it is there");
        policy.set("name", "甲");
        policy.set_clause("A1", "benefit.says", "给");
        assert_eq!(policy.text(), text);
        policy.set_clause("A1", "window.from", "");
        policy.set_clause("A1", "window.until", "");
        assert!(!policy.text().contains("window"), "{}", policy.text());
        policy.remove_clause("A1");
        assert!(policy.clauses().is_empty());
    }
}
