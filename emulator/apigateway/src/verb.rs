//! The HTTP methods that a resource can have, `ANY` among them.

use std::fmt;

/// In the order in which API Gateway lists them.
const VERBS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

/// One of the eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Verb(&'static str);

/// Not an HTTP method of a resource. Text recorded from API Gateway.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid HttpMethod specified. Valid options are {}", VERBS.join(","))]
pub(crate) struct InvalidVerb;

impl Verb {
    /// Stands for each of the others.
    pub(crate) const ANY: Self = Self("ANY");
    /// What a function is invoked with.
    pub(crate) const POST: Self = Self("POST");

    pub(crate) fn read(text: &str) -> Result<Self, InvalidVerb> {
        VERBS.into_iter().find(|verb| *verb == text).map(Self).ok_or(InvalidVerb)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}
