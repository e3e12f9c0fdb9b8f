//! What makes an error one that S3 can answer: a code, a status, and elements beside its text.

use http::StatusCode;
use s3s::S3ErrorCode;

use crate::call::Element;
use crate::etag::Tag;

/// An error with S3's code; its `Display` is S3's own text.
pub(crate) trait Refusal: std::error::Error + Send + Sync {
    /// What clients branch on.
    fn code(&self) -> S3ErrorCode;

    /// HTTP status; S3's own for the code, unless said otherwise.
    fn status(&self) -> StatusCode {
        self.code().status_code().unwrap_or(StatusCode::BAD_REQUEST)
    }

    /// Elements of the error document besides code and message.
    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }

    /// The tag of the object that the client has already, if that is the reason.
    fn known_tag(&self) -> Option<&Tag> {
        None
    }
}

impl<R: Refusal + 'static> From<R> for Box<dyn Refusal> {
    fn from(refusal: R) -> Self {
        Box::new(refusal)
    }
}

/// There is no such bucket.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The specified bucket does not exist")]
pub(crate) struct NoSuchBucket(pub(crate) String);

impl Refusal for NoSuchBucket {
    fn code(&self) -> S3ErrorCode {
        S3ErrorCode::NoSuchBucket
    }

    fn elements(&self) -> Vec<Element> {
        vec![("BucketName".into(), self.0.clone())]
    }
}

/// There is no such object.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The specified key does not exist.")]
pub(crate) struct NoSuchKey(pub(crate) String);

impl Refusal for NoSuchKey {
    fn code(&self) -> S3ErrorCode {
        S3ErrorCode::NoSuchKey
    }

    fn elements(&self) -> Vec<Element> {
        vec![("Key".into(), self.0.clone())]
    }
}

/// Something that S3 does and this emulator does not.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not emulated (hint: the README lists what is)")]
pub(crate) struct NotEmulated(pub(crate) String);

impl Refusal for NotEmulated {
    fn code(&self) -> S3ErrorCode {
        S3ErrorCode::NotImplemented
    }
}
