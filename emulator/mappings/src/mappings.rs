//! The service: every mapping, and the tasks that read for them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::Clock;
use emulator_front::Home;
use emulator_kinesis::{Stream, Streams};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::invoke::Invoke;
use crate::mapping::Mapping;
use crate::reading::Reading;

/// Every event source mapping of the region.
pub struct Mappings {
    pub(crate) home: Home,
    pub(crate) clock: Clock,
    pub(crate) functions: Arc<dyn Invoke>,
    pub(crate) streams: Arc<Streams>,
    /// Locked for a look or a change, never across an await.
    by_id: Mutex<BTreeMap<Uuid, Running>>,
    /// Owns the tasks that read.
    tasks: TaskTracker,
    /// Ends them all, invocations in flight included.
    stop: CancellationToken,
}

/// A mapping, and what ends its reading.
struct Running {
    mapping: Arc<Mapping>,
    /// Lets an invocation in flight end first.
    stop: CancellationToken,
}

/// There is no such mapping.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The resource you requested does not exist.")]
pub(crate) struct NoSuchMapping;

/// The stream is mapped to the function already.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The event source arn (\" {stream_arn} \") and function (\" {function} \") provided mapping \
     already exists. Please update or delete the existing mapping with UUID {existing}"
)]
pub(crate) struct AlreadyMapped {
    stream_arn: String,
    function: String,
    existing: Uuid,
}

impl Mappings {
    /// No mappings yet. `functions` are what they will invoke, `streams` what they will read.
    pub fn new(
        home: Home,
        clock: Clock,
        functions: Arc<dyn Invoke>,
        streams: Arc<Streams>,
    ) -> Self {
        Self {
            home,
            clock,
            functions,
            streams,
            by_id: Mutex::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    /// Stops reading, and returns once nothing reads any more. Batches whose invocation has not
    /// answered count as unread.
    pub async fn shut_down(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// The one place that says that there is no such mapping.
    pub(crate) fn get(&self, id: &str) -> Result<Arc<Mapping>, NoSuchMapping> {
        let id = id.parse().map_err(|_| NoSuchMapping)?;
        self.mappings().get(&id).map(|running| running.mapping.clone()).ok_or(NoSuchMapping)
    }

    /// All mappings, in the order of their ids.
    pub(crate) fn all(&self) -> Vec<Arc<Mapping>> {
        self.mappings().values().map(|running| running.mapping.clone()).collect()
    }

    /// Adds a mapping and starts to read for it. What arrives in the stream from now on is seen.
    ///
    /// Whether AWS takes two qualifiers of one function for two functions is not known; here it does.
    pub(crate) fn add(&self, mapping: &Arc<Mapping>, stream: &Stream) -> Result<(), AlreadyMapped> {
        let mut mappings = self.mappings();
        let same = |there: &Mapping| {
            there.target == mapping.target && there.stream_arn == mapping.stream_arn
        };
        if let Some(there) = mappings.values().find(|running| same(&running.mapping)) {
            return Err(AlreadyMapped {
                stream_arn: mapping.stream_arn.clone(),
                function: mapping.target.function.to_string(),
                existing: there.mapping.id,
            });
        }
        let stop = self.stop.child_token();
        if mapping.enabled {
            self.read(mapping, stream, &stop);
        }
        mappings.insert(mapping.id, Running { mapping: mapping.clone(), stop });
        Ok(())
    }

    /// Removes a mapping. A batch that its function has got is let finish, and no other follows.
    pub(crate) fn remove(&self, id: &str) -> Result<Arc<Mapping>, NoSuchMapping> {
        let id = id.parse().map_err(|_| NoSuchMapping)?;
        let Running { mapping, stop } = self.mappings().remove(&id).ok_or(NoSuchMapping)?;
        stop.cancel();
        Ok(mapping)
    }

    /// Starts a task for each shard of the stream.
    fn read(&self, mapping: &Arc<Mapping>, stream: &Stream, stop: &CancellationToken) {
        for shard in stream.shards() {
            let reading = Reading::new(self, mapping, shard, stop.clone());
            let all_stop = self.stop.clone();
            self.tasks.spawn(all_stop.run_until_cancelled_owned(reading.run()));
        }
    }

    fn mappings(&self) -> MutexGuard<'_, BTreeMap<Uuid, Running>> {
        self.by_id.lock().expect("nothing panics while it holds the mappings")
    }
}
