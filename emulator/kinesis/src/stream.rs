//! A stream: a name, how it was set up, and its shards.

use std::sync::Arc;

use emulator_clock::Clock;
use time::{Duration, UtcDateTime};

use crate::SequenceNumber;
use crate::entry::Entry;
use crate::hash_key::{HashKey, HashKeyRange};
use crate::shard::{Shard, ShardId};

/// How long a record can be read. Source: the default of a stream, 24 hours.
pub(crate) const RETENTION: Duration = Duration::hours(24);

/// Largest record unless the stream says otherwise, data and partition key together, in KiB.
///
/// Source: the smallest `MaxRecordSizeInKiB` of the service model, which is its default.
pub(crate) const DEFAULT_MAX_RECORD_KIB: u32 = 1024;

/// Who looks after the number of shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Provisioned,
    OnDemand,
}

/// What a stream is created with.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) mode: Mode,
    pub(crate) shard_count: u32,
    pub(crate) max_record_kib: u32,
}

/// A stream. It is active from the moment it exists: whoever waits for that has waited enough.
#[derive(Debug)]
pub struct Stream {
    plan: Plan,
    arn: String,
    created: UtcDateTime,
    /// In the order of their hash keys, which together are the whole key space.
    shards: Vec<Arc<Shard>>,
}

/// Where a record has gone.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) shard_id: ShardId,
    pub(crate) sequence_number: SequenceNumber,
}

impl Stream {
    pub(crate) fn new(plan: Plan, arn: String, clock: &Clock) -> Self {
        let name: Arc<str> = plan.name.as_str().into();
        let shards = (0..)
            .zip(HashKeyRange::shares(plan.shard_count))
            .map(|(index, range)| Arc::new(Shard::new(index, name.clone(), range, clock.clone())))
            .collect();
        Self { plan, arn, created: clock.now(), shards }
    }

    /// Its name, unique in the account and region.
    pub fn name(&self) -> &str {
        &self.plan.name
    }

    /// Its ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Its shards, in the order of their ids.
    pub fn shards(&self) -> &[Arc<Shard>] {
        &self.shards
    }

    pub(crate) fn mode(&self) -> Mode {
        self.plan.mode
    }

    pub(crate) fn created(&self) -> UtcDateTime {
        self.created
    }

    pub(crate) fn max_record_kib(&self) -> u32 {
        self.plan.max_record_kib
    }

    /// Puts a record into the shard that its hash key belongs to.
    pub(crate) fn put(&self, entry: Entry) -> Placed {
        let shard = self.shard_for(entry.hash_key);
        Placed { shard_id: shard.id(), sequence_number: shard.put(entry) }
    }

    /// Puts a record as [`put`](Self::put) does, if its number will be larger than `after`;
    /// otherwise puts nothing.
    pub(crate) fn put_after(&self, after: SequenceNumber, entry: Entry) -> Option<Placed> {
        let shard = self.shard_for(entry.hash_key);
        Some(Placed { shard_id: shard.id(), sequence_number: shard.put_after(after, entry)? })
    }

    fn shard_for(&self, key: HashKey) -> &Shard {
        &self.shards[self.shards.partition_point(|shard| shard.range().end < key)]
    }
}
