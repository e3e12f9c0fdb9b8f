//! `PutLogGroupDeletionProtection`: forbids to delete a group, or allows it again.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::Deserialize;

use super::group_name::identified;
use crate::constraints::check_identifier;
use crate::logs::NotStored;
use crate::{Logs, Missing};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html>
pub(super) struct PutLogGroupDeletionProtection;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_identifier: Option<String>,
    deletion_protection_enabled: Option<bool>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "InvalidParameterException"),
            Self::Missing(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
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
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<(), Error> {
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
