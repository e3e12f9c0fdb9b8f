//! The writing end of one stream: what a function's environment holds on to.

use std::sync::{Arc, Mutex, MutexGuard};

use time::UtcDateTime;

use crate::Logs;
use crate::event::{Event, EventId};
use crate::stream::{Deleted, Stream};

/// Writes to one stream. A clone writes to the same one.
///
/// Group and stream are there from the first line on, not before: that is how they come to be on Lambda.
/// If somebody deletes them, they are there again from the next line on.
#[derive(Clone)]
pub struct StreamWriter(Arc<Writer>);

struct Writer {
    logs: Arc<Logs>,
    group: Box<str>,
    stream: Box<str>,
    /// Found by name once, so that a line costs no look-up; and again once it is found to be deleted.
    opened: Mutex<Option<Arc<Stream>>>,
}

impl StreamWriter {
    pub(crate) fn new(logs: Arc<Logs>, group: &str, stream: &str) -> Self {
        let (group, stream) = (group.into(), stream.into());
        Self(Arc::new(Writer { logs, group, stream, opened: Mutex::default() }))
    }

    /// The group's name.
    pub fn group(&self) -> &str {
        &self.0.group
    }

    /// The stream's name.
    pub fn stream(&self) -> &str {
        &self.0.stream
    }

    /// Writes one event that happened at `when`.
    pub fn put(&self, when: UtcDateTime, message: impl Into<Box<str>>) {
        self.put_all([(when, message)]);
    }

    /// Writes events, each with the time when it happened. Readers are told once, after the last.
    pub fn put_all<M: Into<Box<str>>>(&self, events: impl IntoIterator<Item = (UtcDateTime, M)>) {
        let Writer { logs, group, stream, .. } = &*self.0;
        let ingested = logs.now();
        let arrived = |(when, message): (UtcDateTime, M)| Event {
            id: EventId { timestamp: when.into(), arrival: logs.next_number() },
            ingested,
            message: message.into(),
        };
        let mut events: Vec<_> = events.into_iter().map(arrived).collect();
        if events.is_empty() {
            return;
        }
        let mut opened = self.0.opened();
        loop {
            let there = opened.get_or_insert_with(|| logs.open_stream(group, stream, ingested));
            there.expire(ingested);
            let Err(Deleted(unwritten)) = there.append(events) else { break };
            *opened = None;
            events = unwritten;
        }
        drop(opened);
        logs.written();
    }
}

impl Writer {
    fn opened(&self) -> MutexGuard<'_, Option<Arc<Stream>>> {
        self.opened.lock().expect("nothing panics while it opens a stream")
    }
}
