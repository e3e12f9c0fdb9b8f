//! `PublishVersion`: keeps a function as it is now, under a number.

use emulator_front::{
    Constraints, Members, NotEmulated, Operation, Unapplied, WireError, applied, refused,
};
use serde::Deserialize;

use crate::api::function_configuration::FunctionConfiguration;
use crate::configuration::StaleRevision;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::invocation::InvokeError;
use crate::name::{Grammar, NameError, Qualified, Target};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html>
pub(crate) struct PublishVersion;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    code_sha256: Option<String>,
    description: Option<String>,
    revision_id: Option<String>,
    #[serde(default)]
    publish_to: Unapplied,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Qualified(#[from] Qualified),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error(transparent)]
    StaleRevision(#[from] StaleRevision),
    #[error(
        "CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({latest}). Please try \
         again with the CodeSHA256 in $LATEST."
    )]
    OtherCode { given: String, latest: String },
    #[error(
        "The operation cannot be performed at this time. An update is in progress for resource: {0}"
    )]
    UnderWay(String),
    /// The image has gone, or cannot be kept.
    #[error(transparent)]
    Kept(#[from] InvokeError),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::Qualified(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::StaleRevision(error) => error.shape(),
            Self::UnderWay(_) => (409, "ResourceConflictException"),
            Self::NotStored(error) => error.shape(),
            Self::NotEmulated(_) | Self::OtherCode { .. } | Self::Kept(InvokeError::Image(_)) => {
                (400, "InvalidParameterValueException")
            }
            Self::Kept(error) => error.shape(),
        }
    }
}

impl Operation for PublishVersion {
    const NAME: &'static str = "PublishVersion";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["FunctionName", "Description"],
            "emulator_lambda::tests::versions::a_version_is_what_the_function_was_when_it_was_published",
        ),
        applied(
            &["CodeSha256", "RevisionId"],
            "emulator_lambda::tests::versions::what_is_published_may_be_made_sure_of",
        ),
        refused(&["PublishTo"]),
    ];
    const ROUTE: &'static str = "POST /2015-03-31/functions/{FunctionName}/versions";
    const STATUS: u16 = 201;
    type Service = Functions;
    type Input = Input;
    type Output = FunctionConfiguration;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<FunctionConfiguration, Error> {
        let mut constraints = Constraints::default();
        constraints.length(input.description.as_deref(), "description", 0, 256);
        let name = Some(input.function_name.as_str());
        let target = Grammar::CHANGING.read(name, None, &functions.home, constraints)?;
        functions.find(&target)?;
        Qualified::refuse(&target)?;
        NotEmulated::refuse([("PublishTo", &input.publish_to)])?;

        let image = functions.kept(&target).await?;
        let published = functions.change(&target, |function| {
            let latest = &function.latest;
            latest.expect_revision(input.revision_id.as_deref())?;
            if latest.image != image {
                return Err(Error::UnderWay(Target::unqualified(&target).arn(&functions.home)));
            }
            match input.code_sha256.filter(|given| *given != latest.image.digest) {
                Some(given) => Err(Error::OtherCode { given, latest: latest.image.digest.clone() }),
                None => Ok(function.publish(input.description).clone()),
            }
        });
        let published = published.await?;
        let qualifier = Some(published.version.to_string());
        let arn = Target { function: target.function, qualifier }.arn(&functions.home);
        Ok(published.shown(arn))
    }
}
