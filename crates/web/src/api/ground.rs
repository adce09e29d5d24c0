//! Shapes that many resources share: a legal ground, a term, a limit, a name.

use super::shape::shape;
use jiff::civil::Date;
use rulebook::definition::{Basis, Standing};
use rulebook::item::{Limit as Written, LimitKind, StartEvent};
use rulebook::{Text, Unit};

shape! { Ground, "法律依据", "A legal ground", {
    law: String = "法律或文件", "Law or document";
    article: String = "条款；空表示整个文件", "Article as printed; empty means the whole document";
    status: String = "verified 已核实，example 示例", "verified, or example: composed for trying the system";
    note: String = "说明", "Note";
} }

shape! { Term, "期限长度", "The length of a limit", {
    n: u32 = "数量；即办为 0", "How many; 0 where it is done at once";
    unit: String = "working-days、days、months 或 immediate", "working-days, days, months or immediate";
    text: Text = "文字", "In words";
} }

shape! { Limit, "期限", "A dated limit", {
    kind: String = "statutory 法定，promised 承诺", "statutory or promised";
    from: Date = "自何日起", "In force from";
    term: Option<Term> = "长度；法律未规定时为空", "Its length; null where none is stated";
    start: String = "receipt 自收到，acceptance 自受理", "Counted from receipt or from acceptance";
    extension: u32 = "最多可延长多少，单位相同", "Longest extension, in the same unit";
    not_counted: String = "不计入的时间", "What is not counted";
    basis: Ground = "依据", "Its ground";
} }

shape! { Reference, "编号", "An identifier", {
    id: String = "编号", "Identifier";
} }

shape! { Named, "代码和名称", "A code and its name", {
    code: String = "代码", "Code";
    name: Text = "名称；没有英文的与中文相同", "Name; the Chinese one where there is no English";
} }

impl From<&Basis> for Ground {
    fn from(basis: &Basis) -> Ground {
        Ground {
            law: basis.law.clone(),
            article: basis.article.clone(),
            status: standing(basis.status),
            note: basis.note.clone(),
        }
    }
}

impl From<rulebook::Term> for Term {
    fn from(term: rulebook::Term) -> Term {
        Term { n: term.n, unit: unit(term.unit), text: term.text() }
    }
}

impl From<&Written> for Limit {
    fn from(limit: &Written) -> Limit {
        Limit {
            kind: if limit.kind == LimitKind::Statutory { "statutory" } else { "promised" }.to_owned(),
            from: limit.from,
            term: limit.term().map(Term::from),
            start: if limit.start == StartEvent::Receipt { "receipt" } else { "acceptance" }.to_owned(),
            extension: limit.extension,
            not_counted: limit.not_counted.clone(),
            basis: (&limit.basis).into(),
        }
    }
}

pub fn standing(standing: Standing) -> String {
    if standing == Standing::Verified { "verified" } else { "example" }.to_owned()
}

pub fn unit(unit: Unit) -> String {
    unit.word().to_owned()
}

/// A Chinese name with its English label, where there is one.
pub fn name(zh: &str, label: Option<&str>) -> Text {
    Text::new(zh, label.unwrap_or(zh))
}

pub fn named(code: &str, zh: &str, label: Option<&str>) -> Named {
    Named { code: code.to_owned(), name: name(zh, label) }
}

/// The word by which a value is written in files and bodies: that of its serde name.
pub fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => other.map_or_else(|_| String::new(), |value| value.to_string()),
    }
}
