//! Bringing the tables up to date: numbered texts, each run once, each remembered with its digest.

use super::Kind;
use super::error::{Fault, MigrateError};
use super::postgres::{Held, Postgres, fault};
use rusqlite::Connection;
use sm3::{Digest, Sm3};

/// One step of the tables' history. Once released its text never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// From 1, ascending.
    pub number: i64,
    pub name: &'static str,
    /// Statements for both engines.
    pub sql: &'static str,
    /// Takes the place of `sql` on SQLite, where the two must differ.
    pub sqlite: Option<&'static str>,
    /// Takes the place of `sql` on PostgreSQL.
    pub postgres: Option<&'static str>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The numbers that ran now.
    pub ran: Vec<i64>,
    /// Where the database stands; 0 before the first migration.
    pub at: i64,
}

impl Migration {
    /// One text for both engines.
    pub const fn new(number: i64, name: &'static str, sql: &'static str) -> Migration {
        Migration { number, name, sql, sqlite: None, postgres: None }
    }

    pub(super) fn text(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Sqlite => self.sqlite.unwrap_or(self.sql),
            Kind::Postgres => self.postgres.unwrap_or(self.sql),
        }
    }

    /// SM3 of the text that runs on this engine, in hexadecimal.
    pub(super) fn checksum(&self, kind: Kind) -> String {
        Sm3::digest(self.text(kind)).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(super) fn failed(&self, what: impl std::fmt::Display) -> MigrateError {
        MigrateError::Failed { number: self.number, name: self.name.to_owned(), what: what.to_string() }
    }
}

/// A migration as the database remembers it.
pub(super) struct Recorded {
    pub(super) number: i64,
    pub(super) name: String,
    pub(super) checksum: String,
}

pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration \
     (number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, run_at BIGINT NOT NULL)";
pub(super) const RECORDED: &str = "SELECT number, name, checksum FROM schema_migration ORDER BY number";

/// What is still to run, or why this program must not touch this database.
pub(super) fn still_to_run<'m>(
    known: &'m [Migration],
    recorded: &[Recorded],
    kind: Kind,
) -> Result<&'m [Migration], MigrateError> {
    if let Some(pair) = known.windows(2).find(|pair| pair[0].number >= pair[1].number) {
        return Err(MigrateError::Order { number: pair[1].number });
    }
    let program = known.last().map_or(0, |last| last.number);
    if let Some(last) = recorded.last().filter(|last| last.number > program) {
        return Err(MigrateError::Newer { database: last.number, program });
    }
    for (index, record) in recorded.iter().enumerate() {
        let migration = known.get(index).filter(|migration| migration.number == record.number);
        let migration = migration.ok_or(MigrateError::Order { number: record.number })?;
        if migration.checksum(kind) != record.checksum {
            return Err(MigrateError::Changed { number: record.number, name: record.name.clone() });
        }
    }
    Ok(&known[recorded.len()..])
}

pub(super) fn summary(known: &[Migration], ran: &[Migration]) -> Migrated {
    for migration in ran {
        tracing::info!(migration.number, "Migration {} ({}) has run", migration.number, migration.name);
    }
    Migrated { ran: ran.iter().map(|migration| migration.number).collect(), at: known.last().map_or(0, |last| last.number) }
}

/// All in one transaction, which also keeps a second process out meanwhile.
pub(super) fn on_sqlite(db: &Connection, known: &[Migration], now: i64) -> Result<Migrated, MigrateError> {
    let unavailable = |error: rusqlite::Error| MigrateError::Unavailable { what: error.to_string() };
    db.execute_batch("BEGIN IMMEDIATE").map_err(unavailable)?;
    let outcome = run_on_sqlite(db, known, now);
    let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
    if !db.is_autocommit() {
        db.execute_batch(end).map_err(unavailable)?;
    }
    outcome
}

fn run_on_sqlite(db: &Connection, known: &[Migration], now: i64) -> Result<Migrated, MigrateError> {
    let unavailable = |error: rusqlite::Error| MigrateError::Unavailable { what: error.to_string() };
    db.execute_batch(TABLE).map_err(unavailable)?;
    let recorded = db.prepare(RECORDED).and_then(|mut statement| {
        let record = |row: &rusqlite::Row<'_>| Ok(Recorded { number: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? });
        statement.query_map([], record)?.collect::<Result<Vec<_>, _>>()
    });
    let ran = still_to_run(known, &recorded.map_err(unavailable)?, Kind::Sqlite)?;
    for migration in ran {
        db.execute_batch(migration.text(Kind::Sqlite)).map_err(|error| migration.failed(error))?;
        let record = "INSERT INTO schema_migration (number, name, checksum, run_at) VALUES (?1, ?2, ?3, ?4)";
        db.execute(record, (migration.number, migration.name, migration.checksum(Kind::Sqlite), now))
            .map_err(|error| migration.failed(error))?;
    }
    Ok(summary(known, ran))
}

