//! `CreateFunction`: an image, a name, and how to run it.

use emulator_environment::ResolveError;
use emulator_front::{Constraints, Home, Invalid, Operation, WireError};
use serde::Deserialize;

use crate::architecture::{self, OtherArchitecture};
use crate::configuration::Configuration;
use crate::function_configuration::{FunctionConfiguration, Progress};
use crate::functions::{AlreadyExists, Functions, NotStored};
use crate::name::{Grammar, MAX_NAME, NameError, Target};
use crate::not_emulated::NotEmulated;
use crate::settings::{Settings, SettingsError};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub(crate) struct CreateFunction;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    function_name: Option<String>,
    code: Option<Code>,
    package_type: Option<String>,
    architectures: Option<Vec<String>>,
    #[serde(default)]
    publish: bool,
    #[serde(flatten)]
    settings: Settings,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Code {
    image_uri: Option<String>,
    zip_file: Option<String>,
    s3_bucket: Option<String>,
    s3_key: Option<String>,
    s3_object_version: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NameTooLong(Invalid),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(
        "functions from zip packages are not emulated (hint: PackageType Image with Code.ImageUri)"
    )]
    Zip,
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Architecture(#[from] OtherArchitecture),
    #[error(transparent)]
    AlreadyExists(#[from] AlreadyExists),
    #[error(transparent)]
    Image(#[from] ResolveError),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::Settings(error) => error.shape(),
            Self::NotEmulated(error) => error.shape(),
            Self::Architecture(error) => error.shape(),
            Self::AlreadyExists(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
            Self::NameTooLong(_) | Self::Zip | Self::Image(_) => {
                (400, "InvalidParameterValueException")
            }
        }
    }
}

impl Operation for CreateFunction {
    const NAME: &'static str = "CreateFunction";
    const ROUTE: &'static str = "POST /2015-03-31/functions";
    const STATUS: u16 = 201;
    type Service = Functions;
    type Input = Input;
    type Output = FunctionConfiguration;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<FunctionConfiguration, Error> {
        let function = constrained(&input, &functions.home)?;
        let uri = input.image_uri().ok_or(Error::Zip)?;
        NotEmulated::unless(!input.publish, "Publish")?;
        architecture::check(input.architectures.as_deref())?;
        input.settings.check()?;
        functions.is_free(&function.function)?;

        let image = functions.resolve(uri).await?;
        let name = function.function.clone();
        let mut configuration = Configuration::of(name, image, functions.clock().now());
        input.settings.apply(&mut configuration);
        let shown = configuration.under_way(function.arn(&functions.home), Progress::CREATING);
        functions.create::<Error>(configuration).await?;
        Ok(shown)
    }
}

/// Checks what Lambda's front door checks, all at once, and then the name's own length, for which it has
/// the same words and another code.
fn constrained(input: &Input, home: &Home) -> Result<Target, Error> {
    let mut constraints = Constraints::default();
    constraints.required(input.settings.role.as_ref(), "role");
    constraints.required(input.code.as_ref(), "code");
    constraints.one_of(input.package_type.as_deref(), "packageType", &["Zip", "Image"]);
    architecture::constrain(input.architectures.as_deref(), &mut constraints);
    input.settings.constrain(&mut constraints);
    let name = input.function_name.as_deref();
    let function = Grammar::CHANGING.read(name, None, home, constraints)?.unqualified();

    let mut length = Constraints::default();
    length.length(Some(function.function.as_str()), "functionName", 1, MAX_NAME);
    length.verdict().map_err(Error::NameTooLong)?;
    Ok(function)
}

impl Input {
    /// The image, if that is what the function is made of, and nothing else.
    fn image_uri(&self) -> Option<&str> {
        let code = self.code.as_ref().filter(|_| self.package_type.as_deref() == Some("Image"))?;
        let zip = [&code.zip_file, &code.s3_bucket, &code.s3_key, &code.s3_object_version];
        let uri = code.image_uri.as_deref().filter(|uri| !uri.is_empty())?;
        zip.iter().all(|member| member.is_none()).then_some(uri)
    }
}
