//! An error on the wire: a status, a code that clients branch on, and AWS's own text.

use std::convert::Infallible;

use http::StatusCode;
use serde_json::{Map, Value};

/// An operation's error, as a client sees it. The text is the error's `Display`.
pub trait WireError: std::error::Error + Send {
    /// HTTP status and AWS error code.
    fn shape(&self) -> (u16, &'static str);

    /// Members of the error besides its message, such as `Reason`.
    fn members(&self) -> Map<String, Value> {
        Map::new()
    }
}

/// The error of an operation that cannot fail.
impl WireError for Infallible {
    fn shape(&self) -> (u16, &'static str) {
        match *self {}
    }
}

/// Any operation's error, ready for any protocol.
#[derive(Debug)]
pub struct Fault {
    /// HTTP status.
    pub status: StatusCode,
    /// AWS error code, such as `ResourceNotFoundException`.
    pub code: &'static str,
    /// For a person.
    pub message: String,
    /// Whatever else the error carries.
    pub members: Map<String, Value>,
}

impl Fault {
    /// An error without further members.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), members: Map::new() }
    }

    /// What is asked for exists on AWS and not here. 501 is the one server error that no SDK retries.
    pub(crate) fn not_emulated(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplementedException",
            format!("{what} is not emulated (hint: the README lists what is)"),
        )
    }
}

impl<E: WireError> From<E> for Fault {
    fn from(error: E) -> Self {
        let (status, code) = error.shape();
        let status = StatusCode::from_u16(status).expect("shapes hold HTTP statuses");
        Self { status, code, message: error.to_string(), members: error.members() }
    }
}
