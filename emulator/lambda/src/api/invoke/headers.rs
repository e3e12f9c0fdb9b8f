//! What every way to invoke reads off the headers of its request, and puts among those of its answer.

use emulator_front::http::header::HeaderMap;
use emulator_front::http::{HeaderValue, Response};
use emulator_front::{Body, RequestId, WireError};

use crate::trace::Trace;

const REQUEST_ID: &str = "x-amzn-requestid";
const TRACE: &str = "x-amzn-trace-id";

/// A request that brings an id which cannot be one. The text is ours: Lambda's is not known.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The request id `{0}` is not well formed (hint: leave the header out, every request gets its own)"
)]
pub(crate) struct MalformedRequestId(String);

impl WireError for MalformedRequestId {
    fn shape(&self) -> (u16, &'static str) {
        (400, "InvalidRequestContentException")
    }
}

impl MalformedRequestId {
    /// Refuses a request's own id if it is not well formed. One that is changes nothing either.
    pub(crate) fn refuse(headers: &HeaderMap) -> Result<(), Self> {
        let Some(given) = headers.get(REQUEST_ID) else { return Ok(()) };
        match given.to_str().ok().and_then(RequestId::parse) {
            Some(_) => Ok(()),
            None => Err(Self(String::from_utf8_lossy(given.as_bytes()).into_owned())),
        }
    }
}

/// The trace that the request continues, or a new one.
pub(crate) fn trace(headers: &HeaderMap) -> Trace {
    let given = headers.get(TRACE).and_then(|value| value.to_str().ok());
    Trace::continued(given.map(str::to_owned))
}

/// Names the invocation, by the id that the function and its logs know it by, and its trace.
pub(crate) fn name(response: &mut Response<Body>, id: RequestId, trace: &Trace) {
    set(response, REQUEST_ID, id.to_string());
    set(response, TRACE, trace.to_string());
}

/// Sets a header to text that is made here.
pub(crate) fn set(response: &mut Response<Body>, name: &'static str, value: String) {
    let value = HeaderValue::try_from(value).expect("made of visible characters");
    response.headers_mut().insert(name, value);
}
