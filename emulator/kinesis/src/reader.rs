//! Reading a shard: in order, as far as the reader says it has come, and awake only when there is work.
//!
//! The shard keeps, for each reader, how far it has come and who answers for the records that it has
//! not read: virtual time must not pass by them.
//!
//! ```text
//!             record arrives             arrival()
//! CaughtUp ───────────────────▶ Waiting ───────────▶ Reading
//!    ▲                             │                    │
//!    ├────── nothing unread ───────┴── nothing unread ──┤
//!    └──────────────────── watch() ─────────────────────┘
//! ```
//!
//! In `Waiting` the shard holds the guard; in `Reading` the reader does, and records that arrive
//! meanwhile are covered by it. So a reader that waits before it tries a batch again can let its guard
//! wait, and no later record stops the time that it waits for. One that waits for more records, and
//! wants to be told of them, [watches](ShardReader::watch).

use std::mem;
use std::sync::Arc;

use emulator_clock::InFlight;
use tokio::sync::Notify;

use crate::log::{Log, Position, Record};
use crate::{SequenceNumber, Shard, ShardId};

/// Reads one shard. Unsubscribes when dropped.
///
/// ```text
/// loop {
///     let guard = reader.arrival().await;
///     loop {
///         let batch = reader.next(100);
///         let Some(last) = batch.last() else { break };
///         // … the batch is processed, or tried again after `guard.after(delay).await` …
///         reader.advance(last.sequence_number);
///     }
///     drop(guard);
/// }
/// ```
#[derive(Debug)]
pub struct ShardReader {
    shard: Arc<Shard>,
    id: u64,
    arrived: Arc<Notify>,
}

impl ShardReader {
    pub(crate) fn new(shard: Arc<Shard>, id: u64, arrived: Arc<Notify>) -> Self {
        Self { shard, id, arrived }
    }

    /// The shard that is read.
    pub fn shard_id(&self) -> ShardId {
        self.shard.id()
    }

    /// The oldest unread records, at most `max_records`. They stay unread until [`advance`](Self::advance).
    pub fn next(&self, max_records: usize) -> Vec<Record> {
        self.shard.read(self.id, max_records)
    }

    /// Has read the record with the number `past`, and all before it. Never goes back.
    pub fn advance(&self, past: SequenceNumber) {
        self.shard.advance(self.id, past);
    }

    /// Watches for records beyond those that are unread now, until the watch is dropped.
    ///
    /// To collect records for some time, look at [`unread`](Watch::unread) once the watch stands, let
    /// the guard wait, and await both: `guard.after(window)` and [`arrival`](Watch::arrival).
    pub fn watch(&mut self) -> Watch<'_> {
        self.shard.attend(self.id, Attention::CaughtUp);
        Watch(self)
    }

    /// Waits until there is an unread record; at once if there is one already.
    ///
    /// Hold the guard until [`next`](Self::next) has nothing more. Dropping the future loses nothing.
    pub async fn arrival(&mut self) -> InFlight {
        loop {
            // A record that arrives between these two lines leaves a permit in `arrived`.
            if let Some(guard) = self.shard.take_arrival(self.id) {
                return guard;
            }
            self.arrived.notified().await;
        }
    }
}

impl Drop for ShardReader {
    fn drop(&mut self) {
        self.shard.unsubscribe(self.id);
    }
}

/// A reader that has seen all there is to read, and waits for more.
#[derive(Debug)]
pub struct Watch<'a>(&'a mut ShardReader);

/// How much there is to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// How many records.
    pub records: usize,
    /// Data and partition keys of all of them.
    pub bytes: usize,
}

impl Watch<'_> {
    /// How much of the oldest unread records there is, looking at no more than `max_records`.
    pub fn unread(&self, max_records: usize) -> Unread {
        self.0.shard.unread(self.0.id, max_records)
    }

    /// Waits until a record arrives that was not there when the watch began.
    ///
    /// The guard covers everything unread, as that of [`ShardReader::arrival`] does.
    pub async fn arrival(&mut self) -> InFlight {
        self.0.arrival().await
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.0.shard.attend(self.0.id, Attention::Reading);
    }
}

/// How far a reader has come; kept by the shard, under its lock.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// Place of the oldest unread record.
    next: u64,
    attention: Attention,
    /// Wakes the reader, and only it.
    arrived: Arc<Notify>,
}

/// Who answers for the records that a reader has not read.
#[derive(Debug)]
pub(crate) enum Attention {
    /// There are none, or the reader has seen them and waits for more.
    CaughtUp,
    /// The shard, until the reader takes the guard.
    Waiting(InFlight),
    /// The reader.
    Reading,
}

impl Subscription {
    pub(crate) fn new(next: u64, log: &Log, hold: impl FnOnce() -> InFlight) -> Self {
        let attention =
            if next < log.end() { Attention::Waiting(hold()) } else { Attention::CaughtUp };
        Self { next, attention, arrived: Arc::default() }
    }

    pub(crate) fn arrived(&self) -> Arc<Notify> {
        Arc::clone(&self.arrived)
    }

    pub(crate) fn record_arrived(&mut self, hold: impl FnOnce() -> InFlight) {
        if let Attention::CaughtUp = self.attention {
            self.attention = Attention::Waiting(hold());
            self.arrived.notify_one();
        }
    }

    pub(crate) fn read(&self, log: &Log, max_records: usize) -> Vec<Record> {
        log.read_from(self.next).take(max_records).cloned().collect()
    }

    pub(crate) fn unread(&self, log: &Log, max_records: usize) -> Unread {
        log.read_from(self.next).take(max_records).fold(Unread::default(), |unread, record| {
            Unread {
                records: unread.records + 1,
                bytes: unread.bytes + record.data.len() + record.partition_key.len(),
            }
        })
    }

    /// Returns what was before, to be dropped once the lock is free.
    pub(crate) fn attend(&mut self, attention: Attention) -> Attention {
        mem::replace(&mut self.attention, attention)
    }

    pub(crate) fn advance(&mut self, log: &Log, past: SequenceNumber) {
        self.next = self.next.max(log.place_of(Position::AfterSequenceNumber(past)));
    }

    /// A guard for the reader, if anything is unread. One that has let go of its guard too early gets
    /// another.
    pub(crate) fn take_arrival(&mut self, hold: impl FnOnce() -> InFlight) -> Option<InFlight> {
        match mem::replace(&mut self.attention, Attention::Reading) {
            Attention::Waiting(guard) => Some(guard),
            Attention::Reading => Some(hold()),
            Attention::CaughtUp => {
                self.attention = Attention::CaughtUp;
                None
            }
        }
    }

    /// Skips what has expired. If nothing is unread then, returns the guard that the shard held for it,
    /// to be dropped once the lock is free.
    pub(crate) fn skip_expired(&mut self, log: &Log) -> Option<InFlight> {
        self.next = self.next.max(log.start());
        if self.next < log.end() {
            return None;
        }
        match mem::replace(&mut self.attention, Attention::CaughtUp) {
            Attention::Waiting(guard) => Some(guard),
            Attention::CaughtUp | Attention::Reading => None,
        }
    }
}

#[cfg(test)]
mod tests;
