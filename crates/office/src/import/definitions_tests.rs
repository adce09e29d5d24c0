//! Imports of definitions: what is taken, what is refused and why, and that repeating doubles nothing.

use super::*;

/// Thirty rows of a real list (source and licence: NOTICE), with its own heads.
const SAMPLE: &str = include_str!("../../tests/service_items_sample.csv");

fn ground(files: &[(&str, &str)]) -> Ground {
    let files: Vec<(String, String)> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let (rules, problems) = crate::rulebooks::compile(&files);
    assert!(problems.iter().all(|problem| problem.rule != "toml"), "{problems:?}");
    let today = jiff::civil::date(2026, 3, 2);
    Ground { files, rules, reviewed: BTreeSet::new(), source: "导入自样表".to_owned(), today }
}

fn import(kind: Kind, csv: &str, ground: &Ground) -> (Report, BTreeMap<String, String>) {
    written(kind, &Table::read(kind, csv.as_bytes()).expect("a table"), ground).expect("it is imported")
}

fn after(ground: &Ground, texts: &BTreeMap<String, String>) -> Ground {
    let mut files = ground.files.clone();
    for (path, text) in texts {
        files = with_file(&files, path, text);
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    self::ground(&files)
}

#[test]
fn a_real_list_becomes_items_and_a_second_time_nothing() {
    let empty = ground(&[]);
    let (report, texts) = import(Kind::Items, SAMPLE, &empty);
    assert_eq!((report.added, report.refused.len()), (30, 0), "{:?}", report.refused);
    assert_eq!(texts.keys().collect::<Vec<_>>(), ["items/imported.toml"]);
    let full = after(&empty, &texts);
    assert_eq!(full.rules.items.len(), 30);
    let (again, texts) = import(Kind::Items, SAMPLE, &full);
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 30));
    assert!(texts.is_empty());
}

#[test]
fn a_changed_row_changes_its_item_where_it_stands() {
    let mine = "# Mine.\n[[item]]\ncode = \"a\" # short\nname = \"旧名\"\ntask-code = \"T1\"\ntype = \"行政许可\"\nprocedure = \"permit\"\nlimit = []\n";
    let ground = ground(&[("items/a.toml", mine)]);
    let (report, texts) = import(Kind::Items, "事项名称,事项类型,实施编码\n新名,行政许可,T1\n", &ground);
    assert_eq!((report.added, report.changed), (0, 1));
    let text = &texts["items/a.toml"];
    assert!(text.contains("name = \"新名\"") && text.contains("# Mine.") && text.contains("# short"), "{text}");
}

#[test]
fn rows_at_fault_are_told_with_row_column_and_remedy_and_stop_nothing() {
    let csv = "事项名称,事项类型,实施编码,承诺时限,到现场次数\n\
               好的,行政许可,T1,5个工作日,0\n\
               ,行政许可,T2,,\n\
               类型不对,什么,T3,,\n\
               时限不对,行政备案,T4,尽快,\n\
               次数不对,行政备案,T5,,很多\n\
               重复,行政许可,T1,,\n\
               也好,公共服务,T6,即办,1次\n";
    let (report, texts) = import(Kind::Items, csv, &ground(&[]));
    assert_eq!(report.added, 2);
    let told: Vec<(u32, &str)> = report.refused.iter().map(|refused| (refused.row, refused.column.as_str())).collect();
    assert_eq!(told, [(3, "事项名称"), (4, "事项类型"), (5, "承诺时限"), (6, "到现场次数"), (7, "事项名称")]);
    assert!(report.refused.iter().all(|refused| !refused.remedy.zh.is_empty() && !refused.why.en.is_empty()));
    let full = after(&ground(&[]), &texts);
    assert_eq!(full.rules.items["t1"].limit[0].working_days, Some(5));
    assert!(full.rules.items["t6"].limit[0].immediate);
}

#[test]
fn nothing_is_written_into_a_file_under_review() {
    let mut ground = ground(&[]);
    ground.reviewed.insert("items/imported.toml".to_owned());
    let (report, texts) = import(Kind::Items, "事项名称,事项类型\n开饭店,行政许可\n", &ground);
    assert_eq!((report.added, report.refused.len(), texts.len()), (0, 1, 0));
}

