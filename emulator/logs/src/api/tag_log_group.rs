//! `TagLogGroup`: `TagResource` as it was before 2022, by the group's name.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use serde::Deserialize;

use super::tags::{Reserved, Tags, TooMany, add, check_tags, refuse_reserved};
use crate::constraints::check_group_name;
use crate::logs::NotStored;
use crate::{Logs, Missing};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html>
pub(super) struct TagLogGroup;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
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
            // The model has no error of its own for too many tags here.
            Self::Invalid(_) | Self::Reserved(_) | Self::TooMany(_) => {
                (400, "InvalidParameterException")
            }
            Self::Missing(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for TagLogGroup {
    const NAME: &'static str = "TagLogGroup";
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
        check_tags(&mut constraints, input.tags.as_ref());
        constraints.verdict()?;
        let tags = input.tags.unwrap_or_default();
        refuse_reserved(&tags)?;
        let group = name.unwrap_or_default();
        logs.change_group(group, |settings| Ok(add(&mut settings.tags, tags)?)).await
    }
}
