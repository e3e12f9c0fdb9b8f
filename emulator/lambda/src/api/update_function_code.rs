//! `UpdateFunctionCode`: what a function is to run from now on.

use emulator_environment::ResolveError;
use emulator_front::{
    Constraints, Members, NotEmulated, Operation, WireError, applied, only, refused,
};
use serde::Deserialize;

use crate::api::architecture::{self, OtherArchitecture};
use crate::api::function_configuration::{FunctionConfiguration, Progress};
use crate::configuration::StaleRevision;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError, Qualified};
use crate::version::Version;

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
    publish_to: Option<String>,
    #[serde(default)]
    dry_run: bool,
    /// Of zip packages.
    #[serde(rename = "SourceKMSKeyArn")]
    source_kms_key_arn: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error(transparent)]
    StaleRevision(#[from] StaleRevision),
    #[error(transparent)]
    Qualified(#[from] Qualified),
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
            Self::Qualified(error) => error.shape(),
            Self::Architecture(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
            Self::NoImage | Self::NotEmulated(_) | Self::Image(_) => {
                (400, "InvalidParameterValueException")
            }
        }
    }
}

impl Operation for UpdateFunctionCode {
    const NAME: &'static str = "UpdateFunctionCode";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["FunctionName", "ImageUri"],
            "emulator_lambda::tests::changing_functions::new_code_is_the_image_as_it_is_now_even_under_the_same_name",
        ),
        applied(
            &["RevisionId"],
            "emulator_lambda::tests::changing_functions::a_change_to_another_revision_than_the_latest_is_refused",
        ),
        applied(
            &["Publish"],
            "emulator_lambda::tests::versions::a_function_can_be_created_and_updated_with_a_version",
        ),
        applied(
            &["DryRun"],
            "emulator_lambda::tests::changing_functions::a_dry_run_of_new_code_shows_what_would_be_and_changes_nothing",
        ),
        only(
            &["Architectures"],
            &["that of this machine"],
            "emulator_lambda::tests::changing_functions::a_change_that_is_refused_changes_nothing",
        ),
        refused(&[
            "ZipFile",
            "S3Bucket",
            "S3Key",
            "S3ObjectVersion",
            "S3ObjectStorageMode",
            "SourceKMSKeyArn",
            "PublishTo",
        ]),
    ];
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
        let arn = target.unqualified().arn(&functions.home);
        let mut current = functions.find(&target)?.function.latest.clone();
        Qualified::refuse(&target)?;
        let revision = input.revision_id.as_deref();
        current.expect_revision(revision)?;
        let uri = input.image_uri().ok_or(Error::NoImage)?;
        NotEmulated::unless(input.publish_to.is_none(), "PublishTo")?;
        architecture::check(input.architectures.as_deref())?;

        let image = functions.resolve(uri).await?;
        if input.dry_run {
            current.image = image;
            return Ok(current.shown(arn));
        }
        if input.publish {
            functions.keep(&image).await?;
        }
        let now = functions.clock().now();
        let changed = functions.change(&target, |function| {
            function.latest.expect_revision(revision)?;
            function.update(now).image = image;
            functions.check_storage(&function.latest.image, function.latest.storage)?;
            let shown = if input.publish { function.publish(None) } else { &function.latest };
            Ok::<_, Error>(shown.clone())
        });
        let changed = changed.await?;
        Ok(match changed.version {
            Version::Latest => changed.under_way(arn, Progress::UPDATING),
            version @ Version::Published(_) => {
                changed.under_way(format!("{arn}:{version}"), Progress::CREATING)
            }
        })
    }
}

impl Input {
    /// The image, if that is what the function is to be made of, and nothing else.
    fn image_uri(&self) -> Option<&str> {
        let Self { zip_file, s3_bucket, s3_key, s3_object_version, source_kms_key_arn, .. } = self;
        let zip = [zip_file, s3_bucket, s3_key, s3_object_version, source_kms_key_arn];
        let uri = self.image_uri.as_deref().filter(|uri| !uri.is_empty())?;
        zip.iter().all(|member| member.is_none()).then_some(uri)
    }
}
