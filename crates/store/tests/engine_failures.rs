//! What goes wrong has a name, and nothing is lost or half-written by it.

mod databases;

use databases::{Database, each, each_with, on_postgres};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::engine::{Engine, Faults, Migration, Op, Options, ReadError, WriteError, args, op};

const TABLE: Migration = Migration::new(1, "note", "CREATE TABLE note (no BIGINT PRIMARY KEY, body TEXT NOT NULL)");

fn note(no: i64) -> Op {
    op("INSERT INTO note (no, body) VALUES ($1, $2)", args![no, "x".repeat(200)])
}

async fn notes(engine: &Engine) -> i64 {
    let row = engine.read_one("SELECT count(*) FROM note", args![]).await.expect("notes can be counted");
    row.expect("a row").int(0).expect("a count")
}

/// Fails on demand, before or after the commit.
#[derive(Default)]
struct Dice {
    before: AtomicBool,
    after: AtomicBool,
}

impl Faults for Dice {
    fn before_commit(&self) -> Result<(), String> {
        if self.before.load(Ordering::SeqCst) { Err("played: the disk is gone".to_owned()) } else { Ok(()) }
    }

    fn after_commit(&self) -> Result<(), String> {
        if self.after.load(Ordering::SeqCst) { Err("played: the line is cut".to_owned()) } else { Ok(()) }
    }
}

