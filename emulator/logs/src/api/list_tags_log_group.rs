//! `ListTagsLogGroup`: `ListTagsForResource` as it was before 2022, by the group's name.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::{Deserialize, Serialize};

use super::one_group::NotFound;
use super::tags::Tags;
use crate::Logs;
use crate::constraints::check_group_name;

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

impl Operation for ListTagsLogGroup {
    const NAME: &'static str = "ListTagsLogGroup";
    const MEMBERS: &'static [Members] = &[applied(
        &["logGroupName"],
        "logs::tag_log_group_and_untag_log_group_and_list_tags_log_group_take_a_name",
    )];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = NotFound;

    async fn call(logs: &Logs, input: Input) -> Result<Output, NotFound> {
        let mut constraints = Constraints::default();
        let group = input.log_group_name.as_deref();
        constraints.required(group, "logGroupName");
        check_group_name(&mut constraints, group, "logGroupName");
        constraints.verdict()?;
        let group = group.unwrap_or_default();
        Ok(Output { tags: logs.settings(group)?.tags })
    }
}
