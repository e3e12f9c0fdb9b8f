//! The records of one shard, oldest first. No lock, no clock, no waiting.
//!
//! Every record has a *place*: how many were put into the shard before it. Places are never given
//! twice, so a reader's place keeps its meaning while records expire in front of it.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use time::UtcDateTime;

use crate::{SequenceNumber, ShardId};

/// A record as it is read. Copies share the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it stands in its shard.
    pub sequence_number: SequenceNumber,
    /// What the producer grouped it by.
    pub partition_key: Arc<str>,
    /// What the producer put.
    pub data: Bytes,
    /// When the stream accepted it.
    pub arrived: UtcDateTime,
    /// The shard it is in.
    pub shard_id: ShardId,
}

/// Where reading starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// With the oldest record that has not expired.
    TrimHorizon,
    /// After the newest record.
    Latest,
    /// With the first record that arrived then or later.
    AtTimestamp(UtcDateTime),
    /// After the record with this number, whether or not it is still there.
    AfterSequenceNumber(SequenceNumber),
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    records: VecDeque<Record>,
    expired: u64,
}

impl Log {
    /// Place of the oldest record that is still there.
    pub(crate) fn start(&self) -> u64 {
        self.expired
    }

    /// Place that the next record will have.
    pub(crate) fn end(&self) -> u64 {
        self.expired + self.records.len() as u64
    }

    pub(crate) fn append(&mut self, record: Record) {
        self.records.push_back(record);
    }

    /// Drops the records that arrived before `horizon`.
    pub(crate) fn trim(&mut self, horizon: UtcDateTime) {
        while self.records.pop_front_if(|record| record.arrived < horizon).is_some() {
            self.expired += 1;
        }
    }

    /// Place of the first record that is read from `position`.
    pub(crate) fn place_of(&self, position: Position) -> u64 {
        let passed = match position {
            Position::TrimHorizon => 0,
            Position::Latest => self.records.len(),
            // A wall clock can be set back, so the times need not rise.
            Position::AtTimestamp(from) => self
                .records
                .iter()
                .position(|record| record.arrived >= from)
                .unwrap_or(self.records.len()),
            Position::AfterSequenceNumber(number) => {
                self.records.partition_point(|record| record.sequence_number <= number)
            }
        };
        self.expired + passed as u64
    }

    /// The records from `place` on.
    pub(crate) fn read_from(&self, place: u64) -> impl Iterator<Item = &Record> {
        let passed = usize::try_from(place.saturating_sub(self.expired)).unwrap_or(usize::MAX);
        self.records.range(passed.min(self.records.len())..)
    }
}
