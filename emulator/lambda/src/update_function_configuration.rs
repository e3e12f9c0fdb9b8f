//! `UpdateFunctionConfiguration`: how a function is to be set up from now on.

use emulator_front::{Constraints, Operation, WireError};
use serde::Deserialize;

use crate::configuration::{FunctionConfiguration, Progress};
use crate::functions::{Functions, NoSuchFunction};
use crate::name::{NameError, Target};
use crate::settings::{Settings, SettingsError};

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
    #[error(
        "The Revision Id provided does not match the latest Revision Id. Call the \
         GetFunction/GetAlias API to retrieve the latest Revision Id"
    )]
    Revision,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::Settings(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Revision => (412, "PreconditionFailedException"),
        }
    }
}

impl Operation for UpdateFunctionConfiguration {
    const NAME: &'static str = "UpdateFunctionConfiguration";
    const ROUTE: &'static str = "PUT /2015-03-31/functions/{FunctionName}/configuration";
    type Service = Functions;
    type Input = Input;
    type Output = FunctionConfiguration;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<FunctionConfiguration, Error> {
        let target = Target::read(&input.function_name, None, &functions.home)?;
        let mut constraints = Constraints::default();
        input.settings.constrain(&mut constraints);
        constraints.verdict().map_err(SettingsError::from)?;
        input.settings.check()?;

        let changed = functions.change(&target, |configuration| {
            let latest = configuration.revision.to_string();
            if input.revision_id.is_some_and(|given| given != latest) {
                return Err(Error::Revision);
            }
            input.settings.apply(configuration);
            Ok(())
        })?;
        Ok(changed.shown(target.arn(&functions.home), Progress::UPDATING))
    }
}
