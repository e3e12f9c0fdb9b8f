//! Groups, streams and events as they are stored.
//!
//! A member that this version does not know stops the emulator from opening the store: a newer version
//! has written it, and ignoring it would lose it at the next change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::{Event, EventId, Timestamp};
use crate::group::{Group, Settings};
use crate::retention::{Days, NotOffered};
use crate::stream::Stream;

/// The key of the one row that counts the emulator's starts.
pub(super) const RUN_KEY: &str = "last";

/// One group; its key is its name.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupRow {
    pub(super) number: u64,
    pub(super) created_ms: u64,
    retention_days: Option<DaysRecord>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) is_protected: bool,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
struct DaysRecord(Days);

/// One stream; its key is [`stream_key`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamRow {
    pub(super) number: u64,
    pub(super) created_ms: u64,
}

/// One event; its key is [`event_key`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventRow {
    pub(super) ingested_ms: u64,
    pub(super) message: Box<str>,
}

/// How often the emulator was started on this store.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunRow {
    pub(super) number: u64,
}

/// The number of the group, and the stream's name.
pub(super) fn stream_key(group: u64, stream: &str) -> String {
    format!("{group:016x}/{stream}")
}

/// The number of the stream, and the event's id: keys stand in the order of the events.
pub(super) fn event_key(stream: u64, event: EventId) -> String {
    format!("{stream:016x}/{event}")
}

/// The number and the rest of a key.
pub(super) fn split_key(key: &str) -> Option<(u64, &str)> {
    let (number, rest) = key.split_once('/')?;
    Some((u64::from_str_radix(number, 16).ok()?, rest))
}

impl GroupRow {
    pub(super) fn of(group: &Group) -> Self {
        Self {
            number: group.number,
            created_ms: group.created.0,
            retention_days: group.settings().retention.map(DaysRecord),
            tags: group.settings().tags.clone(),
            is_protected: group.settings().is_protected,
        }
    }

    pub(super) fn settings(&self) -> Settings {
        Settings {
            retention: self.retention_days.map(|DaysRecord(days)| days),
            tags: self.tags.clone(),
            is_protected: self.is_protected,
        }
    }
}

impl StreamRow {
    pub(super) fn of(stream: &Stream) -> Self {
        Self { number: stream.number, created_ms: stream.created.0 }
    }
}

impl EventRow {
    pub(super) fn of(event: &Event) -> Self {
        Self { ingested_ms: event.ingested.0, message: event.message.clone() }
    }

    pub(super) fn read(self, id: EventId) -> Event {
        Event { id, ingested: Timestamp(self.ingested_ms), message: self.message }
    }
}

impl TryFrom<i64> for DaysRecord {
    type Error = NotOffered;

    fn try_from(days: i64) -> Result<Self, NotOffered> {
        Days::try_from(days).map(Self)
    }
}

impl From<DaysRecord> for i64 {
    fn from(DaysRecord(days): DaysRecord) -> Self {
        days.count().into()
    }
}
