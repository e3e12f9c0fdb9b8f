//! One request on its way to an operation: what the protocol found in it, not yet typed.

use std::borrow::Cow;
use std::fmt;

use http::request::Parts;

use crate::Body;

/// The id that AWS gives to every request: a version 4 UUID in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(uuid::Uuid);

impl RequestId {
    /// An id that nobody had before.
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4())
    }

    /// The id that `text` spells, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(formatter)
    }
}

/// A member's wire name and its value, as text.
pub(crate) type Pair = (Cow<'static, str>, String);

/// The pairs of a query string or of a form.
///
/// A presigned address carries its signature among them (`X-Amz-Signature` and its like), which is no
/// member of any operation.
pub(crate) fn pairs(text: &[u8]) -> impl Iterator<Item = Pair> {
    form_urlencoded::parse(text)
        .filter(|(name, _)| !name.starts_with("X-Amz-"))
        .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()))
}

/// A request, with the members that stand outside its body already named.
pub struct Request {
    /// Also answered as `x-amzn-RequestId`.
    pub id: RequestId,
    /// Method, address and headers as they came.
    pub head: Parts,
    /// Input members from path, query and headers, by their wire name.
    pub members: Vec<(Cow<'static, str>, String)>,
    /// Not read yet.
    pub body: Body,
}

/// A request that does not have its operation's shape.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Malformed {
    reason: String,
}

impl Malformed {
    /// Says in one sentence what is wrong, and with which member.
    pub fn new(reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string() }
    }
}
