//! `PutRecords`: up to 500 records, each into its own shard.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, WireError, applied, inert, refused,
};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::designation::{Designation, Undesignated};
use crate::entry::{Entry, EntryMembers};
use crate::hash_key::BeyondKeySpace;
use crate::{Stream, Streams};

/// Records that one request may carry. Source: the service model.
const MAX_RECORDS: usize = 500;

/// Most that the records of one request may come to, partition keys included, in MiB.
///
/// Source: the API reference, since 2025 (5 before).
const MAX_REQUEST_MIB: usize = 10;

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>
pub(crate) struct PutRecords;

impl Operation for PutRecords {
    const NAME: &'static str = "PutRecords";
    const MEMBERS: &'static [Members] = &[
        applied(&["Records", "StreamName"], "kinesis::put_records_says_for_each_where_it_went"),
        applied(
            &["Records.ExplicitHashKey"],
            "emulator_kinesis::tests::put::records_that_are_put_together_are_answered_in_order",
        ),
        applied(
            &["StreamARN"],
            "emulator_kinesis::designation::tests::a_stream_is_meant_by_name_by_arn_or_by_both",
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
        let designation = Designation { name: input.stream_name, arn: input.stream_arn };
        let mut constraints = Constraints::default();
        designation.check(&mut constraints);
        constraints.required(input.records.as_ref(), "records");
        if let Some(records) = &input.records {
            check(records, &mut constraints);
        }
        constraints.verdict()?;
        let records = input.records.unwrap_or_default();

        let stream = designation.find(streams)?;
        let entries: Vec<_> = records.into_iter().map(Entry::try_from).collect::<Result<_, _>>()?;
        check_sizes(&entries, &stream)?;
        let records = entries.into_iter().map(|entry| put(&stream, entry)).collect();
        Ok(Output { failed_record_count: 0, records })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stream_name: Option<String>,
    #[serde(rename = "StreamARN")]
    stream_arn: Option<String>,
    records: Option<Vec<EntryMembers>>,
    dry_run: Option<bool>,
    /// "Not implemented, reserved for future use", on AWS as well.
    #[serde(rename = "StreamId")]
    _stream_id: Option<IgnoredAny>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    /// A record fails alone only where a shard is throttled, and none is here.
    failed_record_count: usize,
    records: Vec<PutRecordsResultEntry>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecordsResultEntry {
    sequence_number: String,
    shard_id: String,
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
    /// The text was seen with the former limit, 5 MB.
    #[error("Records size exceeds {MAX_REQUEST_MIB} MB limit")]
    TooLarge,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::Stream(error) => error.shape(),
            Self::NotEmulated(_) | Self::HashKey(_) | Self::TooLarge => {
                (400, "InvalidArgumentException")
            }
        }
    }
}

fn check(records: &[EntryMembers], constraints: &mut Constraints) {
    constraints.size(records.len(), "records", 1, MAX_RECORDS);
    for (number, record) in (1..).zip(records) {
        record.check(&prefix(number), constraints);
    }
}

fn check_sizes(entries: &[Entry], stream: &Stream) -> Result<(), Error> {
    let mut constraints = Constraints::default();
    for (number, entry) in (1..).zip(entries) {
        entry.check_size(&prefix(number), stream.max_record_kib(), &mut constraints);
    }
    constraints.verdict()?;
    let total: usize = entries.iter().map(Entry::size).sum();
    if total > MAX_REQUEST_MIB * 1024 * 1024 { Err(Error::TooLarge) } else { Ok(()) }
}

/// The path of the members of a record, which AWS counts from 1.
fn prefix(number: usize) -> String {
    format!("records.{number}.member.")
}

fn put(stream: &Stream, entry: Entry) -> PutRecordsResultEntry {
    let placed = stream.put(entry);
    PutRecordsResultEntry {
        sequence_number: placed.sequence_number.to_string(),
        shard_id: placed.shard_id.to_string(),
    }
}
