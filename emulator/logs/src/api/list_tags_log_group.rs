//! `ListTagsLogGroup`: `ListTagsForResource` as it was before 2022, by the group's name.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::{Deserialize, Serialize};

use super::tags::Tags;
use crate::constraints::check_group_name;
use crate::{Logs, Missing};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html>
pub(super) struct ListTagsLogGroup;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    tags: Tags,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Missing(#[from] Missing),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "InvalidParameterException"),
            Self::Missing(error) => error.shape(),
        }
    }
}

impl Operation for ListTagsLogGroup {
    const NAME: &'static str = "ListTagsLogGroup";
    const MEMBERS: &'static [Members] = &[applied(
        &["logGroupName"],
        "logs::tag_log_group_and_untag_log_group_and_list_tags_log_group_take_a_name",
    )];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<Output, Error> {
        let mut constraints = Constraints::default();
        let group = input.log_group_name.as_deref();
        constraints.required(group, "logGroupName");
        check_group_name(&mut constraints, group, "logGroupName");
        constraints.verdict()?;
        let group = group.unwrap_or_default();
        Ok(Output { tags: logs.settings(group)?.tags })
    }
}
