//! `UntagLogGroup`: `UntagResource` as it was before 2022, by the group's name.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::Deserialize;

use super::tags::check_key;
use crate::constraints::check_group_name;
use crate::logs::NotStored;
use crate::{Logs, Missing};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html>
pub(super) struct UntagLogGroup;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    /// Keys only.
    tags: Option<Vec<String>>,
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

impl Operation for UntagLogGroup {
    const NAME: &'static str = "UntagLogGroup";
    const MEMBERS: &'static [Members] = &[applied(
        &["logGroupName", "tags"],
        "logs::tag_log_group_and_untag_log_group_and_list_tags_log_group_take_a_name",
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
        constraints.required(input.tags.as_ref(), "tags");
        let keys = input.tags.unwrap_or_default();
        constraints.size(keys.len(), "tags", 1, usize::MAX);
        for key in &keys {
            check_key(&mut constraints, key, "tags");
        }
        constraints.verdict()?;
        logs.change_group(name.unwrap_or_default(), |settings| {
            settings.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }
}
