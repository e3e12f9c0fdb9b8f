//! `UpdateFunctionConfiguration`: how a function is to be set up from now on.

use emulator_front::{Constraints, Members, Operation, WireError, applied, inert, only, refused};
use serde::Deserialize;

use crate::api::function_configuration::{FunctionConfiguration, Progress};
use crate::api::settings::{Settings, SettingsError};
use crate::configuration::StaleRevision;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError, Qualified};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html>
pub(crate) struct UpdateFunctionConfiguration;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    function_name: String,
    revision_id: Option<String>,
    #[serde(flatten)]
    settings: Settings,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error(transparent)]
    Qualified(#[from] Qualified),
    #[error(transparent)]
    StaleRevision(#[from] StaleRevision),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::Settings(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Qualified(error) => error.shape(),
            Self::StaleRevision(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for UpdateFunctionConfiguration {
    const NAME: &'static str = "UpdateFunctionConfiguration";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["FunctionName", "RevisionId"],
            "emulator_lambda::tests::changing_functions::a_change_to_another_revision_than_the_latest_is_refused",
        ),
        applied(
            &["Description", "Timeout", "MemorySize"],
            "emulator_lambda::tests::creating_functions::what_a_function_is_given_is_answered",
        ),
        applied(
            &["Environment"],
            "changes::a_changed_environment_variable_is_seen_by_the_next_invocation",
        ),
        applied(
            &["ImageConfig"],
            "environments::an_entry_point_a_command_and_a_directory_replace_those_of_the_image",
        ),
        applied(&["LoggingConfig"], "log_lines::json_lines_are_kept_by_their_level"),
        only(
            &["EphemeralStorage"],
            &["512", "512 to 10240 with containers"],
            "emulator_lambda::api::settings::tests::room_in_tmp_is_refused_where_it_cannot_be_limited",
        ),
        only(
            &["SnapStart"],
            &["None"],
            "emulator_lambda::api::settings::tests::what_is_not_applied_is_refused_by_name",
        ),
        inert(&["Role"], "any credentials are accepted, and nothing asks what a role may do"),
        inert(&["VpcConfig"], "functions are on the network of this machine"),
        inert(&["KMSKeyArn"], "nothing is encrypted here"),
        inert(&["TracingConfig"], "there is no X-Ray to send traces to"),
        refused(&[
            "Runtime",
            "Handler",
            "Layers",
            "DeadLetterConfig",
            "FileSystemConfigs",
            "CapacityProviderConfig",
            "DurableConfig",
            "RuntimeConfig",
            "AcceleratorConfig",
        ]),
    ];
    const ROUTE: &'static str = "PUT /2015-03-31/functions/{FunctionName}/configuration";
    type Service = Functions;
    type Input = Input;
    type Output = FunctionConfiguration;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<FunctionConfiguration, Error> {
        let Input { function_name, revision_id, settings } = input;
        let mut constraints = Constraints::default();
        settings.constrain(&mut constraints);
        let name = Some(function_name.as_str());
        let target = Grammar::CHANGING.read(name, None, &functions.home, constraints)?;
        functions.find(&target)?;
        Qualified::refuse(&target)?;
        settings.check(functions.limits_storage())?;

        let now = functions.clock().now();
        let changed = functions.change(&target, |function| {
            function.latest.expect_revision(revision_id.as_deref())?;
            settings.apply(function.update(now));
            Ok::<_, Error>(function.latest.clone())
        });
        Ok(changed.await?.under_way(target.arn(&functions.home), Progress::UPDATING))
    }
}
