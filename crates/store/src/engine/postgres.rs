//! PostgreSQL: a unit of work in two round trips, however many statements it has.
//!
//! BEGIN and all statements go out together, their answers are looked at, then COMMIT. Deadlocks and serialisation failures are
//! tried again here, a few times: the unit is the same list of statements, so trying again is safe.

use super::error::{Fault, OpenError, ReadError, WriteError};
use super::faults::Faults;
use super::op::{Done, Op, Written};
use super::postgres_values::decode;
use super::threads::Query;
use super::tls::Wanted;
use super::value::{Row, Val};
use super::{Hint, Options, machine_millis};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType};
use futures_util::future::{join, join_all, join3};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Waiting longer for a free connection helps nobody: the answer is `Overloaded`.
const WAIT: Duration = Duration::from_secs(5);
/// How often a unit that lost against another is tried again.
const TRIES: u32 = 5;
/// Statements that go out together; more would only fill the buffers on both sides.
const FLIGHT: usize = 30;
/// How long the measured distance to the database's clock is believed.
const CLOCK_KEPT: Duration = Duration::from_secs(5);
/// A stuck statement, lock or forgotten transaction ends by itself, so that it holds back nobody else. A statement keeps its plan, as on
/// SQLite: planning the short ones anew each time costs more than they do. Nor does one start helpers of its own: that took 20 ms where
/// the look itself took none, and other people's pages want the processors too.
const SESSION: &str = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=10s -c jit=off \
                       -c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0";

pub(super) struct Postgres {
    writers: Pool,
    /// Connections on which nothing can be written.
    readers: Pool,
    /// Units that may wait for a connection.
    queue: usize,
    faults: Option<Arc<dyn Faults>>,
    hint: Hint,
    /// Moment of a look at the database's clock and what it showed.
    clock: Mutex<Option<(Instant, i64)>>,
    pub(super) schema: Option<String>,
}

