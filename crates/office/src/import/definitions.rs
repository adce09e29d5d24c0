//! Items, rows of the list, rows of the higher list and agencies from a table: found again by their codes, changed where they stand, added where they are
//! new. What comes out is a draft of each file touched.
//!
//! Nothing is invented: a limit that the table does not give is written as not stated, and everything imported is an *example*
//! until somebody has checked it against its source (decision 32).

use super::table::Line;
use super::{Column, Fault, Kind, Report, Table, column, needed};
use crate::door::{Answer, Stop};
use crate::publish::desks::Saved;
use crate::publish::toml_text::{basis, find, set_number, set_text, set_words};
use crate::publish::{text_of, with_file};
use crate::{Failure, Office, ids};
use casework::Officer;
use jiff::civil::Date;
use rulebook::item::{Item, ItemType};
use rulebook::{Problem, Rulebook, Text};
use std::collections::{BTreeMap, BTreeSet};
use store::changes::ChangeState;
use toml_edit::{Array, DocumentMut, Table as TomlTable, TableLike, value};

pub(super) const ITEM_COLUMNS: &[Column] = &[
    needed("name", &["事项名称", "业务办理项名称", "项目名称", "名称"]),
    needed("type", &["事项类型", "task_type_name", "类型"]),
    column("code", &["事项代码", "本地代码"]),
    column("catalog-code", &["基本编码", "base_code"]),
    column("task-code", &["实施编码", "implementation_code", "实施清单编码"]),
    column("department", &["实施主体", "实施部门", "实施机关", "主管部门", "部门"]),
    column("statutory", &["法定办结时限", "法定时限", "法定期限"]),
    column("promised", &["承诺办结时限", "承诺时限", "承诺期限"]),
    column("objects", &["服务对象", "办理对象"]),
    column("channels", &["办理形式", "受理渠道"]),
    column("visits", &["到现场次数", "到办事现场次数", "跑动次数"]),
    column("visit-reason", &["必须现场办理原因", "现场办理原因"]),
    column("summary", &["简介", "摘要", "summary"]),
    column("keywords", &["关键词", "别名"]),
    column("consult-phone", &["咨询电话", "咨询方式"]),
    column("complaint-phone", &["投诉电话", "监督投诉电话", "监督投诉方式"]),
];

pub(super) const LIST_COLUMNS: &[Column] = &[
    needed("name", &["事项名称", "许可事项名称", "名称"]),
    needed("type", &["事项类型", "类型"]),
    column("code", &["条目代码", "代码", "编码"]),
    column("agency", &["实施机关", "实施主体", "主管部门", "部门"]),
    column("law", &["设定依据", "设定和实施依据", "依据"]),
    column("level", &["行使层级", "层级"]),
    column("absent-reason", &["不进驻原因", "不进中心原因"]),
];

pub(super) const HIGHER_COLUMNS: &[Column] = &[
    needed("name", &["许可事项名称", "事项名称", "行政许可事项名称", "主项名称", "名称"]),
    column("code", &["基本编码", "base_code", "事项编码", "编码", "代码"]),
    column("type", &["事项类型", "task_type_name", "类型"]),
    column("level", &["行使层级", "实施层级", "层级"]),
];

pub(super) const AGENCY_COLUMNS: &[Column] = &[
    needed("name", &["机关名称", "单位名称", "名称"]),
    column("code", &["代码", "单位代码"]),
    column("credit-code", &["统一社会信用代码"]),
    column("short", &["简称", "文号简称"]),
    column("kind", &["类别", "单位类别"]),
    column("phone", &["电话", "联系电话"]),
    column("complaint-phone", &["投诉电话", "监督电话"]),
    column("address", &["地址"]),
    column("hours", &["办公时间", "工作时间"]),
];

const MOST_WORDS: usize = 300;

