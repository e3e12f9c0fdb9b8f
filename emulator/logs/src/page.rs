//! How much one answer holds.

use crate::event::Event;

/// Most events in one answer. Source: `EventsLimit` in the service model, 2014-03-28.
pub(crate) const MAX_EVENTS: u16 = 10_000;

/// Largest answer and largest batch, in bytes. Source: `GetLogEvents` ("1 MB") and `PutLogEvents`
/// ("1,048,576 bytes") in the service model, 2014-03-28.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// What an event counts besides its message, in bytes. Source: `PutLogEvents` in the same model.
pub(crate) const EVENT_BYTES: usize = 26;

/// How many items are asked for; what is not in the range has been refused before.
pub(crate) fn limit(asked: Option<i64>, default: u16) -> usize {
    asked.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(default.into())
}

/// The room that is left in an answer.
pub(crate) struct Room {
    events: usize,
    bytes: usize,
    is_empty: bool,
}

impl Room {
    /// Room for at most `limit` events.
    pub(crate) fn for_events(limit: usize) -> Self {
        Self { events: limit.min(MAX_EVENTS.into()), bytes: MAX_BYTES, is_empty: true }
    }

    /// Takes the event's room, if there is enough of it. The first event always fits by size: a reader
    /// would never get past it otherwise.
    pub(crate) fn admits(&mut self, event: &Event) -> bool {
        let bytes = event.message.len() + EVENT_BYTES;
        if self.events == 0 || (bytes > self.bytes && !self.is_empty) {
            return false;
        }
        self.events -= 1;
        self.bytes = self.bytes.saturating_sub(bytes);
        self.is_empty = false;
        true
    }
}
