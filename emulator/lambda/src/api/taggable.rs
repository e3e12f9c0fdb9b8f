//! What tags can be written on: functions, by their ARNs.

use emulator_front::{Constraints, Home, Invalid, NotEmulated, WireError};

use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError, Target, is_arn};
use crate::tags::{Tags, TagsError};

/// Source: `TaggableResource` in the Lambda service model, 2015-03-31.
const RESOURCE: &str = r"arn:(aws[a-zA-Z-]*):lambda:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}):\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)";

/// Why tags cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(
        "Tags on function aliases and versions are not supported. Please specify a function ARN."
    )]
    Qualified,
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    /// Of no tags at all.
    #[error("An error occurred and the request cannot be processed.")]
    NoTags,
    #[error(transparent)]
    Tags(#[from] TagsError),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::Name(error) => error.shape(),
            Self::NotEmulated(_) | Self::Qualified | Self::NoTags => {
                (400, "InvalidParameterValueException")
            }
            Self::NoSuchFunction(error) => error.shape(),
            Self::Tags(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

/// The function that an ARN names. What else can have tags on AWS is refused by name.
pub(super) fn read(arn: &str, home: &Home, mut constraints: Constraints) -> Result<Target, Error> {
    let kind = kind(arn);
    constraints.pattern(Some(arn), "resource", RESOURCE, |_| kind.is_some());
    constraints.verdict()?;
    if kind != Some("function") {
        let kind = kind.unwrap_or_default().to_owned();
        return Err(NotEmulated::Value {
            member: "Resource".into(),
            value: kind,
            emulated: "function",
        }
        .into());
    }
    let target = Grammar::CHANGING.read(Some(arn), None, home, Constraints::default())?;
    if target.qualifier.is_some() { Err(Error::Qualified) } else { Ok(target) }
}

/// The kind of thing that an ARN names, if that can have tags on AWS.
fn kind(arn: &str) -> Option<&str> {
    let (kind, _) = arn.splitn(6, ':').nth(5)?.split_once(':')?;
    let others = ["event-source-mapping", "code-signing-config", "capacity-provider"];
    let fits = match kind {
        "function" => is_arn(arn),
        other => arn.starts_with("arn:aws:lambda:") && others.contains(&other),
    };
    fits.then_some(kind)
}

/// Changes the tags of the function that an ARN names. Environments stay: no function sees its tags.
pub(super) async fn change(
    functions: &Functions,
    target: &Target,
    change: impl FnOnce(Tags) -> Result<Tags, TagsError>,
) -> Result<(), Error> {
    let now = functions.clock().now();
    let changed = functions.change(target, |function| {
        function.tags = change(std::mem::take(&mut function.tags).into())?.into();
        function.revise(None);
        function.latest.modified = now;
        Ok(())
    });
    changed.await
}
