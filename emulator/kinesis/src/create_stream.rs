//! `CreateStream`: a name, and how many shards.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Unapplied, WireError, applied, refused,
};
use serde::{Deserialize, Serialize};

use crate::Streams;
use crate::designation::check_name;
use crate::stream::{DEFAULT_MAX_RECORD_KIB, Mode, Plan};
use crate::streams::NotCreated;

/// Shards of a stream that does not say how many. Observed on AWS with streams in on-demand mode.
const ON_DEMAND_SHARDS: u32 = 4;

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html>
pub(crate) struct CreateStream;

impl Operation for CreateStream {
    const NAME: &'static str = "CreateStream";
    const MEMBERS: &'static [Members] = &[
        applied(&["StreamName"], "kinesis::create_stream_takes_a_name_once"),
        applied(
            &["ShardCount", "StreamModeDetails"],
            "emulator_kinesis::tests::create_stream::the_mode_and_the_number_of_shards_follow_from_each_other",
        ),
        applied(
            &["MaxRecordSizeInKiB"],
            "emulator_kinesis::tests::put::a_record_and_its_key_come_to_a_mebibyte_unless_the_stream_says_otherwise",
        ),
        refused(&["RecordDistributionStrategy", "Tags", "WarmThroughputMiBps"]),
    ];
    type Service = Streams;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(streams: &Streams, input: Input) -> Result<(), Error> {
        input.refuse_what_is_not_emulated()?;
        input.check()?;
        Ok(streams.create(input.plan()?)?)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stream_name: Option<String>,
    shard_count: Option<i32>,
    stream_mode_details: Option<StreamModeDetails>,
    #[serde(rename = "MaxRecordSizeInKiB")]
    max_record_size_in_kib: Option<i32>,
    record_distribution_strategy: Option<Unapplied>,
    tags: Option<Unapplied>,
    #[serde(rename = "WarmThroughputMiBps")]
    warm_throughput: Option<Unapplied>,
}

/// The shape of this name in the service model.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct StreamModeDetails {
    stream_mode: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The text is what `CloudFormation` passes on when the call fails.
    #[error("ShardCount is not expected when StreamMode=ON_DEMAND")]
    UnexpectedShardCount,
    /// AWS's wording is not recorded.
    #[error("ShardCount is expected when StreamMode=PROVISIONED")]
    MissingShardCount,
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    NotCreated(#[from] NotCreated),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::UnexpectedShardCount | Self::MissingShardCount => {
                (400, "ValidationException")
            }
            Self::NotEmulated(_) => (400, "InvalidArgumentException"),
            Self::NotCreated(NotCreated::Exists { .. }) => (400, "ResourceInUseException"),
            Self::NotCreated(NotCreated::TooManyShards { .. }) => (400, "LimitExceededException"),
        }
    }
}

impl Input {
    fn refuse_what_is_not_emulated(&self) -> Result<(), NotEmulated> {
        let members = [
            ("RecordDistributionStrategy", &self.record_distribution_strategy),
            ("Tags", &self.tags),
            ("WarmThroughputMiBps", &self.warm_throughput),
        ];
        NotEmulated::refuse(
            members.iter().filter_map(|(name, member)| Some((*name, member.as_ref()?))),
        )
    }

    fn check(&self) -> Result<(), Invalid> {
        let mut constraints = Constraints::default();
        constraints.required(self.stream_name.as_ref(), "streamName");
        check_name("streamName", self.stream_name.as_deref(), &mut constraints);
        let shards = self.shard_count.map(i64::from);
        constraints.range(shards, "shardCount", 1, i64::from(i32::MAX));
        let kib = self.max_record_size_in_kib.map(i64::from);
        constraints.range(kib, "maxRecordSizeInKiB", 1024, 10_240);
        if let Some(details) = &self.stream_mode_details {
            let mode = details.stream_mode.as_ref();
            let path = "streamModeDetails.streamMode";
            constraints.required(mode, path);
            constraints.one_of(mode.map(String::as_str), path, &[PROVISIONED, ON_DEMAND]);
        }
        constraints.verdict()
    }

    /// What a checked input asks for. Without a mode, the number of shards decides.
    fn plan(self) -> Result<Plan, Error> {
        let shard_count = self.shard_count.map(i32::unsigned_abs);
        let mode = match self.stream_mode_details {
            Some(details) => details.into(),
            None if shard_count.is_some() => Mode::Provisioned,
            None => Mode::OnDemand,
        };
        let shard_count = match (mode, shard_count) {
            (Mode::Provisioned, Some(count)) => count,
            (Mode::Provisioned, None) => return Err(Error::MissingShardCount),
            (Mode::OnDemand, None) => ON_DEMAND_SHARDS,
            (Mode::OnDemand, Some(_)) => return Err(Error::UnexpectedShardCount),
        };
        Ok(Plan {
            name: self.stream_name.expect("`check` refuses a stream without a name"),
            mode,
            shard_count,
            max_record_kib: self
                .max_record_size_in_kib
                .map_or(DEFAULT_MAX_RECORD_KIB, i32::unsigned_abs),
        })
    }
}

const PROVISIONED: &str = "PROVISIONED";
const ON_DEMAND: &str = "ON_DEMAND";

impl From<StreamModeDetails> for Mode {
    /// Reads details that have been checked.
    fn from(details: StreamModeDetails) -> Self {
        match details.stream_mode.as_deref() {
            Some(ON_DEMAND) => Self::OnDemand,
            _ => Self::Provisioned,
        }
    }
}

impl From<Mode> for StreamModeDetails {
    fn from(mode: Mode) -> Self {
        let stream_mode = match mode {
            Mode::Provisioned => PROVISIONED,
            Mode::OnDemand => ON_DEMAND,
        };
        Self { stream_mode: Some(stream_mode.to_owned()) }
    }
}
