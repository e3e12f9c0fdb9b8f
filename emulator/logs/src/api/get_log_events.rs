//! `GetLogEvents`: the events of one stream, page by page in either direction.

use std::ops::Range;

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied, inert};
use serde::{Deserialize, Serialize};

use super::group_name::{NamedTwice, group_name};
use crate::constraints::{TooLong, check_group, check_lengths, check_range, check_stream_name};
use crate::page::{MAX_EVENTS, limit};
use crate::token::{BadToken, StreamToken};
use crate::{Event, EventId, Logs, Missing, ReadFrom, Timestamp};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html>
pub(super) struct GetLogEvents;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<i64>,
    start_from_head: Option<bool>,
    /// Has no effect on AWS either where no data protection policy masks anything, as here.
    #[serde(rename = "unmask")]
    _unmask: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    events: Vec<OutputLogEvent>,
    next_forward_token: String,
    next_backward_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputLogEvent {
    timestamp: u64,
    message: Box<str>,
    ingestion_time: u64,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    TooLong(#[from] TooLong),
    #[error(transparent)]
    NamedTwice(#[from] NamedTwice),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    Token(#[from] BadToken),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::TooLong(_) | Self::Token(_) => {
                (400, "InvalidParameterException")
            }
            Self::NamedTwice(_) => (400, "ValidationException"),
            Self::Missing(error) => error.shape(),
        }
    }
}

impl Operation for GetLogEvents {
    const NAME: &'static str = "GetLogEvents";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["logGroupName", "logStreamName", "limit", "nextToken", "startFromHead"],
            "function_logs::get_log_events_reads_a_stream_forth_and_back",
        ),
        applied(
            &["logGroupIdentifier"],
            "emulator_logs::api::tests::reading::a_group_is_named_by_name_or_arn_and_not_by_both",
        ),
        applied(
            &["startTime", "endTime"],
            "emulator_logs::api::tests::reading::the_start_of_a_range_is_in_it_and_the_end_is_not",
        ),
        inert(&["unmask"], "nothing is masked, as there are no data protection policies"),
    ];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<Output, Error> {
        check_lengths(input.log_group_name.as_deref(), input.log_stream_name.as_deref())?;
        input.check()?;
        let (from, range, limit) =
            (input.read_from()?, input.range(), limit(input.limit, MAX_EVENTS));
        let group = group_name(logs.home(), input.log_group_name, input.log_group_identifier)?;
        let stream = input.log_stream_name.unwrap_or_default();
        let page = logs.page(&group, &stream, from, range, limit)?;
        Ok(Output {
            events: page.events.into_iter().map(OutputLogEvent::from).collect(),
            next_forward_token: StreamToken::Forward(page.forward).to_string(),
            next_backward_token: StreamToken::Backward(page.backward).to_string(),
        })
    }
}

impl From<Event> for OutputLogEvent {
    fn from(event: Event) -> Self {
        Self {
            timestamp: event.timestamp().0,
            ingestion_time: event.ingested.0,
            message: event.message,
        }
    }
}

impl Input {
    fn check(&self) -> Result<(), Invalid> {
        let mut constraints = Constraints::default();
        check_group(
            &mut constraints,
            self.log_group_name.as_deref(),
            self.log_group_identifier.as_deref(),
        );
        let stream = self.log_stream_name.as_deref();
        constraints.required(stream, "logStreamName");
        check_stream_name(&mut constraints, stream, "logStreamName");
        check_range(&mut constraints, self.start_time, self.end_time, self.limit);
        constraints.verdict()
    }

    /// A token says its direction itself; `startFromHead` says it where there is none.
    fn read_from(&self) -> Result<ReadFrom, BadToken> {
        Ok(match self.next_token.as_deref().map(str::parse).transpose()? {
            Some(StreamToken::Forward(place)) => ReadFrom::On(place),
            Some(StreamToken::Backward(place)) => ReadFrom::Before(place),
            None if self.start_from_head == Some(true) => ReadFrom::Head,
            None => ReadFrom::Tail,
        })
    }

    /// From the start, without the end.
    fn range(&self) -> Range<EventId> {
        let place = |time: i64| EventId::at(Timestamp(time.unsigned_abs()));
        let start = self.start_time.map_or(EventId::START, place);
        start..self.end_time.map_or(EventId::END, place)
    }
}
