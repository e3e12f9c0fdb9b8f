//! `DescribeStream`: a stream and its shards, a page at a time.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied, inert};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use time::UtcDateTime;

use crate::create_stream::StreamModeDetails;
use crate::designation::{Designation, Undesignated, check_name};
use crate::stream::RETENTION;
use crate::{Shard, Stream, Streams};

/// Shards in an answer unless the request says otherwise. Source: the service model.
const DEFAULT_LIMIT: usize = 100;

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html>
pub(crate) struct DescribeStream;

impl Operation for DescribeStream {
    const NAME: &'static str = "DescribeStream";
    const MEMBERS: &'static [Members] = &[
        applied(&["StreamName"], "kinesis::describe_stream_shows_shards_that_share_out_all_keys"),
        applied(
            &["StreamARN"],
            "emulator_kinesis::designation::tests::a_stream_is_meant_by_name_by_arn_or_by_both",
        ),
        applied(
            &["ExclusiveStartShardId", "Limit"],
            "emulator_kinesis::tests::describe_stream::shards_are_described_a_page_at_a_time",
        ),
        inert(&["StreamId"], "reserved for future use, on AWS as well"),
    ];
    type Service = Streams;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(streams: &Streams, input: Input) -> Result<Output, Error> {
        let Input { stream_name, stream_arn, limit, exclusive_start_shard_id, .. } = input;
        let designation = Designation { name: stream_name, arn: stream_arn };
        let start = exclusive_start_shard_id.as_deref();

        let mut constraints = Constraints::default();
        designation.check(&mut constraints);
        constraints.range(limit.map(i64::from), "limit", 1, 10_000);
        check_name("exclusiveStartShardId", start, &mut constraints);
        constraints.verdict()?;

        let stream = designation.find(streams)?;
        let limit = limit.map_or(DEFAULT_LIMIT, |limit| limit.unsigned_abs() as usize);
        Ok(Output { stream_description: describe(&stream, limit, start) })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stream_name: Option<String>,
    #[serde(rename = "StreamARN")]
    stream_arn: Option<String>,
    limit: Option<i32>,
    exclusive_start_shard_id: Option<String>,
    /// "Not implemented, reserved for future use", on AWS as well.
    #[serde(rename = "StreamId")]
    _stream_id: Option<IgnoredAny>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Stream(#[from] Undesignated),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::Stream(error) => error.shape(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    stream_description: StreamDescription,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StreamDescription {
    #[serde(flatten)]
    overview: Overview,
    shards: Vec<ShardDescription>,
    has_more_shards: bool,
}

/// What both descriptions of a stream say.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Overview {
    stream_name: String,
    #[serde(rename = "StreamARN")]
    stream_arn: String,
    stream_status: &'static str,
    stream_mode_details: StreamModeDetails,
    retention_period_hours: i64,
    /// Epoch seconds, with milliseconds.
    stream_creation_timestamp: f64,
    enhanced_monitoring: [EnhancedMetrics; 1],
    encryption_type: &'static str,
}

/// Metrics per shard: none.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EnhancedMetrics {
    shard_level_metrics: [&'static str; 0],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShardDescription {
    shard_id: String,
    hash_key_range: HashKeyRange,
    sequence_number_range: SequenceNumberRange,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct HashKeyRange {
    starting_hash_key: String,
    ending_hash_key: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SequenceNumberRange {
    starting_sequence_number: String,
}

fn describe(stream: &Stream, limit: usize, start: Option<&str>) -> StreamDescription {
    // Ids of one length, all digits at the end: their order is that of their texts.
    let after_start =
        |shard: &Shard| start.is_none_or(|start| shard.id().to_string().as_str() > start);
    let mut rest = stream.shards().iter().map(AsRef::as_ref).filter(|shard| after_start(shard));
    let shards = rest.by_ref().take(limit).map(ShardDescription::from).collect();
    StreamDescription { overview: stream.into(), shards, has_more_shards: rest.next().is_some() }
}

impl From<&Shard> for ShardDescription {
    fn from(shard: &Shard) -> Self {
        Self {
            shard_id: shard.id().to_string(),
            hash_key_range: HashKeyRange {
                starting_hash_key: shard.range().start.to_string(),
                ending_hash_key: shard.range().end.to_string(),
            },
            sequence_number_range: SequenceNumberRange {
                starting_sequence_number: shard.start().to_string(),
            },
        }
    }
}

impl From<&Stream> for Overview {
    fn from(stream: &Stream) -> Self {
        Self {
            stream_name: stream.name().to_owned(),
            stream_arn: stream.arn().to_owned(),
            stream_status: "ACTIVE",
            stream_mode_details: stream.mode().into(),
            retention_period_hours: RETENTION.whole_hours(),
            stream_creation_timestamp: epoch_seconds(stream.created()),
            enhanced_monitoring: [EnhancedMetrics::default()],
            encryption_type: "NONE",
        }
    }
}

fn epoch_seconds(at: UtcDateTime) -> f64 {
    ((at - UtcDateTime::UNIX_EPOCH).as_seconds_f64() * 1000.0).round() / 1000.0
}
