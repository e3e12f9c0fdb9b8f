//! Looking for events in many streams at once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use crate::event::{Event, EventId};
use crate::group::{Group, Missing};
use crate::page::{EVENT_BYTES, MAX_EVENTS, Room};
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

/// Some events, oldest first; none, maybe, though there is a next page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FoundPage {
    /// In the order of their ids.
    pub events: Vec<Found>,
    /// Where the next page starts, if there is one.
    pub next: Option<EventId>,
}

/// Why a search looks no further.
pub(crate) enum Ended {
    /// There is no more to look at.
    All,
    /// There is no room for this one, which is wanted.
    Full(EventId),
    /// It has looked at enough for once; this one would be next.
    Enough(EventId),
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

    /// Looks from `start` on, in the order of events over all `streams`, at messages of about `most`
    /// bytes, and adds what is found to `found` for as long as there is room.
    pub(crate) fn look(
        &self,
        streams: &[Arc<Stream>],
        start: EventId,
        most: usize,
        room: &mut Room,
        found: &mut Vec<Found>,
    ) -> Ended {
        let held: Vec<_> = streams.iter().map(|stream| stream.hold()).collect();
        let range = start..self.range.end;
        let mut events: Vec<_> =
            held.iter().map(|held| held.within(range.clone()).peekable()).collect();
        let next_of = |(place, events): (usize, &mut Peekable<_>)| {
            events.peek().map(|event: &&Event| Reverse((event.id, place)))
        };
        let mut ahead: BinaryHeap<_> = events.iter_mut().enumerate().filter_map(next_of).collect();
        let mut looked = 0;
        while let Some(Reverse((id, place))) = ahead.pop() {
            if looked >= most {
                return Ended::Enough(id);
            }
            let Some(event) = events[place].next() else { continue };
            looked += event.message.len() + EVENT_BYTES;
            if self.pattern.matches(&event.message) {
                if !room.admits(event) {
                    return Ended::Full(id);
                }
                found.push(Found { stream: streams[place].name.clone(), event: event.clone() });
            }
            ahead.extend(next_of((place, &mut events[place])));
        }
        Ended::All
    }
}

impl Streams {
    /// Each of them once, in the order in which they were made: whoever holds several takes them in one
    /// order.
    pub(crate) fn of(&self, group: &Group) -> Result<Vec<Arc<Stream>>, Missing> {
        let mut streams: Vec<_> = match self {
            Self::All => group.streams().cloned().collect(),
            Self::Named(names) => {
                names.iter().map(|name| group.get(name).cloned()).collect::<Result<_, _>>()?
            }
            Self::Starting(prefix) => {
                group.streams().filter(|stream| stream.name.starts_with(prefix)).cloned().collect()
            }
        };
        streams.sort_unstable();
        streams.dedup();
        Ok(streams)
    }
}
