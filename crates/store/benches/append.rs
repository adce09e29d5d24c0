//! What the engine costs: an update under an expected version and three events in one durable transaction, through the engine and
//! bare, by the same statements on the same tables and indexes, in turns within one run.
//!
//! `cargo bench -p store --bench append`; PostgreSQL joins in when `YIMEN_TEST_POSTGRES` names a server. Bare SQLite commits as many
//! units together as there are writers, bare PostgreSQL has a connection for each writer: the best that each can do without us.
//! Only the ratios mean something; rates of two days or machines do not compare.

use futures_util::future::{join, join_all};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::engine::{Engine, Migration, Op, Options, args, op};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};

const TABLES: Migration = Migration::new(
    1,
    "append",
    "CREATE TABLE stream (no TEXT PRIMARY KEY, version BIGINT NOT NULL, step TEXT NOT NULL, due_at BIGINT NOT NULL);
     CREATE INDEX stream_by_step ON stream (step, due_at);
     CREATE TABLE event (no TEXT NOT NULL, version BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (no, version));
     CREATE INDEX event_by_kind ON event (kind, no)",
);
const STREAM: &str = "INSERT INTO stream (no, version, step, due_at) VALUES ($1, 0, 'new', 0)";
const UPDATE: &str = "UPDATE stream SET version = $1, step = $2, due_at = $1 WHERE no = $3 AND version = $4";
const EVENT: &str = "INSERT INTO event (no, version, kind, body) VALUES ($1, $2, $3, $4)";
/// Short turns, many rounds: what else the machine does then meets both sides alike.
const SPAN: Duration = Duration::from_millis(400);
const ROUNDS: usize = 9;

fn body() -> String {
    "x".repeat(200)
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("database    writers     bare/s   engine/s   ratio");
    runtime.block_on(async {
        for writers in [1, 8, 64] {
            sqlite(writers).await;
        }
        if let Ok(url) = std::env::var("YIMEN_TEST_POSTGRES") {
            for writers in [1, 8, 64] {
                postgres(&url, writers).await;
            }
        }
    });
}

/// The middle of the rounds, for each side and for the ratio of each pair.
fn report(database: &str, writers: usize, rounds: &[(f64, f64)]) {
    let middle = |mut rates: Vec<f64>| {
        rates.sort_by(f64::total_cmp);
        rates[ROUNDS / 2]
    };
    let bare = middle(rounds.iter().map(|(bare, _)| *bare).collect());
    let engine = middle(rounds.iter().map(|(_, engine)| *engine).collect());
    let ratio = middle(rounds.iter().map(|(bare, engine)| engine / bare).collect());
    println!("{database:<12}{writers:>7}{bare:>11.0}{engine:>11.0}{ratio:>8.2}");
}

async fn sqlite(writers: usize) {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let folder = Folder::fresh();
        let bare = bare_sqlite(&folder.0.join("bare"), writers);
        let engine = Engine::sqlite(&folder.0.join("engine"), Options::default()).expect("SQLite opens");
        rounds.push((bare, through(&engine, writers).await));
    }
    report("SQLite", writers, &rounds);
}

fn bare_sqlite(file: &Path, writers: usize) -> f64 {
    let db = rusqlite::Connection::open(file).expect("SQLite opens");
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192")
        .expect("settings");
    db.execute_batch(TABLES.sql).expect("tables");
    let (update, event) = (UPDATE.replace('$', "?"), EVENT.replace('$', "?"));
    for writer in 0..writers {
        db.execute(&STREAM.replace('$', "?"), [format!("s{writer}")]).expect("a stream");
    }
    let (began, mut units, mut version) = (Instant::now(), 0, 0_i64);
    while began.elapsed() < SPAN {
        db.prepare_cached("BEGIN IMMEDIATE").and_then(|mut begin| begin.execute([])).expect("a beginning");
        for writer in 0..writers {
            let no = format!("s{writer}");
            let changed = db.prepare_cached(&update).and_then(|mut update| update.execute((version + 3, "step", &no, version)));
            assert_eq!(changed, Ok(1));
            for n in 1..=3 {
                db.prepare_cached(&event)
                    .and_then(|mut event| event.execute((&no, version + n, "kind", body())))
                    .expect("an event");
            }
        }
        db.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])).expect("an end");
        (units, version) = (units + writers, version + 3);
    }
    units as f64 / began.elapsed().as_secs_f64()
}

