//! `CreateLogStream`: makes a stream before anything is written to it.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::Deserialize;

use crate::constraints::{TooLong, check_group_name, check_lengths, check_stream_name};
use crate::group::AlreadyThere;
use crate::logs::NotStored;
use crate::{Logs, Missing};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html>
pub(super) struct CreateLogStream;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    log_stream_name: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    TooLong(#[from] TooLong),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    There(#[from] AlreadyThere),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::TooLong(_) => (400, "InvalidParameterException"),
            Self::Missing(error) => error.shape(),
            Self::There(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for CreateLogStream {
    const NAME: &'static str = "CreateLogStream";
    const MEMBERS: &'static [Members] =
        &[applied(&["logGroupName", "logStreamName"], "logs::create_log_stream_takes_a_name_once")];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        let (group, stream) = (input.log_group_name.as_deref(), input.log_stream_name.as_deref());
        check_lengths(group, stream)?;
        constraints.required(group, "logGroupName");
        check_group_name(&mut constraints, group, "logGroupName");
        constraints.required(stream, "logStreamName");
        check_stream_name(&mut constraints, stream, "logStreamName");
        constraints.verdict()?;
        logs.create_stream(group.unwrap_or_default(), stream.unwrap_or_default()).await
    }
}
