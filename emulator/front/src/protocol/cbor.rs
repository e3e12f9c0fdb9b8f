//! Smithy's RPC v2 over CBOR: the path names the operation, one document in, one document out.
//!
//! Source: the `rpcv2Cbor` protocol of the Smithy specification. AWS writes maps and lists without their
//! length in front and clients with it; both are read.

use std::borrow::Cow;

use ciborium::Value as Cbor;
use ciborium::de::Error as ReadError;
use http::Response;
use http::header::HeaderValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::body::Body;
use crate::fault::Fault;
use crate::members::{self, Member};
use crate::request::{Malformed, RequestId};

pub(super) const CONTENT_TYPE: &str = "application/cbor";

/// The tag of a time; its content is a number of seconds. Source: RFC 8949, section 3.4.2.
const EPOCH_SECONDS: u64 = 1;

/// Largest document, in bytes. Ours: a byte can become a member of 32, so it is less than others may be.
const MAX_DOCUMENT: usize = 8 * 1024 * 1024;

/// Reads an input; no body at all is the empty document.
pub(super) fn read<T: DeserializeOwned>(mut document: &[u8]) -> Result<T, Malformed> {
    if document.is_empty() {
        return members::read(std::iter::empty());
    }
    if document.len() > MAX_DOCUMENT {
        let text = format_args!("Request must be smaller than {MAX_DOCUMENT} bytes");
        return Err(Malformed::new(text));
    }
    let read = ciborium::from_reader(&mut document);
    let Cbor::Map(input) = read.map_err(|error| unreadable(&error))? else {
        return Err(Malformed::new("an input is a CBOR map"));
    };
    if !document.is_empty() {
        return Err(Malformed::new("something follows the CBOR map"));
    }
    let input = named(input)?.into_iter().map(|(name, member)| (Cow::Owned(name), member));
    members::read(input)
}

fn unreadable(error: &ReadError<std::io::Error>) -> Malformed {
    match error {
        ReadError::Io(_) => Malformed::new("EOF while reading CBOR"),
        ReadError::Syntax(place) => Malformed::new(format_args!("no CBOR at byte {place}")),
        ReadError::Semantic(_, text) => Malformed::new(text),
        ReadError::RecursionLimitExceeded => Malformed::new("the CBOR is nested too deeply"),
    }
}

fn named(map: Vec<(Cbor, Cbor)>) -> Result<Vec<(String, Member)>, Malformed> {
    let named = map.into_iter().map(|(key, value)| match key {
        Cbor::Text(name) => Ok((name, member(value)?)),
        _ => Err(Malformed::new("the keys of a CBOR map are names")),
    });
    named.collect()
}

fn member(value: Cbor) -> Result<Member, Malformed> {
    Ok(match value {
        Cbor::Map(map) => Member::Nested(named(map)?),
        Cbor::Array(items) => {
            Member::List(items.into_iter().map(member).collect::<Result<_, _>>()?)
        }
        Cbor::Text(text) => Member::Json(text.into()),
        Cbor::Bool(truth) => Member::Json(truth.into()),
        Cbor::Float(number) => Member::Float(number),
        Cbor::Integer(number) => Member::Json(match i64::try_from(number) {
            Ok(number) => number.into(),
            Err(_) => u64::try_from(number).map_err(Malformed::new)?.into(),
        }),
        Cbor::Null => Member::Json(Json::Null),
        Cbor::Tag(EPOCH_SECONDS, seconds) => member(*seconds)?,
        Cbor::Tag(tag, _) => {
            return Err(Malformed::new(format_args!("CBOR tag {tag} is not emulated")));
        }
        _ => return Err(Malformed::new("CBOR byte strings are not emulated")),
    })
}

/// Writes an output; nothing (`()`) has no document.
pub(super) fn document<T: Serialize>(output: &T) -> Vec<u8> {
    let mut document = Vec::new();
    ciborium::into_writer(output, &mut document).expect("outputs are plain structs");
    if document == [NULL] { Vec::new() } else { document }
}

/// What `()` is. Source: RFC 8949, section 3.3.
const NULL: u8 = 0xf6;

pub(super) fn refuse(fault: &Fault, id: RequestId) -> Response<Body> {
    let mut members = fault.members.clone();
    members.insert("__type".to_owned(), fault.code.into());
    members.insert("message".to_owned(), fault.message.clone().into());
    named_protocol(super::respond(fault.status, CONTENT_TYPE, document(&members), id))
}

/// Clients take no answer for theirs that does not say this.
pub(super) fn named_protocol(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
    response
}
