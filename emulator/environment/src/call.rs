//! One invocation as an environment sees it, and how it ended.

use bytes::Bytes;
use emulator_clock::InFlight;
use emulator_front::RequestId;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

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
    pub permit: OwnedSemaphorePermit,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Ended>,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The answer, or the error document.
    pub payload: Bytes,
    /// Whether it is an error.
    pub failed: bool,
    /// The end of this invocation's log, if it was wanted.
    pub log_tail: Option<Bytes>,
}
