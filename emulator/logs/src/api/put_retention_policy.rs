//! `PutRetentionPolicy`: says for how many days a group's events are kept.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::Deserialize;

use crate::constraints::check_group_name;
use crate::logs::NotStored;
use crate::{Days, Logs, Missing, NotOffered};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
pub(super) struct PutRetentionPolicy;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    retention_in_days: Option<i64>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Days(#[from] NotOffered),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::Days(_) => (400, "InvalidParameterException"),
            Self::Missing(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for PutRetentionPolicy {
    const NAME: &'static str = "PutRetentionPolicy";
    const MEMBERS: &'static [Members] = &[applied(
        &["logGroupName", "retentionInDays"],
        "logs::put_retention_policy_ends_the_life_of_old_events",
    )];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        let name = input.log_group_name.as_deref();
        constraints.required(name, "logGroupName");
        check_group_name(&mut constraints, name, "logGroupName");
        constraints.required(input.retention_in_days.as_ref(), "retentionInDays");
        constraints.verdict()?;
        let days = Days::try_from(input.retention_in_days.unwrap_or_default())?;
        logs.change_group(name.unwrap_or_default(), |settings| {
            settings.retention = Some(days);
            Ok(())
        })
        .await
    }
}
