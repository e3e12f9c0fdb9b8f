//! `UntagResource`: removes tags from a group.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::Deserialize;

use super::one_group::NotChanged;
use super::tags::{check_arn, check_key, tagged};
use crate::Logs;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html>
pub(super) struct UntagResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    resource_arn: Option<String>,
    tag_keys: Option<Vec<String>>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const MEMBERS: &'static [Members] = &[applied(
        &["resourceArn", "tagKeys"],
        "logs::tag_resource_and_untag_resource_and_list_tags_for_resource_take_an_arn",
    )];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = NotChanged;

    async fn call(logs: &Logs, input: Input) -> Result<(), NotChanged> {
        let mut constraints = Constraints::default();
        constraints.required(input.resource_arn.as_ref(), "resourceArn");
        constraints.required(input.tag_keys.as_ref(), "tagKeys");
        let arn = input.resource_arn.unwrap_or_default();
        check_arn(&mut constraints, &arn);
        let keys = input.tag_keys.unwrap_or_default();
        constraints.size(keys.len(), "tagKeys", 0, 50);
        for key in &keys {
            check_key(&mut constraints, key, "tagKeys");
        }
        constraints.verdict()?;
        let group = tagged(logs.home(), &arn)?;
        logs.change_group(group, |settings| {
            settings.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }
}
