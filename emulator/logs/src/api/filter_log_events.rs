//! `FilterLogEvents`: the events of many streams that match a pattern, in the order of their time.

use std::ops::Range;

use emulator_front::{
    Constraints, Invalid, Members, Operation, WireError, applied, inert, refused,
};
use serde::{Deserialize, Serialize};

use super::group_name::{NamedTwice, group_name};
use crate::constraints::{check_count, check_group, check_range, check_stream_name};
use crate::page::{MAX_EVENTS, limit};
use crate::token::{BadToken, search_token};
use crate::{EventId, Found, Logs, Missing, Pattern, PatternError, Search, Streams, Timestamp};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html>
pub(super) struct FilterLogEvents;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    filter_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
    /// AWS takes it for true since 2019, whatever it says.
    #[serde(rename = "interleaved")]
    _interleaved: Option<bool>,
    /// Has no effect on AWS either where no data protection policy masks anything, as here.
    #[serde(rename = "unmask")]
    _unmask: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    events: Vec<FilteredLogEvent>,
    /// AWS leaves it empty since 2020.
    searched_log_streams: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FilteredLogEvent {
    log_stream_name: String,
    timestamp: u64,
    message: Box<str>,
    ingestion_time: u64,
    event_id: String,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NamedTwice(#[from] NamedTwice),
    /// That this is refused is in the service model; the words are ours.
    #[error("LogStream names and LogStream name prefix are mutually exclusive parameters.")]
    NamesAndPrefix,
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    Token(#[from] BadToken),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::NamesAndPrefix | Self::Pattern(_) | Self::Token(_) => {
                (400, "InvalidParameterException")
            }
            Self::NamedTwice(_) => (400, "ValidationException"),
            Self::Missing(error) => error.shape(),
        }
    }
}

impl Operation for FilterLogEvents {
    const NAME: &'static str = "FilterLogEvents";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["logGroupName", "filterPattern"],
            "function_logs::filter_log_events_finds_the_lines_that_match",
        ),
        applied(
            &["logGroupIdentifier"],
            "emulator_logs::api::tests::reading::a_group_is_named_by_name_or_arn_and_not_by_both",
        ),
        applied(
            &[
                "logStreamNames",
                "logStreamNamePrefix",
                "startTime",
                "endTime",
                "limit",
                "nextToken",
            ],
            "logs::filter_log_events_takes_streams_times_and_pages",
        ),
        refused(&["startFromHead"]),
        inert(&["interleaved"], "taken for true since 2019, on AWS as well"),
        inert(&["unmask"], "nothing is masked, as there are no data protection policies"),
    ];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<Output, Error> {
        input.check()?;
        let pattern = Pattern::parse(input.filter_pattern.as_deref().unwrap_or_default())?;
        let (range, limit) = (input.range()?, limit(input.limit, MAX_EVENTS));
        let group = group_name(logs.home(), input.log_group_name, input.log_group_identifier)?;
        let streams = match (input.log_stream_names, input.log_stream_name_prefix) {
            (Some(_), Some(_)) => return Err(Error::NamesAndPrefix),
            (Some(names), None) => Streams::Named(names),
            (None, Some(prefix)) => Streams::Starting(prefix),
            (None, None) => Streams::All,
        };
        let page = logs.search(&group, &Search { streams, range, pattern, limit }).await?;
        Ok(Output {
            events: page.events.into_iter().map(FilteredLogEvent::from).collect(),
            searched_log_streams: [],
            next_token: page.next.map(|place| place.to_string()),
        })
    }
}

impl From<Found> for FilteredLogEvent {
    fn from(Found { stream, event }: Found) -> Self {
        Self {
            log_stream_name: stream.to_string(),
            timestamp: event.timestamp().0,
            ingestion_time: event.ingested.0,
            event_id: event.id.to_string(),
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
        check_count(&mut constraints, self.log_stream_names.as_deref(), "logStreamNames", 100);
        check_stream_name(
            &mut constraints,
            self.log_stream_name_prefix.as_deref(),
            "logStreamNamePrefix",
        );
        check_range(&mut constraints, self.start_time, self.end_time, self.limit);
        constraints.length(self.filter_pattern.as_deref(), "filterPattern", 0, 1024);
        constraints.verdict()
    }

    /// From the start, or from where the last page ended, with the end.
    fn range(&self) -> Result<Range<EventId>, BadToken> {
        let token = self.next_token.as_deref().map(search_token).transpose()?;
        let place = |time: u64| EventId::at(Timestamp(time));
        let start = self.start_time.map_or(EventId::START, |time| place(time.unsigned_abs()));
        let end = self.end_time.map_or(EventId::END, |time| place(time.unsigned_abs() + 1));
        Ok(start.max(token.unwrap_or(EventId::START))..end)
    }
}
