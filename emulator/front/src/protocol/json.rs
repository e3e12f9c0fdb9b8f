//! awsJson 1.0 and 1.1: one document in, one document out, the error's code in `__type`.

use http::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::body::Body;
use crate::fault::Fault;
use crate::request::{Malformed, RequestId};

pub(super) fn content_type(version: &str) -> &'static str {
    if version == "1.0" { "application/x-amz-json-1.0" } else { "application/x-amz-json-1.1" }
}

/// Reads an input; no body at all is the empty document.
pub(super) fn read<T: DeserializeOwned>(document: &[u8]) -> Result<T, Malformed> {
    let document = if document.is_empty() { b"{}" } else { document };
    serde_json::from_slice(document).map_err(Malformed::new)
}

/// Writes an output; nothing (`()`) has no document.
pub(super) fn document<T: Serialize>(output: &T) -> Vec<u8> {
    let document = serde_json::to_vec(output).expect("outputs are plain structs");
    if document == b"null" { Vec::new() } else { document }
}

pub(super) fn refuse(fault: &Fault, content_type: &'static str, id: RequestId) -> Response<Body> {
    let mut members = fault.members.clone();
    members.insert("__type".to_owned(), fault.code.into());
    members.insert("message".to_owned(), fault.message.clone().into());
    super::respond(fault.status, content_type, document(&members), id)
}