/// Each in a transaction of its own, all under a lock that belongs to the schema.
pub(super) async fn on_postgres(postgres: &Postgres, known: &[Migration], now: i64) -> Result<Migrated, MigrateError> {
    let schema = postgres.schema.as_deref();
    let conn = postgres.writer().await.map_err(lost)?;
    let lock = "SET statement_timeout = 0; SET lock_timeout = 0";
    conn.batch_execute(lock).await.map_err(|error| lost(fault(&error)))?;
    let key = schema.unwrap_or_default();
    let lock = "SELECT pg_advisory_lock(hashtext('schema_migration'), hashtext($1))";
    conn.execute(lock, &[&key]).await.map_err(|error| lost(fault(&error)))?;
    let outcome = run_on_postgres(&conn, schema, known, now).await;
    let unlock = "SELECT pg_advisory_unlock(hashtext('schema_migration'), hashtext($1))";
    conn.execute(unlock, &[&key]).await.map_err(|error| lost(fault(&error)))?;
    // Not released: the next user must not inherit a connection without timeouts.
    outcome
}

async fn run_on_postgres(conn: &Held, schema: Option<&str>, known: &[Migration], now: i64) -> Result<Migrated, MigrateError> {
    if let Some(schema) = schema {
        let make = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
        conn.batch_execute(&make).await.map_err(|error| lost(fault(&error)))?;
    }
    conn.batch_execute(TABLE).await.map_err(|error| lost(fault(&error)))?;
    let rows = conn.query(RECORDED, &[]).await.map_err(|error| lost(fault(&error)))?;
    let recorded: Vec<_> =
        rows.iter().map(|row| Recorded { number: row.get(0), name: row.get(1), checksum: row.get(2) }).collect();
    let ran = still_to_run(known, &recorded, Kind::Postgres)?;
    for migration in ran {
        let failed = |error: tokio_postgres::Error| migration.failed(fault(&error).what());
        // The simple protocol runs the whole text as one transaction; the record belongs to it.
        let record = format!(
            "BEGIN;\n{}\n; INSERT INTO schema_migration (number, name, checksum, run_at) VALUES ({}, '{}', '{}', {now}); COMMIT",
            migration.text(Kind::Postgres),
            migration.number,
            migration.name.replace('\'', "''"),
            migration.checksum(Kind::Postgres),
        );
        if let Err(error) = conn.batch_execute(&record).await {
            conn.batch_execute("ROLLBACK").await.map_err(|error| lost(fault(&error)))?;
            return Err(failed(error));
        }
    }
    Ok(summary(known, ran))
}

fn lost(fault: Fault) -> MigrateError {
    MigrateError::Unavailable { what: fault.what() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = Migration::new(1, "one", "CREATE TABLE one (no BIGINT)");
    const TWO: Migration = Migration::new(2, "two", "CREATE TABLE two (no BIGINT)");
    const FOUR: Migration = Migration::new(4, "four", "CREATE TABLE four (no BIGINT)");

    fn recorded(migrations: &[Migration]) -> Vec<Recorded> {
        migrations
            .iter()
            .map(|m| Recorded { number: m.number, name: m.name.to_owned(), checksum: m.checksum(Kind::Sqlite) })
            .collect()
    }

    #[test]
    fn only_what_is_new_runs_and_history_never_changes() {
        let check = |known: &[Migration], done: &[Migration], wanted: Result<Vec<i64>, MigrateError>| {
            let got = still_to_run(known, &recorded(done), Kind::Sqlite).map(|m| m.iter().map(|m| m.number).collect());
            assert_eq!(got, wanted);
        };
        let changed = Migration { sql: "CREATE TABLE one (no TEXT)", ..ONE };
        check(&[ONE, TWO], &[], Ok(vec![1, 2]));
        check(&[ONE, TWO, FOUR], &[ONE], Ok(vec![2, 4]));
        check(&[ONE], &[ONE], Ok(vec![]));
        check(&[ONE], &[ONE, TWO], Err(MigrateError::Newer { database: 2, program: 1 }));
        check(&[ONE, TWO], &[changed], Err(MigrateError::Changed { number: 1, name: "one".to_owned() }));
        check(&[TWO, ONE], &[], Err(MigrateError::Order { number: 1 }));
        check(&[ONE, TWO, FOUR], &[ONE, FOUR], Err(MigrateError::Order { number: 4 }));
    }

    #[test]
    fn each_engine_has_its_own_text_where_they_must_differ() {
        let both = Migration { postgres: Some("CREATE TABLE one (no INT)"), ..ONE };
        assert_eq!((both.text(Kind::Sqlite), both.text(Kind::Postgres)), (ONE.sql, "CREATE TABLE one (no INT)"));
        assert_ne!(both.checksum(Kind::Sqlite), both.checksum(Kind::Postgres));
    }
}
