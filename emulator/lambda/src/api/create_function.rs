//! `CreateFunction`: an image, a name, and how to run it.

use std::collections::BTreeMap;

use emulator_environment::ResolveError;
use emulator_front::{
    Constraints, Home, Invalid, Members, NotEmulated, Operation, WireError, applied, joined, only,
    refused,
};
use serde::Deserialize;

use crate::api::architecture::{self, OtherArchitecture};
use crate::api::function_configuration::{FunctionConfiguration, Progress};
use crate::api::settings::{self, Settings, SettingsError};
use crate::configuration::Configuration;
use crate::function::Function;
use crate::functions::{AlreadyExists, Functions, NotStored};
use crate::name::{Grammar, MAX_NAME, NameError, Target};
use crate::tags::{Tags, TagsError};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub(crate) struct CreateFunction;

/// Members besides the [settings](Settings).
const OWN: &[Members] = &[
    applied(
        &["FunctionName"],
        "emulator_lambda::tests::creating_functions::a_function_is_created_by_any_form_of_its_name",
    ),
    only(
        &["PackageType"],
        &["Image"],
        "emulator_lambda::tests::creating_functions::what_is_not_applied_is_refused_by_name",
    ),
    applied(
        &["Code.ImageUri"],
        "emulator_lambda::tests::creating_functions::an_image_that_cannot_be_used_makes_no_function",
    ),
    refused(&["Code"]),
    only(
        &["Architectures"],
        &["that of this machine"],
        "emulator_lambda::tests::creating_functions::everything_that_is_wrong_with_a_function_is_told_at_once",
    ),
    applied(
        &["Publish"],
        "emulator_lambda::tests::versions::a_function_can_be_created_and_updated_with_a_version",
    ),
    applied(&["Tags"], "emulator_lambda::tests::tagging::a_function_can_be_created_with_tags"),
    refused(&["CodeSigningConfigArn", "PublishTo", "TenancyConfig"]),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    function_name: Option<String>,
    code: Option<Code>,
    package_type: Option<String>,
    architectures: Option<Vec<String>>,
    #[serde(default)]
    publish: bool,
    tags: Option<BTreeMap<String, String>>,
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
    Tags(#[from] TagsError),
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
            Self::Tags(error) => error.shape(),
            Self::Architecture(error) => error.shape(),
            Self::AlreadyExists(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
            Self::NameTooLong(_) | Self::Zip | Self::NotEmulated(_) | Self::Image(_) => {
                (400, "InvalidParameterValueException")
            }
        }
    }
}

impl Operation for CreateFunction {
    const NAME: &'static str = "CreateFunction";
    const MEMBERS: &'static [Members] =
        &joined::<{ OWN.len() + settings::MEMBERS.len() }>(OWN, settings::MEMBERS);
    const ROUTE: &'static str = "POST /2015-03-31/functions";
    const STATUS: u16 = 201;
    type Service = Functions;
    type Input = Input;
    type Output = FunctionConfiguration;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<FunctionConfiguration, Error> {
        let target = constrained(&input, &functions.home)?;
        let uri = input.image_uri().ok_or(Error::Zip)?;
        architecture::check(input.architectures.as_deref())?;
        input.settings.check()?;
        let tags = Tags::read(input.tags.clone().unwrap_or_default())?;
        functions.is_free(&target.function)?;

        let image = functions.resolve(uri).await?;
        if input.publish {
            functions.keep(&image).await?;
        }
        let name = target.function.clone();
        let mut configuration = Configuration::of(name.clone(), image, functions.clock().now());
        input.settings.apply(&mut configuration);
        functions.check_storage(&configuration.image, configuration.storage)?;
        let created = functions.create::<_, Error>(name, |last_version| {
            let mut function = Function::new(configuration, last_version);
            function.tags = tags.into();
            let shown = if input.publish { function.publish(None) } else { &function.latest };
            let shown = shown.clone();
            (function, shown)
        });
        // Unqualified also where a version has been published with it: observed on Lambda.
        Ok(created.await?.under_way(target.arn(&functions.home), Progress::CREATING))
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
