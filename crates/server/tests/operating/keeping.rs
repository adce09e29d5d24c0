//! `migrate`, `verify`, `reindex`, `backup`, `restore`, `admin create`, and demonstrations kept apart from the real.

use crate::district::{District, store, submit};
use crate::program::{Folder, Serving, run};
use store::engine::{args, op};
use xtask::postgres::{Postgres, programs};

/// A database with one case that was sent over HTTP.
async fn with_a_case(folder: &Folder) -> String {
    let data = folder.0.join("data");
    let district = District::found(&data, None, None).await;
    let (token, draft) = (district.token().await, district.draft().await);
    district.leave().await;
    let mut node = Serving::start(folder, &["--data", &folder.path("data")]);
    let no =
        submit(&node.address, &token, &draft).expect("an answer").is(201).json()["no"].as_str().expect("a number").to_owned();
    node.terminate();
    assert!(node.ended(std::time::Duration::from_secs(30)).success());
    no
}

#[tokio::test]
async fn verify_finds_a_record_and_a_row_that_were_tampered_with_and_reindex_mends_the_row() {
    let folder = Folder::new();
    let no = with_a_case(&folder).await;
    let data = folder.path("data");
    let verify = || run(&["verify", "--data", &data]);
    assert!(verify().ended(0).out.contains(": 0 faults"));
    let tamper = async |sql: &'static str| {
        let store = store(&folder.0.join("data"), None, None).await;
        store.engine().write(vec![op(sql, args![no.as_str()])]).await.expect("written");
        store.engine().close().await;
    };
    tamper("UPDATE cases SET agency = 'wjw' WHERE no = $1").await;
    let said = verify().ended(1);
    assert!(said.out.contains(&no) && said.out.contains("agency"), "{}", said.out);
    assert!(run(&["reindex", "--data", &data]).ended(0).out.starts_with("1 cases"));
    verify().ended(0);
    tamper("UPDATE journal SET payload = replace(payload, 'scjgj', 'wjw') WHERE case_no = $1").await;
    let said = verify().ended(1);
    assert!(said.out.contains(&no) && said.out.contains("校验值不符"), "{}", said.out);
    run(&["verify", "--data", &data, "--since", "2020-01-01"]).ended(1);
}

#[tokio::test]
async fn migrating_twice_does_it_once() {
    let folder = Folder::new();
    let data = folder.path("data");
    let first = run(&["migrate", "--data", &data]).ended(0).out;
    let second = run(&["migrate", "--data", &data]).ended(0).out;
    assert_ne!(first, second);
    assert_eq!(second, run(&["migrate", "--data", &data]).ended(0).out);
    assert!(run(&["reindex", "--data", &data]).ended(0).out.starts_with("0 cases"));
}

#[tokio::test]
async fn a_backup_of_sqlite_is_restored_into_postgresql_and_back() {
    if programs().is_none() {
        return println!("skipped: PostgreSQL's server programs are not installed");
    }
    let postgres = Postgres::start().expect("PostgreSQL");
    let folder = Folder::new();
    let no = with_a_case(&folder).await;
    let (data, first, second) = (folder.path("data"), folder.path("first"), folder.path("second"));
    run(&["backup", &first, "--data", &data]).ended(0);
    let into = ["--data", &folder.path("data-2"), "--database-url", &postgres.url];
    let said = run(&[&["restore", first.as_str()][..], &into].concat()).ended(0);
    assert!(said.out.contains(": 0 faults"), "{}", said.out);
    assert!(run(&[&["restore", first.as_str()][..], &into].concat()).ended(1).err.contains("not empty"));
    run(&[&["backup", second.as_str()][..], &into].concat()).ended(0);
    let back = folder.path("data-3");
    let said = run(&["restore", &second, "--data", &back]).ended(0);
    assert!(said.out.contains(": 0 faults"), "{}", said.out);
    for table in ["journal", "particulars", "letters", "errands"] {
        let read = |backup: &str| std::fs::read_to_string(format!("{backup}/{table}.jsonl")).expect("a table");
        assert_eq!(read(&first), read(&second), "{table}");
    }
    let restored = store(&folder.0.join("data-3"), None, None).await;
    assert!(restored.case(&casework::CaseNo(no)).await.expect("read").is_some());
    restored.engine().close().await;
    assert!(run(&["backup", &first, "--data", &back]).ended(1).err.contains("not empty"));
}

