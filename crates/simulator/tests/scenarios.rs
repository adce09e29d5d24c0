//! Every page under `scenarios/` is played, and what comes of each row must be what the page says.
//!
//! `UPDATE=1 cargo test -p simulator` fills in the last column; then a person reads it.

#[path = "../../store/tests/databases/mod.rs"]
mod databases;

use casework::Moment;
use rulebook::Calendar;
use simulator::page::Page;
use simulator::scenario::{Script, play, same};
use simulator::world::{Core, District, Hall, Time};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use store::engine::{Engine, Options};

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
fn district() -> District {
    District::read(&root().join("rulebook")).expect("the rulebook can be read")
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
        .map(|(row, then)| format!("{}：{}（{world}）\n  写的是：{}\n  实际上：{then}", page.path, row.line, row.then))
        .collect()
}

#[tokio::test]
async fn the_core_keeps_every_promise() {
    let district = district();
    let script = Script { rules: &district.rules, calendar: &district.calendar };
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for (path, page) in pages().into_iter().filter(|(_, page)| !page.wants_the_office()) {
        let mut world = Core::new(&district.rules, Calendar::parse("holidays.csv", &district.calendar).0);
        match play(&page, &script, &mut world).await {
            Ok(thens) if update => std::fs::write(path, page.filled(&thens)).expect("the page is written"),
            Ok(thens) => wrong.extend(differences(&page, &thens, "核心")),
            Err(fault) => wrong.push(fault.to_string()),
        }
        record(&page, &world);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// With `RECORD=0.1` the journals of some pages are kept for ever as those of that release. What is there is never written
/// over: `casework/tests/journals.rs` holds every later core to it.
fn record(page: &Page, world: &Core<'_>) {
    const KEPT: [&str; 9] = [
        "05-一刻办/08-容缺受理",
        "05-一刻办/07-缺材料不能当场准予",
        "05-一刻办/10-备案不能拒绝",
        "09-压时限/01-五日内不告知视为受理",
        "09-压时限/02-从受理到送达",
        "09-压时限/03-特别程序",
        "09-压时限/04-延长一次",
        "09-压时限/15-依申请听证",
        "15-办不成事/05-不满意就重办",
    ];
    let (Some(release), Some(at)) = (std::env::var_os("RECORD"), KEPT.iter().position(|kept| page.path.contains(kept))) else {
        return;
    };
    for (no, records) in world.journals() {
        let name = format!("{}-{:02}-{no}.jsonl", release.to_string_lossy(), at + 1);
        let path = root().join("crates/casework/tests/journals").join(name);
        let lines: Vec<String> = records.iter().map(|record| serde_json::to_string(record).expect("a record")).collect();
        if !path.exists() {
            std::fs::write(path, lines.join("\n") + "\n").expect("the journal is kept");
        }
    }
}

/// The same pages through the whole office: acts, journal, rows, errands, letters and the timekeeper.
#[tokio::test]
async fn the_office_keeps_every_promise_on_sqlite() {
    let district = district();
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for (path, page) in pages() {
        let time = Time::default();
        let options = Options { clock: Some(time.clock()), ..Options::default() };
        let engine = Engine::sqlite_inline(options).expect("SQLite opens");
        match in_office(&page, &district, "SQLite", engine, time).await {
            Ok(thens) if update && page.wants_the_office() => {
                std::fs::write(path, page.filled(&thens)).expect("the page is written")
            }
            Ok(thens) => wrong.extend(differences(&page, &thens, "SQLite")),
            Err(fault) => wrong.push(fault),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_office_keeps_every_promise_on_postgresql() {
    let district = district();
    let wrong = Mutex::new(Vec::new());
    for (_, page) in pages() {
        let time = Time::default();
        let options = Options { clock: Some(time.clock()), connections: 2, ..Options::default() };
        databases::on_postgres(options, async |database| {
            let found = match in_office(&page, &district, "PostgreSQL", database.engine().clone(), time.clone()).await {
                Ok(thens) => differences(&page, &thens, "PostgreSQL"),
                Err(fault) => vec![fault],
            };
            wrong.lock().expect("nobody fell over").extend(found);
        })
        .await;
    }
    let wrong = wrong.into_inner().expect("nobody fell over");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

async fn in_office(page: &Page, district: &District, name: &str, engine: Engine, time: Time) -> Result<Vec<String>, String> {
    let script = Script { rules: &district.rules, calendar: &district.calendar };
    time.set(Moment::at(page.rows[0].at));
    let hall = Hall::open(name, engine, time, district).await;
    let mut hall = hall.map_err(|fault| format!("{}（{name}）：{fault}", page.path))?;
    play(page, &script, &mut hall).await.map_err(|fault| format!("{fault}（{name}）"))
}
