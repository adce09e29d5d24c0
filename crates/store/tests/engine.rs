//! The engine keeps its promises on SQLite, threaded and in-line, and on PostgreSQL alike.
//!
//! PostgreSQL is the server that `YIMEN_TEST_POSTGRES` names, a URL under which a test may make schemas; CI always sets it.

mod databases;

use databases::{Database, each};
use store::engine::{Engine, MigrateError, Migration, Op, Row, WriteError, args, op};

const TABLES: Migration = Migration::new(
    1,
    "matters",
    "CREATE TABLE matter (no TEXT PRIMARY KEY, version BIGINT NOT NULL CHECK (version >= 0), open BOOLEAN NOT NULL, paper BYTEA);
     CREATE TABLE event (no TEXT NOT NULL REFERENCES matter (no), version BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (no, version))",
);

async fn tables(engine: &Engine) {
    assert_eq!(engine.migrate(&[TABLES]).await.map(|done| done.ran), Ok(vec![1]));
    write(engine, vec![matter("甲1", 1), matter("甲2", 1)]).await;
}

fn matter(no: &str, version: i64) -> Op {
    op("INSERT INTO matter (no, version, open) VALUES ($1, $2, TRUE)", args![no, version])
}

fn event(no: &str, version: i64) -> Op {
    op("INSERT INTO event (no, version, body) VALUES ($1, $2, $3)", args![no, version, "{}"])
}

/// Moves a matter on, if it still stands where its author saw it.
fn advance(no: &str, seen: i64) -> Op {
    op("UPDATE matter SET version = $1 WHERE no = $2 AND version = $3", args![seen + 1, no, seen]).expecting(1)
}

async fn write(engine: &Engine, unit: Vec<Op>) {
    engine.write(unit).await.expect("the unit is written");
}

async fn versions(engine: &Engine) -> Vec<(String, i64)> {
    let rows = engine.read("SELECT no, version FROM matter ORDER BY no", args![]).await.expect("matters can be read");
    rows.iter().map(|row| (row.string(0).expect("a number"), row.int(1).expect("a version"))).collect()
}

async fn events(engine: &Engine) -> i64 {
    let row = engine.read_one("SELECT count(*) FROM event", args![]).await.expect("events can be counted");
    row.expect("a row").int(0).expect("a count")
}

#[tokio::test]
async fn a_unit_is_written_whole_or_not_at_all() {
    each(async |database: Database| {
        let engine = database.engine();
        tables(engine).await;
        let written = engine.write(vec![advance("甲1", 1), event("甲1", 2)]).await.expect("the unit is written");
        assert_eq!((written.count(0), written.count(1), written.count(2)), (1, 1, 0));

        let refused = [
            (vec![event("甲1", 3), advance("甲1", 1)], WriteError::Conflict { op: 1 }),
            (vec![advance("甲1", 1), event("无", 3)], WriteError::Conflict { op: 0 }),
            (vec![event("甲2", 3), op("UPDATE matter SET open = FALSE", args![]).expecting(1)], WriteError::Conflict { op: 1 }),
        ];
        for (unit, wanted) in refused {
            assert_eq!(engine.write(unit).await, Err(wanted), "{}", database.name());
        }
        let unit = vec![event("甲2", 2), event("甲1", 2)];
        assert!(matches!(engine.write(unit).await, Err(WriteError::Unique { op: 1, .. })), "{}", database.name());
        let unit = vec![event("甲2", 2), event("无", 2)];
        assert!(matches!(engine.write(unit).await, Err(WriteError::Constraint { op: 1, .. })), "{}", database.name());
        let unit = vec![event("甲2", 2), op("UPDATE matter SET version = -1", args![])];
        assert!(matches!(engine.write(unit).await, Err(WriteError::Constraint { op: 1, .. })), "{}", database.name());
        let unit = vec![event("甲2", 2), op("UPDATE nothing SET version = 1", args![])];
        assert!(matches!(engine.write(unit).await, Err(WriteError::Faulty { op: 1, .. })), "{}", database.name());

        assert_eq!(versions(engine).await, [("甲1".to_owned(), 2), ("甲2".to_owned(), 1)], "{}", database.name());
        assert_eq!(events(engine).await, 1, "nothing of the refused units remains on {}", database.name());
    })
    .await;
}

