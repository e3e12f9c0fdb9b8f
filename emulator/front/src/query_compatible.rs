//! Errors of a service that once spoke the query protocol only: its clients still look for the old codes.
//!
//! In the query protocol an error has its old code. In JSON and CBOR it has its new one in `__type`, and
//! the old one in `x-amzn-query-error`. The status is the old one for clients that ask for it with
//! `x-amzn-query-mode: true`; others get 400 for whatever is theirs to mend.
//!
//! Source: the `awsQueryCompatible` trait of the Smithy specification.

use http::header::HeaderValue;
use http::{HeaderMap, Response, StatusCode};

use crate::body::Body;
use crate::fault::Fault;
use crate::protocol::Protocol;
use crate::request::RequestId;

/// How the code of one error is spelled by old and new clients. An error that is not in its service's
/// list is spelled the same by both.
#[derive(Clone, Copy, Debug)]
pub struct QueryError {
    /// As in [`WireError::shape`](crate::WireError::shape).
    pub code: &'static str,
    /// What `__type` says: the code with its namespace, as in `com.amazonaws.sqs#QueueDoesNotExist`.
    pub id: &'static str,
    /// What clients of the query protocol know it by.
    pub query: &'static str,
}

/// Whether a client wants the statuses of the query protocol.
pub(crate) fn wants_query_status(headers: &HeaderMap) -> bool {
    headers.get("x-amzn-query-mode").is_some_and(|mode| mode == "true")
}

/// Answers with `fault`, whose `status` and `code` are those of the operation.
pub(crate) fn refuse(
    protocol: &Protocol,
    errors: &[QueryError],
    mut fault: Fault,
    query_status: bool,
    id: RequestId,
) -> Response<Body> {
    let spelled = errors.iter().find(|error| error.code == fault.code);
    let query = spelled.map_or(fault.code, |error| error.query);
    if let Protocol::Query { .. } = protocol {
        fault.code = query;
        return protocol.refuse(&fault, id);
    }
    let side = if fault.status.is_server_error() { "Receiver" } else { "Sender" };
    fault.code = spelled.map_or(fault.code, |error| error.id);
    if fault.status.is_client_error() && !query_status {
        fault.status = StatusCode::BAD_REQUEST;
    }
    let mut response = protocol.refuse(&fault, id);
    let header = HeaderValue::try_from(format!("{query};{side}")).expect("codes are ASCII");
    response.headers_mut().insert("x-amzn-query-error", header);
    response
}
