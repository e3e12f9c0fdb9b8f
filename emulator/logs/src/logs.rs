//! The service: every group and stream, and the reads that operations, the demo and tests share.

mod changes;

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::Clock;
use emulator_front::Home;
use emulator_store::{LoadError, Store};
use tokio::sync::Notify;

pub(crate) use changes::{NotStored, Protected};

use crate::archive::{Archive, Contents};
use crate::budget::{Budget, MAX_BYTES};
use crate::event::{BITS_OF_A_RUN, EventId, Timestamp};
use crate::group::{Group, GroupFacts, Groups, Missing};
use crate::page::Room;
use crate::search::{Ended, Found, FoundPage, Search};
use crate::stream::{Keeping, ReadFrom, Stream, StreamFacts, StreamPage};
use crate::writer::StreamWriter;

/// How much a search looks at before others get their turn, in bytes.
const BYTES_OF_A_LOOK: usize = 1024 * 1024;

/// How often it looks for one page. Ours: AWS also ends a page, be it empty, before it has gone through
/// everything, and does not say when.
const MOST_LOOKS: usize = 16;

/// `CloudWatch` Logs.
pub struct Logs {
    home: Home,
    clock: Clock,
    /// Locked to find a stream or to list names; never while events are written or searched.
    groups: Mutex<Groups>,
    keeping: Arc<Keeping>,
    /// How many events, streams and groups there have been.
    arrivals: AtomicU64,
    /// Wakes those who wait for an event.
    arrived: Arc<Notify>,
    /// Held by the change whose turn it is.
    turn: tokio::sync::Mutex<()>,
    /// Members that the log has said to have no effect.
    told: Mutex<BTreeSet<&'static str>>,
}

impl Logs {
    /// A service without any groups, which keeps nothing when it goes.
    pub fn new(home: Home, clock: Clock) -> Arc<Self> {
        Self::of(home, clock, Archive::none(), Contents::default(), MAX_BYTES)
    }

    /// The service with everything that is in `store`, where it keeps whatever comes.
    ///
    /// # Errors
    ///
    /// [`LoadError`] if the store cannot be read.
    pub fn open(home: Home, clock: Clock, store: &Store) -> Result<Arc<Self>, LoadError> {
        let (archive, contents) = Archive::open(store)?;
        Ok(Self::of(home, clock, archive, contents, MAX_BYTES))
    }

    pub(crate) fn of(
        home: Home,
        clock: Clock,
        archive: Archive,
        contents: Contents,
        most_bytes: usize,
    ) -> Arc<Self> {
        let logs = Self {
            home,
            clock,
            groups: Mutex::default(),
            keeping: Arc::new(Keeping { archive, budget: Budget::of(most_bytes) }),
            arrivals: AtomicU64::new(contents.run << BITS_OF_A_RUN),
            arrived: Arc::default(),
            turn: tokio::sync::Mutex::default(),
            told: Mutex::default(),
        };
        logs.fill(contents);
        Arc::new(logs)
    }

    /// Takes in what an earlier emulator has kept, but for what is not kept any more.
    fn fill(&self, contents: Contents) {
        let now = self.now();
        for (name, stored) in contents.groups {
            let mut group = Group::new(stored.number, &name, stored.created, stored.settings);
            for (name, stored) in stored.streams {
                let (number, created) = (stored.number, stored.created);
                let stream = group.new_stream(number, &name, created, &self.keeping);
                stream.show(stored.events);
                stream.expire(now);
                group.add(stream);
            }
            self.directory().entry(&name).or_insert(group);
        }
        self.make_room();
    }

    /// The writing end of a stream. Nothing is there before the first event.
    pub fn stream(self: &Arc<Self>, group: &str, stream: &str) -> StreamWriter {
        StreamWriter::new(self.clone(), group, stream)
    }

    /// All groups, sorted by name.
    pub fn groups(&self) -> Vec<GroupFacts> {
        self.directory().facts().collect()
    }

    /// All streams of a group, sorted by name.
    ///
    /// # Errors
    ///
    /// [`Missing`] if there is no such group.
    pub fn streams(&self, group: &str) -> Result<Vec<StreamFacts>, Missing> {
        let streams: Vec<_> = self.directory().get(group)?.streams().cloned().collect();
        self.expire(&streams);
        Ok(streams.iter().map(|stream| stream.facts()).collect())
    }

    /// At most `limit` events of one stream.
    ///
    /// # Errors
    ///
    /// [`Missing`] if there is no such group or stream.
    pub fn page(
        &self,
        group: &str,
        stream: &str,
        from: ReadFrom,
        range: Range<EventId>,
        limit: usize,
    ) -> Result<StreamPage, Missing> {
        let stream = self.directory().get(group)?.get(stream)?.clone();
        stream.expire(self.now());
        Ok(stream.page(from, range, limit))
    }