impl Postgres {
    pub(super) async fn connect(url: &str, options: Options, hint: Hint) -> Result<Postgres, OpenError> {
        let wanted = Wanted::of(url, options.authorities.as_deref())?;
        // What is wrong with an address is told without the address, which may hold a password.
        let mut config: tokio_postgres::Config =
            wanted.url.parse().map_err(|error: Error| OpenError { what: error.to_string() })?;
        let connector = wanted.connector()?;
        let own = config.get_options().unwrap_or_default();
        let mut session = format!("{own} {SESSION}");
        if let Some(schema) = &options.schema {
            if !schema.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
                return Err(OpenError { what: format!("a schema is named with a-z, 0-9 and _ only, not `{schema}`") });
            }
            session += &format!(" -c search_path={schema}");
        }
        config.application_name("yimen").ssl_mode(wanted.mode).connect_timeout(WAIT).keepalives_idle(Duration::from_secs(30));
        let writers = pool(config.clone().options(&session), &connector, options.connections)?;
        let only = format!("{session} -c default_transaction_read_only=on");
        let readers = pool(config.options(only), &connector, options.connections)?;
        let (queue, faults, schema) = (options.queue, options.faults, options.schema);
        let postgres = Postgres { writers, readers, queue, faults, hint, clock: Mutex::default(), schema };
        postgres.look_at_server().await?;
        Ok(postgres)
    }

    async fn look_at_server(&self) -> Result<(), OpenError> {
        let settings = "SELECT CAST(current_setting('server_version_num') AS BIGINT), current_setting('server_encoding'), \
             (SELECT CAST(datcollate AS TEXT) FROM pg_database WHERE datname = current_database())";
        let rows = self.read(&[(settings, vec![])], false).await.map_err(|error| OpenError { what: error.to_string() })?;
        let wrong = |what: &str| OpenError { what: what.to_owned() };
        let row = rows.first().and_then(|rows| rows.first()).ok_or_else(|| wrong("the server says nothing about itself"))?;
        let read = |error: ReadError| OpenError { what: error.to_string() };
        if row.int(0).map_err(read)? < 150_000 {
            return Err(wrong("PostgreSQL 15 or newer is needed"));
        }
        if row.text(1).map_err(read)? != "UTF8" {
            return Err(wrong("the database's encoding must be UTF8"));
        }
        let collation = row.text(2).map_err(read)?;
        if !["C", "POSIX", "C.UTF-8", "C.utf8"].contains(&collation) {
            tracing::warn!(collation, "The database sorts by {collation}; lists are in the order of SQLite only under C.UTF-8");
        }
        Ok(())
    }

    pub(super) async fn write(&self, unit: &[Op]) -> Result<Written, WriteError> {
        let mut tries = 0;
        loop {
            match self.attempt(unit).await {
                Ok(written) => {
                    self.hint.committed();
                    return Ok(written);
                }
                Err(Stumble::Final(error)) => return Err(error),
                Err(Stumble::Again) if tries == TRIES => return Err(WriteError::Overloaded),
                Err(Stumble::Again) => {
                    tries += 1;
                    tracing::debug!(tries, "A unit lost against another and is tried again ({tries})");
                    tokio::time::sleep(Duration::from_millis(3) * tries).await;
                }
            }
        }
    }

    async fn attempt(&self, unit: &[Op]) -> Result<Written, Stumble> {
        let conn = self.connection(&self.writers).await.map_err(|fault| Stumble::of(fault, 0))?;
        let mut statements = Vec::with_capacity(unit.len());
        for (number, op) in unit.iter().enumerate() {
            statements.push(conn.prepare_cached(op.sql).await.map_err(|error| stumble(&conn, &error, number))?);
        }
        if let ([Op { expect: None, .. }], None) = (unit, &self.faults) {
            return alone(conn, unit, &statements).await;
        }
        let (begun, results) = join(conn.batch_execute("BEGIN"), in_flights(&conn, unit, &statements)).await;
        begun.map_err(|error| stumble(&conn, &error, 0))?;
        let written = match looked_at(&conn, unit, results) {
            Ok(written) => written,
            Err(stumble) => {
                // A connection that cannot even roll back is dropped, and the server rolls back for it.
                if conn.batch_execute("ROLLBACK").await.is_ok() {
                    conn.release();
                }
                return Err(stumble);
            }
        };
        let faults = self.faults.as_deref();
        faults.map_or(Ok(()), Faults::before_commit).map_err(|what| Stumble::Final(WriteError::Unavailable { what }))?;
        conn.batch_execute("COMMIT").await.map_err(|error| in_doubt(stumble(&conn, &error, unit.len())))?;
        conn.release();
        faults.map_or(Ok(()), Faults::after_commit).map_err(|what| Stumble::Final(WriteError::InDoubt { what }))?;
        Ok(written)
    }

    /// All at one moment, or each at its own, one after the other.
    pub(super) async fn read(&self, queries: &[Query], one_moment: bool) -> Result<Vec<Vec<Row>>, ReadError> {
        match self.read_once(queries, one_moment).await {
            // The tables changed under a prepared statement: once more.
            Err(Stumble::Again) => match self.read_once(queries, one_moment).await {
                Err(Stumble::Again) => Err(ReadError::Overloaded),
                other => other.map_err(Stumble::of_read),
            },
            other => other.map_err(Stumble::of_read),
        }
    }

    async fn read_once(&self, queries: &[Query], one_moment: bool) -> Result<Vec<Vec<Row>>, Stumble> {
        let conn = self.connection(&self.readers).await.map_err(|fault| Stumble::of(fault, 0))?;
        let mut statements = Vec::with_capacity(queries.len());
        for (sql, _) in queries {
            statements.push(conn.prepare_cached(sql).await.map_err(|error| stumble(&conn, &error, 0))?);
        }
        let runs = join_all(queries.iter().zip(&statements).map(|((_, args), statement)| run(&conn, statement, args)));
        let results = if queries.len() == 1 || !one_moment {
            runs.await
        } else {
            // One moment for all, still in one round trip.
            let moment = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            let (begun, results, ended) = join3(conn.batch_execute(moment), runs, conn.batch_execute("COMMIT")).await;
            begun.and(ended).map_err(|error| stumble(&conn, &error, 0))?;
            results
        };
        let mut answers = Vec::with_capacity(results.len());
        for result in results {
            answers.push(result.map_err(|error| trouble(&conn, error, 0))?.rows);
        }
        conn.release();
        Ok(answers)
    }

    /// The database's time. Between looks our own steady clock carries it on.
    pub(super) async fn now_millis(&self) -> Result<i64, ReadError> {
        let kept = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((looked, shown)) = kept.filter(|(looked, _)| looked.elapsed() < CLOCK_KEPT) {
            return Ok(shown + looked.elapsed().as_millis() as i64);
        }
        let (asked, shown) = (Instant::now(), self.database_millis().await?);
        let looked = asked + asked.elapsed() / 2;
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some((looked, shown));
        Ok(shown + looked.elapsed().as_millis() as i64)
    }

    /// Milliseconds that the database's clock is ahead of ours.
    pub(super) async fn clock_skew(&self) -> Result<i64, ReadError> {
        let before = machine_millis();
        let shown = self.database_millis().await?;
        Ok(shown - (before + machine_millis()) / 2)
    }

    async fn database_millis(&self) -> Result<i64, ReadError> {
        let now = "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";
        let answers = self.read(&[(now, vec![])], false).await?;
        let row = answers.first().and_then(|rows| rows.first());
        row.ok_or_else(|| ReadError::Unavailable { what: "the database did not tell the time".to_owned() })?.int(0)
    }

    pub(super) async fn writer(&self) -> Result<Held, Fault> {
        self.connection(&self.writers).await
    }

    async fn connection(&self, pool: &Pool) -> Result<Held, Fault> {
        if pool.status().waiting >= self.queue {
            return Err(Fault::Overloaded);
        }
        match pool.get().await {
            Ok(conn) => Ok(Held(Some(conn))),
            Err(PoolError::Timeout(TimeoutType::Wait)) => Err(Fault::Overloaded),
            Err(PoolError::Closed) => Err(Fault::Unavailable("the store is closing".to_owned())),
            Err(PoolError::Backend(error)) => Err(Fault::Unavailable(fault(&error).what())),
            Err(error) => Err(Fault::Unavailable(error.to_string())),
        }
    }

    pub(super) fn waiting(&self) -> usize {
        self.writers.status().waiting + self.readers.status().waiting
    }

    pub(super) fn close(&self) {
        self.writers.close();
        self.readers.close();
    }
}

