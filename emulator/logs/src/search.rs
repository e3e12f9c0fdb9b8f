//! Looking for events in many streams at once.

use std::ops::Range;
use std::sync::Arc;

use crate::event::{Event, EventId};
use crate::group::{Group, Missing};
use crate::page::{MAX_EVENTS, Room};
use crate::pattern::Pattern;
use crate::stream::Stream;

/// Which of a group's streams are searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Streams {
    /// Every one.
    All,
    /// Those that are named, each of which must be there.
    Named(Vec<String>),
    /// Those whose name starts so.
    Starting(String),
}

/// Which events are looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// Where.
    pub streams: Streams,
    /// When; also where a page starts.
    pub range: Range<EventId>,
    /// What.
    pub pattern: Pattern,
    /// How many events a page holds at most.
    pub limit: usize,
}

/// An event, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The stream's name.
    pub stream: Arc<str>,
    /// The event.
    pub event: Event,
}

/// Some events, oldest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FoundPage {
    /// In the order of their ids.
    pub events: Vec<Found>,
    /// Where the next page starts, if there is one.
    pub next: Option<EventId>,
}

impl Search {
    /// Finds every event.
    pub fn everything() -> Self {
        Self {
            streams: Streams::All,
            range: EventId::START..EventId::END,
            pattern: Pattern::default(),
            limit: MAX_EVENTS.into(),
        }
    }

    /// Finds every event whose message contains `phrase`.
    pub fn phrase(phrase: &str) -> Self {
        Self { pattern: Pattern::phrase(phrase), ..Self::everything() }
    }

    pub(crate) fn run(&self, streams: &[Arc<Stream>]) -> FoundPage {
        let mut events = Vec::new();
        let mut next = None;
        for stream in streams {
            let wanted = |message: &str| self.pattern.matches(message);
            let (page, rest) = stream.matching(self.range.clone(), wanted, self.limit);
            events
                .extend(page.into_iter().map(|event| Found { stream: stream.name.clone(), event }));
            next = earliest(next, rest);
        }
        events.sort_unstable_by_key(|found| found.event.id);
        // What follows the first event that one stream had no room for may have gaps.
        let whole = events.partition_point(|found| next.is_none_or(|next| found.event.id < next));
        events.truncate(whole);
        let mut room = Room::for_events(self.limit);
        let fitting = events.iter().take_while(|found| room.admits(&found.event)).count();
        let left_out = events.get(fitting).map(|found| found.event.id);
        events.truncate(fitting);
        FoundPage { events, next: earliest(left_out, next) }
    }
}

impl Streams {
    pub(crate) fn of(&self, group: &Group) -> Result<Vec<Arc<Stream>>, Missing> {
        match self {
            Self::All => Ok(group.streams().cloned().collect()),
            Self::Named(names) => names.iter().map(|name| group.get(name).cloned()).collect(),
            Self::Starting(prefix) => {
                let streams = group.streams().filter(|stream| stream.name.starts_with(prefix));
                Ok(streams.cloned().collect())
            }
        }
    }
}

fn earliest(one: Option<EventId>, other: Option<EventId>) -> Option<EventId> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
