//! The thin layer over SQLite and PostgreSQL: units of work in, rows out, one SQL text for both.
//!
//! A unit is a list of statements that is written whole or not at all. Whoever decides reads first, thinks, and then hands over
//! the unit with the row counts it relies on: no transaction stays open while anybody thinks. That is what lets SQLite
//! commit many units with one sync, lets PostgreSQL take a unit in one round trip, and lets a test play any interleaving.
//!
//! A unit must carry a key of its own (a request number under a unique constraint): after [`WriteError::InDoubt`] only that key
//! tells whether it was written.
//!
//! Statements are written as PostgreSQL reads them, in the part of SQL that both share; `dialect.rs` lists the few words that
//! are changed for SQLite. So leased work is claimed by one text on both:
//!
//! ```sql
//! WITH due AS MATERIALIZED (SELECT id FROM errand WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
//! UPDATE errand SET leased_until = $3 FROM due WHERE errand.id = due.id RETURNING errand.id
//! ```

mod dialect;
mod error;
mod faults;
mod migrate;
mod op;
mod postgres;
mod postgres_values;
mod queue;
mod sqlite;
mod threads;
mod tls;
mod value;

pub use crate::args;
pub use error::{MigrateError, OpenError, ReadError, WriteError};
pub use faults::Faults;
pub use migrate::{Migrated, Migration};
pub use op::{Done, Op, Written, op};
pub use value::{Row, Val};

use error::Fault;
use postgres::Postgres;
use sqlite::{Conn, Durability};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use threads::{Query, Threads};
use tokio::sync::watch;

/// One database. Cheap to clone; the last clone that goes finishes what waits.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    place: Place,
    clock: Option<Clock>,
    hint: Hint,
    /// Statements that were asked to read, and to write.
    asked: [AtomicU64; 2],
}

enum Place {
    Threads(Threads),
    /// Statements run on the caller's own thread, for a simulator in which nothing may depend on the scheduler.
    Inline(Box<Inline>),
    Postgres(Box<Postgres>),
}

struct Inline {
    conn: Mutex<Conn>,
    faults: Option<Arc<dyn Faults>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Milliseconds since 1970 in UTC, from a clock that a demonstration or a test may move.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

#[derive(Clone)]
pub struct Options {
    /// A clock of one's own, on both engines. Without it SQLite tells the machine's time and PostgreSQL the database's, which all nodes share.
    pub clock: Option<Clock>,
    /// Failures to play, in tests only.
    pub faults: Option<Arc<dyn Faults>>,
    /// Units (and as many queries) that may wait before the answer is `Overloaded`.
    pub queue: usize,
    /// Threads that read, on SQLite.
    pub readers: usize,
    /// Connections of this node that write, on PostgreSQL, and as many that read. More than 16 gained nothing when measured.
    pub connections: usize,
    /// The schema to work in, on PostgreSQL, made by `migrate` if need be; without it the database's own default.
    pub schema: Option<String>,
    /// Certificate authorities in PEM that PostgreSQL's certificate is verified by, where `sslmode` asks for it.
    pub authorities: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options { clock: None, faults: None, queue: 1024, readers: 3, connections: 16, schema: None, authorities: None }
    }
}

/// Wakes those who look for new work after each commit of this process. Other nodes' commits are found by looking now and then:
/// PostgreSQL's NOTIFY takes a lock over all commits of the database, which costs more than it gives.
#[derive(Clone)]
struct Hint(Arc<watch::Sender<u64>>);

impl Hint {
    fn new() -> Hint {
        Hint(Arc::new(watch::Sender::new(0)))
    }

    fn committed(&self) {
        self.0.send_modify(|commits| *commits += 1);
    }
}

impl Engine {
    /// Opens the file, or makes it.
    pub fn sqlite(path: &Path, options: Options) -> Result<Engine, OpenError> {
        let hint = Hint::new();
        let threads = Threads::start(path, false, &options, hint.clone())?;
        Ok(Engine::new(Place::Threads(threads), options.clock, hint))
    }

    /// A database that goes with the engine. A file in the temporary folder rather than memory, because SQLite's shared memory
    /// databases let readers and the writer lock each other out.
    pub fn sqlite_in_memory(options: Options) -> Result<Engine, OpenError> {
        let hint = Hint::new();
        let threads = Threads::start(&temporary_file(), true, &options, hint.clone())?;
        Ok(Engine::new(Place::Threads(threads), options.clock, hint))
    }

