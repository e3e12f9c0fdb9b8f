//! Platform events as JSON: `{"time":…,"type":"platform.…","record":{…}}`.
//!
//! The log in JSON format and the Telemetry API have the same documents. The older Logs API has fewer
//! kinds of them, and one that the others lack: `platform.end`.

use std::time::Duration;

use serde::Serialize;
use time::UtcDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::{Answered, Event, Phase, RuntimeDone};
use crate::report::{Report, Status};

/// What a document has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// The Logs API's `2020-08-15` and `2021-03-18`.
    Logs,
    /// The Telemetry API's `2022-07-01`, in which what a function prints is text.
    Telemetry,
    /// The Telemetry API's `2022-12-13`, in which a function that logs JSON is told as JSON.
    Structured,
}

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// `2026-09-22T10:11:12.345Z`
pub(crate) fn stamp(time: UtcDateTime) -> String {
    time.format(TIME).unwrap_or_default()
}

#[derive(Serialize)]
struct Document<'a> {
    time: String,
    #[serde(rename = "type")]
    kind: &'static str,
    record: Record<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Record<'a> {
    InitStart(InitStart<'a>),
    Init(Init<'a>),
    Start(Start<'a>),
    RuntimeDone(Done<'a>),
    #[serde(rename_all = "camelCase")]
    End {
        request_id: String,
    },
    Report(Reported<'a>),
    #[serde(rename_all = "camelCase")]
    Extension {
        name: &'a str,
        state: &'static str,
        events: &'a [&'static str],
        #[serde(skip_serializing_if = "Option::is_none")]
        error_type: Option<&'a str>,
    },
    Subscription {
        name: &'a str,
        state: &'static str,
        types: &'a [&'static str],
    },
    #[serde(rename_all = "camelCase")]
    LogsDropped {
        reason: &'static str,
        dropped_records: u64,
        dropped_bytes: u64,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitStart<'a> {
    initialization_type: &'static str,
    phase: &'static str,
    function_name: &'a str,
    function_version: &'a str,
    instance_id: &'a str,
    instance_max_memory: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Init<'a> {
    initialization_type: &'static str,
    phase: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<InitMetrics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_type: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitMetrics {
    duration_ms: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Start<'a> {
    request_id: String,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracing: Option<Tracing<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Done<'a> {
    request_id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spans: Vec<Span>,
    metrics: DoneMetrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracing: Option<Tracing<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DoneMetrics {
    duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    produced_bytes: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    name: &'static str,
    start: String,
    duration_ms: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reported<'a> {
    request_id: String,
    metrics: Metrics,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracing: Option<Tracing<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    duration_ms: f64,
    billed_duration_ms: u64,
    #[serde(rename = "memorySizeMB")]
    memory_size: u32,
    #[serde(rename = "maxMemoryUsedMB")]
    max_memory_used: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    init_duration_ms: Option<f64>,
}

#[derive(Serialize)]
struct Tracing<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
}

impl Event {
    /// The document for this event; `None` if there is none in `schema`.
    pub(crate) fn document(&self, time: UtcDateTime, schema: Schema) -> Option<String> {
        let kind = self.kind(schema)?;
        let document = Document { time: stamp(time), kind, record: self.record() };
        Some(serde_json::to_string(&document).expect("words and numbers have a JSON"))
    }

    fn kind(&self, schema: Schema) -> Option<&'static str> {
        let in_logs = schema == Schema::Logs;
        Some(match self {
            Self::InitStart { .. } | Self::InitRuntimeDone { .. } | Self::InitReport { .. }
                if in_logs =>
            {
                return None;
            }
            Self::End(_) if !in_logs => return None,
            Self::InitStart { .. } => "platform.initStart",
            Self::InitRuntimeDone { .. } => "platform.initRuntimeDone",
            Self::InitReport { .. } => "platform.initReport",
            Self::Start { .. } => "platform.start",
            Self::RuntimeDone(_) => "platform.runtimeDone",
            Self::End(_) => "platform.end",
            Self::Report { .. } => "platform.report",
            Self::Extension { .. } => "platform.extension",
            Self::Subscription { schema: Schema::Logs, .. } => "platform.logsSubscription",
            Self::Subscription { .. } => "platform.telemetrySubscription",
            Self::LogsDropped { .. } => "platform.logsDropped",
        })
    }

    fn record(&self) -> Record<'_> {
        match self {
            Self::InitStart { phase, function, version, instance, memory } => {
                Record::InitStart(InitStart {
                    initialization_type: ON_DEMAND,
                    phase: phase.as_str(),
                    function_name: function,
                    function_version: version,
                    instance_id: instance,
                    instance_max_memory: memory.bytes(),
                })
            }
            Self::InitRuntimeDone { phase, status } => init(*phase, status, None),
            Self::InitReport { phase, status, duration } => init(*phase, status, Some(*duration)),
            Self::Start { id, version, trace } => {
                Record::Start(Start { request_id: id.to_string(), version, tracing: traced(trace) })
            }
            Self::RuntimeDone(done) => Record::RuntimeDone(runtime_done(done)),
            Self::End(id) => Record::End { request_id: id.to_string() },
            Self::Report { report, trace } => Record::Report(reported(report, trace)),
            Self::Extension { name, state, events, error } => {
                Record::Extension { name, state, events, error_type: error.as_deref() }
            }
            Self::Subscription { name, types, .. } => {
                Record::Subscription { name, state: "Subscribed", types }
            }
            Self::LogsDropped { reason, records, bytes } => {
                Record::LogsDropped { reason, dropped_records: *records, dropped_bytes: *bytes }
            }
        }
    }
}

/// How environments come to be here. Source: `AWS_LAMBDA_INITIALIZATION_TYPE`.
const ON_DEMAND: &str = "on-demand";

fn init(phase: Phase, status: &Status, duration: Option<Duration>) -> Record<'_> {
    Record::Init(Init {
        initialization_type: ON_DEMAND,
        phase: phase.as_str(),
        status: status.word(),
        metrics: duration.map(|duration| InitMetrics { duration_ms: milliseconds(duration) }),
        error_type: status.error_type(),
    })
}

fn runtime_done(done: &RuntimeDone) -> Done<'_> {
    let RuntimeDone { id, status, duration, answer, trace } = done;
    Done {
        request_id: id.to_string(),
        status: status.word(),
        error_type: status.error_type(),
        spans: answer.map(|answer| spans(answer, *duration)).unwrap_or_default(),
        metrics: DoneMetrics {
            duration_ms: milliseconds(*duration),
            produced_bytes: answer.and_then(|answer| answer.size),
        },
        tracing: traced(trace),
    }
}

