//! `ListTagsForResource`: the tags of a group.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::{Deserialize, Serialize};

use super::one_group::NotFound;
use super::tags::{Tags, check_arn, tagged};
use crate::Logs;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html>
pub(super) struct ListTagsForResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    resource_arn: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    tags: Tags,
}

impl Operation for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";
    const MEMBERS: &'static [Members] = &[applied(
        &["resourceArn"],
        "logs::tag_resource_and_untag_resource_and_list_tags_for_resource_take_an_arn",
    )];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = NotFound;

    async fn call(logs: &Logs, input: Input) -> Result<Output, NotFound> {
        let mut constraints = Constraints::default();
        constraints.required(input.resource_arn.as_ref(), "resourceArn");
        let arn = input.resource_arn.unwrap_or_default();
        check_arn(&mut constraints, &arn);
        constraints.verdict()?;
        let group = tagged(logs.home(), &arn)?;
        Ok(Output { tags: logs.settings(group)?.tags })
    }
}
