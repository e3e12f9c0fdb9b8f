//! `UntagResource`: removes tags from a group.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::Deserialize;

use super::tags::{check_arn, check_key, tagged};
use crate::logs::NotStored;
use crate::{Logs, Missing};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html>
pub(super) struct UntagResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    resource_arn: Option<String>,
    tag_keys: Option<Vec<String>>,
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

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const MEMBERS: &'static [Members] = &[applied(
        &["resourceArn", "tagKeys"],
        "logs::tag_resource_and_untag_resource_and_list_tags_for_resource_take_an_arn",
    )];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<(), Error> {
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
