//! The event that a function gets for a batch of Kinesis records.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use emulator_kinesis::{Record, Unread};
use serde::Serialize;

use crate::mapping::epoch_seconds;

/// Largest event of a batch, in bytes, with everything around the data.
///
/// Source: the Lambda quotas page, 6 MB, which is the limit of every synchronous invocation.
const MAX_EVENT: usize = 6 * 1024 * 1024;

/// What Lambda writes around the data and the partition key of a record, in bytes: about so much.
const AROUND_A_RECORD: usize = 560;

const OPENING: &[u8] = br#"{"Records":["#;
const CLOSING: &[u8] = b"]}";

/// What all records of a mapping have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// ARN of the stream.
    pub(crate) stream_arn: &'a str,
    /// ARN of the role that the function has.
    pub(crate) role: &'a str,
    pub(crate) region: &'a str,
}

/// An event for as many records as fit into one.
#[derive(Debug)]
pub(crate) struct Event {
    /// JSON.
    pub(crate) payload: Bytes,
    /// How many records it has; none if the first one alone is too large.
    pub(crate) records: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventRecord<'a> {
    kinesis: Kinesis<'a>,
    event_source: &'static str,
    event_version: &'static str,
    #[serde(rename = "eventID")]
    event_id: String,
    event_name: &'static str,
    invoke_identity_arn: &'a str,
    aws_region: &'a str,
    #[serde(rename = "eventSourceARN")]
    event_source_arn: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kinesis<'a> {
    #[serde(rename = "kinesisSchemaVersion")]
    schema_version: &'static str,
    partition_key: &'a str,
    sequence_number: String,
    data: String,
    /// Epoch seconds, with milliseconds.
    approximate_arrival_timestamp: f64,
}

/// Whether so much is about an event's fill: more records would be no reason to wait.
pub(crate) fn is_full(unread: Unread) -> bool {
    unread.bytes.div_ceil(3) * 4 + unread.records * AROUND_A_RECORD >= MAX_EVENT
}

impl<'a> Source<'a> {
    /// Writes an event for the first of `records`, as many as fit.
    pub(crate) fn event(self, records: &[Record]) -> Event {
        self.event_within(MAX_EVENT, records)
    }

    fn event_within(self, limit: usize, records: &[Record]) -> Event {
        let mut payload = OPENING.to_vec();
        let mut fitting = 0;
        for record in records {
            let comma = usize::from(fitting > 0);
            let written = self.written(record);
            if payload.len() + comma + written.len() + CLOSING.len() > limit {
                break;
            }
            payload.extend_from_slice(&b","[..comma]);
            payload.extend_from_slice(&written);
            fitting += 1;
        }
        payload.extend_from_slice(CLOSING);
        Event { payload: payload.into(), records: fitting }
    }

    fn written(self, record: &'a Record) -> Vec<u8> {
        let record = EventRecord {
            kinesis: Kinesis {
                schema_version: "1.0",
                partition_key: &record.partition_key,
                sequence_number: record.sequence_number.to_string(),
                data: BASE64_STANDARD.encode(&record.data),
                approximate_arrival_timestamp: epoch_seconds(record.arrived),
            },
            event_source: "aws:kinesis",
            event_version: "1.0",
            event_id: format!("{}:{}", record.shard_id, record.sequence_number),
            event_name: "aws:kinesis:record",
            invoke_identity_arn: self.role,
            aws_region: self.region,
            event_source_arn: self.stream_arn,
        };
        serde_json::to_vec(&record).expect("texts and numbers can be written as JSON")
    }
}

#[cfg(test)]
mod tests;
