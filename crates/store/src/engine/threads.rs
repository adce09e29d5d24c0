//! SQLite behind threads: one that writes, committing in groups, and a few that read.
//!
//! A sync of the disk costs far more than a unit of work, so the units that came while the last commit was running share the
//! next one. A unit that fails is undone alone, by its savepoint.

use super::error::{OpenError, ReadError, WriteError};
use super::faults::Faults;
use super::op::{Op, Written};
use super::queue::{Queue, Refused};
use super::sqlite::{Conn, Durability};
use super::value::{Row, Val};
use super::{Hint, Options};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Units that share one commit at most: enough to hide the sync, few enough to keep the answer quick.
const GROUP: usize = 128;

/// Connections for what is read where it is asked for: one for each thread that a small machine has, and not enough to matter.
const NEAR: usize = 4;

pub(super) type Query = (&'static str, Vec<Val>);

pub(super) struct Threads {
    path: PathBuf,
    /// The file goes when the engine goes.
    temporary: bool,
    writes: Arc<Queue<Write>>,
    reads: Arc<Queue<Read>>,
    near: Vec<Mutex<Conn>>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

struct Write {
    ops: Vec<Op>,
    answer: oneshot::Sender<Result<Written, WriteError>>,
}

struct Read {
    queries: Vec<Query>,
    answer: oneshot::Sender<Result<Vec<Vec<Row>>, ReadError>>,
}

impl Threads {
    pub(super) fn start(path: &Path, temporary: bool, options: &Options, hint: Hint) -> Result<Threads, OpenError> {
        let durability = if temporary { Durability::Off } else { Durability::Full };
        let (writes, reads) = (Arc::new(Queue::new(options.queue)), Arc::new(Queue::new(options.queue)));
        // The writer comes first: it makes the file.
        let (conn, faults) = (Conn::writer(path, durability)?, options.faults.clone());
        let threads = Threads {
            path: path.to_owned(),
            temporary,
            writes: Arc::clone(&writes),
            reads: Arc::clone(&reads),
            near: (0..NEAR).map(|_| Conn::reader(path).map(Mutex::new)).collect::<Result<_, _>>()?,
            running: Mutex::default(),
        };
        threads.spawn("sqlite-writer", writes, move |writes| write_in_groups(conn, writes, faults.as_deref(), &hint))?;
        for _ in 0..options.readers.max(1) {
            let conn = Conn::reader(path)?;
            threads.spawn("sqlite-reader", Arc::clone(&reads), move |reads| read_one_by_one(conn, reads))?;
        }
        Ok(threads)
    }

    fn spawn<T: Send + 'static>(
        &self,
        name: &str,
        queue: Arc<Queue<T>>,
        work: impl FnOnce(&Queue<T>) + Send + 'static,
    ) -> Result<(), OpenError> {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let guard = AbandonAtEnd(queue);
            work(&guard.0);
        });
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(thread.map_err(|error| OpenError { what: error.to_string() })?);
        Ok(())
    }

    pub(super) async fn write(&self, ops: Vec<Op>) -> Result<Written, WriteError> {
        let (answer, heard) = oneshot::channel();
        self.writes.push(Write { ops, answer }).map_err(|refused| match refused {
            Refused::Full => WriteError::Overloaded,
            Refused::Closed => WriteError::Unavailable { what: CLOSED.to_owned() },
        })?;
        // Only a writer that died in the middle says nothing, and nobody knows how far it came.
        heard.await.unwrap_or_else(|_| Err(WriteError::InDoubt { what: "the writer stopped".to_owned() }))
    }

    pub(super) async fn read(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, ReadError> {
        let (answer, heard) = oneshot::channel();
        self.reads.push(Read { queries, answer }).map_err(|refused| match refused {
            Refused::Full => ReadError::Overloaded,
            Refused::Closed => ReadError::Unavailable { what: CLOSED.to_owned() },
        })?;
        heard.await.unwrap_or_else(|_| Err(ReadError::Unavailable { what: "the reader stopped".to_owned() }))
    }

    /// Reads on the caller's own thread; `None` where every connection for that is taken, or the store is closing.
    pub(super) fn read_here(&self, queries: &[Query]) -> Option<Result<Vec<Vec<Row>>, ReadError>> {
        let mut conn = self.near.iter().find_map(|conn| conn.try_lock().ok()).filter(|_| !self.reads.is_closed())?;
        Some(conn.read(queries))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn waiting(&self) -> usize {
        self.writes.len() + self.reads.len()
    }

    /// Finishes what waits, then ends the threads.
    pub(super) fn close(&self) {
        self.writes.close();
        self.reads.close();
        let running = std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in running {
            if thread.join().is_err() {
                tracing::error!("A database thread had panicked");
            }
        }
    }
}

const CLOSED: &str = "the store is closing";

impl Drop for Threads {
    fn drop(&mut self) {
        self.close();
        if self.temporary {
            remove(&self.path);
        }
    }
}

/// Removes a database file and what SQLite keeps beside it. It lay in the temporary folder; what cannot go is no loss.
fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        drop(std::fs::remove_file(file));
    }
}

