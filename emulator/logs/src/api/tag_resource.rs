//! `TagResource`: adds tags to a group.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::Deserialize;

use super::tags::{Reserved, Tags, TooMany, add, check_arn, check_tags, refuse_reserved, tagged};
use crate::logs::NotStored;
use crate::{Logs, Missing};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html>
pub(super) struct TagResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    resource_arn: Option<String>,
    tags: Option<Tags>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Reserved(#[from] Reserved),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::Reserved(_) => (400, "InvalidParameterException"),
            Self::Missing(error) => error.shape(),
            Self::TooMany(_) => (400, "TooManyTagsException"),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const MEMBERS: &'static [Members] = &[applied(
        &["resourceArn", "tags"],
        "logs::tag_resource_and_untag_resource_and_list_tags_for_resource_take_an_arn",
    )];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        constraints.required(input.resource_arn.as_ref(), "resourceArn");
        constraints.required(input.tags.as_ref(), "tags");
        let arn = input.resource_arn.unwrap_or_default();
        check_arn(&mut constraints, &arn);
        check_tags(&mut constraints, input.tags.as_ref());
        constraints.verdict()?;
        let tags = input.tags.unwrap_or_default();
        refuse_reserved(&tags)?;
        let group = tagged(logs.home(), &arn)?;
        logs.change_group(group, |settings| Ok(add(&mut settings.tags, tags)?)).await
    }
}
