//! The invocation that an environment is working on: what it was given, when, and what came of it.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use emulator_front::http::header::CONTENT_TYPE;
use emulator_front::http::{HeaderValue, Response};
use emulator_front::{Body, RequestId};
use time::UtcDateTime;
use tokio::time::Instant;
use uuid::Uuid;

use crate::call::{Call, Ended};
use crate::extensions;
use crate::failure;
use crate::launch::Memory;
use crate::platform::{Answered, RuntimeDone};
use crate::report::{Report, Status};
use crate::runtime_api::{Answer, INVOCATION_ID, Posted};
use crate::stream::{Sink, Stream};

pub(super) struct Flight {
    call: Call,
    /// `Lambda-Runtime-Invocation-Id`: of this attempt alone, where a retry has the same request id.
    invocation_id: String,
    /// When the function's time began to run.
    began: Option<Instant>,
    /// The same, as the function's own clock sees it.
    began_at: UtcDateTime,
    /// What is to be told to the caller, once it is known and until it has been told.
    pub(super) ended: Option<Ended>,
    /// Why the answer could not be passed on.
    spoiled: Option<Cow<'static, str>>,
    /// Whether the function's own answer was an error.
    failed: bool,
    /// Whether the function is answering, or has answered, with a stream.
    pub(super) streams: bool,
    /// As the function says of its answer.
    content_type: Option<HeaderValue>,
    /// Of the init right before, if there was one.
    pub(super) init: Option<Duration>,
    /// When the answer began to come, if it came as a stream.
    answering: Option<Instant>,
    /// When all of the answer had come, and how large it was, in bytes, if that is known.
    answered: Option<(Instant, Option<usize>)>,
    /// Whether it has been told that the runtime has done its part.
    runtime_is_done: bool,
}

impl Flight {
    pub(super) fn new(call: Call) -> Self {
        Self {
            call,
            invocation_id: Uuid::new_v4().to_string(),
            began: None,
            began_at: UtcDateTime::UNIX_EPOCH,
            ended: None,
            spoiled: None,
            failed: false,
            streams: false,
            content_type: None,
            init: None,
            answering: None,
            answered: None,
            runtime_is_done: false,
        }
    }

    pub(super) fn id(&self) -> RequestId {
        self.call.id
    }

    pub(super) fn invocation_id(&self) -> &str {
        &self.invocation_id
    }

    /// Lets the function's time begin, if it has not. Says whether it has begun just now.
    pub(super) fn begin(&mut self) -> bool {
        if self.began.is_some() {
            return false;
        }
        self.began = Some(Instant::now());
        // Real time, not the emulator's clock: the function compares it with its own.
        self.began_at = UtcDateTime::now();
        true
    }

    pub(super) fn began(&self) -> Instant {
        self.began.unwrap_or_else(Instant::now)
    }

