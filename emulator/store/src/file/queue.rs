//! What the database's thread has still to do.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, mpsc};

use tokio::sync::oneshot;

use super::gone;
use crate::medium::{Change, MediumError};

/// Most that may wait for the disk, in bytes of keys and rows.
///
/// Nobody waits for room here, for whoever would is the thread that runs functions. Those who answer for
/// their changes wait for each, and there are only as many of them as there are requests. So this is met
/// by those who write behind, on a disk that has stalled for many seconds, and it is what keeps them
/// from taking all of the memory.
const LIMIT: usize = 64 * 1024 * 1024;

/// One thing to be done, in its turn.
pub(super) enum Job {
    /// Makes changes.
    Commit(Group),
    /// Reads a table.
    Load {
        /// Its name.
        table: &'static str,
        /// Where its rows go.
        reply: mpsc::Sender<Loaded>,
    },
}

type Loaded = Result<Vec<(String, Vec<u8>)>, MediumError>;

/// Changes that are made as a whole or not at all.
pub(super) struct Group {
    /// In the order in which they are made.
    pub(super) changes: Vec<Change>,
    /// Where it is awaited, if it is.
    pub(super) verdict: oneshot::Sender<Result<(), MediumError>>,
}

/// Jobs in the order of their arrival.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    /// Told of every job, and of the end.
    news: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// What the jobs weigh.
    bytes: usize,
    /// Nothing comes after what is here.
    closed: bool,
}

impl Queue {
    /// Adds a job, without waiting for anything.
    pub(super) fn push(&self, job: Job) -> Result<(), MediumError> {
        let mut waiting = self.waiting();
        if waiting.closed {
            return Err(gone());
        }
        let bytes = waiting.bytes + job.bytes();
        if bytes > LIMIT && waiting.bytes > 0 {
            return Err(MediumError::because(
                "the disk does not keep up with what is to be stored",
            ));
        }
        waiting.bytes = bytes;
        waiting.jobs.push_back(job);
        self.news.notify_one();
        Ok(())
    }

    /// All jobs that wait, once there are some; nothing once there will never be any.
    pub(super) fn take(&self) -> Option<VecDeque<Job>> {
        let idle = |waiting: &mut Waiting| waiting.jobs.is_empty() && !waiting.closed;
        let waiting = self.news.wait_while(self.waiting(), idle);
        let mut waiting = waiting.expect("nothing panics while it holds this");
        waiting.bytes = 0;
        Some(mem::take(&mut waiting.jobs)).filter(|jobs| !jobs.is_empty())
    }

    /// Refuses whatever comes after this.
    pub(super) fn close(&self) {
        self.waiting().closed = true;
        self.news.notify_one();
    }

    /// To be held for as long as somebody takes jobs: when it goes, nobody waits in vain.
    pub(super) fn worked_off(&self) -> WorkedOff<'_> {
        WorkedOff(self)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("nothing panics while it holds this")
    }
}

/// Closes a queue that nobody takes from any more, however that came about.
pub(super) struct WorkedOff<'a>(&'a Queue);

impl Drop for WorkedOff<'_> {
    fn drop(&mut self) {
        self.0.close();
        let jobs = mem::take(&mut self.0.waiting().jobs);
        drop(jobs);
    }
}

impl Group {
    /// Tells whoever waits for it what became of it. If nobody does, a failure is at least said.
    pub(super) fn end(self, made: Result<(), MediumError>) {
        if let Err(Err(error)) = self.verdict.send(made) {
            let changes = self.changes.len();
            tracing::error!(%error, changes, "what was written behind is lost");
        }
    }
}

impl Job {
    fn bytes(&self) -> usize {
        match self {
            Self::Commit(group) => group.changes.iter().map(Change::bytes).sum(),
            Self::Load { .. } => 0,
        }
    }
}

impl Change {
    fn bytes(&self) -> usize {
        self.key.len() + self.row.as_ref().map_or(0, Vec::len)
    }
}