fn pool(config: &tokio_postgres::Config, tls: &MakeRustlsConnect, connections: usize) -> Result<Pool, OpenError> {
    let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config.clone(), tls.clone(), manager_config);
    let builder = Pool::builder(manager).max_size(connections).runtime(Runtime::Tokio1);
    let builder = builder.wait_timeout(Some(WAIT)).create_timeout(Some(WAIT)).recycle_timeout(Some(WAIT));
    builder.build().map_err(|error| OpenError { what: error.to_string() })
}

/// A connection with work in progress. Only a released one goes back to the pool: if the caller goes away in the middle, the
/// connection is closed and the server rolls back, so that nobody inherits an open transaction.
pub(super) struct Held(Option<Object>);

impl Held {
    pub(super) fn release(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            drop(Object::take(conn));
        }
    }
}

impl Deref for Held {
    type Target = Object;

    #[expect(clippy::expect_used, reason = "only release and drop empty it, and both end it")]
    fn deref(&self) -> &Object {
        self.0.as_ref().expect("a held connection")
    }
}

/// Why an attempt came to nothing.
enum Stumble {
    /// Another was faster or the tables changed: the same again may succeed.
    Again,
    Final(WriteError),
}

impl Stumble {
    fn of(fault: Fault, op: usize) -> Stumble {
        Stumble::Final(fault.of_write(op))
    }

    fn of_read(self) -> ReadError {
        match self {
            Stumble::Again | Stumble::Final(WriteError::Overloaded) => ReadError::Overloaded,
            Stumble::Final(WriteError::Unavailable { what } | WriteError::InDoubt { what }) => ReadError::Unavailable { what },
            Stumble::Final(WriteError::Faulty { what, .. }) => ReadError::Faulty { what },
            Stumble::Final(other) => ReadError::Faulty { what: other.to_string() },
        }
    }
}

/// What became of one statement sent: the server's error, or a row we cannot read.
pub(super) enum Trouble {
    Server(Error),
    Ours(Fault),
}

/// A single statement that nothing depends on is its own transaction: one round trip.
async fn alone(conn: Held, unit: &[Op], statements: &[Statement]) -> Result<Written, Stumble> {
    let results = in_flights(&conn, unit, statements).await;
    let written = looked_at(&conn, unit, results);
    match written {
        Err(Stumble::Final(WriteError::Unavailable { .. })) => written.map_err(in_doubt),
        _ => {
            conn.release();
            written
        }
    }
}

