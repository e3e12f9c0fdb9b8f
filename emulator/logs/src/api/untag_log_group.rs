//! `UntagLogGroup`: `UntagResource` as it was before 2022, by the group's name.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::Deserialize;

use super::one_group::NotChanged;
use super::tags::check_key;
use crate::Logs;
use crate::constraints::check_group_name;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html>
pub(super) struct UntagLogGroup;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    /// Keys only.
    tags: Option<Vec<String>>,
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
    type Error = NotChanged;

    async fn call(logs: &Logs, input: Input) -> Result<(), NotChanged> {
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
