//! `DeleteRetentionPolicy`: lets a group keep its events for ever.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::Deserialize;

use super::one_group::NotChanged;
use crate::Logs;
use crate::constraints::check_group_name;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html>
pub(super) struct DeleteRetentionPolicy;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
}

impl Operation for DeleteRetentionPolicy {
    const NAME: &'static str = "DeleteRetentionPolicy";
    const MEMBERS: &'static [Members] =
        &[applied(&["logGroupName"], "logs::delete_retention_policy_keeps_events_for_ever")];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = NotChanged;

    async fn call(logs: &Logs, input: Input) -> Result<(), NotChanged> {
        let mut constraints = Constraints::default();
        let name = input.log_group_name.as_deref();
        constraints.required(name, "logGroupName");
        check_group_name(&mut constraints, name, "logGroupName");
        constraints.verdict()?;
        logs.change_group(name.unwrap_or_default(), |settings| {
            settings.retention = None;
            Ok(())
        })
        .await
    }
}
