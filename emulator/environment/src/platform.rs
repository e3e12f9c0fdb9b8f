//! Platform events: what Lambda itself has to tell about an environment, whoever it is told to.
//!
//! One event becomes a line of text or a JSON record in the log, and a document for subscribers of the
//! Telemetry API or the older Logs API. Which of these there are for an event is decided in
//! [`text`] and [`document`]; here is what is told, and how much it matters.
//!
//! Source of names, members and levels: "Telemetry API event schema reference" and "Log-level filtering"
//! in the Lambda Developer Guide.

mod document;
mod text;

use std::time::Duration;

use emulator_front::RequestId;
use time::UtcDateTime;

use crate::LogLevel;
use crate::launch::Memory;
use crate::report::{Report, Status};
pub(crate) use document::{Schema, stamp};

/// What has happened.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Init begins.
    InitStart {
        phase: Phase,
        function: String,
        version: String,
        /// The log stream, which is the environment's name.
        instance: String,
        memory: Memory,
    },
    /// The runtime's part of init is over.
    InitRuntimeDone { phase: Phase, status: Status },
    /// Init is over, that of the extensions included.
    InitReport { phase: Phase, status: Status, duration: Duration },
    /// An invocation begins.
    Start { id: RequestId, version: String, trace: String },
    /// The runtime's part of an invocation is over.
    RuntimeDone(RuntimeDone),
    /// Nothing more of an invocation comes but its report.
    End(RequestId),
    /// An invocation is over, what extensions did after it included.
    Report { report: Report, trace: String },
    /// How an extension stands once init is over.
    Extension {
        name: String,
        state: &'static str,
        events: Vec<&'static str>,
        error: Option<String>,
    },
    /// An extension gets telemetry from here on.
    Subscription { name: String, schema: Schema, types: Vec<&'static str> },
    /// A subscriber has not been given all that it wanted.
    LogsDropped { reason: &'static str, records: u64, bytes: u64 },
}

/// In which phase init runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Before any invocation.
    Init,
    /// Within one, once an earlier init has failed.
    Invoke,
}

impl Phase {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Invoke => "invoke",
        }
    }
}

/// What there is to tell of a runtime that has done its part of an invocation.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeDone {
    pub(crate) id: RequestId,
    pub(crate) status: Status,
    /// From the delivery of the event until the runtime asked for more work, or failed.
    pub(crate) duration: Duration,
    pub(crate) answer: Option<Answered>,
    pub(crate) trace: String,
}

/// An answer, as it looks in [`RuntimeDone`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    /// When the event was delivered.
    pub(crate) began_at: UtcDateTime,
    /// From there until the answer began to come.
    pub(crate) latency: Duration,
    /// How long it came.
    pub(crate) transfer: Duration,
    /// Its size, in bytes, if that is known.
    pub(crate) size: Option<usize>,
}

impl Event {
    /// How much it matters.
    pub(crate) fn level(&self) -> LogLevel {
        let unless = |status: &Status, level| match status {
            Status::Success => level,
            Status::Timeout | Status::Error(_) => LogLevel::Warn,
        };
        match self {
            // Above DEBUG only where Lambda knows the runtime's version, which of an image it does not.
            Self::InitStart { .. } => LogLevel::Debug,
            Self::InitRuntimeDone { status, .. }
            | Self::InitReport { status, .. }
            | Self::RuntimeDone(RuntimeDone { status, .. }) => unless(status, LogLevel::Debug),
            Self::Start { .. }
            | Self::End(_)
            | Self::Subscription { .. }
            | Self::Extension { error: None, .. } => LogLevel::Info,
            Self::Report { report, .. } => unless(&report.status, LogLevel::Info),
            Self::Extension { error: Some(_), .. } | Self::LogsDropped { .. } => LogLevel::Warn,
        }
    }
}

#[cfg(test)]
mod tests;
