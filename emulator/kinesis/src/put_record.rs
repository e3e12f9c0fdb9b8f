//! `PutRecord`: one record, perhaps in order after another.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, WireError, applied, inert, refused,
};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::decimal;
use crate::designation::{Designation, Undesignated};
use crate::entry::{Blob, Entry, EntryMembers};
use crate::hash_key::BeyondKeySpace;
use crate::{SequenceNumber, Stream, Streams};

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>
pub(crate) struct PutRecord;

impl Operation for PutRecord {
    const NAME: &'static str = "PutRecord";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["Data", "PartitionKey", "StreamName"],
            "kinesis::put_record_answers_growing_sequence_numbers",
        ),
        applied(
            &["StreamARN"],
            "emulator_kinesis::designation::tests::a_stream_is_meant_by_name_by_arn_or_by_both",
        ),
        applied(
            &["ExplicitHashKey"],
            "emulator_kinesis::tests::put::the_hash_key_decides_on_the_shard",
        ),
        applied(
            &["SequenceNumberForOrdering"],
            "emulator_kinesis::tests::put::a_record_can_be_put_after_another_and_not_after_one_to_come",
        ),
        inert(&["StreamId"], "reserved for future use, on AWS as well"),
        refused(&["DryRun"]),
    ];
    type Service = Streams;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(streams: &Streams, input: Input) -> Result<Output, Error> {
        NotEmulated::unless(input.dry_run != Some(true), "DryRun")?;
        let Input { stream_name, stream_arn, sequence_number_for_ordering: after, .. } = input;
        let designation = Designation { name: stream_name, arn: stream_arn };
        let members = EntryMembers {
            data: input.data,
            partition_key: input.partition_key,
            explicit_hash_key: input.explicit_hash_key,
        };

        let mut constraints = Constraints::default();
        designation.check(&mut constraints);
        members.check("", &mut constraints);
        let digits = SequenceNumber::MAX_DIGITS;
        decimal::check(after.as_deref(), "sequenceNumberForOrdering", digits, &mut constraints);
        constraints.verdict()?;

        let stream = designation.find(streams)?;
        put(&stream, Entry::try_from(members)?, after, streams.account())
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stream_name: Option<String>,
    #[serde(rename = "StreamARN")]
    stream_arn: Option<String>,
    data: Option<Blob>,
    partition_key: Option<String>,
    explicit_hash_key: Option<String>,
    sequence_number_for_ordering: Option<String>,
    dry_run: Option<bool>,
    /// "Not implemented, reserved for future use", on AWS as well.
    #[serde(rename = "StreamId")]
    _stream_id: Option<IgnoredAny>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    shard_id: String,
    sequence_number: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Stream(#[from] Undesignated),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    HashKey(#[from] BeyondKeySpace),
    /// The number is of no record that the producer can have put before this one.
    #[error(
        "ExclusiveMinimumSequenceNumber {number} used in PutRecord on stream {stream} \
         under account {account} is invalid."
    )]
    Ordering { number: String, stream: String, account: String },
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::Stream(error) => error.shape(),
            Self::NotEmulated(_) | Self::HashKey(_) | Self::Ordering { .. } => {
                (400, "InvalidArgumentException")
            }
        }
    }
}

fn put(
    stream: &Stream,
    entry: Entry,
    after: Option<String>,
    account: &str,
) -> Result<Output, Error> {
    let mut constraints = Constraints::default();
    entry.check_size("", stream.max_record_kib(), &mut constraints);
    constraints.verdict()?;

    let placed = match after {
        None => stream.put(entry),
        Some(number) => {
            let placed = number.parse().ok().and_then(|after| stream.put_after(after, entry));
            placed.ok_or_else(|| Error::Ordering {
                number,
                stream: stream.name().to_owned(),
                account: account.to_owned(),
            })?
        }
    };
    Ok(Output {
        shard_id: placed.shard_id.to_string(),
        sequence_number: placed.sequence_number.to_string(),
    })
}