    /// What a search finds in a group, oldest first; one page of it, however long that takes.
    ///
    /// # Errors
    ///
    /// [`Missing`] if there is no such group, or none of a stream that the search names.
    pub fn events(&self, group: &str, search: &Search) -> Result<FoundPage, Missing> {
        let streams = self.searched(group, search)?;
        let (mut room, mut events) = (Room::for_events(search.limit), Vec::new());
        let start = search.range.start;
        let next = match search.look(&streams, start, usize::MAX, &mut room, &mut events) {
            Ended::All => None,
            Ended::Full(next) | Ended::Enough(next) => Some(next),
        };
        Ok(FoundPage { events, next })
    }

    /// As [`events`](Self::events), for whoever may ask for anything: others get their turn meanwhile, and
    /// after a while the page is what has been found by then.
    pub(crate) async fn search(&self, group: &str, search: &Search) -> Result<FoundPage, Missing> {
        let streams = self.searched(group, search)?;
        let mut room = Room::for_events(search.limit);
        let mut page = FoundPage { events: Vec::new(), next: Some(search.range.start) };
        for _ in 0..MOST_LOOKS {
            let Some(start) = page.next else { break };
            match search.look(&streams, start, BYTES_OF_A_LOOK, &mut room, &mut page.events) {
                Ended::All => page.next = None,
                Ended::Full(next) => return Ok(FoundPage { next: Some(next), ..page }),
                Ended::Enough(next) => {
                    page.next = Some(next);
                    tokio::task::yield_now().await;
                }
            }
        }
        Ok(page)
    }

    fn searched(&self, group: &str, search: &Search) -> Result<Vec<Arc<Stream>>, Missing> {
        let streams = search.streams.of(self.directory().get(group)?)?;
        self.expire(&streams);
        Ok(streams)
    }

    /// The first event in a group that a search finds; waits until there is one.
    pub async fn first(&self, group: &str, search: &Search) -> Found {
        let search = Search { limit: 1, ..search.clone() };
        loop {
            let arrival = self.arrival();
            let page = self.events(group, &search).unwrap_or_default();
            if let Some(found) = page.events.into_iter().next() {
                return found;
            }
            arrival.await;
        }
    }

    /// Waits for the next event in any group, from this call on: an event that arrives between the call
    /// and the first poll is not lost. Call it, look whether what you want is there, then await.
    pub fn arrival(&self) -> impl Future<Output = ()> + Send + use<> {
        self.arrived.clone().notified_owned()
    }

    /// The region and account that its ARNs name.
    pub fn home(&self) -> &Home {
        &self.home
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now().into()
    }

    /// The stream of that name, which is there from now on if it was not.
    pub(crate) fn open_stream(&self, group: &str, stream: &str, now: Timestamp) -> Arc<Stream> {
        let archive = &self.keeping.archive;
        let mut directory = self.directory();
        let group = match directory.entry(group) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => {
                let made = Group::new(self.next_number(), group, now, crate::Settings::default());
                archive.keep(|archive| archive.put_group(&made));
                place.insert(made)
            }
        };
        if let Ok(there) = group.get(stream) {
            return there.clone();
        }
        let made = group.new_stream(self.next_number(), stream, now, &self.keeping);
        archive.keep(|archive| archive.put_stream(group, &made));
        group.add(made.clone());
        made
    }

    /// Says in the log, once, that a member has no effect.
    pub(crate) fn say_inert(&self, member: &'static str) {
        if self.told.lock().expect("nothing panics while it holds this").insert(member) {
            tracing::info!(
                member,
                "this member of CloudWatch Logs is accepted and has no effect here"
            );
        }
    }

    /// A number that nothing else ever has.
    pub(crate) fn next_number(&self) -> u64 {
        self.arrivals.fetch_add(1, Ordering::Relaxed)
    }

    /// Wakes readers after events were written, and keeps within the memory that events may take.
    pub(crate) fn written(&self) {
        self.make_room();
        self.arrived.notify_waiters();
    }

    fn make_room(&self) {
        if self.keeping.budget.is_exceeded() {
            let streams = self.directory().streams().cloned().collect();
            self.keeping.budget.make_room(streams);
        }
    }

    /// Nobody reads what is not kept any more. That is when its memory is freed, or when its stream is
    /// written to: nothing goes round to look for it.
    fn expire(&self, streams: &[Arc<Stream>]) {
        let now = self.now();
        for stream in streams {
            stream.expire(now);
        }
    }

    fn directory(&self) -> MutexGuard<'_, Groups> {
        self.groups.lock().expect("nothing panics while it holds the groups")
    }
}
