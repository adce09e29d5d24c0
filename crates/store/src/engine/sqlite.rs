//! One SQLite connection: how it is opened, how a batch of units becomes one commit, what its errors mean.

use super::dialect::Texts;
use super::error::{Fault, OpenError, ReadError, WriteError};
use super::faults::Faults;
use super::op::{Done, Op, Written};
use super::value::{Row, Val};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi, params_from_iter};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Another process (a backup, a second server by mistake) may hold the file this long before we say so.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements kept prepared on each connection.
const STATEMENTS: usize = 256;
/// What the writer keeps at hand, in KiB: the leaves of some twenty trees that every case touches.
const WRITER_CACHE_KIB: i64 = 32 * 1024;
/// Pages of 4 KiB that gather before they are copied into the file: a page that many commits touch is copied once for all of them.
const CHECKPOINT_PAGES: i64 = 8 * 1024;

pub(super) struct Conn {
    db: Connection,
    texts: Texts,
}

/// Whether a commit must survive a power cut; only a database that lives no longer than its process need not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    Full,
    Off,
}

impl Conn {
    pub(super) fn writer(path: &Path, durability: Durability) -> Result<Conn, OpenError> {
        let db = Connection::open_with_flags(path, flags() | OpenFlags::SQLITE_OPEN_CREATE).map_err(cannot_open)?;
        let conn = Conn::tuned(db)?;
        let synchronous = if durability == Durability::Full { "FULL" } else { "OFF" };
        conn.db.pragma_update(None, "journal_mode", "WAL").map_err(cannot_open)?;
        conn.db.pragma_update(None, "synchronous", synchronous).map_err(cannot_open)?;
        conn.db.pragma_update(None, "cache_size", -WRITER_CACHE_KIB).map_err(cannot_open)?;
        conn.db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES).map_err(cannot_open)?;
        Ok(conn)
    }

    pub(super) fn reader(path: &Path) -> Result<Conn, OpenError> {
        let conn = Conn::tuned(Connection::open_with_flags(path, flags()).map_err(cannot_open)?)?;
        conn.db.pragma_update(None, "query_only", true).map_err(cannot_open)?;
        Ok(conn)
    }

    pub(super) fn in_memory() -> Result<Conn, OpenError> {
        Conn::tuned(Connection::open_in_memory().map_err(cannot_open)?)
    }

    fn tuned(db: Connection) -> Result<Conn, OpenError> {
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        db.busy_timeout(BUSY_TIMEOUT).map_err(cannot_open)?;
        // A statement keeps its plan; without this it is planned anew whenever it is given other values.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(cannot_open)?;
        // 8 MB each: the bound on memory counts every connection, and the file cache of the machine serves them all.
        db.execute_batch("PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864")
            .map_err(cannot_open)?;
        Ok(Conn { db, texts: Texts::default() })
    }

    /// Copies the whole database as it stands at one moment into a new file, durably, while others go on writing. The file
    /// appears under its name only when it is complete.
    pub(super) fn backup(&self, to: &Path) -> Result<(), Fault> {
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let io = |error: std::io::Error| Fault::Unavailable(error.to_string());
        if part.exists() {
            std::fs::remove_file(&part).map_err(io)?;
        }
        let mut copy = Connection::open(&part).map_err(fault)?;
        // All pages in one step: a copy in several would begin again whenever somebody writes.
        let step = Backup::new(&self.db, &mut copy).and_then(|backup| backup.step(-1)).map_err(fault)?;
        if step != StepResult::Done {
            return Err(Fault::Overloaded);
        }
        copy.close().map_err(|(_, error)| fault(error))?;
        std::fs::rename(&part, to).map_err(io)?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
    }

    /// The raw connection, for migrations.
    pub(super) fn raw(&self) -> &Connection {
        &self.db
    }

    /// Runs all units in one transaction, each whole or not at all, and commits once. One answer for each unit.
    pub(super) fn write(&mut self, units: &[&[Op]], faults: Option<&dyn Faults>) -> Vec<Result<Written, WriteError>> {
        self.commit_together(units, faults).unwrap_or_else(|error| {
            if !self.db.is_autocommit()
                && let Err(failed) = self.db.execute_batch("ROLLBACK")
            {
                tracing::error!(error = %failed, "A transaction could not be rolled back: {failed}");
            }
            tracing::warn!(%error, units = units.len(), "A batch of {} units was not committed: {error}", units.len());
            vec![Err(error); units.len()]
        })
    }

    fn commit_together(
        &mut self,
        units: &[&[Op]],
        faults: Option<&dyn Faults>,
    ) -> Result<Vec<Result<Written, WriteError>>, WriteError> {
        self.say("BEGIN IMMEDIATE").map_err(unavailable)?;
        // Units seldom fail, and a savepoint makes SQLite keep a copy of every page: they are tried without, and once more with.
        let answers = match units.iter().map(|unit| self.unit(unit)).collect::<Result<Vec<_>, _>>() {
            Ok(written) => written.into_iter().map(Ok).collect(),
            Err(error) => {
                self.still_open(&error)?;
                self.say("ROLLBACK").and_then(|()| self.say("BEGIN IMMEDIATE")).map_err(unavailable)?;
                self.one_by_one(units)?
            }
        };
        faults.map_or(Ok(()), Faults::before_commit).map_err(|what| WriteError::Unavailable { what })?;
        self.db.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])).map_err(|error| {
            // When the sync itself fails, the pages may have reached the disk or not.
            match (error.sqlite_error_code(), fault(error)) {
                (Some(ErrorCode::SystemIoFailure), what) => WriteError::InDoubt { what: what.what() },
                (_, what) => unavailable(what),
            }
        })?;
        faults.map_or(Ok(()), Faults::after_commit).map_err(|what| WriteError::InDoubt { what })?;
        Ok(answers)
    }

    /// Each unit whole or not at all, whatever becomes of the others.
    fn one_by_one(&mut self, units: &[&[Op]]) -> Result<Vec<Result<Written, WriteError>>, WriteError> {
        let mut answers = Vec::with_capacity(units.len());
        for unit in units {
            self.say("SAVEPOINT unit").map_err(unavailable)?;
            let answer = self.unit(unit);
            if let Err(error) = &answer {
                self.still_open(error)?;
                self.say("ROLLBACK TO unit").map_err(unavailable)?;
            }
            self.say("RELEASE unit").map_err(unavailable)?;
            answers.push(answer);
        }
        Ok(answers)
    }

    /// A full disk or a failing one makes SQLite roll the whole transaction back by itself.
    fn still_open(&self, error: &WriteError) -> Result<(), WriteError> {
        if self.db.is_autocommit() { Err(WriteError::Unavailable { what: error.to_string() }) } else { Ok(()) }
    }

    fn unit(&mut self, ops: &[Op]) -> Result<Written, WriteError> {
        let mut done = Vec::with_capacity(ops.len());
        for (number, op) in ops.iter().enumerate() {
            let one = self.run(op.sql, &op.args).map_err(|fault| fault.of_write(number))?;
            if op.expect.is_some_and(|expected| expected != one.count) {
                return Err(WriteError::Conflict { op: number });
            }
            done.push(one);
        }
        Ok(Written(done))
    }

    /// Several queries of one moment.
    pub(super) fn read(&mut self, queries: &[(&'static str, Vec<Val>)]) -> Result<Vec<Vec<Row>>, ReadError> {
        let together = queries.len() > 1;
        if together {
            self.say("BEGIN").map_err(Fault::of_read)?;
        }
        let answers = queries.iter().map(|(sql, args)| self.run(sql, args).map(|done| done.rows)).collect::<Result<_, _>>();
        if together && !self.db.is_autocommit() {
            self.say("COMMIT").map_err(Fault::of_read)?;
        }
        answers.map_err(Fault::of_read)
    }

    fn run(&mut self, sql: &'static str, args: &[Val]) -> Result<Done, Fault> {
        let mut statement = self.db.prepare_cached(&self.texts.sqlite(sql)).map_err(fault)?;
        let width = statement.column_count();
        if width == 0 {
            let count = statement.execute(params_from_iter(args)).map_err(fault)? as u64;
            return Ok(Done { count, rows: Vec::new() });
        }
        let mut found = statement.query(params_from_iter(args)).map_err(fault)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(fault)? {
            let mut fields = Vec::with_capacity(width);
            for column in 0..width {
                fields.push(field(row, column)?);
            }
            rows.push(Row::new(fields));
        }
        Ok(Done { count: rows.len() as u64, rows })
    }

    fn say(&self, sql: &'static str) -> Result<(), Fault> {
        self.db.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(drop).map_err(fault)
    }
}

/// A transaction that could not be begun, marked or ended; no unit of it is at fault.
fn unavailable(fault: Fault) -> WriteError {
    match fault {
        Fault::Overloaded => WriteError::Overloaded,
        other => WriteError::Unavailable { what: other.what() },
    }
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn cannot_open(error: rusqlite::Error) -> OpenError {
    OpenError { what: error.to_string() }
}

impl ToSql for Val {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = |list: serde_json::Result<String>| {
            list.map(|json| ToSqlOutput::Owned(Value::Text(json)))
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
        };
        Ok(match self {
            Val::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Val::I(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Val::T(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Val::B(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Val::Bool(truth) => ToSqlOutput::Borrowed(ValueRef::Integer((*truth).into())),
            Val::Ints(list) => json(serde_json::to_string(list))?,
            Val::Texts(list) => json(serde_json::to_string(list))?,
        })
    }
}

fn field(row: &rusqlite::Row<'_>, column: usize) -> Result<Val, Fault> {
    Ok(match row.get_ref(column).map_err(fault)? {
        ValueRef::Null => Val::Null,
        ValueRef::Integer(number) => Val::I(number),
        ValueRef::Text(text) => {
            Val::T(std::str::from_utf8(text).map_err(|_| Fault::Faulty(format!("column {column} is not UTF-8")))?.to_owned())
        }
        ValueRef::Blob(bytes) => Val::B(bytes.to_vec()),
        ValueRef::Real(_) => return Err(Fault::Faulty(format!("column {column} is a floating-point number; cast it"))),
    })
}

/// What SQLite's error means to us.
pub(super) fn fault(error: rusqlite::Error) -> Fault {
    let what = error.to_string();
    let rusqlite::Error::SqliteFailure(ffi::Error { code, extended_code }, _) = error else { return Fault::Faulty(what) };
    match (code, extended_code) {
        (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID) => {
            Fault::Unique(what)
        }
        (ErrorCode::ConstraintViolation, _) => Fault::Constraint(what),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Fault::Overloaded,
        (
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::OutOfMemory
            | ErrorCode::PermissionDenied
            | ErrorCode::FileLockingProtocolFailed,
            _,
        ) => Fault::Unavailable(what),
        _ => Fault::Faulty(what),
    }
}
