//! All streams of the emulator's account and region.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::Clock;
use emulator_front::Home;

use crate::stream::{Mode, Plan, Stream};

/// How many shards the provisioned streams of an account may have together.
///
/// Source: the default quota of the largest regions, of which `us-east-1` is one.
const SHARD_LIMIT: usize = 20_000;

/// The service: every stream, and what is in it.
#[derive(Debug)]
pub struct Streams {
    home: Home,
    clock: Clock,
    /// Locked to look one up or to add one, never across an await.
    by_name: Mutex<BTreeMap<String, Arc<Stream>>>,
}

/// There is no such stream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Stream {name} under account {account} not found.")]
pub struct NoSuchStream {
    /// What was asked for.
    pub name: String,
    /// Where it was looked for, twelve digits.
    pub account: String,
}

/// Why a stream cannot be created.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotCreated {
    #[error("Stream {name} under account {account} already exists.")]
    Exists { name: String, account: String },
    #[error(
        "This request would exceed the shard limit for the account {} in {}. \
         Current shard count for the account: {current}. Limit: {SHARD_LIMIT}. \
         Number of additional shards that would have resulted from this request: {additional}. \
         Refer to the AWS Service Limits page \
         (https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) \
         for current limits and how to request higher limits.",
        .home.account, .home.region
    )]
    TooManyShards { home: Home, current: usize, additional: usize },
}

impl Streams {
    /// No streams yet.
    pub fn new(home: Home, clock: Clock) -> Self {
        Self { home, clock, by_name: Mutex::default() }
    }

    /// The stream with this ARN, to be read.
    ///
    /// # Errors
    ///
    /// [`NoSuchStream`] if there is none here.
    pub fn read(&self, arn: &str) -> Result<Arc<Stream>, NoSuchStream> {
        let name = arn.split_once(":stream/").map_or(arn, |(_, name)| name);
        let stream = self.streams().get(name).filter(|stream| stream.arn() == arn).cloned();
        stream.ok_or_else(|| NoSuchStream {
            name: name.to_owned(),
            account: arn.split(':').nth(4).unwrap_or(&self.home.account).to_owned(),
        })
    }

    pub(crate) fn get(&self, name: &str) -> Result<Arc<Stream>, NoSuchStream> {
        self.streams().get(name).cloned().ok_or_else(|| NoSuchStream {
            name: name.to_owned(),
            account: self.home.account.clone(),
        })
    }

    pub(crate) fn create(&self, plan: Plan) -> Result<(), NotCreated> {
        let mut streams = self.streams();
        if streams.contains_key(&plan.name) {
            let account = self.home.account.clone();
            return Err(NotCreated::Exists { name: plan.name, account });
        }
        let current = shards_of_provisioned(&streams);
        let additional = plan.shard_count as usize;
        if plan.mode == Mode::Provisioned && current + additional > SHARD_LIMIT {
            return Err(NotCreated::TooManyShards { home: self.home.clone(), current, additional });
        }
        let arn = self.home.arn("kinesis", &format!("stream/{}", plan.name));
        streams.insert(plan.name.clone(), Arc::new(Stream::new(plan, arn, &self.clock)));
        Ok(())
    }

    pub(crate) fn account(&self) -> &str {
        &self.home.account
    }

    fn streams(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Stream>>> {
        self.by_name.lock().expect("nothing panics while it holds the streams")
    }
}

fn shards_of_provisioned(streams: &BTreeMap<String, Arc<Stream>>) -> usize {
    streams
        .values()
        .filter(|stream| stream.mode() == Mode::Provisioned)
        .map(|stream| stream.shards().len())
        .sum()
}
