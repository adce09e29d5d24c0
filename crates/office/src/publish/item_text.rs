//! The ordinary parts of an item, taken from its file for a form and written back into its text.
//!
//! What the form does not touch stays as it was, comments and layout included: the same file is also edited by hand. A ground
//! whose law or article changes is an *example* again until somebody has checked it (decision 32). Limits are never changed,
//! only followed by a later one, because cases run under the old ones (measure 9).

use super::toml_text::{Rows, basis, find, rows, set, set_day, set_number, set_text, set_words};
use jiff::civil::Date;
use rulebook::Text;
use rulebook::item::{Item, LimitKind, Necessity, StartEvent};
use toml_edit::{DocumentMut, InlineTable, TableLike, Value, value};

/// What can be changed in the form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemForm {
    pub name: String,
    pub label: String,
    pub summary: String,
    pub keywords: Vec<String>,
    pub objects: Vec<String>,
    pub channels: Vec<String>,
    pub visits: u32,
    pub visit_reason: String,
    pub consult_phone: String,
    pub complaint_phone: String,
    pub conditions: Vec<ConditionLine>,
    pub materials: Vec<MaterialLine>,
    pub faq: Vec<FaqLine>,
    /// Limits that follow those that are there.
    pub new_limits: Vec<NewLimit>,
    pub fee_charged: bool,
    pub fee_standard: String,
    pub closed_from: Option<Date>,
    pub closed_reason: String,
}

/// A condition; one without text is taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConditionLine {
    /// Its place in the file, from 0; `None` for a new one.
    pub at: Option<usize>,
    pub text: String,
    pub law: String,
    pub article: String,
}

/// A paper; one whose key is empty is taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MaterialLine {
    pub at: Option<usize>,
    pub key: String,
    pub when: String,
    pub necessity: Necessity,
    pub defer_working_days: Option<u32>,
    pub originals: u32,
    pub copies: u32,
    pub note: String,
}

/// A question with its answer; one without a question is taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaqLine {
    pub at: Option<usize>,
    pub question: String,
    pub answer: String,
}

/// A limit that begins on a day to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLimit {
    pub kind: LimitKind,
    pub from: Date,
    pub length: Length,
    pub start: StartEvent,
    /// Longest extension in the same unit; 0 where there is none.
    pub extension: u32,
    pub law: String,
    pub article: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    WorkingDays(u32),
    Days(u32),
    Months(u32),
    Immediate,
}

impl ItemForm {
    /// The form as the item stands.
    pub fn of(item: &Item) -> ItemForm {
        let basis = |basis: &Option<rulebook::definition::Basis>| {
            basis.as_ref().map_or_else(Default::default, |basis| (basis.law.clone(), basis.article.clone()))
        };
        let conditions = item.condition.iter().enumerate().map(|(at, condition)| {
            let (law, article) = basis(&condition.basis);
            ConditionLine { at: Some(at), text: condition.text.clone(), law, article }
        });
        let materials = item.material.iter().enumerate().map(|(at, needed)| MaterialLine {
            at: Some(at),
            key: needed.key.get_ref().clone(),
            when: needed.when.as_ref().map_or_else(String::new, |when| when.get_ref().clone()),
            necessity: needed.necessity,
            defer_working_days: needed.defer_working_days,
            originals: needed.originals,
            copies: needed.copies,
            note: needed.note.clone(),
        });
        let faq = item.faq.iter().enumerate();
        ItemForm {
            name: item.name.clone(),
            label: item.label.clone().unwrap_or_default(),
            summary: item.summary.clone(),
            keywords: item.keywords.clone(),
            objects: item.objects.clone(),
            channels: item.channels.clone(),
            visits: item.visits,
            visit_reason: item.visit_reason.clone(),
            consult_phone: item.consult_phone.clone(),
            complaint_phone: item.complaint_phone.clone(),
            conditions: conditions.collect(),
            materials: materials.collect(),
            faq: faq
                .map(|(at, faq)| FaqLine { at: Some(at), question: faq.question.clone(), answer: faq.answer.clone() })
                .collect(),
            new_limits: Vec::new(),
            fee_charged: item.fee.charged,
            fee_standard: item.fee.standard.clone(),
            closed_from: item.closed_from,
            closed_reason: item.closed_reason.clone(),
        }
    }
}

/// Why a text could not be edited by form: it is then edited as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable(pub Text);

