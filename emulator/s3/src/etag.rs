//! Entity tags: an object's MD5, in hex.

use std::fmt::Write;

use http::HeaderValue;
use s3s::crypto::{Checksum, Md5};
use s3s::dto;

/// What stands for an object's bytes, without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag(String);

impl Tag {
    /// That of an object which was uploaded in one piece.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(hex(&Md5::checksum(bytes)))
    }

    /// That of an object which was put together from parts with these MD5s.
    pub(crate) fn of_parts(md5s: &[[u8; 16]]) -> Self {
        Self(format!("{}-{}", hex(&Md5::checksum(md5s.as_flattened())), md5s.len()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// In quotes.
    pub(crate) fn to_header(&self) -> HeaderValue {
        HeaderValue::try_from(format!("\"{}\"", self.0)).expect("hex in quotes is a header value")
    }

    pub(crate) fn to_dto(&self) -> dto::ETag {
        dto::ETag::Strong(self.0.clone())
    }

    /// Whether a condition's tag, or its star, fits.
    pub(crate) fn fits(&self, condition: &dto::ETagCondition) -> bool {
        condition.as_etag().is_none_or(|tag| tag.value() == self.0)
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}
