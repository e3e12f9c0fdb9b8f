//! Objects: what is kept of one, and the operations on it.

mod condition;
mod copy;
mod delete;
mod get;
mod put;

use bytes::Bytes;
use s3s::dto;
use time::UtcDateTime;

pub(crate) use condition::{Conditions, Unmet};
pub(crate) use copy::copy;
pub(crate) use delete::{delete, delete_many};
pub(crate) use get::{get, head};
pub(crate) use put::{WriteError, may_write, put, stored};

use crate::checksum::Checksum;
use crate::etag::Tag;

/// What S3 says an object is, unless it was told.
const UNKNOWN_TYPE: &str = "binary/octet-stream";

/// An object. It never changes; another may take its place.
#[derive(Clone)]
pub(crate) struct Object {
    pub(crate) bytes: Bytes,
    pub(crate) tag: Tag,
    pub(crate) checksum: Checksum,
    pub(crate) modified: UtcDateTime,
    pub(crate) description: Description,
}

/// What the client says about an object, to be said again to whoever gets it.
#[derive(Clone, Default)]
pub(crate) struct Description {
    pub(crate) cache_control: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) expires: Option<dto::Timestamp>,
    /// `x-amz-meta-…`, by what follows.
    pub(crate) metadata: Option<dto::Metadata>,
}

impl Object {
    /// In bytes, as the wire has it.
    pub(crate) fn size(&self) -> i64 {
        i64::try_from(self.bytes.len()).expect("an object is at most 5 TiB")
    }
}

impl Description {
    pub(crate) fn content_type(&self) -> String {
        self.content_type.clone().unwrap_or_else(|| UNKNOWN_TYPE.to_owned())
    }
}

/// Every object is encrypted so, if one asks.
pub(crate) fn encryption() -> dto::ServerSideEncryption {
    dto::ServerSideEncryption::from_static(dto::ServerSideEncryption::AES256)
}
