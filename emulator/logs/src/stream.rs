//! One log stream: its events, kept in the order in which they are read.
//!
//! Events come nearly in order, so one is nearly always put at the end; one that comes late is put
//! before the few that are younger. In return no read ever sorts, and each starts with a binary search.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_store::Committed;

use crate::archive::Archive;
use crate::budget::Budget;
use crate::event::{Event, EventId, Timestamp};
use crate::page::Room;
use crate::retention::Retention;

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
    /// As given by whoever made it or wrote first.
    pub name: Arc<str>,
    /// When it was made or first written to.
    pub created: Timestamp,
    /// Timestamp of the oldest event.
    pub first_event: Option<Timestamp>,
    /// Timestamp of the youngest event.
    pub last_event: Option<Timestamp>,
    /// When an event was last written.
    pub last_ingested: Option<Timestamp>,
}

/// What the streams of one emulator share.
pub(crate) struct Keeping {
    pub(crate) archive: Archive,
    pub(crate) budget: Budget,
}

/// One log stream.
pub(crate) struct Stream {
    /// Its own for ever: a stream that is made again under the same name has another one.
    pub(crate) number: u64,
    pub(crate) name: Arc<str>,
    pub(crate) created: Timestamp,
    /// Its group's.
    retention: Arc<Retention>,
    keeping: Arc<Keeping>,
    /// Locked for a few events by a writer, and for one page by a reader.
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    /// Sorted by id.
    events: VecDeque<Event>,
    last_ingested: Option<Timestamp>,
    /// Whoever still writes here has to open the stream of that name again.
    is_deleted: bool,
}

/// A stream whose events stand still.
pub(crate) struct Held<'a>(MutexGuard<'a, Contents>);

/// The stream is deleted; these events are not in it.
pub(crate) struct Deleted(pub(crate) Vec<Event>);

impl Stream {
    pub(crate) fn new(
        number: u64,
        name: Arc<str>,
        created: Timestamp,
        retention: Arc<Retention>,
        keeping: Arc<Keeping>,
    ) -> Self {
        Self { number, name, created, retention, keeping, contents: Mutex::default() }
    }

    /// Writes events, and leaves it to the archive when they are durable.
    pub(crate) fn append(&self, events: Vec<Event>) -> Result<(), Deleted> {
        let mut contents = self.contents();
        if contents.is_deleted {
            return Err(Deleted(events));
        }
        self.keeping.archive.keep(|archive| archive.put_events(self.number, &events));
        self.insert(&mut contents, events);
        Ok(())
    }

    /// Starts to make events durable that are to be [shown](Self::show) once they are.
    pub(crate) fn store(&self, events: &[Event]) -> Committed {
        self.keeping.archive.put_events(self.number, events)
    }

    /// Shows events that are durable, unless the stream has been deleted meanwhile.
    pub(crate) fn show(&self, events: Vec<Event>) {
        let mut contents = self.contents();
        if !contents.is_deleted {
            self.insert(&mut contents, events);
        }
    }

    fn insert(&self, contents: &mut Contents, events: Vec<Event>) {
        for event in &events {
            self.keeping.budget.take(event);
            contents.last_ingested = contents.last_ingested.max(Some(event.ingested));
        }
        contents.insert(events);
    }

    /// Forgets what the group does not keep any more.
    pub(crate) fn expire(&self, now: Timestamp) {
        if let Some(start) = self.retention.start(now) {
            self.forget_oldest(|event| event.timestamp() < start);
        }
    }

    /// Forgets events from the oldest on, for as long as they are `unwanted`.
    pub(crate) fn forget_oldest(&self, unwanted: impl Fn(&Event) -> bool) {
        let mut contents = self.contents();
        let mut forgotten = Vec::new();
        while contents.events.front().is_some_and(&unwanted) {
            let Some(event) = contents.events.pop_front() else { break };
            self.keeping.budget.give_back(&event);
            forgotten.push(event.id);
        }
        if forgotten.is_empty() {
            return;
        }
        let left = contents.events.len();
        if contents.events.capacity() > 4 * left {
            contents.events.shrink_to(2 * left);
        }
        self.keeping.archive.keep(|archive| archive.remove_events(self.number, &forgotten));
    }

    /// Ends the stream: its events go, and its writers learn of it with the next event.
    pub(crate) fn delete(&self) {
        self.contents().is_deleted = true;
        self.forget_oldest(|_| true);
    }

    pub(crate) fn oldest_id(&self) -> Option<EventId> {
        self.contents().events.front().map(|event| event.id)
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
        let mut room = Room::for_events(limit);
        let contents = self.contents();
        contents.within(range).take_while(|event| room.admits(event)).cloned().collect()
    }

    fn youngest(&self, range: Range<EventId>, limit: usize) -> Vec<Event> {
        let contents = self.contents();
        let mut room = Room::for_events(limit);
        let youngest = contents.within(range).rev().take_while(|event| room.admits(event));
        let mut page: Vec<_> = youngest.cloned().collect();
        page.reverse();
        page
    }

    /// The events as they stand, for as long as this is held: not across an await.
    pub(crate) fn hold(&self) -> Held<'_> {
        Held(self.contents())
    }

    pub(crate) fn facts(&self) -> StreamFacts {
        let contents = self.contents();
        StreamFacts {
            name: self.name.clone(),
            created: self.created,
            first_event: contents.events.front().map(Event::timestamp),
            last_event: contents.events.back().map(Event::timestamp),
            last_ingested: contents.last_ingested,
        }
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().expect("nothing panics while it holds a stream's events")
    }
}

impl Held<'_> {
    pub(crate) fn within(&self, range: Range<EventId>) -> impl Iterator<Item = &Event> {
        self.0.within(range)
    }
}

impl PartialEq for Stream {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Stream {}

impl PartialOrd for Stream {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stream {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.number.cmp(&other.number)
    }
}

impl Contents {
    fn insert(&mut self, mut events: Vec<Event>) {
        events.sort_by_key(|event| event.id);
        let Some(first) = events.first().map(|event| event.id) else { return };
        let place = self.events.partition_point(|earlier| earlier.id < first);
        // What is younger is moved once, not by each of them.
        let mut younger = self.events.split_off(place).into_iter().peekable();
        for event in events {
            while let Some(earlier) = younger.next_if(|younger| younger.id < event.id) {
                self.events.push_back(earlier);
            }
            self.events.push_back(event);
        }
        self.events.extend(younger);
    }

    fn within(&self, range: Range<EventId>) -> impl DoubleEndedIterator<Item = &Event> {
        let place = |id: EventId| self.events.partition_point(|event| event.id < id);
        let (start, end) = (place(range.start), place(range.end));
        // A range that ends before it starts holds nothing.
        self.events.range(start.min(end)..end)
    }
}