#[test]
fn the_first_administrator_is_made_once() {
    let folder = Folder::new();
    let create = |login: &str| run(&["admin", "create", "--name", "沈管理", "--login", login, "--data", &folder.path("data")]);
    assert!(create("shen").ended(0).out.contains("shown once"));
    let again = create("shen2").ended(1);
    assert!(again.err.contains("admin reset"), "it says what to do: {}", again.err);
    let reset = |login: &str| run(&["admin", "reset", "--login", login, "--data", &folder.path("data")]);
    assert!(reset("shen").ended(0).out.contains("shown once"));
    assert!(!reset("nobody").ended(1).err.is_empty(), "it says why");
    let said = run(&["serve", "--demo", "--listen", "127.0.0.1:0", "--data", &folder.path("data")]).ended(1);
    assert!(said.err.contains("not a demonstration's"), "somebody is set up here in earnest: {}", said.err);
}

#[tokio::test]
async fn asking_the_rules_again_names_a_case_or_an_item_that_is_not_there() {
    let folder = Folder::new();
    with_a_case(&folder).await;
    let data = folder.path("data");
    let said = run(&["replay", "999", "--data", &data]).ended(1);
    assert!(said.err.contains("there is no case 999"), "{}", said.err);
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebook");
    let said = run(&["what-if", "--edition", rules, "--item", "nonsense", "--data", &data]).ended(1);
    assert!(said.err.contains("no item with the code nonsense"), "{}", said.err);
}

#[test]
fn what_only_looks_makes_no_empty_database_of_a_mistyped_folder() {
    let folder = Folder::new();
    let nowhere = folder.path("nowhere");
    for command in [&["verify"][..], &["reindex"], &["backup", &folder.path("copy")], &["admin", "reset", "--login", "x"]] {
        let said = run(&[command, &["--data", &nowhere]].concat()).ended(1);
        assert!(said.err.contains("no database"), "{command:?}: {}", said.err);
    }
    assert!(!folder.0.join("nowhere").exists());
}

#[tokio::test]
async fn a_demonstration_and_a_production_database_refuse_each_other() {
    let folder = Folder::new();
    District::found(&folder.0.join("real"), None, None).await.leave().await;
    let said = run(&["serve", "--demo", "--listen", "127.0.0.1:0", "--data", &folder.path("real")]).ended(1);
    assert!(said.err.contains("not a demonstration's"), "{}", said.err);
    let demo = store(&folder.0.join("demo"), None, None).await;
    demo.migrate().await.expect("tables");
    demo.mark_as(store::Mark::Demonstration).await.expect("marked");
    demo.engine().close().await;
    let said = run(&["serve", "--listen", "127.0.0.1:0", "--data", &folder.path("demo")]).ended(1);
    assert!(said.err.contains("--demo"), "{}", said.err);
}

#[test]
fn the_demonstration_is_told_whole_and_holds_on_a_working_day_and_in_a_holiday() {
    for now in ["2026-03-02T10:00", "2026-05-02T12:00"] {
        let folder = Folder::new();
        let data = folder.path("data");
        let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebook");
        let mut node = Serving::start(&folder, &["--demo", "--now", now, "--data", &data, "--rulebook", rules]);
        node.get("/").is(200);
        node.terminate();
        let ended = node.ended(std::time::Duration::from_secs(60));
        assert!(ended.success(), "{now}: {ended}: {}", node.log());
        assert!(run(&["verify", "--data", &data]).ended(0).out.contains(": 0 faults"), "{now}");
    }
}
