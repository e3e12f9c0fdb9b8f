//! What is durable: a row for each group, stream and event, and one that counts the emulator's starts.
//!
//! Streams and groups are stored under numbers that are never given twice, and each row names the number
//! of what it belongs to. So a group or stream is gone for good with its own row, whatever becomes of
//! the rows below it: those that lead nowhere are swept out when the archive is opened.
//!
//! What the API changes is waited for. What functions write is not: it is on its way once it is here,
//! and a failure is said in the log, once until the store works again.

mod load;
mod row;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use emulator_store::{Committed, LoadError, MediumError, Store, Table};
use futures_util::FutureExt;

pub(crate) use load::Contents;

use crate::event::{Event, EventId};
use crate::group::Group;
use crate::stream::Stream;
use row::{EventRow, GroupRow, RunRow, StreamRow};

/// Where everything is kept that is to outlast the emulator, if anything is.
pub(crate) struct Archive {
    tables: Option<Tables>,
    behind: Mutex<Behind>,
}

struct Tables {
    groups: Table<GroupRow>,
    streams: Table<StreamRow>,
    events: Table<EventRow>,
    runs: Table<RunRow>,
}

/// Changes that nobody waits for.
#[derive(Default)]
struct Behind {
    /// In the order in which they were asked for, which is that in which they end.
    under_way: VecDeque<Committed>,
    /// Whether the last change that ended has failed; the log has said so then.
    is_failing: bool,
}

impl Archive {
    /// Keeps nothing.
    pub(crate) fn none() -> Self {
        Self { tables: None, behind: Mutex::default() }
    }

    /// Keeps everything in `store`, and answers what is there.
    pub(crate) fn open(store: &Store) -> Result<(Self, Contents), LoadError> {
        let tables = Tables {
            groups: store.table("log_groups"),
            streams: store.table("log_streams"),
            events: store.table("log_events"),
            runs: store.table("log_runs"),
        };
        let (contents, orphans) = tables.load()?;
        let archive = Self { tables: Some(tables), behind: Mutex::default() };
        archive.sweep(&orphans);
        archive.keep(|archive| archive.put_run(contents.run));
        Ok((archive, contents))
    }

    pub(crate) fn put_group(&self, group: &Group) -> Committed {
        self.on_tables(|tables| tables.groups.put(&group.name, &GroupRow::of(group)))
    }

    pub(crate) fn remove_group(&self, group: &Group) -> Committed {
        self.on_tables(|tables| tables.groups.remove(&group.name))
    }

    pub(crate) fn put_stream(&self, group: &Group, stream: &Stream) -> Committed {
        let key = row::stream_key(group.number, &stream.name);
        self.on_tables(|tables| tables.streams.put(&key, &StreamRow::of(stream)))
    }

    pub(crate) fn remove_stream(&self, group: &Group, stream: &str) -> Committed {
        self.on_tables(|tables| tables.streams.remove(&row::stream_key(group.number, stream)))
    }

    pub(crate) fn put_events(&self, stream: u64, events: &[Event]) -> Committed {
        self.on_tables(|tables| {
            let keys = events.iter().map(|event| row::event_key(stream, event.id));
            let rows: Vec<_> = events.iter().map(EventRow::of).collect();
            tables.events.put_all(keys.zip(&rows))
        })
    }

    pub(crate) fn remove_events(&self, stream: u64, events: &[EventId]) -> Committed {
        if events.is_empty() {
            return Committed::already(Ok(()));
        }
        let keys = events.iter().map(|event| row::event_key(stream, *event));
        self.on_tables(|tables| tables.events.remove_all(keys))
    }

    /// Makes a change that nobody waits for.
    pub(crate) fn keep(&self, change: impl FnOnce(&Self) -> Committed) {
        if self.tables.is_none() {
            return;
        }
        let committed = change(self);
        let mut behind = self.behind();
        behind.under_way.push_back(committed);
        behind.look();
    }

    /// Waits until a change is durable.
    pub(crate) async fn committed(&self, change: Committed) -> Result<(), MediumError> {
        let verdict = change.await;
        self.behind().note(&verdict);
        verdict
    }

    fn put_run(&self, number: u64) -> Committed {
        self.on_tables(|tables| tables.runs.put(row::RUN_KEY, &RunRow { number }))
    }

    fn sweep(&self, orphans: &load::Orphans) {
        if !orphans.streams.is_empty() {
            self.keep(|archive| {
                archive.on_tables(|tables| tables.streams.remove_all(&orphans.streams))
            });
        }
        if !orphans.events.is_empty() {
            self.keep(|archive| {
                archive.on_tables(|tables| tables.events.remove_all(&orphans.events))
            });
        }
    }

    fn on_tables(&self, change: impl FnOnce(&Tables) -> Committed) -> Committed {
        self.tables.as_ref().map_or_else(|| Committed::already(Ok(())), change)
    }

    fn behind(&self) -> MutexGuard<'_, Behind> {
        self.behind.lock().expect("nothing panics while it holds this")
    }
}

impl Behind {
    /// Looks at the changes that have ended since the last time.
    fn look(&mut self) {
        while let Some(verdict) = self.under_way.front_mut().and_then(FutureExt::now_or_never) {
            self.under_way.pop_front();
            self.note(&verdict);
        }
    }

    fn note(&mut self, verdict: &Result<(), MediumError>) {
        let was_failing = std::mem::replace(&mut self.is_failing, verdict.is_err());
        if let (Err(error), false) = (verdict, was_failing) {
            let cause: &(dyn std::error::Error + 'static) = error;
            tracing::error!(
                error = cause,
                "logs cannot be stored: what functions write is kept in memory only, and changes are refused"
            );
        }
    }
}