async fn postgres(url: &str, writers: usize) {
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let schema = format!("bench_append_{}_{writers}_{round}", std::process::id());
        let options = Options { schema: Some(schema.clone()), ..Options::default() };
        let engine = Engine::postgres(url, options).await.expect("PostgreSQL answers");
        engine.migrate(&[TABLES]).await.expect("tables");
        let ours = through(&engine, writers).await;
        engine.close().await;
        let client = connect(url, &schema).await;
        client.batch_execute("TRUNCATE stream, event").await.expect("empty tables");
        rounds.push((bare_postgres(url, &schema, writers).await, ours));
        client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await.expect("the schema goes");
    }
    report("PostgreSQL", writers, &rounds);
}

/// The statements of a unit sent together, as a careful user of the driver would.
async fn bare_postgres(url: &str, schema: &str, writers: usize) -> f64 {
    let clients = join_all((0..writers).map(|_| connect(url, schema))).await;
    for writer in 0..writers {
        clients[0].execute(STREAM, &[&format!("s{writer}")]).await.expect("a stream");
    }
    let began = Instant::now();
    let writers = clients.into_iter().enumerate().map(|(writer, client)| {
        tokio::spawn(async move {
            let no = format!("s{writer}");
            let update = client.prepare(UPDATE).await.expect("a statement");
            let event = client.prepare(EVENT).await.expect("a statement");
            let (mut units, mut version) = (0, 0_i64);
            while began.elapsed() < SPAN {
                let (next, body) = (version + 3, body());
                let first: [&(dyn ToSql + Sync); 4] = [&next, &"step", &no, &version];
                let versions = [version + 1, version + 2, version + 3];
                let rest: Vec<[&(dyn ToSql + Sync); 4]> =
                    versions.iter().map(|version| [&no as _, version as _, &"kind" as _, &body as _]).collect();
                let statements =
                    join(client.execute(&update, &first), join_all(rest.iter().map(|args| client.execute(&event, args))));
                let (begun, (changed, events)) = join(client.batch_execute("BEGIN"), statements).await;
                begun.expect("a beginning");
                assert_eq!(changed.expect("an update"), 1);
                events.into_iter().for_each(|event| assert_eq!(event.expect("an event"), 1));
                client.batch_execute("COMMIT").await.expect("an end");
                (units, version) = (units + 1, next);
            }
            units
        })
    });
    total(join_all(writers).await, began)
}

async fn connect(url: &str, schema: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client.batch_execute(&format!("SET search_path = {schema}")).await.expect("a schema");
    client
}

/// The same units through the engine, from as many tasks.
async fn through(engine: &Engine, writers: usize) -> f64 {
    engine.migrate(&[TABLES]).await.expect("tables");
    engine.write((0..writers).map(|writer| op(STREAM, args![format!("s{writer}")])).collect()).await.expect("streams");
    let began = Instant::now();
    let writers = (0..writers).map(|writer| {
        let engine = engine.clone();
        tokio::spawn(async move {
            let no = format!("s{writer}");
            let (mut units, mut version) = (0, 0_i64);
            while began.elapsed() < SPAN {
                engine.write(unit(&no, version)).await.expect("the unit is written");
                (units, version) = (units + 1, version + 3);
            }
            units
        })
    });
    total(join_all(writers).await, began)
}

fn unit(no: &str, version: i64) -> Vec<Op> {
    let update = op(UPDATE, args![version + 3, "step", no, version]).expecting(1);
    let events = (1..=3).map(|n| op(EVENT, args![no, version + n, "kind", body()]));
    std::iter::once(update).chain(events).collect()
}

fn total(units: Vec<Result<usize, tokio::task::JoinError>>, began: Instant) -> f64 {
    let units: usize = units.into_iter().map(|units| units.expect("no panic")).sum();
    units as f64 / began.elapsed().as_secs_f64()
}

/// A folder beside the build, because the temporary folder may lie in memory; gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn fresh() -> Folder {
        let beside = std::env::current_exe().expect("a program");
        let folder = beside.with_file_name(format!("append-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