#[tokio::test]
async fn the_statements_of_a_long_unit_keep_their_order() {
    each(async |database: Database| {
        tables(database.engine()).await;
        write(database.engine(), (1..200).map(|seen| advance("甲1", seen)).collect()).await;
        assert_eq!(versions(database.engine()).await[0].1, 200, "{}", database.name());
    })
    .await;
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    each(async |database: Database| {
        let engine = database.engine();
        tables(engine).await;
        let paper = vec![0_u8, 159, 255];
        let unit = vec![op(
            "INSERT INTO matter (no, version, open, paper) VALUES ($4, $1, $2, $3)",
            args![i64::MAX, false, paper.clone(), "乙'1"],
        )];
        write(engine, unit).await;
        let query = "SELECT no, version, open, paper, CAST(NULL AS TEXT), 1, $1 = '$1' FROM matter WHERE no = $2";
        let row = engine.read_one(query, args!["x", "乙'1"]).await.expect("it can be read").expect("it is there");
        assert_eq!((row.text(0), row.int(1), row.bool(2)), (Ok("乙'1"), Ok(i64::MAX), Ok(false)), "{}", database.name());
        assert_eq!((row.bytes(3), row.opt_text(4), row.int(5), row.bool(6)), (Ok(paper.as_slice()), Ok(None), Ok(1), Ok(false)));
        assert!(row.int(0).is_err() && row.text(7).is_err());
    })
    .await;
}

#[tokio::test]
async fn lists_of_any_length_are_one_argument() {
    each(async |database: Database| {
        let engine = database.engine();
        tables(engine).await;
        let numbers = |rows: Vec<Row>| rows.iter().map(|row| row.string(0).expect("a number")).collect::<Vec<_>>();
        let any = "SELECT no FROM matter WHERE no = ANY($1) ORDER BY no";
        for (list, found) in
            [(vec![], 0), (vec!["甲2".to_owned()], 1), (vec!["甲1".to_owned(), "甲2".to_owned(), "\"]".to_owned()], 2)]
        {
            assert_eq!(numbers(engine.read(any, args![list]).await.expect("a list")).len(), found, "{}", database.name());
        }
        let none = "SELECT no FROM matter WHERE version <> ALL($1) AND no <> $2";
        assert_eq!(
            numbers(engine.read(none, args![vec![5_i64, 6], "甲1"]).await.expect("a list")),
            ["甲2"],
            "{}",
            database.name()
        );
    })
    .await;
}

#[tokio::test]
async fn queries_read_together_see_one_moment() {
    each(async |database: Database| {
        let engine = database.engine();
        tables(engine).await;
        let answers = engine
            .read_together(vec![("SELECT no FROM matter WHERE no = $1", args!["甲1"]), ("SELECT count(*) FROM matter", args![])])
            .await
            .expect("both can be read");
        assert_eq!((answers.len(), answers[0][0].text(0), answers[1][0].int(0)), (2, Ok("甲1"), Ok(2)), "{}", database.name());
        let faulty = engine.read_together(vec![("SELECT 1", args![]), ("SELECT x FROM nothing", args![])]).await;
        assert!(faulty.is_err(), "{}", database.name());
        assert_eq!(versions(engine).await.len(), 2, "the connection is fit for use after a fault on {}", database.name());
    })
    .await;
}

