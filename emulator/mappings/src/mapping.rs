//! One event source mapping: what it was set up with, how it went last, and how it is written.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use emulator_front::Home;
use emulator_kinesis::Position;
use emulator_lambda::Target;
use serde::Serialize;
use time::UtcDateTime;
use uuid::Uuid;

use crate::retry::Policy;

/// The word that lets a function report which records of a batch it failed on.
pub(crate) const REPORT_BATCH_ITEM_FAILURES: &str = "ReportBatchItemFailures";

/// A mapping of a Kinesis stream to a function.
#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) id: Uuid,
    pub(crate) stream_arn: String,
    pub(crate) target: Target,
    pub(crate) start: StartingPosition,
    pub(crate) enabled: bool,
    /// Most records of one batch.
    pub(crate) batch_size: usize,
    /// How long a batch may grow before it is sent.
    pub(crate) window: Duration,
    /// Records that are older are not sent any more.
    pub(crate) max_age: Option<Duration>,
    pub(crate) policy: Policy,
    /// Whether the function's answer is read.
    pub(crate) reports_failures: bool,
    pub(crate) modified: UtcDateTime,
    /// Written by the tasks that read for this mapping.
    pub(crate) last_result: LastResult,
}

/// Where reading starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartingPosition {
    TrimHorizon,
    Latest,
    AtTimestamp(UtcDateTime),
}

impl StartingPosition {
    fn name(self) -> &'static str {
        match self {
            Self::TrimHorizon => "TRIM_HORIZON",
            Self::Latest => "LATEST",
            Self::AtTimestamp(_) => "AT_TIMESTAMP",
        }
    }

    fn timestamp(self) -> Option<f64> {
        match self {
            Self::AtTimestamp(from) => Some(epoch_seconds(from)),
            Self::TrimHorizon | Self::Latest => None,
        }
    }
}

impl From<StartingPosition> for Position {
    fn from(start: StartingPosition) -> Self {
        match start {
            StartingPosition::TrimHorizon => Self::TrimHorizon,
            StartingPosition::Latest => Self::Latest,
            StartingPosition::AtTimestamp(from) => Self::AtTimestamp(from),
        }
    }
}

/// What came of the invocation that ended last, in the words of the API.
#[derive(Debug)]
pub(crate) struct LastResult(Mutex<&'static str>);

impl LastResult {
    pub(crate) fn none() -> Self {
        Self(Mutex::new("No records processed"))
    }

    pub(crate) fn is_ok(&self) {
        self.set("OK");
    }

    /// The text for a function that fails. Those for throttles and missing functions are not recorded.
    pub(crate) fn is_problem(&self) {
        self.set("PROBLEM: Function call failed");
    }

    fn set(&self, text: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }

    fn text(&self) -> &'static str {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a mapping is in its life, as an answer says it. It is never between two states for long
/// enough to be seen: it has been created when it is looked at again, and is gone once it is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Creating,
    Created,
    Deleting,
}

/// `EventSourceMappingConfiguration` of the service model, as Lambda writes it for a stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Document {
    #[serde(rename = "UUID")]
    uuid: String,
    event_source_mapping_arn: String,
    event_source_arn: String,
    function_arn: String,
    starting_position: &'static str,
    /// Epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_position_timestamp: Option<f64>,
    batch_size: usize,
    maximum_batching_window_in_seconds: u64,
    parallelization_factor: u32,
    /// Epoch seconds, with milliseconds.
    last_modified: f64,
    last_processing_result: &'static str,
    state: &'static str,
    state_transition_reason: &'static str,
    destination_config: DestinationConfig,
    /// -1 stands for "until the stream drops the record".
    maximum_record_age_in_seconds: i64,
    bisect_batch_on_function_error: bool,
    /// -1 stands for "as often as it takes".
    maximum_retry_attempts: i64,
    tumbling_window_in_seconds: u64,
    function_response_types: Vec<&'static str>,
}

/// Where failed batches go: nowhere so far.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DestinationConfig {
    on_failure: OnFailure,
}

#[derive(Debug, Default, Serialize)]
struct OnFailure {}

impl Mapping {
    /// How the mapping is written at that point of its life.
    pub(crate) fn document(&self, stage: Stage, home: &Home) -> Document {
        Document {
            uuid: self.id.to_string(),
            event_source_mapping_arn: home
                .arn("lambda", &format!("event-source-mapping:{}", self.id)),
            event_source_arn: self.stream_arn.clone(),
            function_arn: self.target.arn(home),
            starting_position: self.start.name(),
            starting_position_timestamp: self.start.timestamp(),
            batch_size: self.batch_size,
            maximum_batching_window_in_seconds: self.window.as_secs(),
            parallelization_factor: 1,
            last_modified: epoch_seconds(self.modified),
            last_processing_result: self.last_result.text(),
            state: match stage {
                Stage::Creating => "Creating",
                Stage::Created if self.enabled => "Enabled",
                Stage::Created => "Disabled",
                Stage::Deleting => "Deleting",
            },
            state_transition_reason: "User action",
            destination_config: DestinationConfig::default(),
            maximum_record_age_in_seconds: self
                .max_age
                .map_or(-1, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX)),
            bisect_batch_on_function_error: self.policy.bisect,
            maximum_retry_attempts: self.policy.retries.map_or(-1, i64::from),
            tumbling_window_in_seconds: 0,
            function_response_types: self
                .reports_failures
                .then_some(REPORT_BATCH_ITEM_FAILURES)
                .into_iter()
                .collect(),
        }
    }
}

/// A time as Lambda writes it: seconds since 1970, with milliseconds.
pub(crate) fn epoch_seconds(at: UtcDateTime) -> f64 {
    ((at - UtcDateTime::UNIX_EPOCH).as_seconds_f64() * 1000.0).round() / 1000.0
}
