//! What the Extensions API says to a call that is not possible.
//!
//! Types and texts are those of aws/aws-lambda-runtime-interface-emulator, `internal/lambda/rapi/handler`,
//! whose answers are those of Lambda.

use uuid::Uuid;

use super::participants::Stage;

/// Most extensions that an environment may have, of both kinds together.
///
/// Source: the Lambda quotas page.
pub(crate) const MAX_EXTENSIONS: usize = 10;

/// Why a call of an extension's was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Empty extension name")]
    EmptyName,
    #[error("Missing Lambda-Extension-Identifier header")]
    MissingIdentifier,
    #[error("Invalid Lambda-Extension-Identifier")]
    InvalidIdentifier,
    #[error("Unknown extension {0}")]
    Unknown(Uuid),
    #[error("Extension registration closed already")]
    Closed,
    #[error("Extension limit ({MAX_EXTENSIONS}) reached")]
    TooMany,
    #[error("Extension with this name already registered")]
    SameName,
    #[error(
        "State transition from {} to {} failed for extension {who}. \
         Error: State transition is not allowed", from.name(), to.name()
    )]
    State { from: Stage, to: Stage, who: String },
    #[error("{event}: {reason}")]
    EventType { event: String, reason: &'static str },
    #[error("Lambda-Extension-Function-Error-Type not found")]
    MissingErrorType,
    #[error("{0}")]
    Format(String),
    #[error("{0} API subscription is closed")]
    SubscriptionClosed(&'static str),
}

impl Refusal {
    /// `errorType`.
    pub(crate) fn kind(&self) -> String {
        let kind = match self {
            Self::EmptyName => "InvalidExtensionName",
            Self::MissingIdentifier => "MissingExtensionIdentifier",
            Self::InvalidIdentifier => "InvalidExtensionIdentifier",
            Self::Unknown(_) => "UnknownExtensionIdentifier",
            Self::Closed => "RegistrationClosed",
            Self::TooMany => "TooManyExtensions",
            Self::SameName | Self::State { .. } => "InvalidExtensionState",
            Self::EventType { .. } => "InvalidEventType",
            Self::MissingErrorType => "MissingHeader",
            Self::Format(_) => return "InvalidRequestFormat".to_owned(),
            Self::SubscriptionClosed(api) => return format!("{api}.SubscriptionClosed"),
        };
        format!("Extension.{kind}")
    }
}
