//! `DescribeLogStreams`: which streams a group has.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::{Deserialize, Serialize};

use super::group_name::{NamedTwice, arn, group_name};
use crate::constraints::{check_group, check_stream_name, check_word};
use crate::page::limit;
use crate::token::{BadToken, Order, Place, list_page};
use crate::{Logs, Missing, StreamFacts};

/// Streams in one answer, at most and unless less are asked for.
const MAX_STREAMS: u16 = 50;

const BY_NAME: &str = "LogStreamName";
const BY_TIME: &str = "LastEventTime";

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html>
pub(super) struct DescribeLogStreams;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    order_by: Option<String>,
    descending: Option<bool>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    log_streams: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// There is no `uploadSequenceToken`: AWS takes any since 2023, and stopped documenting what it means.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    log_stream_name: String,
    arn: String,
    creation_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_event_timestamp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_event_timestamp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_ingestion_time: Option<u64>,
    /// Always 0 for a stream, on AWS since 2019.
    stored_bytes: u64,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NamedTwice(#[from] NamedTwice),
    #[error("Cannot order by LastEventTime with a logStreamNamePrefix.")]
    PrefixByTime,
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    Token(#[from] BadToken),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::PrefixByTime | Self::Token(_) => {
                (400, "InvalidParameterException")
            }
            Self::NamedTwice(_) => (400, "ValidationException"),
            Self::Missing(error) => error.shape(),
        }
    }
}

impl Operation for DescribeLogStreams {
    const NAME: &'static str = "DescribeLogStreams";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["logGroupName", "logStreamNamePrefix", "orderBy", "descending", "limit", "nextToken"],
            "emulator_logs::api::tests::describing::streams_are_listed_by_name_or_by_their_last_event",
        ),
        applied(
            &["logGroupIdentifier"],
            "emulator_logs::api::tests::reading::a_group_is_named_by_name_or_arn_and_not_by_both",
        ),
    ];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<Output, Error> {
        input.check()?;
        let home = logs.home();
        let group = group_name(home, input.log_group_name, input.log_group_identifier)?;
        let prefix = input.log_stream_name_prefix.unwrap_or_default();
        let mut streams = logs.streams(&group)?;
        streams.retain(|stream| stream.name.starts_with(&prefix));

        let by_time = input.order_by.as_deref() == Some(BY_TIME);
        let place = |stream: &StreamFacts| Place {
            time: stream.last_event.filter(|_| by_time),
            name: stream.name.to_string(),
        };
        let order =
            if input.descending == Some(true) { Order::Descending } else { Order::Ascending };
        let limit = limit(input.limit, MAX_STREAMS);
        let (streams, next_token) =
            list_page(streams, place, order, input.next_token.as_deref(), limit)?;

        let group_arn = arn(home, &group);
        let described = |stream: StreamFacts| Described {
            arn: format!("{group_arn}:log-stream:{}", stream.name),
            log_stream_name: stream.name.to_string(),
            creation_time: stream.created.0,
            first_event_timestamp: stream.first_event.map(|time| time.0),
            last_event_timestamp: stream.last_event.map(|time| time.0),
            last_ingestion_time: stream.last_ingested.map(|time| time.0),
            stored_bytes: 0,
        };
        Ok(Output { log_streams: streams.into_iter().map(described).collect(), next_token })
    }
}

impl Input {
    fn check(&self) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        check_group(
            &mut constraints,
            self.log_group_name.as_deref(),
            self.log_group_identifier.as_deref(),
        );
        let prefix = self.log_stream_name_prefix.as_deref();
        check_stream_name(&mut constraints, prefix, "logStreamNamePrefix");
        check_word(&mut constraints, self.order_by.as_deref(), "orderBy", &[BY_NAME, BY_TIME]);
        constraints.range(self.limit, "limit", 1, MAX_STREAMS.into());
        constraints.verdict()?;

        if prefix.is_some() && self.order_by.as_deref() == Some(BY_TIME) {
            return Err(Error::PrefixByTime);
        }
        Ok(())
    }
}
