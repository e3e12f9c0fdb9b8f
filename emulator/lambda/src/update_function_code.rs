//! `UpdateFunctionCode`: what a function is to run from now on.

use emulator_environment::ResolveError;
use emulator_front::{Operation, WireError};
use serde::Deserialize;

use crate::configuration::{FunctionConfiguration, Progress, architecture};
use crate::functions::{Functions, NoSuchFunction};
use crate::name::{NameError, Target};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html>
pub(crate) struct UpdateFunctionCode;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    image_uri: Option<String>,
    architectures: Option<Vec<String>>,
    revision_id: Option<String>,
    #[serde(default)]
    publish: bool,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error("Please provide ImageUri when updating a function with packageType Image.")]
    NoImage,
    #[error("versions are not emulated: leave Publish out here")]
    Publish,
    #[error("this machine runs {here} and not {asked} (hint: leave Architectures out, or say {here})")]
    Architecture { asked: String, here: &'static str },
    #[error(transparent)]
    Image(#[from] ResolveError),
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
            Self::NoSuchFunction(error) => error.shape(),
            Self::NoImage | Self::Publish | Self::Architecture { .. } | Self::Image(_) => {
                (400, "InvalidParameterValueException")
            }
            Self::Revision => (412, "PreconditionFailedException"),
        }
    }
}

impl Operation for UpdateFunctionCode {
    const NAME: &'static str = "UpdateFunctionCode";
    const ROUTE: &'static str = "PUT /2015-03-31/functions/{FunctionName}/code";
    type Service = Functions;
    type Input = Input;
    type Output = FunctionConfiguration;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<FunctionConfiguration, Error> {
        let target = Target::read(&input.function_name, None, &functions.home)?;
        let arn = target.arn(&functions.home);
        let mut current = functions.find(&target)?.configuration;
        check_revision(&input, &current.revision.to_string())?;
        check(&input)?;
        let uri = input.image_uri.as_deref().filter(|uri| !uri.is_empty()).ok_or(Error::NoImage)?;
        let image = functions.resolve(uri).await?;
        if input.dry_run {
            current.image = image;
            return Ok(current.shown(arn, Progress::DONE));
        }
        let changed = functions.change(&target, |configuration| {
            check_revision(&input, &configuration.revision.to_string())?;
            configuration.image = image;
            Ok::<_, Error>(())
        })?;
        Ok(changed.shown(arn, Progress::UPDATING))
    }
}

fn check_revision(input: &Input, latest: &str) -> Result<(), Error> {
    match input.revision_id.as_deref() {
        Some(given) if given != latest => Err(Error::Revision),
        _ => Ok(()),
    }
}

fn check(input: &Input) -> Result<(), Error> {
    if input.publish {
        return Err(Error::Publish);
    }
    let here = architecture();
    match input.architectures.iter().flatten().find(|asked| *asked != here) {
        Some(asked) => Err(Error::Architecture { asked: asked.clone(), here }),
        None => Ok(()),
    }
}