#[tokio::test]
async fn a_failure_around_the_commit_is_told_for_what_it_is() {
    let dice = Arc::new(Dice::default());
    each_with(Options { faults: Some(dice.clone()), ..Options::default() }, async |database: Database| {
        let engine = database.engine();
        engine.migrate(&[TABLE]).await.expect("tables");
        dice.before.store(true, Ordering::SeqCst);
        assert!(matches!(engine.write(vec![note(1)]).await, Err(WriteError::Unavailable { .. })), "{}", database.name());
        assert_eq!(notes(engine).await, 0, "nothing is half-written on {}", database.name());
        dice.before.store(false, Ordering::SeqCst);
        dice.after.store(true, Ordering::SeqCst);
        assert!(matches!(engine.write(vec![note(1)]).await, Err(WriteError::InDoubt { .. })), "{}", database.name());
        dice.after.store(false, Ordering::SeqCst);
        assert_eq!(notes(engine).await, 1, "it was written, and only its key tells, on {}", database.name());
        assert!(matches!(engine.write(vec![note(1)]).await, Err(WriteError::Unique { op: 0, .. })), "{}", database.name());
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_named() {
    for engine in [Engine::sqlite_in_memory(Options::default()), Engine::sqlite_inline(Options::default())] {
        let engine = engine.expect("SQLite opens");
        engine.migrate(&[TABLE]).await.expect("tables");
        engine.write(vec![op("PRAGMA max_page_count = 40", args![])]).await.expect("a limit");
        let mut written = 0;
        let error = loop {
            // Many at once, so that one commit holds units that fit and units that do not.
            let units = (0..20).map(|n| engine.write(vec![note(written + n)]));
            let (answers, mut failed) = (futures_util::future::join_all(units).await, None);
            for answer in answers {
                match answer {
                    Ok(_) => written += 1,
                    Err(error) => failed = Some(error),
                }
            }
            if let Some(error) = failed {
                break error;
            }
        };
        assert!(matches!(&error, WriteError::Unavailable { what } if what.contains("full")), "{error}");
        assert_eq!(notes(&engine).await, written, "what was confirmed is there, and nothing else");
        engine.write(vec![op("PRAGMA max_page_count = 4000", args![])]).await.expect("room");
        engine.write(vec![note(100_000)]).await.expect("work goes on once there is room");
    }
}

/// Holds every commit until the gate opens.
#[derive(Default)]
struct Gate {
    reached: AtomicBool,
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn open(&self) {
        *self.open.lock().expect("the gate") = true;
        self.opened.notify_all();
    }
}

impl Faults for Gate {
    fn before_commit(&self) -> Result<(), String> {
        self.reached.store(true, Ordering::SeqCst);
        let closed = self.open.lock().expect("the gate");
        drop(self.opened.wait_while(closed, |open| !*open).expect("the gate"));
        Ok(())
    }
}

#[tokio::test]
async fn a_full_queue_says_so_at_once_and_a_closing_one_is_finished() {
    let (gate, folder) = (Arc::new(Gate::default()), Folder::of("queue"));
    let file = folder.file("db");
    let options = Options { queue: 5, faults: Some(gate.clone()), ..Options::default() };
    let engine = Engine::sqlite(&file, options).expect("SQLite opens");
    engine.migrate(&[TABLE]).await.expect("tables");
    let send = |no: i64| {
        let engine = engine.clone();
        tokio::spawn(async move { engine.write(vec![note(no)]).await })
    };
    let first = send(0);
    while !gate.reached.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let waiting: Vec<_> = (1..=5).map(send).collect();
    while engine.waiting() < 5 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(send(6).await.expect("no panic"), Err(WriteError::Overloaded));
    gate.open();
    engine.close().await;
    for unit in waiting {
        unit.await.expect("no panic").expect("what waited is finished");
    }
    first.await.expect("no panic").expect("the first too");
    let closed = WriteError::Unavailable { what: "the store is closing".to_owned() };
    assert_eq!(engine.write(vec![note(7)]).await, Err(closed));
    let closed = ReadError::Unavailable { what: "the store is closing".to_owned() };
    assert_eq!(engine.read("SELECT 1", args![]).await, Err(closed));
    drop(engine);
    let again = Engine::sqlite(&file, Options::default()).expect("SQLite opens");
    assert_eq!(notes(&again).await, 6);
}

#[tokio::test]
async fn dropping_the_last_handle_finishes_what_waits() {
    let folder = Folder::of("drop");
    let file = folder.file("db");
    let engine = Engine::sqlite(&file, Options::default()).expect("SQLite opens");
    engine.migrate(&[TABLE]).await.expect("tables");
    let mut sent: Vec<_> = (0..50)
        .map(|no| {
            Box::pin({
                let engine = engine.clone();
                async move { engine.write(vec![note(no)]).await }
            })
        })
        .collect();
    for unit in &mut sent {
        // Sent; a fast writer may have answered already.
        let _ = futures_util::poll!(unit);
    }
    drop(sent);
    drop(engine);
    let again = Engine::sqlite(&file, Options::default()).expect("SQLite opens");
    assert_eq!(notes(&again).await, 50);
}

#[tokio::test]
async fn what_is_confirmed_survives_a_power_cut() {
    let folder = Folder::of("durable");
    let engine = Engine::sqlite(&folder.file("db"), Options::default()).expect("SQLite opens");
    let settings = engine.write(vec![
        op("PRAGMA journal_mode", args![]),
        op("PRAGMA synchronous", args![]),
        op("PRAGMA foreign_keys", args![]),
    ]);
    let settings = settings.await.expect("settings");
    // 2 is FULL: the log is synced before a commit is confirmed.
    let told = (settings.rows(0)[0].text(0), settings.rows(1)[0].int(0), settings.rows(2)[0].bool(0));
    assert_eq!(told, (Ok("wal"), Ok(2), Ok(true)));
}

#[tokio::test]
async fn a_backup_is_one_moment_of_a_database_at_work() {
    let folder = Folder::of("backup");
    let (file, copy) = (folder.file("work"), folder.file("copy"));
    let engine = Engine::sqlite(&file, Options::default()).expect("SQLite opens");
    engine.migrate(&[TABLE]).await.expect("tables");
    engine.write((0..1000).map(note).collect()).await.expect("notes");
    let writer = {
        let engine = engine.clone();
        // Always two together, so that a torn copy would show.
        tokio::spawn(async move {
            for pair in 500..1000 {
                engine.write(vec![note(2 * pair), note(2 * pair + 1)]).await.expect("a pair");
            }
        })
    };
    engine.backup_sqlite(&copy).await.expect("a copy");
    writer.await.expect("no panic");
    let restored = Engine::sqlite(&copy, Options::default()).expect("the copy opens");
    let kept = notes(&restored).await;
    assert!(kept >= 1000 && kept % 2 == 0, "{kept} notes");
    restored.write(vec![note(1_000_000)]).await.expect("the copy is a database like any other");
    let nowhere = engine.backup_sqlite(&folder.file("missing").join("copy")).await;
    assert!(matches!(nowhere, Err(ReadError::Unavailable { .. })), "{nowhere:?}");
}

#[tokio::test]
async fn what_cannot_be_opened_is_told() {
    let folder = Folder::of("unopenable");
    assert!(Engine::sqlite(&folder.0, Options::default()).is_err(), "a folder is no database");
    let text = folder.file("text");
    std::fs::write(&text, "not a database at all, but long enough to look like one".repeat(30)).expect("a file");
    assert!(Engine::sqlite(&text, Options::default()).is_err(), "a text is no database");
    assert!(Engine::postgres("postgres://nobody@127.0.0.1:1/none", Options::default()).await.is_err(), "nobody listens there");
    let hostile = Options { schema: Some("a; DROP TABLE x".to_owned()), ..Options::default() };
    assert!(Engine::postgres("postgres://nobody@127.0.0.1:1/none", hostile).await.is_err(), "a schema is a plain name");
}

#[tokio::test]
async fn the_clock_is_the_given_one_or_the_shared_one() {
    each(async |database: Database| {
        let skew = database.engine().clock_skew().await.expect("a difference");
        assert!(skew.abs() < 2000, "{skew} ms on {}", database.name());
        let (one, two) = (database.engine().now_millis().await.expect("now"), database.engine().now_millis().await.expect("now"));
        assert!(one > 1_700_000_000_000 && two >= one, "{one}, {two} on {}", database.name());
    })
    .await;
    each_with(Options { clock: Some(Arc::new(|| 42)), ..Options::default() }, async |database: Database| {
        assert_eq!(database.engine().now_millis().await, Ok(42), "{}", database.name());
    })
    .await;
}

#[tokio::test]
async fn who_goes_away_in_the_middle_leaves_no_open_transaction() {
    on_postgres(Options { connections: 1, ..Options::default() }, async |database: Database| {
        let engine = database.engine();
        engine.migrate(&[TABLE]).await.expect("tables");
        let slow = engine.write(vec![note(1), op("SELECT CAST(pg_sleep(0.5) AS TEXT)", args![]), note(2)]);
        assert!(tokio::time::timeout(Duration::from_millis(100), slow).await.is_err(), "it was given up");
        engine.write(vec![note(3)]).await.expect("the next one works");
        tokio::time::sleep(Duration::from_millis(700)).await;
        let left = engine.read("SELECT no FROM note", args![]).await.expect("notes");
        assert_eq!(left.iter().map(|row| row.int(0)).collect::<Vec<_>>(), [Ok(3)]);
    })
    .await;
}

#[tokio::test]
async fn a_lost_connection_is_told_and_the_next_one_works() {
    on_postgres(Options::default(), async |database: Database| {
        let engine = database.engine();
        engine.migrate(&[TABLE]).await.expect("tables");
        let end = op("SELECT pg_terminate_backend(pg_backend_pid())", args![]);
        let lost = engine.write(vec![note(1), end, note(2)]).await;
        assert!(matches!(lost, Err(WriteError::Unavailable { .. })), "{lost:?}");
        engine.write(vec![note(3)]).await.expect("the next one works");
        let read = engine.read("SELECT pg_terminate_backend(pg_backend_pid())", args![]).await;
        assert!(matches!(read, Err(ReadError::Unavailable { .. })), "{read:?}");
        assert_eq!(notes(engine).await, 1);
    })
    .await;
}

#[tokio::test]
async fn of_two_that_lock_each_other_both_are_written_in_the_end() {
    on_postgres(Options::default(), async |database: Database| {
        let engine = database.engine();
        engine.migrate(&[TABLE]).await.expect("tables");
        engine.write(vec![note(1), note(2)]).await.expect("notes");
        let touch = |no: i64| op("UPDATE note SET body = body || 'y' WHERE no = $1", args![no]).expecting(1);
        let pause = || op("SELECT CAST(pg_sleep(0.2) AS TEXT)", args![]);
        let (one, two) =
            tokio::join!(engine.write(vec![touch(1), pause(), touch(2)]), engine.write(vec![touch(2), pause(), touch(1)]));
        one.and(two).expect("both");
        let row = engine.read_one("SELECT count(*) FROM note WHERE body LIKE '%xyy'", args![]).await.expect("notes");
        assert_eq!(row.expect("a row").int(0), Ok(2));
    })
    .await;
}

#[tokio::test]
async fn when_all_connections_are_taken_only_so_many_wait() {
    on_postgres(Options { connections: 1, queue: 2, ..Options::default() }, async |database: Database| {
        let engine = database.engine();
        engine.write(vec![op("SELECT 1", args![])]).await.expect("the connection stands");
        let slow = || engine.write(vec![op("SELECT CAST(pg_sleep(0.2) AS TEXT)", args![])]);
        let answers = futures_util::future::join_all((0..6).map(|_| slow())).await;
        let refused = answers.iter().filter(|answer| **answer == Err(WriteError::Overloaded)).count();
        assert_eq!((refused, answers.iter().filter(|answer| answer.is_ok()).count()), (3, 3));
    })
    .await;
}

#[tokio::test]
async fn a_changed_table_is_read_anew() {
    on_postgres(Options { connections: 1, ..Options::default() }, async |database: Database| {
        const WIDER: Migration = Migration::new(2, "wider", "ALTER TABLE note ADD COLUMN more TEXT");
        let engine = database.engine();
        engine.migrate(&[TABLE]).await.expect("tables");
        engine.write(vec![note(1)]).await.expect("a note");
        assert_eq!(engine.read("SELECT * FROM note", args![]).await.map(|rows| rows[0].width()), Ok(2));
        engine.migrate(&[TABLE, WIDER]).await.expect("tables");
        assert_eq!(engine.read("SELECT * FROM note", args![]).await.map(|rows| rows[0].width()), Ok(3));
    })
    .await;
}

/// A folder of one test, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn of(test: &str) -> Folder {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos();
        let folder = std::env::temp_dir().join(format!("yimen-test-{test}-{}-{now}", std::process::id()));
        std::fs::create_dir(&folder).expect("a folder");
        Folder(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