    /// Connects to the database that the URL names, and tells at once if it is not there or not fit.
    pub async fn postgres(url: &str, options: Options) -> Result<Engine, OpenError> {
        let hint = Hint::new();
        let clock = options.clock.clone();
        let postgres = Postgres::connect(url, options, hint.clone()).await?;
        Ok(Engine::new(Place::Postgres(Box::new(postgres)), clock, hint))
    }

    /// A database in memory whose statements run on the caller's thread, each unit committed by itself: the same calls give the
    /// same results in the same order, always.
    pub fn sqlite_inline(options: Options) -> Result<Engine, OpenError> {
        Ok(Engine::inline(Conn::in_memory()?, options))
    }

    /// The same over a file, so that a simulated crash has something to come back to.
    pub fn sqlite_inline_at(path: &Path, options: Options) -> Result<Engine, OpenError> {
        Ok(Engine::inline(Conn::writer(path, Durability::Off)?, options))
    }

    fn inline(conn: Conn, options: Options) -> Engine {
        let inline = Inline { conn: Mutex::new(conn), faults: options.faults };
        Engine::new(Place::Inline(Box::new(inline)), options.clock, Hint::new())
    }

    fn new(place: Place, clock: Option<Clock>, hint: Hint) -> Engine {
        Engine(Arc::new(Shared { place, clock, hint, asked: Default::default() }))
    }

    /// How many statements this engine was asked to read and to write since it was opened, for whoever measures.
    pub fn asked(&self) -> (u64, u64) {
        let [reads, writes] = &self.0.asked;
        (reads.load(Ordering::Relaxed), writes.load(Ordering::Relaxed))
    }

    pub fn kind(&self) -> Kind {
        match &self.0.place {
            Place::Threads(_) | Place::Inline(_) => Kind::Sqlite,
            Place::Postgres(_) => Kind::Postgres,
        }
    }

    /// Writes a unit whole or not at all, durably. Never waits behind a full queue.
    pub async fn write(&self, unit: Vec<Op>) -> Result<Written, WriteError> {
        self.0.asked[1].fetch_add(unit.len() as u64, Ordering::Relaxed);
        match &self.0.place {
            Place::Threads(threads) => threads.write(unit).await,
            Place::Postgres(postgres) => postgres.write(&unit).await,
            Place::Inline(inline) => {
                let answer = inline.conn().write(&[&unit], inline.faults.as_deref()).pop();
                if answer.as_ref().is_some_and(Result::is_ok) {
                    self.0.hint.committed();
                }
                answer.unwrap_or_else(|| Ok(Written::default()))
            }
        }
    }

    /// One statement with `RETURNING` as a unit: a counter drawn, leased work claimed. The rows come in no promised order.
    pub async fn write_returning(&self, sql: &'static str, args: Vec<Val>) -> Result<Vec<Row>, WriteError> {
        Ok(self.write(vec![op(sql, args)]).await?.into_rows())
    }

    pub async fn read(&self, sql: &'static str, args: Vec<Val>) -> Result<Vec<Row>, ReadError> {
        Ok(self.read_together(vec![(sql, args)]).await?.pop().unwrap_or_default())
    }

    /// The first row of a look at one key, if there is one: see [`read_near`](Engine::read_near).
    pub async fn read_one(&self, sql: &'static str, args: Vec<Val>) -> Result<Option<Row>, ReadError> {
        Ok(self.read_near(vec![(sql, args)]).await?.pop().unwrap_or_default().into_iter().next())
    }