/// Writes what differs into the text of the file in which the item of this code stands.
pub fn write(text: &str, code: &str, form: &ItemForm) -> Result<String, Unwritable> {
    let mut file: DocumentMut = text.parse().map_err(|fault: toml_edit::TomlError| {
        Unwritable(Text::new(format!("文件读不懂：{}", fault.message()), format!("The file cannot be read: {}", fault.message())))
    })?;
    let item = find(&mut file, "item", code).ok_or_else(|| {
        Unwritable(Text::new(format!("文件中没有事项“{code}”。"), format!("There is no item “{code}” in the file.")))
    })?;
    for (key, text) in [
        ("name", &form.name),
        ("label", &form.label),
        ("summary", &form.summary),
        ("visit-reason", &form.visit_reason),
        ("consult-phone", &form.consult_phone),
        ("complaint-phone", &form.complaint_phone),
        ("closed-reason", &form.closed_reason),
    ] {
        set_text(item, key, text);
    }
    set_words(item, "keywords", &form.keywords);
    set_words(item, "objects", &form.objects);
    set_words(item, "channels", &form.channels);
    set_number(item, "visits", form.visits);
    set_day(item, "closed-from", form.closed_from);
    conditions(item, &form.conditions);
    materials(item, &form.materials);
    questions(item, &form.faq);
    for limit in &form.new_limits {
        add_limit(item, limit);
    }
    fee(item, form);
    Ok(file.to_string())
}

fn conditions(item: &mut dyn TableLike, lines: &[ConditionLine]) {
    rows(
        item,
        "condition",
        lines,
        |line| line.at,
        |line| line.text.trim().is_empty(),
        |line, row| {
            set_text(row, "text", &line.text);
            set_basis(row, &line.law, &line.article);
        },
    );
}

fn materials(item: &mut dyn TableLike, lines: &[MaterialLine]) {
    rows(
        item,
        "material",
        lines,
        |line| line.at,
        |line| line.key.trim().is_empty(),
        |line, row| {
            set_text(row, "key", &line.key);
            set_text(row, "when", &line.when);
            let necessity = match line.necessity {
                Necessity::Required => "",
                Necessity::Deferrable => "deferrable",
                Necessity::Optional => "optional",
            };
            // `required` is what is not written, so one that is written stays.
            let old = row.get("necessity").and_then(toml_edit::Item::as_str);
            if !(necessity.is_empty() && old == Some("required")) {
                set_text(row, "necessity", necessity);
            }
            match line.defer_working_days {
                Some(days) => set_number(row, "defer-working-days", days),
                None => {
                    row.remove("defer-working-days");
                }
            }
            set_number(row, "originals", line.originals);
            set_number(row, "copies", line.copies);
            set_text(row, "note", &line.note);
        },
    );
}

fn questions(item: &mut dyn TableLike, lines: &[FaqLine]) {
    rows(
        item,
        "faq",
        lines,
        |line| line.at,
        |line| line.question.trim().is_empty(),
        |line, row| {
            set_text(row, "question", &line.question);
            set_text(row, "answer", &line.answer);
        },
    );
}

fn set_basis(row: &mut dyn TableLike, law: &str, article: &str) {
    let (law, article) = (law.trim(), article.trim());
    let old = |row: &dyn TableLike, key: &str| {
        let basis = row.get("basis").and_then(toml_edit::Item::as_table_like);
        basis.and_then(|basis| basis.get(key)).and_then(toml_edit::Item::as_str).unwrap_or_default().to_owned()
    };
    if old(row, "law") == law && old(row, "article") == article {
        return;
    }
    if law.is_empty() {
        row.remove("basis");
        return;
    }
    set(row, "basis", basis(law, article));
}

fn add_limit(item: &mut dyn TableLike, limit: &NewLimit) {
    let Some(mut rows) = Rows::of(item, "limit") else { return };
    let mut row = InlineTable::new();
    let kind = match limit.kind {
        LimitKind::Statutory => "statutory",
        LimitKind::Promised => "promised",
    };
    row.insert("kind", kind.into());
    if let Ok(from) = limit.from.to_string().parse::<toml_edit::Datetime>() {
        row.insert("from", from.into());
    }
    match limit.length {
        Length::WorkingDays(n) => row.insert("working-days", i64::from(n).into()),
        Length::Days(n) => row.insert("days", i64::from(n).into()),
        Length::Months(n) => row.insert("months", i64::from(n).into()),
        Length::Immediate => row.insert("immediate", true.into()),
    };
    let start = match limit.start {
        StartEvent::Receipt => "receipt",
        StartEvent::Acceptance => "acceptance",
    };
    row.insert("start", start.into());
    if limit.extension > 0 {
        row.insert("extension", i64::from(limit.extension).into());
    }
    row.insert("basis", Value::InlineTable(basis(limit.law.trim(), limit.article.trim())));
    rows.push(row);
}