fn spans(answer: Answered, duration: Duration) -> Vec<Span> {
    let Answered { began_at, latency, transfer, size: _ } = answer;
    let overhead = duration.saturating_sub(latency + transfer);
    let span = |name, after: Duration, lasted| Span {
        name,
        start: stamp(began_at + after),
        duration_ms: milliseconds(lasted),
    };
    vec![
        span("responseLatency", Duration::ZERO, latency),
        span("responseDuration", latency, transfer),
        span("runtimeOverhead", latency + transfer, overhead),
    ]
}

fn reported<'a>(report: &'a Report, trace: &'a str) -> Reported<'a> {
    Reported {
        request_id: report.id.to_string(),
        metrics: Metrics {
            duration_ms: milliseconds(report.duration),
            billed_duration_ms: report.billed_milliseconds(),
            memory_size: report.memory.megabytes(),
            max_memory_used: report.used_megabytes(),
            init_duration_ms: report.init.map(milliseconds),
        },
        status: report.status.word(),
        error_type: report.status.error_type(),
        tracing: traced(trace),
    }
}

/// Only of an invocation that is traced at all.
fn traced(trace: &str) -> Option<Tracing<'_>> {
    let sampled = trace.split(';').any(|field| field == "Sampled=1");
    sampled.then_some(Tracing { kind: "X-Amzn-Trace-Id", value: trace })
}

/// With three decimals, as Lambda gives them.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
