//! `CreateLogGroup`: makes a group before anything is written to it.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, WireError, applied, inert, only,
};
use serde::Deserialize;

use super::tags::{Reserved, Tags, check_tags, refuse_reserved};
use crate::constraints::{CLASSES, STANDARD, check_group_name, check_word};
use crate::group::AlreadyThere;
use crate::logs::NotStored;
use crate::{Logs, Settings};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
pub(super) struct CreateLogGroup;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name: Option<String>,
    kms_key_id: Option<String>,
    tags: Option<Tags>,
    log_group_class: Option<String>,
    deletion_protection_enabled: Option<bool>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Reserved(#[from] Reserved),
    #[error(transparent)]
    There(#[from] AlreadyThere),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::NotEmulated(_) | Self::Reserved(_) => {
                (400, "InvalidParameterException")
            }
            Self::There(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for CreateLogGroup {
    const NAME: &'static str = "CreateLogGroup";
    const MEMBERS: &'static [Members] = &[
        applied(&["logGroupName"], "logs::create_log_group_takes_a_name_once"),
        applied(
            &["tags"],
            "logs::tag_resource_and_untag_resource_and_list_tags_for_resource_take_an_arn",
        ),
        applied(
            &["deletionProtectionEnabled"],
            "logs::put_log_group_deletion_protection_keeps_a_group_from_being_deleted",
        ),
        only(&["logGroupClass"], &[STANDARD], "logs::create_log_group_takes_a_name_once"),
        inert(&["kmsKeyId"], "nothing is encrypted here, and the log says so once"),
    ];
    type Service = Logs;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<(), Error> {
        input.check()?;
        NotEmulated::all_but(STANDARD, "logGroupClass", input.log_group_class.as_deref())?;
        if input.kms_key_id.is_some() {
            logs.say_inert("kmsKeyId");
        }
        let tags = input.tags.unwrap_or_default();
        refuse_reserved(&tags)?;
        let is_protected = input.deletion_protection_enabled.unwrap_or_default();
        let settings = Settings { retention: None, tags, is_protected };
        logs.create_group(&input.log_group_name.unwrap_or_default(), settings).await
    }
}

impl Input {
    fn check(&self) -> Result<(), Invalid> {
        let mut constraints = Constraints::default();
        let name = self.log_group_name.as_deref();
        constraints.required(name, "logGroupName");
        check_group_name(&mut constraints, name, "logGroupName");
        constraints.length(self.kms_key_id.as_deref(), "kmsKeyId", 0, 256);
        check_tags(&mut constraints, self.tags.as_ref());
        let class = self.log_group_class.as_deref();
        check_word(&mut constraints, class, "logGroupClass", &CLASSES);
        constraints.verdict()
    }
}
