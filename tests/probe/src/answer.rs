//! What the probe posts: the bytes of an answer or of an error, with the headers that go with them.

use bytes::Bytes;
use serde::Serialize;

/// A body for `/response`.
pub(crate) struct Answer {
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::json_bytes(serde_json::to_vec(value)?.into()))
    }

    /// Bytes that are JSON already.
    pub(crate) fn json_bytes(body: Bytes) -> Self {
        Self { content_type: "application/json", body }
    }

    pub(crate) fn text(text: &str) -> Self {
        Self { content_type: "text/plain", body: Bytes::copy_from_slice(text.as_bytes()) }
    }

    /// A JSON string of `size` bytes, or nothing if its quotes alone are larger.
    pub(crate) fn of_size(size: usize) -> Option<Self> {
        let letters = "x".repeat(size.checked_sub(2)?);
        Some(Self::json_bytes(format!("\"{letters}\"").into()))
    }
}

/// A body for `/error` or `/init/error`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure {
    pub(crate) error_type: String,
    pub(crate) error_message: String,
    /// Lambda-Runtime-Function-Error-Type.
    #[serde(skip)]
    pub(crate) header: String,
}

impl Failure {
    pub(crate) fn new(error_type: impl Into<String>, error_message: impl Into<String>) -> Self {
        let error_type = error_type.into();
        Self { header: error_type.clone(), error_type, error_message: error_message.into() }
    }

    pub(crate) fn body(&self) -> Bytes {
        serde_json::to_vec(self).expect("two strings are always JSON").into()
    }
}