/// A definition that the table wants: which one, and what to write into it.
struct Wanted {
    code: String,
    /// The file it stands in, or the one for what is new.
    path: String,
    is_new: bool,
    texts: Vec<(&'static str, String)>,
    lists: Vec<(&'static str, Vec<String>)>,
    numbers: Vec<(&'static str, u32)>,
    /// Written only where the definition is new.
    born_with: Vec<(&'static str, toml_edit::Item)>,
}

impl Wanted {
    fn new(code: String, path: String, is_new: bool) -> Wanted {
        Wanted { code, path, is_new, texts: Vec::new(), lists: Vec::new(), numbers: Vec::new(), born_with: Vec::new() }
    }

    /// What the table leaves empty stays as it is.
    fn text(&mut self, key: &'static str, text: &str) {
        if !text.is_empty() {
            self.texts.push((key, text.chars().take(MOST_WORDS).collect()));
        }
    }

    fn list(&mut self, key: &'static str, text: &str) {
        let words: Vec<String> =
            text.split(['、', ',', '，', ';', '；']).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            self.lists.push((key, words));
        }
    }

    fn write(&self, table: &mut dyn TableLike) {
        for (key, text) in &self.texts {
            set_text(table, key, text);
        }
        for (key, words) in &self.lists {
            set_words(table, key, words);
        }
        for (key, number) in &self.numbers {
            set_number(table, key, *number);
        }
    }
}

/// The files as they will be once every change on its way is published, and what they define.
struct Ground {
    files: Vec<(String, String)>,
    rules: Rulebook,
    /// Files under review, which cannot be written to now.
    reviewed: BTreeSet<String>,
    source: String,
    today: Date,
}

impl Office {
    pub(super) async fn import_definitions(&self, by: &Officer, kind: Kind, table: &Table, file_name: &str) -> Answer<Report> {
        let today = self.now().await?.day();
        let (_, mut files) = self.latest_files().await?;
        let open = [ChangeState::Draft, ChangeState::Department, ChangeState::Legal, ChangeState::Ready];
        let changes = self.store.changes(&open, 1_000).await?;
        for change in &changes {
            files = with_file(&files, &change.path, &change.text);
        }
        let reviewed =
            changes.iter().filter(|change| change.state != ChangeState::Draft).map(|change| change.path.clone()).collect();
        let source = format!("导入自{}，{today}", file_name.chars().take(80).collect::<String>());
        let table_kept = table.clone();
        let work = move || {
            let (rules, _): (Rulebook, Vec<Problem>) = crate::rulebooks::compile(&files);
            let ground = Ground { files, rules, reviewed, source, today };
            written(kind, &table_kept, &ground)
        };
        let done = tokio::task::spawn_blocking(work).await;
        let (mut report, texts) = done.map_err(|fault| Failure::Unready(format!("the import did not end: {fault}")))??;
        for (path, text) in texts {
            let note = format!("{}：{file_name}", kind.name().zh);
            let id = match changes.iter().find(|change| change.path == path) {
                None => self.draft_change(by, &path, &text, &note).await?.id,
                Some(draft) => {
                    match self.save_change(by, &draft.id, draft.version, &draft.base_edition, &text, &draft.note).await? {
                        Saved::Done => draft.id.clone(),
                        Saved::Overtaken(_) => return Err(crate::door::overtaken()),
                    }
                }
            };
            report.drafted.push(id);
        }
        Ok(report)
    }
}

/// The report, and the new text of every file that changes.
fn written(kind: Kind, table: &Table, ground: &Ground) -> Result<(Report, BTreeMap<String, String>), Stop> {
    let mut report = Report::new(kind, table);
    let mut files: BTreeMap<String, DocumentMut> = BTreeMap::new();
    let mut changed = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for line in &table.rows {
        let wanted = match wanted(kind, table, line, ground) {
            Ok(wanted) => wanted,
            Err(fault) => {
                report.refused.push(fault.at(table, line.number));
                continue;
            }
        };
        if !seen.insert(wanted.code.clone()) {
            let why = ("文件中已有同一条。", "The file has this one already.");
            let fault = Fault::new("name", why, ("请合并重复的行。", "Make one row of them."));
            report.refused.push(fault.at(table, line.number));
            continue;
        }
        let text = text_of(&ground.files, &wanted.path).unwrap_or_default();
        if !files.contains_key(&wanted.path) {
            let Ok(file) = text.parse() else {
                let why = ("原有文件读不懂，不能改写。", "The file that has it cannot be read.");
                report.refused.push(Fault::new("", why, ("请先改正原文件。", "Mend that file first.")).at(table, line.number));
                continue;
            };
            files.insert(wanted.path.clone(), file);
        }
        let Some(file) = files.get_mut(&wanted.path) else { continue };
        let did = apply(kind, &wanted, file);
        if did != Did::Nothing && ground.reviewed.contains(&wanted.path) {
            let why =
                (format!("文件“{}”的修改正在审核。", wanted.path), format!("A change of “{}” is under review.", wanted.path));
            let remedy = ("请等它发布或退回后再导入。", "Import again when it is published or sent back.");
            report.refused.push(Fault::new("", (&why.0, &why.1), remedy).at(table, line.number));
            continue;
        }
        match did {
            Did::Added => report.added += 1,
            Did::Changed => report.changed += 1,
            Did::Nothing => report.unchanged += 1,
        }
        if did != Did::Nothing {
            changed.insert(wanted.path.clone());
        }
    }
    files.retain(|path, _| changed.contains(path));
    Ok((report, files.into_iter().map(|(path, file)| (path, file.to_string())).collect()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Did {
    Added,
    Changed,
    Nothing,
}

fn apply(kind: Kind, wanted: &Wanted, file: &mut DocumentMut) -> Did {
    let word = toml_word(kind);
    if wanted.is_new {
        let mut table = TomlTable::new();
        table.insert("code", value(&wanted.code));
        wanted.write(&mut table);
        for (key, item) in &wanted.born_with {
            table.insert(key, item.clone());
        }
        let rows = file.entry(word).or_insert_with(|| toml_edit::Item::ArrayOfTables(toml_edit::ArrayOfTables::new()));
        if let Some(rows) = rows.as_array_of_tables_mut() {
            table.decor_mut().set_prefix("\n");
            rows.push(table);
        }
        return Did::Added;
    }
    let Some(table) = find(file, word, &wanted.code) else { return Did::Nothing };
    let before = snapshot(table);
    wanted.write(table);
    if snapshot(table) == before { Did::Nothing } else { Did::Changed }
}

fn snapshot(table: &dyn TableLike) -> String {
    table.iter().map(|(key, item)| format!("{key}={item};")).collect()
}

fn toml_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Items => "item",
        Kind::List => "list-row",
        Kind::Higher => "higher-row",
        _ => "agency",
    }
}

fn wanted(kind: Kind, table: &Table, line: &Line, ground: &Ground) -> Result<Wanted, Fault> {
    if table.get(line, "name").is_empty() {
        return Err(Fault::new("name", ("没有名称。", "There is no name."), ("请补上名称。", "Give one.")));
    }
    match kind {
        Kind::Items => item(table, line, ground),
        Kind::List => list_row(table, line, ground),
        Kind::Higher => higher_row(table, line, ground),
        _ => agency(table, line, ground),
    }
}

fn item(table: &Table, line: &Line, ground: &Ground) -> Result<Wanted, Fault> {
    let get = |name: &str| table.get(line, name);
    let item_type = item_type(get("type"))?;
    let known = known_item(table, line, &ground.rules)?;
    let mut wanted = match known {
        Some(item) => Wanted::new(item.code.get_ref().clone(), item.place.file.clone(), false),
        None => Wanted::new(
            new_code("i", [get("code"), get("task-code"), get("catalog-code")], get("name")),
            "items/imported.toml".to_owned(),
            true,
        ),
    };
    wanted.text("name", get("name"));
    wanted.text("catalog-code", get("catalog-code"));
    wanted.text("task-code", get("task-code"));
    for name in ["summary", "visit-reason", "consult-phone", "complaint-phone"] {
        let key = ITEM_COLUMNS.iter().find(|column| column.name == name).map_or("summary", |column| column.name);
        wanted.text(key, get(name));
    }
    wanted.list("objects", get("objects"));
    wanted.list("channels", get("channels"));
    wanted.list("keywords", get("keywords"));
    if !get("visits").is_empty() {
        let digits = get("visits").trim_end_matches('次').parse();
        let number = digits.map_err(|_| {
            Fault::new("visits", ("到现场次数不是数字。", "This is no number of visits."), ("请写 0、1、2。", "Write 0, 1 or 2."))
        })?;
        wanted.numbers.push(("visits", number));
    }
    let mut limits = Array::new();
    for (kind, name) in [("statutory", "statutory"), ("promised", "promised")] {
        if let Some(term) = term(name, get(name))? {
            limits.push(limit(kind, term, ground));
        }
    }
    if wanted.is_new {
        if limits.is_empty() {
            limits.push(limit("statutory", Term::NotStated, ground));
        }
        let procedure = match item_type {
            ItemType::Permit => "permit",
            ItemType::Filing => "filing",
            _ => "service",
        };
        let row = ground.rules.list.values().find(|row| row.name == get("name") && row.item_type == item_type);
        let department = Some(get("department")).filter(|name| !name.is_empty());
        let source = department.map_or_else(|| ground.source.clone(), |name| format!("{}；原表实施主体：{name}", ground.source));
        wanted.born_with = vec![("type", value(item_type.name().zh)), ("procedure", value(procedure))];
        wanted.born_with.extend(row.map(|row| ("list-row", value(row.code.get_ref()))));
        wanted.born_with.push(("limit", value(limits)));
        wanted.born_with.push(("source", value(source)));
        wanted.born_with.push(("status", value("example")));
    }
    Ok(wanted)
}

/// The item that a row means: by the code of its implementation, else of the catalogue, else ours, else by its name where only one
/// has it.
fn known_item<'a>(table: &Table, line: &Line, rules: &'a Rulebook) -> Result<Option<&'a Item>, Fault> {
    let get = |name: &str| table.get(line, name);
    let by = |is: &dyn Fn(&Item) -> bool| -> Vec<&'a Item> { rules.items.values().filter(|item| is(item)).collect() };
    for (name, found) in [
        ("task-code", by(&|item| !get("task-code").is_empty() && item.task_code == get("task-code"))),
        (
            "catalog-code",
            by(&|item| {
                get("task-code").is_empty() && !get("catalog-code").is_empty() && item.catalog_code == get("catalog-code")
            }),
        ),
        ("code", by(&|item| item.code.get_ref() == get("code"))),
        (
            "name",
            by(&|item| {
                get("task-code").is_empty()
                    && get("catalog-code").is_empty()
                    && get("code").is_empty()
                    && item.name == get("name")
            }),
        ),
    ] {
        match found.as_slice() {
            [] => {}
            [one] => return Ok(Some(one)),
            _ => {
                let column = ITEM_COLUMNS.iter().find(|column| column.name == name).map_or("name", |column| column.name);
                let why = ("有几个现有事项都符合这一行。", "Several items answer to this row.");
                return Err(Fault::new(column, why, ("请补上实施编码或事项代码。", "Give the code of the one that is meant.")));
            }
        }
    }
    Ok(None)
}

fn list_row(table: &Table, line: &Line, ground: &Ground) -> Result<Wanted, Fault> {
    let get = |name: &str| table.get(line, name);
    let item_type = item_type(get("type"))?;
    let code = get("code").to_lowercase();
    let known = ground.rules.list.values().find(|row| {
        if code.is_empty() { row.name == get("name") && row.item_type == item_type } else { *row.code.get_ref() == code }
    });
    let place = |code: &str| ground.rules.places.get(&("list-row", code.to_owned())).map(|place| place.file.clone());
    let mut wanted = match known {
        Some(row) => Wanted::new(row.code.get_ref().clone(), place(row.code.get_ref()).unwrap_or_default(), false),
        None => {
            let code = new_code("xk", [get("code"), "", ""], &format!("{}{}", item_type.code(), get("name")));
            Wanted::new(code, "lists/imported.toml".to_owned(), true)
        }
    };
    for name in ["name", "agency", "level", "absent-reason"] {
        let key = LIST_COLUMNS.iter().find(|column| column.name == name).map_or("name", |column| column.name);
        wanted.text(key, get(name));
    }
    if wanted.is_new {
        if get("agency").is_empty() {
            let why = ("没有实施机关。", "There is no body.");
            return Err(Fault::new("agency", why, ("新条目要写明实施机关。", "A new row names the body.")));
        }
        wanted.born_with.push(("type", value(item_type.name().zh)));
        let law: String = get("law").chars().take(MOST_WORDS).collect();
        if !law.is_empty() {
            wanted.born_with.push(("basis", value(Array::from_iter([basis(law.trim_matches(['《', '》']), "")]))));
        }
        wanted.born_with.push(("source", value(&ground.source)));
        wanted.born_with.push(("status", value("example")));
    }
    Ok(wanted)
}

/// A permit of the list from above (优化营商环境条例 art. 40), with the row of ours that answers to it. Where none does it is taken
/// all the same: that it is missing here is what the check has to say.
fn higher_row(table: &Table, line: &Line, ground: &Ground) -> Result<Wanted, Fault> {
    let get = |name: &str| table.get(line, name);
    if !get("type").is_empty() && item_type(get("type"))? != ItemType::Permit {
        let why = ("不是行政许可。", "This is no permit.");
        return Err(Fault::new(
            "type",
            why,
            ("上级许可清单只导入行政许可。", "Only permits are taken into the list from above."),
        ));
    }
    if !get("level").is_empty() && !get("level").contains(['区', '县', '乡', '镇', '街']) {
        let why = ("不由区县行使。", "No district has this power.");
        return Err(Fault::new("level", why, ("不需要处理。", "There is nothing to do.")));
    }
    let rows = &ground.rules.higher_list;
    let wanted_code = new_code("sj", [get("code"), "", ""], get("name"));
    let known = rows.values().find(|row| {
        let code = row.code.get_ref();
        *code == wanted_code || get("code").is_empty() && row.name == get("name")
    });
    let place = |code: &str| ground.rules.places.get(&("higher-row", code.to_owned())).map(|place| place.file.clone());
    let mut wanted = match known {
        Some(row) => Wanted::new(row.code.get_ref().clone(), place(row.code.get_ref()).unwrap_or_default(), false),
        None => Wanted::new(wanted_code, "lists/higher-imported.toml".to_owned(), true),
    };
    wanted.text("name", get("name"));
    if known.is_none_or(|row| row.answered_by.is_none()) {
        wanted.text("answered-by", own_row(&ground.rules, get("name")).unwrap_or_default());
    }
    if wanted.is_new {
        wanted.born_with.push(("source", value(&ground.source)));
        wanted.born_with.push(("status", value("example")));
    }
    Ok(wanted)
}

/// The permit of our list that has this name, or this name and a situation in brackets: 食品经营许可（新办）.
fn own_row<'a>(rules: &'a Rulebook, name: &str) -> Option<&'a str> {
    let permits = || rules.list.values().filter(|row| row.item_type == ItemType::Permit);
    let plain = |text: &'a str| text.split(['（', '(']).next().unwrap_or(text).trim();
    let row = permits().find(|row| row.name == name).or_else(|| permits().find(|row| plain(&row.name) == name))?;
    Some(row.code.get_ref())
}

fn agency(table: &Table, line: &Line, ground: &Ground) -> Result<Wanted, Fault> {
    let get = |name: &str| table.get(line, name);
    let (code, credit) = (get("code").to_lowercase(), get("credit-code").to_uppercase());
    if !credit.is_empty()
        && let Err(fault) = rulebook::identifier::CreditCode::parse(&credit)
    {
        let remedy = Text::new("请对照法人证书核对。", "Compare it with the certificate of the body.");
        return Err(Fault { column: "credit-code", why: fault.text(), remedy });
    }
    let known = ground.rules.agencies.values().find(|agency| {
        if !code.is_empty() {
            *agency.code.get_ref() == code
        } else if !credit.is_empty() && agency.credit_code == credit {
            true
        } else {
            agency.name == get("name") || agency.former.iter().any(|name| name == get("name"))
        }
    });
    let place = |code: &str| ground.rules.places.get(&("agency", code.to_owned())).map(|place| place.file.clone());
    let mut wanted = match known {
        Some(agency) => Wanted::new(agency.code.get_ref().clone(), place(agency.code.get_ref()).unwrap_or_default(), false),
        None => Wanted::new(new_code("jg", [&code, &credit, ""], get("name")), "agencies/imported.toml".to_owned(), true),
    };
    for column in AGENCY_COLUMNS.iter().filter(|column| column.name != "code" && column.name != "kind") {
        let text = if column.name == "credit-code" { &credit } else { get(column.name) };
        wanted.text(column.name, text);
    }
    if wanted.is_new {
        let kind = match get("kind") {
            "" | "区级部门" | "district-department" => "district-department",
            "功能区" | "开发区" | "zone" => "zone",
            "市级派出" | "city-branch" => "city-branch",
            "街镇" | "街道" | "镇" | "street" => "street",
            "公共服务机构" | "public-service" => "public-service",
            "公用企业" | "utility" => "utility",
            other => {
                let why = (format!("不认识类别“{other}”。"), format!("“{other}” is no kind of body."));
                let remedy = (
                    "可写：区级部门、功能区、市级派出、街镇、公共服务机构、公用企业。",
                    "Write one of: district-department, zone, city-branch, street, public-service, utility.",
                );
                return Err(Fault::new("kind", (&why.0, &why.1), remedy));
            }
        };
        wanted.born_with.push(("kind", value(kind)));
        if get("short").is_empty() {
            wanted.born_with.push(("short", value(get("name").chars().take(20).collect::<String>())));
        }
        wanted.born_with.push(("source", value(&ground.source)));
        wanted.born_with.push(("status", value("example")));
    }
    Ok(wanted)
}

/// The code of an agency that somebody wrote by its code, its name, a former name or without the district before it.
pub(super) fn agency_code(rules: &Rulebook, typed: &str) -> Option<String> {
    let typed = typed.trim();
    let is = |agency: &&rulebook::agency::Agency| {
        agency.code.get_ref() == typed
            || agency.name == typed
            || agency.former.iter().any(|name| name == typed)
            || (typed.chars().count() > 2 && agency.name.ends_with(typed))
    };
    let mut found = rules.agencies.values().filter(is);
    let first = found.next()?;
    found.next().is_none().then(|| first.code.get_ref().clone())
}

fn item_type(typed: &str) -> Result<ItemType, Fault> {
    let found = ItemType::ALL.into_iter().find(|known| known.name().zh == typed);
    let by_code = || {
        ItemType::ALL
            .into_iter()
            .filter(|known| *known != ItemType::Filing)
            .find(|known| known.code().trim_start_matches('0') == typed.trim_start_matches('0'))
    };
    found.or_else(by_code).ok_or_else(|| {
        let names: Vec<String> = ItemType::ALL.iter().map(|known| known.name().zh).collect();
        Fault::new(
            "type",
            (&format!("不认识事项类型“{typed}”。"), &format!("“{typed}” is no type of item.")),
            (&format!("可写：{}。", names.join("、")), &format!("Write one of: {}.", names.join(", "))),
        )
    })
}

/// A code of small letters, digits and hyphens: one that the table gives, else one that follows from what it says, so that the same
/// row always has the same.
fn new_code(prefix: &str, given: [&str; 3], name: &str) -> String {
    let slug = |text: &str| {
        let plain: String = text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        plain.trim_matches('-').chars().take(60).collect::<String>()
    };
    match given.into_iter().map(slug).find(|code| !code.is_empty()) {
        Some(code) if code.starts_with(|c: char| c.is_ascii_alphabetic()) => code,
        Some(code) => format!("{prefix}-{code}"),
        None => format!("{prefix}-{}", &ids::digest(name)[..12]),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Term {
    Days(&'static str, u32),
    Immediate,
    NotStated,
}

/// `20`, `20个工作日`, `30日`, `3个月`, `即办`; a bare number means working days, as guides have it. Nothing where the cell is empty.
fn term(column: &'static str, typed: &str) -> Result<Option<Term>, Fault> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '个').collect();
    if plain.is_empty() {
        return Ok(None);
    }
    if ["即办", "即时办结", "当场办结", "即时", "当场"].contains(&plain.as_str()) {
        return Ok(Some(Term::Immediate));
    }
    if ["无", "无法定时限", "未规定", "不限"].contains(&plain.as_str()) {
        return Ok(Some(Term::NotStated));
    }
    let digits: String = plain.chars().take_while(char::is_ascii_digit).collect();
    let unit = match plain.get(digits.len()..).unwrap_or_default() {
        "" | "工作日" => Some("working-days"),
        "日" | "天" | "自然日" => Some("days"),
        "月" => Some("months"),
        _ => None,
    };
    match (digits.parse::<u32>(), unit) {
        (Ok(n), Some(unit)) if (1..=3_650).contains(&n) => Ok(Some(Term::Days(unit, n))),
        (Ok(0), Some(_)) => Ok(Some(Term::Immediate)),
        _ => Err(Fault::new(
            column,
            (&format!("看不懂时限“{typed}”。"), &format!("“{typed}” is no limit.")),
            ("请写“20个工作日”“30日”“3个月”或“即办”。", "Write 20个工作日, 30日, 3个月 or 即办."),
        )),
    }
}

fn limit(kind: &str, term: Term, ground: &Ground) -> toml_edit::InlineTable {
    let mut row = toml_edit::InlineTable::new();
    row.insert("kind", kind.into());
    if let Ok(from) = ground.today.to_string().parse::<toml_edit::Datetime>() {
        row.insert("from", from.into());
    }
    match term {
        Term::Days(unit, n) => row.insert(unit, i64::from(n).into()),
        Term::Immediate => row.insert("immediate", true.into()),
        Term::NotStated => row.insert("none-stated", true.into()),
    };
    row.insert("basis", toml_edit::Value::InlineTable(basis("导入数据未载明依据", "")));
    row
}

#[cfg(test)]
#[path = "definitions_tests.rs"]
mod tests;
