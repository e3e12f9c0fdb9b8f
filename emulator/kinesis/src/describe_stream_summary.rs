//! `DescribeStreamSummary`: a stream, and only the number of its shards.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied, inert};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::Streams;
use crate::describe_stream::Overview;
use crate::designation::{Designation, Undesignated};

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html>
pub(crate) struct DescribeStreamSummary;

impl Operation for DescribeStreamSummary {
    const NAME: &'static str = "DescribeStreamSummary";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["StreamName"],
            "kinesis::describe_stream_summary_counts_and_knows_no_stream_that_is_not_there",
        ),
        applied(
            &["StreamARN"],
            "emulator_kinesis::designation::tests::a_stream_is_meant_by_name_by_arn_or_by_both",
        ),
        inert(&["StreamId"], "reserved for future use, on AWS as well"),
    ];
    type Service = Streams;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(streams: &Streams, input: Input) -> Result<Output, Error> {
        let designation = Designation { name: input.stream_name, arn: input.stream_arn };
        let mut constraints = Constraints::default();
        designation.check(&mut constraints);
        constraints.verdict()?;

        let stream = designation.find(streams)?;
        let stream_description_summary = StreamDescriptionSummary {
            overview: (&*stream).into(),
            open_shard_count: stream.shards().len(),
            consumer_count: 0,
            max_record_size_in_kib: stream.max_record_kib(),
        };
        Ok(Output { stream_description_summary })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stream_name: Option<String>,
    #[serde(rename = "StreamARN")]
    stream_arn: Option<String>,
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
    stream_description_summary: StreamDescriptionSummary,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StreamDescriptionSummary {
    #[serde(flatten)]
    overview: Overview,
    open_shard_count: usize,
    /// Consumers are registered by an operation that is not emulated.
    consumer_count: usize,
    #[serde(rename = "MaxRecordSizeInKiB")]
    max_record_size_in_kib: u32,
}
