//! Every page under `scenarios/` is played, and what comes of each row must be what the page says.
//!
//! `UPDATE=1 cargo test -p simulator` fills in the last column; then a person reads it.

use rulebook::{Calendar, Rulebook, Severity};
use simulator::page::Page;
use simulator::scenario::{Script, play, same};
use simulator::world::Core;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The district's own rulebook and calendar.
fn rulebook() -> (Rulebook, String) {
    let root = root().join("rulebook");
    let texts: Vec<(String, String)> = files(&root, ".toml")
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a text"))
        })
        .collect();
    let (rules, problems) = rulebook::compile(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let errors: Vec<String> = problems.iter().filter(|p| p.severity == Severity::Error).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let calendar = std::fs::read_to_string(root.join("calendar/holidays.csv")).expect("the calendar is there");
    (rules, calendar)
}

fn pages() -> Vec<(PathBuf, Page)> {
    let root = root();
    let folder = root.join("scenarios");
    let pages: Vec<_> = files(&folder, ".md")
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .map(|path| {
            let name = path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).expect("a text");
            let page = Page::parse(&name, &text).unwrap_or_else(|fault| panic!("{fault}"));
            (path, page)
        })
        .collect();
    assert!(!pages.is_empty());
    pages
}

/// Says where a page and what happened differ.
fn differences(page: &Page, thens: &[String], world: &str) -> Vec<String> {
    page.rows
        .iter()
        .zip(thens)
        .filter(|(row, then)| !same(&row.then, then))
        .map(|(row, then)| format!("{}:{}（{world}）\n  写的是：{}\n  实际上：{then}", page.path, row.line, row.then))
        .collect()
}

#[tokio::test]
async fn the_core_keeps_every_promise() {
    let (rules, calendar) = rulebook();
    let script = Script { rules: &rules, calendar: &calendar };
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for (path, page) in pages() {
        let mut world = Core::new(&rules, Calendar::parse("holidays.csv", &calendar).0);
        match play(&page, &script, &mut world).await {
            Ok(thens) if update => std::fs::write(path, page.filled(&thens)).expect("the page is written"),
            Ok(thens) => wrong.extend(differences(&page, &thens, "核心")),
            Err(fault) => wrong.push(fault.to_string()),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
