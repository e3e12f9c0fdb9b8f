//! `UpdateFunctionConfiguration`: how a function is to be set up from now on.

use emulator_front::{Constraints, Members, Operation, WireError, applied, joined};
use serde::Deserialize;

use crate::api::function_configuration::{FunctionConfiguration, Progress};
use crate::api::settings::{self, Settings, SettingsError};
use crate::configuration::StaleRevision;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError, Qualified};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html>
pub(crate) struct UpdateFunctionConfiguration;

/// Members besides the [settings](Settings).
const OWN: &[Members] = &[applied(
    &["FunctionName", "RevisionId"],
    "emulator_lambda::tests::changing_functions::a_change_to_another_revision_than_the_latest_is_refused",
)];

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
    const MEMBERS: &'static [Members] =
        &joined::<{ OWN.len() + settings::MEMBERS.len() }>(OWN, settings::MEMBERS);
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
        settings.check()?;

        let now = functions.clock().now();
        let changed = functions.change(&target, |function| {
            function.latest.expect_revision(revision_id.as_deref())?;
            settings.apply(function.update(now));
            let latest = &function.latest;
            functions.check_storage(&latest.image, latest.storage).map_err(SettingsError::from)?;
            Ok::<_, Error>(function.latest.clone())
        });
        let arn = target.unqualified().arn(&functions.home);
        Ok(changed.await?.under_way(arn, Progress::UPDATING))
    }
}
