//! The writing end of one stream: what a function's environment holds on to.

use std::sync::{Arc, OnceLock};

use time::UtcDateTime;

use crate::Logs;
use crate::event::{Event, EventId};
use crate::stream::Stream;

/// Writes to one stream. A clone writes to the same one.
///
/// Group and stream are there from the first line on, not before: that is how they come to be on Lambda.
#[derive(Clone)]
pub struct StreamWriter(Arc<Writer>);

struct Writer {
    logs: Arc<Logs>,
    group: Box<str>,
    stream: Box<str>,
    /// Found by name once, so that a line costs no look-up.
    opened: OnceLock<Arc<Stream>>,
}

impl StreamWriter {
    pub(crate) fn new(logs: Arc<Logs>, group: &str, stream: &str) -> Self {
        let (group, stream) = (group.into(), stream.into());
        Self(Arc::new(Writer { logs, group, stream, opened: OnceLock::new() }))
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
        let Writer { logs, group, stream, opened } = &*self.0;
        let mut events = events.into_iter().peekable();
        if events.peek().is_none() {
            return;
        }
        let ingested = logs.now();
        let stream = opened.get_or_init(|| logs.open(group, stream, ingested));
        for (when, message) in events {
            let id = EventId { timestamp: when.into(), arrival: logs.next_arrival() };
            stream.put(Event { id, ingested, message: message.into() });
        }
        logs.tell_readers();
    }
}