    /// Queries that find a handful of rows by their keys, one after the other; on PostgreSQL each sees its own moment. On SQLite they
    /// run where they stand, if a connection is free: handing them to another thread and back costs more than they do. What may
    /// look at many rows is not for here, because whoever shares this thread waits.
    pub async fn read_near(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, ReadError> {
        self.0.asked[0].fetch_add(queries.len() as u64, Ordering::Relaxed);
        match &self.0.place {
            Place::Threads(threads) => match threads.read_here(&queries) {
                Some(answers) => answers,
                None => threads.read(queries).await,
            },
            Place::Inline(inline) => inline.conn().read(&queries),
            Place::Postgres(postgres) => postgres.read(&queries, false).await,
        }
    }

    /// Several queries that all see the same moment; one list of rows for each.
    pub async fn read_together(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, ReadError> {
        self.0.asked[0].fetch_add(queries.len() as u64, Ordering::Relaxed);
        match &self.0.place {
            Place::Threads(threads) => threads.read(queries).await,
            Place::Inline(inline) => inline.conn().read(&queries),
            Place::Postgres(postgres) => postgres.read(&queries, true).await,
        }
    }

    /// The time all nodes agree on, in milliseconds since 1970 in UTC.
    pub async fn now_millis(&self) -> Result<i64, ReadError> {
        match (&self.0.clock, &self.0.place) {
            (Some(clock), _) => Ok(clock()),
            (None, Place::Threads(_) | Place::Inline(_)) => Ok(machine_millis()),
            (None, Place::Postgres(postgres)) => postgres.now_millis().await,
        }
    }

    /// How many milliseconds the database's clock is ahead of this machine's. A node that differs by more than two seconds is not ready.
    pub async fn clock_skew(&self) -> Result<i64, ReadError> {
        match &self.0.place {
            Place::Threads(_) | Place::Inline(_) => Ok(0),
            Place::Postgres(postgres) => postgres.clock_skew().await,
        }
    }

    /// Brings the tables up to date. Two processes that start together do it once.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<Migrated, MigrateError> {
        let now = self.now_millis().await.map_err(|error| MigrateError::Unavailable { what: error.to_string() })?;
        match &self.0.place {
            Place::Threads(threads) => {
                let conn = Conn::writer(threads.path(), Durability::Full)
                    .map_err(|error| MigrateError::Unavailable { what: error.what })?;
                migrate::on_sqlite(conn.raw(), migrations, now)
            }
            Place::Inline(inline) => migrate::on_sqlite(inline.conn().raw(), migrations, now),
            Place::Postgres(postgres) => migrate::on_postgres(postgres, migrations, now).await,
        }
    }

    /// Copies a SQLite database into a new file while work goes on. PostgreSQL has tools of its own for that.
    pub async fn backup_sqlite(&self, to: &Path) -> Result<(), ReadError> {
        match &self.0.place {
            Place::Threads(threads) => {
                let (from, to) = (threads.path().to_owned(), to.to_owned());
                let copying = tokio::task::spawn_blocking(move || {
                    let conn = Conn::reader(&from).map_err(|error| ReadError::Unavailable { what: error.what })?;
                    conn.backup(&to).map_err(Fault::of_read)
                });
                copying.await.unwrap_or_else(|error| Err(ReadError::Unavailable { what: error.to_string() }))
            }
            Place::Inline(inline) => inline.conn().backup(to).map_err(Fault::of_read),
            Place::Postgres(_) => Err(ReadError::Faulty { what: "this database is not SQLite".to_owned() }),
        }
    }

    /// Changes after each commit of this process; it may skip counts, never the last one.
    pub fn listen_hint(&self) -> watch::Receiver<u64> {
        self.0.hint.0.subscribe()
    }

    /// Units and queries that wait, for the metrics.
    pub fn waiting(&self) -> usize {
        match &self.0.place {
            Place::Threads(threads) => threads.waiting(),
            Place::Inline(_) => 0,
            Place::Postgres(postgres) => postgres.waiting(),
        }
    }

    /// Finishes what waits and takes nothing more.
    pub async fn close(&self) {
        let engine = self.clone();
        let closing = tokio::task::spawn_blocking(move || match &engine.0.place {
            Place::Threads(threads) => threads.close(),
            Place::Inline(_) => {}
            Place::Postgres(postgres) => postgres.close(),
        });
        if let Err(error) = closing.await {
            tracing::error!(%error, "The store did not close in order: {error}");
        }
    }
}

impl Inline {
    fn conn(&self) -> MutexGuard<'_, Conn> {
        self.conn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn machine_millis() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn temporary_file() -> PathBuf {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("yimen-{}-{}-{number}.db", std::process::id(), jiff::Timestamp::now().as_nanosecond()))
}
