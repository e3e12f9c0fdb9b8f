//! `CreateFunction`: an image, a name, and how to run it.

use std::time::Duration;

use emulator_environment::{Memory, ResolveError};
use emulator_front::{Constraints, Operation, Rule, WireError};
use serde::Deserialize;
use uuid::Uuid;

use crate::configuration::{Configuration, FunctionConfiguration, Progress, architecture};
use crate::functions::{AlreadyExists, Functions};
use crate::name::{MAX_NAME, NameError, Target};
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
    publish: Option<bool>,
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
    #[error("{0}")]
    NameTooLong(emulator_front::Invalid),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("functions from zip packages are not emulated (hint: PackageType Image with Code.ImageUri)")]
    Zip,
    #[error("versions are not emulated: leave Publish out here")]
    Publish,
    #[error("this machine runs {here} and not {asked} (hint: leave Architectures out, or say {here})")]
    Architecture { asked: String, here: &'static str },
    #[error(transparent)]
    AlreadyExists(#[from] AlreadyExists),
    #[error(transparent)]
    Image(#[from] ResolveError),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::Settings(error) => error.shape(),
            Self::NameTooLong(_)
            | Self::Zip
            | Self::Publish
            | Self::Architecture { .. }
            | Self::Image(_) => (400, "InvalidParameterValueException"),
            Self::AlreadyExists(_) => (409, "ResourceConflictException"),
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
        let name = constrain(&input)?;
        let target = Target::read(name, None, &functions.home)?;
        name_fits(&target)?;
        let uri = image_uri(&input)?.to_owned();
        input.settings.check()?;
        functions.is_free(&target.function)?;

        let mut configuration = Configuration {
            name: target.function.clone(),
            role: String::new(),
            description: String::new(),
            timeout: Duration::from_secs(3),
            memory: Memory::DEFAULT,
            image: functions.resolve(&uri).await?,
            variables: None,
            command: Vec::new(),
            log_group: None,
            revision: Uuid::new_v4(),
            modified: functions.clock().now(),
        };
        input.settings.apply(&mut configuration);
        let shown = configuration.shown(target.arn(&functions.home), Progress::CREATING);
        functions.create(configuration)?;
        Ok(shown)
    }
}

/// Everything that Lambda's front door checks, at once. Gives back the name, which is there then.
fn constrain(input: &Input) -> Result<&str, Error> {
    let mut constraints = Constraints::default();
    constraints.required(input.function_name.as_ref(), "functionName");
    constraints.required(input.settings.role.as_ref(), "role");
    constraints.required(input.code.as_ref(), "code");
    constraints.length(input.function_name.as_deref(), "functionName", 1, 140);
    if let Some(package) = input.package_type.as_deref() {
        let known = matches!(package, "Image" | "Zip");
        constraints.check(known, "packageType", package, Rule::OneOf(&["Zip", "Image"]));
    }
    input.settings.constrain(&mut constraints);
    constraints.verdict().map_err(SettingsError::from)?;
    Ok(input.function_name.as_deref().expect("required above"))
}

/// Lambda checks this one behind its front door, with the same words and another code.
fn name_fits(target: &Target) -> Result<(), Error> {
    let mut constraints = Constraints::default();
    constraints.length(Some(target.function.as_str()), "functionName", 1, MAX_NAME);
    constraints.verdict().map_err(Error::NameTooLong)
}

fn image_uri(input: &Input) -> Result<&str, Error> {
    if input.package_type.as_deref() != Some("Image") {
        return Err(Error::Zip);
    }
    if input.publish == Some(true) {
        return Err(Error::Publish);
    }
    let here = architecture();
    let asked = input.architectures.iter().flatten().find(|asked| *asked != here);
    if let Some(asked) = asked {
        return Err(Error::Architecture { asked: asked.clone(), here });
    }
    let code = input.code.as_ref().expect("required above");
    let zip = [&code.zip_file, &code.s3_bucket, &code.s3_key, &code.s3_object_version];
    match &code.image_uri {
        Some(uri) if !uri.is_empty() && zip.iter().all(|member| member.is_none()) => Ok(uri),
        _ => Err(Error::Zip),
    }
}