    /// The answer to `/next`.
    pub(super) fn event(&self, timeout: Duration) -> Response<Body> {
        let deadline = (self.began_at + timeout).unix_timestamp_nanos() / 1_000_000;
        let mut response = Response::new(Body::from(self.call.payload.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut set = |name: &'static str, value: String| {
            // A context with line breaks cannot be a header; the function then sees none.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        };
        set("lambda-runtime-aws-request-id", self.call.id.to_string());
        set(INVOCATION_ID, self.invocation_id.clone());
        set("lambda-runtime-deadline-ms", deadline.to_string());
        set("lambda-runtime-invoked-function-arn", self.call.function_arn.clone());
        set("lambda-runtime-trace-id", self.call.trace.clone());
        if let Some(context) = &self.call.client_context {
            set("lambda-runtime-client-context", context.clone());
        }
        response
    }

    /// The answer to `/extension/event/next`.
    pub(super) fn event_for_extension(&self, timeout: Duration) -> extensions::api::Event<'_> {
        extensions::api::Event::Invoke {
            deadline_ms: (self.began_at + timeout).unix_timestamp_nanos() / 1_000_000,
            request_id: self.call.id.to_string(),
            invoked_function_arn: &self.call.function_arn,
            tracing: extensions::api::Tracing { kind: "X-Amzn-Trace-Id", value: &self.call.trace },
        }
    }

    /// What there is to tell once the runtime has done its part; only once.
    pub(super) fn runtime_done(&mut self, status: Status, now: Instant) -> Option<RuntimeDone> {
        let began = self.began.filter(|_| !std::mem::replace(&mut self.runtime_is_done, true))?;
        let answer = self.answered.map(|(came, size)| {
            let first = self.answering.unwrap_or(came);
            Answered {
                began_at: self.began_at,
                latency: first.saturating_duration_since(began),
                transfer: came.saturating_duration_since(first),
                size,
            }
        });
        Some(RuntimeDone {
            id: self.call.id,
            status,
            duration: now.saturating_duration_since(began),
            answer,
            trace: self.call.trace.clone(),
        })
    }

    /// `Lambda-Runtime-Trace-Id`
    pub(super) fn trace(&self) -> &str {
        &self.call.trace
    }

    /// Takes what the function has posted, and says what the function is told.
    pub(super) fn answered(&mut self, answer: Answer) -> Posted {
        let (ended, posted) = match answer {
            Answer::Response { content_type, body } => {
                self.content_type = content_type;
                (self.answer(body), Posted::Accepted)
            }
            Answer::Streamed { whole, error: None } => (self.answer(whole), Posted::Accepted),
            Answer::Streamed { error: Some(error), .. } => {
                self.spoiled = Some(error.kind.into());
                (Ended::failed(error.document), Posted::Accepted)
            }
            Answer::Error(document) => (Ended::failed(document), Posted::Accepted),
            Answer::TooLarge => {
                self.spoiled = Some("Function.ResponseSizeTooLarge".into());
                (Ended::failed(failure::response_too_large()), Posted::TooLarge)
            }
            Answer::Truncated => {
                let failure = failure::truncated();
                self.spoiled = Some(failure.kind.into());
                (Ended::failed(failure.document(self.id())), Posted::Truncated)
            }
            Answer::InvalidMode => {
                self.spoiled = Some("Runtime.InvalidResponseModeHeader".into());
                (Ended::failed(Bytes::new()), Posted::InvalidMode)
            }
        };
        // Of a stream that went on to its caller, nothing is left to be measured.
        let size = (!ended.streamed || !ended.payload.is_empty()).then_some(ended.payload.len());
        self.answered = Some((Instant::now(), size));
        self.failed = ended.failed;
        self.ended = Some(ended);
        posted
    }

    fn answer(&mut self, payload: Bytes) -> Ended {
        let content_type = self.content_type.take();
        Ended {
            payload,
            content_type,
            streamed: self.streams,
            fault: None,
            failed: false,
            log_tail: None,
        }
    }

    /// Lets the function answer with a stream, and says where that goes.
    pub(super) fn stream(&mut self, content_type: Option<HeaderValue>) -> Sink {
        self.streams = true;
        self.answering = Some(Instant::now());
        let Some(caller) = self.call.stream.take() else {
            self.content_type = content_type;
            return Sink::Keep;
        };
        let (stream, sink) = Stream::new(content_type);
        // A caller that has gone away does not stop its function.
        let _ = caller.send(stream);
        sink
    }

    pub(super) fn status(&self) -> Status {
        self.spoiled.clone().map_or(Status::Success, Status::Error)
    }

    /// Tells the caller at once, unless the end of the log has to come along.
    pub(super) fn reply_unless_tailed(&mut self) {
        if !self.call.tail {
            self.tell(None);
        }
    }

    pub(super) fn report(
        &self,
        duration: Duration,
        memory: Memory,
        peak_memory: u64,
        status: Status,
    ) -> Report {
        Report { id: self.call.id, duration, init: self.init, memory, peak_memory, status }
    }

    /// Says how it went to whoever counts invocations, unless the function could not be run.
    pub(super) fn close_booking(&mut self, took: Duration, status: &Status) {
        if self.ended.as_ref().is_none_or(|ended| ended.fault.is_none()) {
            self.call.booking.closed(took, self.failed || *status != Status::Success);
        }
    }

    /// Tells the caller, if it has not been told.
    pub(super) fn settle(mut self, log_tail: Option<Bytes>) {
        self.tell(log_tail);
    }

    fn tell(&mut self, log_tail: Option<Bytes>) {
        let Some(ended) = self.ended.take() else { return };
        let (unused, _) = tokio::sync::oneshot::channel();
        let reply = std::mem::replace(&mut self.call.reply, unused);
        // A caller that has gone away does not stop its function.
        let _ = reply.send(Ended { log_tail, ..ended });
    }
}
