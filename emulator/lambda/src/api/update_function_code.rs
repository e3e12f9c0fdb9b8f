//! `UpdateFunctionCode`: what a function is to run from now on.

use emulator_environment::ResolveError;
use emulator_front::{Constraints, Operation, WireError};
use serde::Deserialize;

use crate::architecture::{self, OtherArchitecture};
use crate::configuration::StaleRevision;
use crate::function_configuration::{FunctionConfiguration, Progress};
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError};
use crate::not_emulated::NotEmulated;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html>
pub(crate) struct UpdateFunctionCode;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    image_uri: Option<String>,
    zip_file: Option<String>,
    s3_bucket: Option<String>,
    s3_key: Option<String>,
    s3_object_version: Option<String>,
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
    #[error(transparent)]
    StaleRevision(#[from] StaleRevision),
    #[error("Please provide ImageUri when updating a function with packageType Image.")]
    NoImage,
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Architecture(#[from] OtherArchitecture),
    #[error(transparent)]
    Image(#[from] ResolveError),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::StaleRevision(error) => error.shape(),
            Self::NotEmulated(error) => error.shape(),
            Self::Architecture(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
            Self::NoImage | Self::Image(_) => (400, "InvalidParameterValueException"),
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
        let mut constraints = Constraints::default();
        architecture::constrain(input.architectures.as_deref(), &mut constraints);
        let name = Some(input.function_name.as_str());
        let target = Grammar::CHANGING.read(name, None, &functions.home, constraints)?;
        let arn = target.arn(&functions.home);
        let mut current = functions.find(&target)?.configuration;
        let revision = input.revision_id.as_deref();
        current.expect_revision(revision)?;
        let uri = input.image_uri().ok_or(Error::NoImage)?;
        NotEmulated::unless(!input.publish, "Publish")?;
        architecture::check(input.architectures.as_deref())?;

        let image = functions.resolve(uri).await?;
        if input.dry_run {
            current.image = image;
            return Ok(current.shown(arn));
        }
        let changed = functions.change(&target, |configuration| {
            configuration.expect_revision(revision)?;
            configuration.image = image;
            Ok::<_, Error>(())
        });
        Ok(changed.await?.under_way(arn, Progress::UPDATING))
    }
}

impl Input {
    /// The image, if that is what the function is to be made of, and nothing else.
    fn image_uri(&self) -> Option<&str> {
        let zip = [&self.zip_file, &self.s3_bucket, &self.s3_key, &self.s3_object_version];
        let uri = self.image_uri.as_deref().filter(|uri| !uri.is_empty())?;
        zip.iter().all(|member| member.is_none()).then_some(uri)
    }
}
