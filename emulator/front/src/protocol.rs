//! AWS's wire protocols: how an input is read, an output written, an error told.
//!
//! The shapes are the same serde structs in each; what differs is where members stand and what wraps
//! them. Source of the rules: the protocol pages of the Smithy specification.

mod cbor;
mod form;
mod json;
mod query;
mod rest_json;
mod xml;

#[cfg(test)]
mod tests;

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::body::{Body, CollectError};
use crate::content_encoding;
use crate::fault::Fault;
use crate::request::{Malformed, Request, RequestId};

/// Largest body of a request of a REST service that is read as a document, in bytes.
///
/// Source: the limit that `CreateFunction` names in its error, 70,167,211 bytes, the largest of any
/// operation emulated here.
const MAX_REST_DOCUMENT: usize = 70_167_211;

/// The same of all other services, in bytes. Ours: the ten megabytes of records that Kinesis takes, as
/// base64, and room to spare. Three bytes can become a member of hundreds, so it is no more than that.
const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

/// A service's own layout of an error document, where it has one.
pub type ErrorBody = fn(&Fault) -> Value;

pub(crate) use form::Level;

/// One way in which a service speaks. Some speak in several.
#[derive(Clone, Debug)]
pub enum Protocol {
    /// Method and path name the operation; the body is JSON.
    RestJson {
        /// Layout of an error document.
        error_body: ErrorBody,
    },
    /// `X-Amz-Target` names the operation; the body is JSON.
    Json {
        /// What stands before the operation's name in `X-Amz-Target`, without the dot.
        target: &'static str,
        /// `1.0` or `1.1`.
        version: &'static str,
    },
    /// `Action` in a form names the operation; the answer is XML.
    Query {
        /// `Version` in the form.
        version: &'static str,
        /// XML namespace of answers.
        namespace: &'static str,
    },
    /// The path names service and operation; the body is CBOR (Smithy's RPC v2).
    Cbor {
        /// The service's name in the path, without a namespace.
        service: &'static str,
    },
}

impl Protocol {
    pub(crate) async fn read<T: DeserializeOwned>(&self, request: Request) -> Result<T, Malformed> {
        let Request { head, members, body, .. } = request;
        let document = body.collect(self.max_document()).await.map_err(|error| match error {
            CollectError::TooLarge { limit } => {
                Malformed::new(format_args!("Request must be smaller than {limit} bytes"))
            }
            CollectError::Broken(_) => Malformed::new("the request body broke off"),
        })?;
        let document = content_encoding::decoded(&head.headers, document)?;
        match self {
            Self::RestJson { .. } => rest_json::read(members, &document),
            Self::Json { .. } => json::read(&document),
            Self::Query { .. } => query::read(members),
            Self::Cbor { .. } => cbor::read(&document),
        }
    }

    fn max_document(&self) -> usize {
        match self {
            Self::RestJson { .. } => MAX_REST_DOCUMENT,
            Self::Json { .. } | Self::Query { .. } | Self::Cbor { .. } => MAX_DOCUMENT,
        }
    }

    pub(crate) fn write<T: Serialize>(
        &self,
        output: &T,
        operation: &'static str,
        status: StatusCode,
        id: RequestId,
    ) -> Response<Body> {
        let (content_type, document) = match self {
            Self::RestJson { .. } => ("application/json", json::document(output)),
            Self::Json { version, .. } => (json::content_type(version), json::document(output)),
            Self::Query { namespace, .. } => {
                ("text/xml", query::document(output, operation, namespace, id))
            }
            Self::Cbor { .. } => (cbor::CONTENT_TYPE, cbor::document(output)),
        };
        let response = respond(status, content_type, document, id);
        if let Self::Cbor { .. } = self { cbor::named_protocol(response) } else { response }
    }

    pub(crate) fn refuse(&self, fault: &Fault, id: RequestId) -> Response<Body> {
        tracing::debug!(code = fault.code, message = %fault.message, request_id = %id, "refused");
        match self {
            Self::RestJson { error_body } => rest_json::refuse(fault, &error_body(fault), id),
            Self::Json { version, .. } => json::refuse(fault, json::content_type(version), id),
            Self::Query { namespace, .. } => query::refuse(fault, namespace, id),
            Self::Cbor { .. } => cbor::refuse(fault, id),
        }
    }

    /// The error for a request that cannot be read.
    pub(crate) fn malformed(&self, malformed: &Malformed) -> Fault {
        let code = match self {
            Self::RestJson { .. } | Self::Json { .. } | Self::Cbor { .. } => {
                "SerializationException"
            }
            Self::Query { .. } => "MalformedInput",
        };
        Fault::new(StatusCode::BAD_REQUEST, code, malformed.to_string())
    }
}

/// A whole document as a response; an empty one has no content type.
fn respond(
    status: StatusCode,
    content_type: &'static str,
    document: Vec<u8>,
    id: RequestId,
) -> Response<Body> {
    let typed = !document.is_empty();
    let mut response = Response::new(Body::from(document));
    *response.status_mut() = status;
    if typed {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    stamp(&mut response, id);
    response
}

/// Names the request in its answer, as every AWS service does.
pub(crate) fn stamp(response: &mut Response<Body>, id: RequestId) {
    let id = HeaderValue::try_from(id.to_string()).expect("a UUID is a header value");
    response.headers_mut().insert("x-amzn-requestid", id);
}
