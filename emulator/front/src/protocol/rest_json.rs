//! rest-json: members in path, query and headers as well as in the body; the error's code in a header.

use std::borrow::Cow;

use http::Response;
use http::header::HeaderValue;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::body::Body;
use crate::fault::Fault;
use crate::members::{self, Member};
use crate::request::{Malformed, RequestId};

pub(super) fn read<T: DeserializeOwned>(
    members: Vec<(Cow<'static, str>, String)>,
    document: &[u8],
) -> Result<T, Malformed> {
    let body: Map<String, Value> = if document.is_empty() {
        Map::new()
    } else {
        serde_json::from_slice(document).map_err(Malformed::new)?
    };
    let outside = members.into_iter().map(|(name, text)| (name, Member::Text(text)));
    let inside = body.into_iter().map(|(name, value)| (Cow::Owned(name), Member::Json(value)));
    members::read(outside.chain(inside))
}

pub(super) fn refuse(fault: &Fault, document: &Value, id: RequestId) -> Response<Body> {
    let document = super::json::document(document);
    let mut response = super::respond(fault.status, "application/json", document, id);
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(fault.code));
    response
}
