//! One log stream: its events, kept in the order in which they are read.
//!
//! Events come nearly in order, so one is nearly always put at the end; one that comes late is put
//! before the few that are younger. In return no read ever sorts, and each starts with a binary search.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::event::{Event, EventId, Timestamp};
use crate::page::Room;

/// Where a read of one stream starts, and so in which direction it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom {
    /// At the oldest event.
    Head,
    /// At the youngest event, backwards.
    Tail,
    /// From a place on.
    On(EventId),
    /// From a place backwards.
    Before(EventId),
}

/// Some events of one stream, and where to read on.
#[derive(Debug, PartialEq, Eq)]
pub struct StreamPage {
    /// Oldest first, whatever the direction.
    pub events: Vec<Event>,
    /// Where older events end.
    pub backward: EventId,
    /// Where younger events begin.
    pub forward: EventId,
}

/// What a list of streams says of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamFacts {
    /// As given by whoever wrote first.
    pub name: Arc<str>,
    /// When it was first written to.
    pub created: Timestamp,
    /// Timestamp of the oldest event.
    pub first_event: Option<Timestamp>,
    /// Timestamp of the youngest event.
    pub last_event: Option<Timestamp>,
    /// When an event was last written.
    pub last_ingested: Option<Timestamp>,
}

/// One log stream.
pub(crate) struct Stream {
    pub(crate) name: Arc<str>,
    created: Timestamp,
    /// Locked for one event by a writer, and for one page by a reader.
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    /// Sorted by id.
    events: Vec<Event>,
    last_ingested: Option<Timestamp>,
}

impl Stream {
    pub(crate) fn new(name: Arc<str>, created: Timestamp) -> Self {
        Self { name, created, contents: Mutex::default() }
    }

    pub(crate) fn put(&self, event: Event) {
        let mut contents = self.contents();
        contents.last_ingested = Some(event.ingested);
        let events = &mut contents.events;
        if events.last().is_none_or(|last| last.id < event.id) {
            events.push(event);
        } else {
            let place = events.partition_point(|earlier| earlier.id < event.id);
            events.insert(place, event);
        }
    }

    /// At most `limit` events of `range`, from `from` on.
    pub(crate) fn page(&self, from: ReadFrom, range: Range<EventId>, limit: usize) -> StreamPage {
        let Range { start, end } = range;
        // An empty page is a place too: what is written later is found from there.
        let (events, place) = match from {
            ReadFrom::Head => (self.oldest(start..end, limit), start),
            ReadFrom::Tail => (self.youngest(start..end, limit), start),
            ReadFrom::On(place) => {
                let start = place.max(start);
                (self.oldest(start..end, limit), start)
            }
            ReadFrom::Before(place) => {
                let end = place.min(end);
                (self.youngest(start..end, limit), end)
            }
        };
        StreamPage {
            backward: events.first().map_or(place, |event| event.id),
            forward: events.last().map_or(place, |event| event.id.next()),
            events,
        }
    }

    fn oldest(&self, range: Range<EventId>, limit: usize) -> Vec<Event> {
        self.matching(range, |_| true, limit).0
    }

    fn youngest(&self, range: Range<EventId>, limit: usize) -> Vec<Event> {
        let contents = self.contents();
        let mut room = Room::for_events(limit);
        let youngest = contents.within(range).iter().rev().take_while(|event| room.admits(event));
        let mut page: Vec<_> = youngest.cloned().collect();
        page.reverse();
        page
    }

    /// The first events of `range` with a wanted message, and the id of the next one if there is one.
    pub(crate) fn matching(
        &self,
        range: Range<EventId>,
        wanted: impl Fn(&str) -> bool,
        limit: usize,
    ) -> (Vec<Event>, Option<EventId>) {
        let contents = self.contents();
        let mut room = Room::for_events(limit);
        let mut page = Vec::new();
        for event in contents.within(range).iter().filter(|event| wanted(&event.message)) {
            if !room.admits(event) {
                return (page, Some(event.id));
            }
            page.push(event.clone());
        }
        (page, None)
    }

    pub(crate) fn facts(&self) -> StreamFacts {
        let contents = self.contents();
        StreamFacts {
            name: self.name.clone(),
            created: self.created,
            first_event: contents.events.first().map(Event::timestamp),
            last_event: contents.events.last().map(Event::timestamp),
            last_ingested: contents.last_ingested,
        }
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().expect("nothing panics while it holds a stream's events")
    }
}

impl Contents {
    fn within(&self, range: Range<EventId>) -> &[Event] {
        let place = |id: EventId| self.events.partition_point(|event| event.id < id);
        // A range that ends before it starts holds nothing.
        self.events.get(place(range.start)..place(range.end)).unwrap_or_default()
    }
}