#[tokio::test]
async fn readers_never_write() {
    each(async |database: Database| {
        tables(database.engine()).await;
        if !database.is_inline() {
            assert!(database.engine().read("DELETE FROM matter RETURNING no", args![]).await.is_err(), "{}", database.name());
        }
        assert_eq!(versions(database.engine()).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_guard_is_a_query_that_must_find_its_rows() {
    each(async |database: Database| {
        let engine = database.engine();
        tables(engine).await;
        let guard = |no: &str| op("SELECT 1 FROM matter WHERE no = $1 AND open FOR SHARE", args![no]).expecting(1);
        write(engine, vec![guard("甲1"), event("甲1", 2)]).await;
        assert_eq!(
            engine.write(vec![event("甲1", 3), guard("乙")]).await,
            Err(WriteError::Conflict { op: 1 }),
            "{}",
            database.name()
        );
        assert_eq!(events(engine).await, 1);
    })
    .await;
}

#[tokio::test]
async fn of_those_who_saw_the_same_version_one_wins() {
    each(async |database: Database| {
        let engine = database.engine();
        tables(engine).await;
        for seen in 1..=5 {
            let attempts: Vec<_> = (0..20)
                .map(|_| {
                    let engine = engine.clone();
                    tokio::spawn(async move { engine.write(vec![advance("甲1", seen), event("甲1", seen + 1)]).await })
                })
                .collect();
            let mut won = 0;
            for attempt in attempts {
                match attempt.await.expect("no panic") {
                    Ok(_) => won += 1,
                    Err(error) => assert_eq!(error, WriteError::Conflict { op: 0 }, "{}", database.name()),
                }
            }
            assert_eq!(won, 1, "{}", database.name());
        }
        assert_eq!(events(engine).await, 5);
    })
    .await;
}

#[tokio::test]
async fn a_failing_unit_harms_no_neighbour() {
    each(async |database: Database| {
        let engine = database.engine();
        tables(engine).await;
        let attempts: Vec<_> = (0..200)
            .map(|n: i64| {
                let engine = engine.clone();
                // Every third unit writes one event and then stumbles.
                let second = if n % 3 == 0 { event("无", n) } else { event("甲2", n) };
                tokio::spawn(async move { engine.write(vec![event("甲1", n), second]).await.is_ok() })
            })
            .collect();
        let mut written = 0;
        for attempt in attempts {
            written += i64::from(attempt.await.expect("no panic"));
        }
        assert_eq!((written, events(engine).await), (133, 266), "{}", database.name());
    })
    .await;
}

#[tokio::test]
async fn leased_work_is_claimed_once() {
    const CLAIM: &str = "WITH due AS MATERIALIZED (SELECT no FROM matter WHERE open ORDER BY no LIMIT $1 FOR UPDATE SKIP LOCKED) \
         UPDATE matter SET open = FALSE FROM due WHERE matter.no = due.no RETURNING matter.no";
    each(async |database: Database| {
        let engine = database.engine();
        tables(engine).await;
        write(engine, (0..98).map(|n| matter(&format!("丙{n}"), 1)).collect()).await;
        let claims: Vec<_> = (0..10)
            .map(|_| {
                let engine = engine.clone();
                tokio::spawn(async move { engine.write_returning(CLAIM, args![7]).await.expect("a claim") })
            })
            .collect();
        let mut claimed = Vec::new();
        for claim in claims {
            let rows = claim.await.expect("no panic");
            assert!(rows.len() <= 7, "{}", database.name());
            claimed.extend(rows.iter().map(|row| row.string(0).expect("a number")));
        }
        while let Some(row) = engine.write_returning(CLAIM, args![1]).await.expect("a claim").pop() {
            claimed.push(row.string(0).expect("a number"));
        }
        claimed.sort();
        claimed.dedup();
        assert_eq!(claimed.len(), 100, "each is claimed, none twice, on {}", database.name());
    })
    .await;
}

#[tokio::test]
async fn migrations_run_once_and_keep_their_history() {
    const MORE: Migration = Migration::new(2, "more", "CREATE TABLE more (no BIGINT PRIMARY KEY)");
    const BROKEN: Migration = Migration::new(3, "broken", "CREATE TABLE rest (no BIGINT); CREATE TABLE more (no BIGINT)");
    each(async |database: Database| {
        let engine = database.engine();
        assert_eq!(engine.migrate(&[]).await.map(|done| (done.ran, done.at)), Ok((vec![], 0)));
        assert_eq!(engine.migrate(&[TABLES]).await.map(|done| (done.ran, done.at)), Ok((vec![1], 1)));
        let (one, two) = tokio::join!(engine.migrate(&[TABLES, MORE]), engine.migrate(&[TABLES, MORE]));
        let ran = [one.expect("it runs").ran, two.expect("it runs").ran].concat();
        assert_eq!(ran, [2], "two processes that start together do it once on {}", database.name());

        let changed = Migration { sql: "SELECT 1", ..MORE };
        assert_eq!(engine.migrate(&[TABLES, changed]).await, Err(MigrateError::Changed { number: 2, name: "more".to_owned() }));
        assert_eq!(engine.migrate(&[TABLES]).await, Err(MigrateError::Newer { database: 2, program: 1 }));
        let broken = engine.migrate(&[TABLES, MORE, BROKEN]).await;
        assert!(matches!(broken, Err(MigrateError::Failed { number: 3, .. })), "{}: {broken:?}", database.name());
        assert!(engine.read("SELECT no FROM rest", args![]).await.is_err(), "nothing of it remains on {}", database.name());
        let mended = Migration { sql: "CREATE TABLE rest (no BIGINT)", ..BROKEN };
        assert_eq!(engine.migrate(&[TABLES, MORE, mended]).await.map(|done| done.ran), Ok(vec![3]));
    })
    .await;
}

#[tokio::test]
async fn a_commit_wakes_those_who_look_for_work() {
    each(async |database: Database| {
        let engine = database.engine();
        let mut hint = engine.listen_hint();
        tables(engine).await;
        let woken = tokio::time::timeout(std::time::Duration::from_secs(10), hint.changed()).await;
        assert!(woken.is_ok_and(|changed| changed.is_ok()), "{}", database.name());
        hint.borrow_and_update();
        assert!(engine.write(vec![advance("甲1", 9)]).await.is_err());
        assert_eq!(hint.has_changed().ok(), Some(false), "what failed wakes nobody on {}", database.name());
    })
    .await;
}
