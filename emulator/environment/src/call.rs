//! One invocation as an environment sees it, and how it ended.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use emulator_clock::InFlight;
use emulator_front::RequestId;
use emulator_front::http::HeaderValue;
use tokio::sync::oneshot;

use crate::stream::Stream;

/// An invocation, with the way back to its caller.
#[derive(Debug)]
pub struct Call {
    /// Known to function, logs and caller alike.
    pub id: RequestId,
    /// The event, as the function receives it.
    pub payload: Bytes,
    /// ARN as it was invoked: qualified only if the caller did.
    pub function_arn: String,
    /// `Lambda-Runtime-Trace-Id`.
    pub trace: String,
    /// `Lambda-Runtime-Client-Context`: JSON text.
    pub client_context: Option<String>,
    /// Whether the end of the log is wanted with the answer, which then waits for the REPORT line.
    pub tail: bool,
    /// Held until the last line about the invocation has been written.
    pub in_flight: InFlight,
    /// A place among the invocations that may run at once, held just as long.
    pub booking: Box<dyn Booking>,
    /// Where a response goes that the function streams, if its caller wants it as it comes. All others
    /// come whole, with the end.
    pub stream: Option<oneshot::Sender<Stream>>,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Ended>,
}

/// A place among the invocations that may run at once, until it is dropped.
pub trait Booking: Debug + Send {
    /// The invocation is over, with the work of extensions that followed it: it took that long, without
    /// init, and has failed or not. Not called if the function could not be run at all.
    fn closed(&mut self, took: Duration, failed: bool);
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The answer, or the error document. Nothing for an answer that its caller has had as a stream.
    pub payload: Bytes,
    /// Of the answer, as the function says.
    pub content_type: Option<HeaderValue>,
    /// Whether the function sent its answer as a stream.
    pub streamed: bool,
    /// Why the function could not be run, if nothing is wrong with it: what Lambda's callers hear of as an
    /// error of the service.
    pub fault: Option<String>,
    /// Whether it is an error.
    pub failed: bool,
    /// The end of this invocation's log, if it was wanted.
    pub log_tail: Option<Bytes>,
}

impl Ended {
    /// An error, with its document.
    pub(crate) fn failed(document: Bytes) -> Self {
        Self {
            payload: document,
            content_type: None,
            streamed: false,
            fault: None,
            failed: true,
            log_tail: None,
        }
    }
}
