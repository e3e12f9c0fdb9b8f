//! The answers of look-ups that find nothing.

use emulator_front::WireError;

/// Something that an address names is not there.
///
/// Texts recorded from API Gateway, but for the stage's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotFound {
    #[error("Invalid API identifier specified {account}:{id}")]
    Api { account: String, id: String },
    #[error("Invalid Resource identifier specified")]
    Resource,
    #[error("Invalid Method identifier specified")]
    Method,
    #[error("Invalid Integration identifier specified")]
    Integration,
    #[error("Invalid Response status code specified")]
    Response,
    #[error("Invalid stage identifier specified")]
    Stage,
}

impl WireError for NotFound {
    fn shape(&self) -> (u16, &'static str) {
        (404, "NotFoundException")
    }
}
