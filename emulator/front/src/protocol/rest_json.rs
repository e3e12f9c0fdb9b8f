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
    let outside = gathered(members).into_iter();
    let inside = body.into_iter().map(|(name, value)| (Cow::Owned(name), Member::Json(value)));
    members::read(outside.chain(inside))
}

/// A name that stands in the query more than once is a list.
fn gathered(members: Vec<(Cow<'static, str>, String)>) -> Vec<(Cow<'static, str>, Member)> {
    let mut gathered: Vec<(Cow<'static, str>, Member)> = Vec::with_capacity(members.len());
    for (name, text) in members {
        let known = gathered.iter_mut().find(|(known, _)| *known == name);
        match known.map(|(_, member)| member) {
            Some(Member::List(items)) => items.push(Member::Text(text)),
            Some(member) => {
                let first = std::mem::replace(member, Member::List(Vec::new()));
                *member = Member::List(vec![first, Member::Text(text)]);
            }
            None => gathered.push((name, Member::Text(text))),
        }
    }
    gathered
}

pub(super) fn refuse(fault: &Fault, document: &Value, id: RequestId) -> Response<Body> {
    let document = super::json::document(document);
    let mut response = super::respond(fault.status, "application/json", document, id);
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(fault.code));
    response
}