#[test]
fn rows_of_the_list_and_agencies_are_imported_and_compile() {
    let empty = ground(&[]);
    let list = "事项名称,事项类型,实施机关,设定依据\n食品经营许可,行政许可,某区市场监管局,《食品安全法》\n没有机关,行政许可,,\n";
    let (report, texts) = import(Kind::List, list, &empty);
    assert_eq!((report.added, report.refused.len()), (1, 1));
    let full = after(&empty, &texts);
    assert_eq!(full.rules.list.values().next().map(|row| row.basis[0].law.as_str()), Some("食品安全法"));
    let agencies = "单位名称,类别,统一社会信用代码\n某局,区级部门,\n某街道,街镇,\n信用代码不对,区级部门,123\n类别不对,公司,\n";
    let (report, texts) = import(Kind::Agencies, agencies, &empty);
    assert_eq!((report.added, report.refused.len()), (2, 2));
    let full = after(&empty, &texts);
    assert_eq!(full.rules.agencies.len(), 2);
    assert_eq!(import(Kind::Agencies, agencies, &full).0.unchanged, 2);
}

/// What the check says about the list from above, by name of the row.
fn missing_here(ground: &Ground) -> Vec<String> {
    let checks = ("checks.toml", include_str!("../../../../rulebook/checks.toml"));
    let files = ground.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).chain([checks]);
    let (_, problems) = rulebook::check::compile_and_check(files, &rulebook::Calendar::default(), ground.today, false);
    let told = problems.iter().filter(|problem| problem.rule == "higher-list");
    told.map(|problem| problem.message.zh.split(['“', '”']).nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_list_from_above_is_imported_and_the_check_names_each_permit_that_this_one_lacks() {
    let own = |name: &str| format!("[[list-row]]\ncode = \"xk-1\"\nname = \"{name}\"\ntype = \"行政许可\"\nagency = \"某局\"\n");
    let ours = own("医疗用毒性药品购用审批");
    let before = ground(&[("lists/permits.toml", ours.as_str())]);
    let (report, texts) = import(Kind::Higher, SAMPLE, &before);
    let permits = SAMPLE.lines().filter(|line| line.contains(",行政许可,")).count();
    assert_eq!((report.added, report.added + report.refused.len()), (permits, 30), "{:?}", report.refused);
    assert!(report.refused.iter().all(|refused| refused.column == "task_type_name"), "{:?}", report.refused);
    let full = after(&before, &texts);
    let missing = missing_here(&full);
    assert_eq!(missing.len(), permits - 1, "all but the one that this list has");
    assert!(
        missing.contains(&"普通护照签发".to_owned()) && !missing.contains(&"医疗用毒性药品购用审批".to_owned()),
        "{missing:?}"
    );
    let (again, texts) = import(Kind::Higher, SAMPLE, &full);
    assert_eq!((again.unchanged, texts.len()), (permits, 0), "a second time nothing");
    let more = BTreeMap::from([("lists/more.toml".to_owned(), own("普通护照签发（首次）").replace("xk-1", "xk-2"))]);
    let grown = after(&full, &more);
    let (third, texts) = import(Kind::Higher, SAMPLE, &grown);
    assert_eq!((third.changed, third.added), (1, 0), "a row that came since answers, once it is imported again");
    assert_eq!(missing_here(&after(&grown, &texts)).len(), permits - 2);
}

#[test]
fn a_higher_list_in_the_form_of_the_state_leaves_out_what_no_district_has() {
    let empty = ground(&[]);
    let table = "序号,中央主管部门,许可事项名称,行使层级\n1,某部,全国的许可,国家级\n2,某局,区里的许可,\"省级、县级\"\n";
    let (report, texts) = import(Kind::Higher, table, &empty);
    assert_eq!((report.added, report.refused.len()), (1, 1));
    assert_eq!(report.refused[0].column, "行使层级");
    assert_eq!(missing_here(&after(&empty, &texts)), ["区里的许可"]);
}

#[test]
fn hundreds_of_rows_are_imported_at_once() {
    use std::fmt::Write;
    let mut csv = String::from("事项名称,事项类型,实施编码\n");
    for n in 0..600 {
        let _ = writeln!(csv, "事项{n},行政许可,511602-{n:06}");
    }
    let empty = ground(&[]);
    let (report, texts) = import(Kind::Items, &csv, &empty);
    assert_eq!(report.added, 600);
    assert_eq!(import(Kind::Items, &csv, &after(&empty, &texts)).0.unchanged, 600);
}
