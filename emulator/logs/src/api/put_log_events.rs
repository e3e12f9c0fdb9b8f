//! `PutLogEvents`: writes a batch of events to a stream.

mod batch;

use emulator_front::{
    Constraints, Invalid, Members, Operation, Unapplied, WireError, applied, inert,
};
use serde::{Deserialize, Serialize};

use crate::constraints::{TooLong, check_group_name, check_lengths, check_stream_name};
use crate::event::{Event, EventId, Timestamp};
use crate::logs::NotStored;
use crate::{Logs, Missing};
use batch::{BadBatch, MAX_BATCH, Rejected};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
pub(super) struct PutLogEvents;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    log_stream_name: Option<String>,
    log_events: Option<Vec<InputLogEvent>>,
    /// AWS takes any since 2023.
    sequence_token: Option<String>,
    #[serde(default)]
    entity: Unapplied,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct InputLogEvent {
    timestamp: Option<i64>,
    message: Option<Box<str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    next_sequence_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_log_events_info: Option<Rejected>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    TooLong(#[from] TooLong),
    #[error(transparent)]
    Batch(#[from] BadBatch),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::TooLong(_) | Self::Batch(_) => {
                (400, "InvalidParameterException")
            }
            Self::Missing(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for PutLogEvents {
    const NAME: &'static str = "PutLogEvents";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["logGroupName", "logStreamName", "logEvents"],
            "logs::put_log_events_says_which_events_it_has_rejected",
        ),
        inert(&["sequenceToken"], "ignored, on AWS as well"),
        inert(&["entity"], "there is nothing here that an entity could be looked at with"),
    ];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<Output, Error> {
        check_lengths(input.log_group_name.as_deref(), input.log_stream_name.as_deref())?;
        input.check()?;
        if input.entity.asks {
            logs.say_inert("entity");
        }
        let lines = input.log_events.unwrap_or_default().into_iter().map(InputLogEvent::line);
        let mut lines: Vec<_> = lines.collect();
        batch::check(&lines)?;

        let group = input.log_group_name.unwrap_or_default();
        let stream = logs.existing(&group, &input.log_stream_name.unwrap_or_default())?;
        let now = logs.now();
        let (accepted, rejected) = batch::accept(&lines, now, logs.settings(&group)?.retention);
        let accepted = lines.drain(accepted).map(|(timestamp, message)| Event {
            id: EventId { timestamp, arrival: logs.next_number() },
            ingested: now,
            message,
        });
        logs.put(&stream, accepted.collect()).await?;
        let next = EventId { timestamp: now, arrival: logs.next_number() };
        Ok(Output { next_sequence_token: next.to_string(), rejected_log_events_info: rejected })
    }
}

impl Input {
    fn check(&self) -> Result<(), Invalid> {
        let mut constraints = Constraints::default();
        let (group, stream) = (self.log_group_name.as_deref(), self.log_stream_name.as_deref());
        constraints.required(group, "logGroupName");
        check_group_name(&mut constraints, group, "logGroupName");
        constraints.required(stream, "logStreamName");
        check_stream_name(&mut constraints, stream, "logStreamName");
        constraints.length(self.sequence_token.as_deref(), "sequenceToken", 1, usize::MAX);
        constraints.required(self.log_events.as_ref(), "logEvents");
        if let Some(events) = &self.log_events {
            constraints.size(events.len(), "logEvents", 1, MAX_BATCH);
            for (number, event) in (1..).zip(events) {
                event.check(&mut constraints, number);
            }
        }
        constraints.verdict()
    }
}

impl InputLogEvent {
    fn check(&self, constraints: &mut Constraints, number: usize) {
        let path = |member| format!("logEvents.{number}.member.{member}");
        constraints.required(self.timestamp.as_ref(), path("timestamp"));
        constraints.range(self.timestamp, path("timestamp"), 0, i64::MAX);
        constraints.required(self.message.as_ref(), path("message"));
        constraints.length(self.message.as_deref(), path("message"), 1, usize::MAX);
    }

    /// Its constraints have been checked, so both are there.
    fn line(self) -> (Timestamp, Box<str>) {
        let timestamp = self.timestamp.unwrap_or_default().unsigned_abs();
        (Timestamp(timestamp), self.message.unwrap_or_default())
    }
}
