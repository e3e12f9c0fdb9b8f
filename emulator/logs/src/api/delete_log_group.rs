//! `DeleteLogGroup`: removes a group with all that was ever written to it.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::Deserialize;

use crate::constraints::check_group_name;
use crate::logs::{NotStored, Protected};
use crate::{Logs, Missing};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html>
pub(super) struct DeleteLogGroup;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    Protected(#[from] Protected),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "InvalidParameterException"),
            Self::Missing(error) => error.shape(),
            Self::Protected(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for DeleteLogGroup {
    const NAME: &'static str = "DeleteLogGroup";
    const MEMBERS: &'static [Members] =
        &[applied(&["logGroupName"], "function_logs::delete_log_group_takes_everything_with_it")];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        let name = input.log_group_name.as_deref();
        constraints.required(name, "logGroupName");
        check_group_name(&mut constraints, name, "logGroupName");
        constraints.verdict()?;
        logs.delete_group(name.unwrap_or_default()).await
    }
}