async fn in_flights(conn: &Held, unit: &[Op], statements: &[Statement]) -> Vec<Result<Done, Trouble>> {
    let mut results = Vec::with_capacity(unit.len());
    for (ops, statements) in unit.chunks(FLIGHT).zip(statements.chunks(FLIGHT)) {
        // Each is sent when it is first polled, and a small `join_all` polls in order.
        results.extend(join_all(ops.iter().zip(statements).map(|(op, statement)| run(conn, statement, &op.args))).await);
    }
    results
}

async fn run(conn: &Held, statement: &Statement, args: &[Val]) -> Result<Done, Trouble> {
    if statement.columns().is_empty() {
        let count = conn.execute_raw(statement, args).await.map_err(Trouble::Server)?;
        return Ok(Done { count, rows: Vec::new() });
    }
    let args: Vec<_> = args.iter().map(|arg| arg as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
    let found = conn.query(statement, &args).await.map_err(Trouble::Server)?;
    let rows = found.iter().map(decode).collect::<Result<Vec<_>, _>>().map_err(Trouble::Ours)?;
    Ok(Done { count: rows.len() as u64, rows })
}

/// The first statement that failed, or changed another number of rows than expected, decides.
fn looked_at(conn: &Held, unit: &[Op], results: Vec<Result<Done, Trouble>>) -> Result<Written, Stumble> {
    let mut written = Vec::with_capacity(unit.len());
    for (number, (op, result)) in unit.iter().zip(results).enumerate() {
        let done = result.map_err(|trouble_met| trouble(conn, trouble_met, number))?;
        if op.expect.is_some_and(|expected| expected != done.count) {
            return Err(Stumble::Final(WriteError::Conflict { op: number }));
        }
        written.push(done);
    }
    Ok(Written(written))
}

fn trouble(conn: &Held, trouble: Trouble, op: usize) -> Stumble {
    match trouble {
        Trouble::Server(error) => stumble(conn, &error, op),
        Trouble::Ours(fault) => Stumble::of(fault, op),
    }
}

fn stumble(conn: &Held, error: &Error, op: usize) -> Stumble {
    let code = error.code();
    if code == Some(&SqlState::FEATURE_NOT_SUPPORTED)
        && error.as_db_error().is_some_and(|db| db.message().contains("cached plan"))
    {
        // A migration changed the tables while we were running: prepare anew.
        conn.statement_cache.clear();
        return Stumble::Again;
    }
    if code == Some(&SqlState::T_R_SERIALIZATION_FAILURE) || code == Some(&SqlState::T_R_DEADLOCK_DETECTED) {
        return Stumble::Again;
    }
    Stumble::of(fault(error), op)
}

/// After COMMIT went out, a lost connection says nothing about what became of it.
fn in_doubt(stumble: Stumble) -> Stumble {
    match stumble {
        Stumble::Final(WriteError::Unavailable { what }) => Stumble::Final(WriteError::InDoubt { what }),
        other => other,
    }
}

/// What PostgreSQL's error means to us. Its `detail` is left out, because it quotes values.
pub(super) fn fault(error: &Error) -> Fault {
    let Some(db) = error.as_db_error() else {
        let source = std::error::Error::source(error).map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
        let ours = error.to_string().starts_with("error serializing") || error.to_string().starts_with("expected ");
        return if ours { Fault::Faulty(source) } else { Fault::Unavailable(source) };
    };
    let named = || db.constraint().or(db.column()).unwrap_or(db.message()).to_owned();
    let said = || db.message().to_owned();
    match (db.code(), &db.code().code()[..2]) {
        (&SqlState::UNIQUE_VIOLATION, _) => Fault::Unique(named()),
        (_, "23") => Fault::Constraint(named()),
        (&SqlState::QUERY_CANCELED | &SqlState::LOCK_NOT_AVAILABLE | &SqlState::TOO_MANY_CONNECTIONS, _) => Fault::Overloaded,
        (&SqlState::READ_ONLY_SQL_TRANSACTION, _) => Fault::Unavailable(said()),
        (_, "08" | "53" | "57" | "58" | "XX") => Fault::Unavailable(said()),
        _ => Fault::Faulty(said()),
    }
}
