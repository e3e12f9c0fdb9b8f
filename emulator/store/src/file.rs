//! Rows in a directory of files: durable against the end of this process at any instant and, as far as
//! the disk keeps its word, of the machine.
//!
//! A thread of its own owns the database. It takes every group of changes that has arrived while it was
//! at the disk, commits them all in one transaction, and then resolves each: so the price of reaching the
//! disk is paid once for all that wait for it. A lone change pays it whole.
//!
//! The directory is locked for as long as the medium is open, by a lock that ends with the process.

mod database;
mod directory;
mod queue;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{oneshot, watch};

use crate::committed::Committed;
use crate::medium::{Change, Medium, MediumError};
use database::Database;
use directory::Directory;
use queue::{Group, Job, Queue};

/// A directory that is open.
pub(crate) struct File {
    queue: Arc<Queue>,
    /// Taken by whoever joins it.
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Closed once the thread has let go of the directory.
    running: watch::Receiver<()>,
}

/// Why a directory cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be made, read or written.
    #[error("{directory} cannot keep data: {source}")]
    Directory {
        /// As it was named.
        directory: PathBuf,
        /// As the operating system says it.
        source: io::Error,
    },
    /// Somebody has it open.
    #[error("{directory} is in use by another emulator")]
    InUse {
        /// As it was named.
        directory: PathBuf,
    },
    /// Somebody else's file stands where the database should be.
    #[error("{file} is not the data of an emulator")]
    Foreign {
        /// Where it is.
        file: PathBuf,
    },
    /// A later version has written it.
    #[error("{file} is in format {found}, and this emulator reads formats up to {known}")]
    Newer {
        /// Where it is.
        file: PathBuf,
        /// The format that it is in.
        found: i32,
        /// The last format that this version knows.
        known: i32,
    },
    /// What is there was written under another region, account or the like.
    #[error("{file} holds the data of {what} {found}, and this emulator is of {what} {wanted}")]
    Another {
        /// Where it is.
        file: PathBuf,
        /// What differs, such as `region`.
        what: String,
        /// What it was written under.
        found: String,
        /// What it was to be opened under.
        wanted: String,
    },
    /// The database does not open, or not whole.
    #[error("{file} cannot be opened: {source}")]
    Database {
        /// Where it is.
        file: PathBuf,
        /// As `SQLite` says it.
        source: rusqlite::Error,
    },
}

impl File {
    pub(crate) fn open(directory: &Path, home: &[(&str, &str)]) -> Result<Self, OpenError> {
        let directory = Directory::take(directory)?;
        let database = Database::open(&directory.database()?, home)?;
        let queue = Arc::new(Queue::default());
        let (ended, running) = watch::channel(());
        let jobs = queue.clone();
        let work = move || {
            work(&jobs, database);
            drop(directory);
            drop(ended);
        };
        let thread = thread::Builder::new().name("store".to_owned()).spawn(work);
        let thread = thread.expect("a machine that starts an emulator has room for a thread");
        Ok(Self { queue, thread: Mutex::new(Some(thread)), running })
    }

    /// Waits for the thread, which has been told to end.
    fn join(&self) {
        let thread = self.thread.lock().expect("nothing panics while it holds this").take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the store's thread panicked; its own message is above");
        }
    }
}

impl Medium for File {
    fn load(&self, table: &'static str) -> Result<Vec<(String, Vec<u8>)>, MediumError> {
        let (reply, loaded) = mpsc::channel();
        self.queue.push(Job::Load { table, reply })?;
        loaded.recv().unwrap_or_else(|_| Err(gone()))
    }

    fn commit(&self, changes: Vec<Change>) -> Committed {
        let (verdict, given) = oneshot::channel();
        match self.queue.push(Job::Commit(Group { changes, verdict })) {
            Ok(()) => Committed::when(given.map(|verdict| verdict.unwrap_or_else(|_| Err(gone())))),
            Err(error) => Committed::already(Err(error)),
        }
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async {
            self.queue.close();
            // Nothing is ever sent: this returns when the other end goes.
            let _ = self.running.clone().changed().await;
            self.join();
        }
        .boxed()
    }
}

impl Drop for File {
    /// The net for a store that nobody closes: what was asked for is made all the same.
    fn drop(&mut self) {
        self.queue.close();
        self.join();
    }
}

/// Does jobs until the queue is closed and empty.
fn work(queue: &Queue, mut database: Database) {
    let _until_then = queue.worked_off();
    while let Some(jobs) = queue.take() {
        let mut groups = Vec::new();
        for job in jobs {
            match job {
                Job::Commit(group) => groups.push(group),
                Job::Load { table, reply } => {
                    commit(&mut database, std::mem::take(&mut groups));
                    // Who has gone does not want it any more.
                    let _ = reply.send(database.load(table).map_err(MediumError::because));
                }
            }
        }
        commit(&mut database, groups);
    }
}

/// Makes groups, all in one transaction. If that fails each is tried on its own, so that one fails only
/// for a reason of its own.
fn commit(database: &mut Database, groups: Vec<Group>) {
    let made = database.commit(groups.iter().flat_map(|group| &group.changes));
    if made.is_ok() || groups.len() == 1 {
        let made = made.map_err(MediumError::because);
        for group in groups {
            group.end(made.clone());
        }
        return;
    }
    for group in groups {
        let made = database.commit(&group.changes).map_err(MediumError::because);
        group.end(made);
    }
}

fn gone() -> MediumError {
    MediumError::because("it is closed")
}
