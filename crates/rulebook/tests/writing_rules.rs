//! The page that teaches to write rules keeps its word: its example compiles and passes the check, and its table of checks is the
//! one in force. `UPDATE=1 cargo test -p rulebook --test writing_rules` draws the tables anew.

#![expect(clippy::disallowed_methods, reason = "pages are read and written here, outside the crate that must not")]

use jiff::civil::date;
use rulebook::check::{Grade, RULES, compile_and_check};
use rulebook::{Calendar, Lang, Rulebook};
use std::path::PathBuf;

mod folder;

const PAGES: [(&str, Lang); 2] = [("writing-rules.md", Lang::En), ("writing-rules.zh-CN.md", Lang::Zh)];
const BEGIN: &str = "<!-- checks -->\n";
const END: &str = "<!-- /checks -->";

fn page(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(page(name)).expect("the page is there")
}

/// The blocks of TOML on a page, one after the other.
fn example(page: &str) -> String {
    page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_example_on_the_page_compiles_and_passes_the_check() {
    let text = example(&read("writing-rules.md"));
    assert!(text.contains("[[item]]") && text.contains("[[procedure]]"));
    let mut files = folder::district();
    files.push(("example.toml".to_owned(), text));
    let (_, days) = files.iter().find(|(path, _)| path == "calendar/holidays.csv").expect("the rulebook has a calendar");
    let (calendar, _) = Calendar::parse("calendar/holidays.csv", days);
    let pairs = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let (_, problems) = compile_and_check(pairs, &calendar, date(2026, 3, 2), false);
    let told: Vec<String> = problems.iter().filter(|problem| problem.file == "example.toml").map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn the_example_is_the_same_in_both_languages() {
    assert_eq!(example(&read("writing-rules.md")), example(&read("writing-rules.zh-CN.md")));
}

#[test]
fn the_table_lists_every_check_in_force() {
    let files = folder::district();
    let (rulebook, _) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    for (name, lang) in PAGES {
        let text = read(name);
        let from = text.find(BEGIN).expect("the page has a place for the table") + BEGIN.len();
        let to = text.find(END).expect("the table ends");
        let drawn = table(&rulebook, lang);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(page(name), format!("{}{drawn}{}", &text[..from], &text[to..])).expect("the page can be written");
        } else {
            assert_eq!(&text[from..to], drawn, "docs/{name} is out of date: UPDATE=1 draws it anew");
        }
    }
}

fn table(rulebook: &Rulebook, lang: Lang) -> String {
    let mut table = String::from(lang.say(
        "| 规则 | 严重程度 | 要求 | 改法 |\n|---|---|---|---|\n",
        "| Rule | Gravity | What is asked | Remedy |\n|---|---|---|---|\n",
    ));
    for check in RULES.iter().filter_map(|rule| rulebook.checks.get(*rule)) {
        let grade = match check.severity {
            Grade::Error => lang.say("错误", "error"),
            Grade::Warning => lang.say("提醒", "warning"),
            Grade::Off => lang.say("不查", "off"),
        };
        let bases: Vec<String> = check.basis.iter().map(ToString::to_string).collect();
        let ground = match (bases.join("、"), lang) {
            (bases, _) if bases.is_empty() => bases,
            (bases, Lang::Zh) => format!("（{bases}）"),
            (bases, Lang::En) => format!(" ({bases})"),
        };
        let (name, remedy) = (lang.say(&check.name, &check.label), lang.say(&check.remedy, &check.remedy_label));
        let rule = check.rule.get_ref();
        table.push_str(&format!("| `{rule}` | {grade} | {name}{ground} | {remedy} |\n"));
    }
    table
}
