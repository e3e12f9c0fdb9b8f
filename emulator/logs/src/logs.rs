//! The service: every group and stream, and the reads that operations, the demo and tests share.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::Clock;
use emulator_front::Home;
use tokio::sync::Notify;

use crate::event::{EventId, Timestamp};
use crate::group::{GroupFacts, Groups, Missing};
use crate::search::{Found, FoundPage, Search};
use crate::stream::{ReadFrom, Stream, StreamFacts, StreamPage};
use crate::writer::StreamWriter;

/// `CloudWatch` Logs.
pub struct Logs {
    home: Home,
    clock: Clock,
    /// Locked to find a stream or to list names; never while events are written or searched.
    groups: Mutex<Groups>,
    /// How many events there have been, in all streams.
    arrivals: AtomicU64,
    /// Wakes those who wait for an event.
    arrived: Arc<Notify>,
}

impl Logs {
    /// A service without any groups.
    pub fn new(home: Home, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            home,
            clock,
            groups: Mutex::default(),
            arrivals: AtomicU64::new(0),
            arrived: Arc::default(),
        })
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
        Ok(stream.page(from, range, limit))
    }

    /// What a search finds in a group, oldest first; one page of it.
    ///
    /// # Errors
    ///
    /// [`Missing`] if there is no such group, or none of a stream that the search names.
    pub fn events(&self, group: &str, search: &Search) -> Result<FoundPage, Missing> {
        let streams = search.streams.of(self.directory().get(group)?)?;
        Ok(search.run(&streams))
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

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now().into()
    }

    pub(crate) fn open(&self, group: &str, stream: &str, now: Timestamp) -> Arc<Stream> {
        self.directory().open(group, stream, now)
    }

    pub(crate) fn next_arrival(&self) -> u64 {
        self.arrivals.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn tell_readers(&self) {
        self.arrived.notify_waiters();
    }

    fn directory(&self) -> MutexGuard<'_, Groups> {
        self.groups.lock().expect("nothing panics while it holds the groups")
    }
}
