//! From a function's answer to the response that the client gets. Rules observed on AWS.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use emulator_front::Body;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Headers that are API Gateway's own to set. A function's go out under another name.
///
/// Source: the API Gateway developer guide, important notes on REST APIs.
const REMAPPED: [&str; 14] = [
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "expect",
    "host",
    "max-forwards",
    "server",
    "te",
    "trailer",
    "upgrade",
    "www-authenticate",
    "x-amzn-requestid",
];

/// Of the connection, which is not the function's.
const DROPPED: &str = "transfer-encoding";

/// What a function answers; any other member makes it no answer at all.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Answer {
    status_code: Option<Value>,
    headers: Option<BTreeMap<String, Value>>,
    multi_value_headers: Option<BTreeMap<String, Vec<Value>>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

/// Why an answer cannot be passed on. Clients are not told: it is for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Malformed {
    #[error(
        "the answer is not a JSON object with statusCode, headers, multiValueHeaders, body and isBase64Encoded"
    )]
    Shape(#[from] serde_json::Error),
    #[error("statusCode is `{0}`, which is no HTTP status")]
    Status(Value),
    #[error("`{0}` cannot be the name of a header")]
    HeaderName(String),
    #[error("the header `{0}` must be text, a number or a boolean, on one line")]
    HeaderValue(String),
    #[error("isBase64Encoded is true, and the body is not base64")]
    Base64(#[from] base64::DecodeError),
}

/// Whether the client gets the bytes that a base64 body stands for, or the base64 as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base64 {
    Decoded,
    Kept,
}

/// Reads a function's answer as a response.
pub(crate) fn read(answer: &[u8], base64: Base64) -> Result<Response<Body>, Malformed> {
    // By way of a map, because a struct would be read from an array too.
    let members: Map<String, Value> = serde_json::from_slice(answer)?;
    let answer = Answer::deserialize(Value::Object(members))?;
    let status = status(answer.status_code)?;
    let headers = headers(
        answer.headers.unwrap_or_default(),
        answer.multi_value_headers.unwrap_or_default(),
    )?;
    let body = answer.body.unwrap_or_default();
    let is_base64 = answer.is_base64_encoded == Some(true) && base64 == Base64::Decoded;
    let body = if is_base64 { Body::from(BASE64_STANDARD.decode(body)?) } else { Body::from(body) };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// A status may be a number, or text that is one; without any, all went well.
fn status(given: Option<Value>) -> Result<StatusCode, Malformed> {
    let Some(given) = given else { return Ok(StatusCode::OK) };
    let number = match &given {
        Value::Number(number) => number.as_u64().and_then(|number| u16::try_from(number).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    // Below 200 a status announces another, which never comes.
    let status =
        number.filter(|&number| number >= 200).and_then(|it| StatusCode::from_u16(it).ok());
    status.ok_or(Malformed::Status(given))
}

/// Both maps in one: first the lists, then the single values that are not in them yet.
fn headers(
    single: BTreeMap<String, Value>,
    multi: BTreeMap<String, Vec<Value>>,
) -> Result<HeaderMap, Malformed> {
    let mut headers = HeaderMap::new();
    for (name, values) in multi {
        for value in values {
            add(&mut headers, &name, &value)?;
        }
    }
    for (name, value) in single {
        add(&mut headers, &name, &value)?;
    }
    if !headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    Ok(headers)
}

fn add(headers: &mut HeaderMap, given: &str, value: &Value) -> Result<(), Malformed> {
    let text = match value {
        Value::Null => return Ok(()),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => value.clone(),
        Value::Array(_) | Value::Object(_) => return Err(Malformed::HeaderValue(given.to_owned())),
    };
    let lower = given.to_ascii_lowercase();
    if lower == DROPPED {
        return Ok(());
    }
    let name = if REMAPPED.contains(&&*lower) { format!("x-amzn-remapped-{lower}") } else { lower };
    let name = HeaderName::try_from(name).map_err(|_| Malformed::HeaderName(given.to_owned()))?;
    let value =
        HeaderValue::try_from(text).map_err(|_| Malformed::HeaderValue(given.to_owned()))?;
    if !headers.get_all(&name).iter().any(|there| there == value) {
        headers.append(name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
