//! One shard: it takes records in, numbers them, and tells its readers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::{Clock, InFlight};
use time::UtcDateTime;

use crate::entry::Entry;
use crate::hash_key::HashKeyRange;
use crate::log::{Log, Position, Record};
use crate::reader::{Attention, ShardReader, Subscription, Unread};
use crate::sequence::{SequenceNumber, Series};
use crate::stream::RETENTION;

/// A shard's number in its stream; written `shardId-000000000000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId(pub(crate) u32);

impl fmt::Display for ShardId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "shardId-{:012}", self.0)
    }
}

/// One shard of a stream.
#[derive(Debug)]
pub struct Shard {
    id: ShardId,
    stream: Arc<str>,
    range: HashKeyRange,
    series: Series,
    clock: Clock,
    /// Locked for one put or one read, never across an await. A guard leaves it before it is dropped.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    log: Log,
    subscriptions: BTreeMap<u64, Subscription>,
    next_subscription: u64,
}

impl Shard {
    pub(crate) fn new(index: u32, stream: Arc<str>, range: HashKeyRange, clock: Clock) -> Self {
        let series = Series::new(clock.now(), index);
        Self { id: ShardId(index), stream, range, series, clock, state: Mutex::default() }
    }

    /// Its name.
    pub fn id(&self) -> ShardId {
        self.id
    }

    pub(crate) fn range(&self) -> HashKeyRange {
        self.range
    }

    /// The number that all its records' numbers are larger than.
    pub(crate) fn start(&self) -> SequenceNumber {
        self.series.start()
    }

    /// Subscribes a reader. Virtual time stands still until it has read what is there from `position` on.
    pub fn reader(self: &Arc<Self>, position: Position) -> ShardReader {
        let mut state = self.trimmed_state();
        let id = state.next_subscription;
        state.next_subscription += 1;
        let place = state.log.place_of(position);
        let subscription = Subscription::new(place, &state.log, || self.hold());
        let arrived = subscription.arrived();
        state.subscriptions.insert(id, subscription);
        drop(state);
        ShardReader::new(Arc::clone(self), id, arrived)
    }

    /// Takes a record in. Every reader that had nothing to read is told, and virtual time stands still
    /// for it from now on.
    pub(crate) fn put(&self, entry: Entry) -> SequenceNumber {
        self.append(&mut self.trimmed_state(), entry)
    }

    /// Takes a record in if its number is larger than `after`; otherwise takes nothing in.
    pub(crate) fn put_after(&self, after: SequenceNumber, entry: Entry) -> Option<SequenceNumber> {
        let mut state = self.trimmed_state();
        let is_later = after < self.next_number(&state.log, self.clock.now());
        is_later.then(|| self.append(&mut state, entry))
    }

    fn append(&self, state: &mut State, entry: Entry) -> SequenceNumber {
        let arrived = self.clock.now();
        let sequence_number = self.next_number(&state.log, arrived);
        let Entry { data, partition_key, .. } = entry;
        let shard_id = self.id;
        state.log.append(Record { sequence_number, partition_key, data, arrived, shard_id });
        for subscription in state.subscriptions.values_mut() {
            subscription.record_arrived(|| self.hold());
        }
        sequence_number
    }

    fn next_number(&self, log: &Log, at: UtcDateTime) -> SequenceNumber {
        self.series.record(log.end() + 1, at)
    }

    pub(crate) fn read(&self, id: u64, max_records: usize) -> Vec<Record> {
        self.with_subscription(id, |subscription, log| subscription.read(log, max_records))
    }

    pub(crate) fn advance(&self, id: u64, past: SequenceNumber) {
        self.with_subscription(id, |subscription, log| subscription.advance(log, past));
    }

    pub(crate) fn unread(&self, id: u64, max_records: usize) -> Unread {
        self.with_subscription(id, |subscription, log| subscription.unread(log, max_records))
    }

    pub(crate) fn attend(&self, id: u64, attention: Attention) {
        let before = self.with_subscription(id, |subscription, _| subscription.attend(attention));
        drop(before);
    }

    pub(crate) fn take_arrival(&self, id: u64) -> Option<InFlight> {
        self.with_subscription(id, |subscription, _| subscription.take_arrival(|| self.hold()))
    }

    pub(crate) fn unsubscribe(&self, id: u64) {
        let subscription = self.state().subscriptions.remove(&id);
        drop(subscription);
    }

    /// Does something for a reader that knows what has expired.
    fn with_subscription<T>(&self, id: u64, act: impl FnOnce(&mut Subscription, &Log) -> T) -> T {
        let mut state = self.trimmed_state();
        let State { log, subscriptions, .. } = &mut *state;
        let subscription =
            subscriptions.get_mut(&id).expect("a reader is subscribed until it drops");
        let expired = subscription.skip_expired(log);
        let result = act(subscription, log);
        let finished = subscription.skip_expired(log);
        drop(state);
        drop((expired, finished));
        result
    }

    /// Names the unread records in an advance of the clock that waits on them.
    fn hold(&self) -> InFlight {
        self.clock.hold(format!("unread records in {} of stream {}", self.id, self.stream))
    }

    fn trimmed_state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.log.trim(horizon(self.clock.now()));
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds a shard's state")
    }
}

/// Records that arrived before it have expired.
fn horizon(now: UtcDateTime) -> UtcDateTime {
    now.saturating_sub(RETENTION)
}