/// However its thread ends, nobody waits for ever in front of it.
struct AbandonAtEnd<T>(Arc<Queue<T>>);

impl<T> Drop for AbandonAtEnd<T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.abandon();
        }
    }
}

fn write_in_groups(mut conn: Conn, writes: &Queue<Write>, faults: Option<&dyn Faults>, hint: &Hint) {
    let mut patience = Patience::default();
    loop {
        let group = writes.take_many(GROUP, patience.hoped(), patience.linger);
        if group.is_empty() {
            return;
        }
        let began = Instant::now();
        let units: Vec<&[Op]> = group.iter().map(|write| write.ops.as_slice()).collect();
        let answers = conn.write(&units, faults);
        patience.learn(group.len(), began.elapsed());
        let committed = answers.iter().any(Result::is_ok);
        for (write, answer) in group.into_iter().zip(answers) {
            // Who no longer listens has gone away; the work is done all the same.
            drop(write.answer.send(answer));
        }
        if committed {
            hint.committed();
        }
    }
}

/// For how many units a commit waits, and how long. Whoever was answered together will come back soon, and waiting a fraction of a
/// commit for them is cheaper than one more. Now and then it hopes for more than came last: where many senders are slower than a
/// commit, groups grow in this way; where there is nobody else, it hopes in vain ever more seldom.
struct Patience {
    came: usize,
    linger: Duration,
    /// Hopes for more in so many commits.
    rest: u32,
    /// How long it rests after the next vain hope.
    longer: u32,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience { came: 1, linger: Duration::ZERO, rest: 0, longer: 1 }
    }
}

impl Patience {
    const LONGEST_REST: u32 = 64;
    const LONGEST_LINGER: Duration = Duration::from_millis(2);

    fn hoped(&self) -> usize {
        if self.rest == 0 { self.came + self.came / 2 + 1 } else { self.came }
    }

    fn learn(&mut self, came: usize, took: Duration) {
        if self.rest > 0 {
            self.rest -= 1;
        } else if came > self.came {
            self.longer = 1;
        } else {
            (self.rest, self.longer) = (self.longer, (2 * self.longer).min(Self::LONGEST_REST));
        }
        (self.came, self.linger) = (came, (took / 2).min(Self::LONGEST_LINGER));
    }
}

fn read_one_by_one(mut conn: Conn, reads: &Queue<Read>) {
    while let Some(read) = reads.take() {
        if !read.answer.is_closed() {
            drop(read.answer.send(conn.read(&read.queries)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes of the groups when so many units come in each of these commits.
    fn hopes(came: &[usize]) -> Vec<usize> {
        let mut patience = Patience::default();
        let hope = |came: &usize| {
            let hoped = patience.hoped();
            patience.learn(*came, Duration::from_millis(1));
            hoped
        };
        came.iter().map(hope).collect()
    }

    #[test]
    fn who_is_alone_is_seldom_made_to_wait() {
        let vain = hopes(&[1; 1_000]).into_iter().filter(|hoped| *hoped > 1).count();
        assert!(vain < 30, "{vain} times in a thousand");
    }

    #[test]
    fn as_many_as_come_are_waited_for() {
        assert_eq!(hopes(&[2, 4, 7, 11, 11, 11, 11]), [2, 4, 7, 11, 17, 11, 17]);
    }
}
