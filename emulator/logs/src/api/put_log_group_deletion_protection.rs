//! `PutLogGroupDeletionProtection`: forbids to delete a group, or allows it again.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::Deserialize;

use super::group_name::identified;
use super::one_group::NotChanged;
use crate::Logs;
use crate::constraints::check_identifier;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html>
pub(super) struct PutLogGroupDeletionProtection;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_identifier: Option<String>,
    deletion_protection_enabled: Option<bool>,
}

impl Operation for PutLogGroupDeletionProtection {
    const NAME: &'static str = "PutLogGroupDeletionProtection";
    const MEMBERS: &'static [Members] = &[applied(
        &["logGroupIdentifier", "deletionProtectionEnabled"],
        "logs::put_log_group_deletion_protection_keeps_a_group_from_being_deleted",
    )];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = NotChanged;

    async fn call(logs: &Logs, input: Input) -> Result<(), NotChanged> {
        let mut constraints = Constraints::default();
        let identifier = input.log_group_identifier.as_deref();
        constraints.required(identifier, "logGroupIdentifier");
        check_identifier(&mut constraints, identifier);
        let wanted = input.deletion_protection_enabled;
        constraints.required(wanted.as_ref(), "deletionProtectionEnabled");
        constraints.verdict()?;
        let name = identified(logs.home(), identifier.unwrap_or_default());
        logs.change_group(name, |settings| {
            settings.is_protected = wanted.unwrap_or_default();
            Ok(())
        })
        .await
    }
}