fn fee(item: &mut dyn TableLike, form: &ItemForm) {
    let old = |item: &dyn TableLike| {
        let fee = item.get("fee").and_then(toml_edit::Item::as_table_like);
        let charged = fee.and_then(|fee| fee.get("charged")).and_then(toml_edit::Item::as_bool).unwrap_or_default();
        let standard = fee.and_then(|fee| fee.get("standard")).and_then(toml_edit::Item::as_str).unwrap_or_default();
        (charged, standard.to_owned())
    };
    if old(item) == (form.fee_charged, form.fee_standard.trim().to_owned()) {
        return;
    }
    if item.get("fee").is_none() {
        item.insert("fee", value(InlineTable::new()));
    }
    if let Some(fee) = item.get_mut("fee").and_then(toml_edit::Item::as_table_like_mut) {
        set(fee, "charged", form.fee_charged);
        set_text(fee, "standard", &form.fee_standard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TEXT: &str = r#"# Why this item is here.

[[item]]
code = "other"
name = "别的"
type = "公共服务"
procedure = "service"
limit = [{ from = 2026-01-01, immediate = true, basis = { law = "某法" } }]

[[item]]
code = "a"
name = "甲"          # the name on the licence
type = "行政许可"
procedure = "permit"
keywords = ["一", "二"]
visits = 0

condition = [
  # The first of them.
  { text = "有场所。", basis = { law = "某法", article = "第一条", status = "verified" } },
  { text = "有人员。", basis = { law = "某法", article = "第二条", status = "verified" } },
]

limit = [
  { kind = "promised", from = 2026-01-01, working-days = 8, basis = { law = "承诺" } },
]

material = [
  { key = "form", originals = 1 },
  { key = "plan", when = "设有厨房", copies = 2, note = "留存" },
]

[item.fee]
charged = false

# After the item.
"#;

    fn item(text: &str) -> Item {
        let (rules, _) = rulebook::compile([("items/a.toml", text)]);
        rules.items["a"].clone()
    }

    #[test]
    fn a_form_that_changes_nothing_changes_no_byte() {
        assert_eq!(write(TEXT, "a", &ItemForm::of(&item(TEXT))).as_deref(), Ok(TEXT));
        let district = include_str!("../../../../rulebook/items/food-operation-new.toml");
        let (rules, _) = rulebook::compile([("items/a.toml", district)]);
        let form = ItemForm::of(&rules.items["food-operation-new"]);
        assert_eq!(write(district, "food-operation-new", &form).as_deref(), Ok(district));
    }

    #[test]
    fn what_is_changed_reads_back_and_the_rest_stays_as_it_was() {
        let mut form = ItemForm::of(&item(TEXT));
        "甲（新）".clone_into(&mut form.name);
        form.summary = "一句话 \"引号\"".to_owned();
        form.keywords.push("三".to_owned());
        form.conditions[0].article = "第九条".to_owned();
        form.conditions[1].text.clear();
        let (text, law) = ("有制度。".to_owned(), "某法".to_owned());
        form.conditions.push(ConditionLine { at: None, text, law, article: String::new() });
        form.materials[1].when.clear();
        form.materials[1].necessity = Necessity::Deferrable;
        form.materials[1].defer_working_days = Some(5);
        form.materials.push(MaterialLine { key: "photo".to_owned(), copies: 1, ..MaterialLine::default() });
        form.faq.push(FaqLine { at: None, question: "问？".to_owned(), answer: "答。".to_owned() });
        form.new_limits.push(NewLimit {
            kind: LimitKind::Promised,
            from: date(2026, 7, 1),
            length: Length::WorkingDays(5),
            start: StartEvent::Acceptance,
            extension: 0,
            law: "新承诺".to_owned(),
            article: String::new(),
        });
        form.visits = 1;
        form.visit_reason = "核对原件".to_owned();
        form.fee_charged = true;
        form.fee_standard = "每件10元".to_owned();
        form.closed_from = Some(date(2026, 12, 31));
        let written = write(TEXT, "a", &form).expect("it is written");
        let read = ItemForm::of(&item(&written));
        assert_eq!((read.name.as_str(), read.keywords.len(), read.visits), ("甲（新）", 3, 1), "{written}");
        let conditions: Vec<_> = read.conditions.iter().map(|line| (line.text.as_str(), line.article.as_str())).collect();
        assert_eq!(conditions, [("有场所。", "第九条"), ("有制度。", "")]);
        let materials: Vec<_> =
            read.materials.iter().map(|line| (line.key.as_str(), line.necessity, line.defer_working_days)).collect();
        let (required, later) = (Necessity::Required, Necessity::Deferrable);
        assert_eq!(materials, [("form", required, None), ("plan", later, Some(5)), ("photo", required, None)]);
        assert_eq!((read.fee_charged, read.closed_from), (true, form.closed_from));
        let whole = item(&written);
        assert_eq!((whole.limit.len(), whole.faq.len()), (2, 1));
        assert_eq!(whole.limit[0].from, date(2026, 1, 1), "the old limit stays");
        let status = whole.condition[0].basis.as_ref().map(|basis| basis.status);
        assert_eq!(status, Some(rulebook::definition::Standing::Example), "a changed ground is unchecked");
        for kept in [
            "# Why this item is here.",
            "# the name on the licence",
            "# The first of them.",
            "# After the item.",
            "name = \"别的\"",
        ] {
            assert!(written.contains(kept), "{kept} is lost:\n{written}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_or_has_no_such_item_says_so() {
        let form = ItemForm::of(&item(TEXT));
        assert!(write("[[item", "a", &form).is_err());
        assert!(write(TEXT, "b", &form).is_err());
    }
}
