//! The service: every bucket with its objects, behind one lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::Clock;
use emulator_deliver::Deliver;
use emulator_front::Home;
use s3s::crypto::{Checksum, Sha256};
use s3s::dto;
use time::{OffsetDateTime, UtcDateTime};

use crate::bucket::Bucket;
use crate::etag::hex;
use crate::notification::Sequencer;
use crate::refusal::NoSuchBucket;

/// All buckets of the emulator, which belong to its one account.
pub struct Buckets {
    pub(crate) home: Home,
    pub(crate) clock: Clock,
    pub(crate) deliver: Arc<dyn Deliver>,
    /// Locked by one operation at a time, never across an await.
    state: Mutex<State>,
}

/// What the lock guards.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) buckets: BTreeMap<String, Bucket>,
    pub(crate) sequencer: Sequencer,
}

impl Buckets {
    /// No buckets yet. `deliver` reaches the functions that notifications name.
    pub fn new(home: Home, clock: Clock, deliver: Arc<dyn Deliver>) -> Self {
        Self { home, clock, deliver, state: Mutex::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the buckets")
    }

    /// The time of a change, to the second: S3 keeps no more of it.
    pub(crate) fn now(&self) -> UtcDateTime {
        self.clock.now().truncate_to_second()
    }

    /// The account's canonical user id: 64 hexadecimal digits, as on AWS; which ones is ours to choose.
    pub(crate) fn owner_id(&self) -> String {
        hex(&Sha256::checksum(self.home.account.as_bytes()))
    }

    /// Whose everything is.
    pub(crate) fn owner(&self) -> dto::Owner {
        dto::Owner { display_name: None, id: Some(self.owner_id()) }
    }
}

impl State {
    pub(crate) fn bucket(&self, name: &str) -> Result<&Bucket, NoSuchBucket> {
        self.buckets.get(name).ok_or_else(|| NoSuchBucket(name.to_owned()))
    }

    pub(crate) fn bucket_mut(&mut self, name: &str) -> Result<&mut Bucket, NoSuchBucket> {
        self.buckets.get_mut(name).ok_or_else(|| NoSuchBucket(name.to_owned()))
    }
}

/// A time as `s3s` writes it.
pub(crate) fn timestamp(time: UtcDateTime) -> dto::Timestamp {
    OffsetDateTime::from(time).into()
}
