//! The invocation that an environment is working on: what it was given, when, and what came of it.

use std::time::Duration;

use bytes::Bytes;
use emulator_front::http::header::CONTENT_TYPE;
use emulator_front::http::{HeaderValue, Response};
use emulator_front::{Body, RequestId};
use time::UtcDateTime;
use tokio::time::Instant;

use crate::call::{Call, Ended};
use crate::failure;
use crate::launch::Memory;
use crate::report::{Report, Status};
use crate::runtime_api::{Answer, Posted};

pub(super) struct Flight {
    call: Call,
    /// When the function's time began to run.
    began: Option<Instant>,
    /// The same, as the function's own clock sees it.
    began_at: UtcDateTime,
    /// What is to be told to the caller, once it is known and until it has been told.
    pub(super) ended: Option<Ended>,
    /// Why the answer could not be passed on.
    spoiled: Option<&'static str>,
    /// Of the init right before, if there was one.
    pub(super) init: Option<Duration>,
    /// When a process was started for this very invocation, until that process asks for work.
    pub(super) revived: Option<Instant>,
}

impl Flight {
    pub(super) fn new(call: Call) -> Self {
        Self {
            call,
            began: None,
            began_at: UtcDateTime::UNIX_EPOCH,
            ended: None,
            spoiled: None,
            init: None,
            revived: None,
        }
    }

    pub(super) fn id(&self) -> RequestId {
        self.call.id
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
        set("lambda-runtime-deadline-ms", deadline.to_string());
        set("lambda-runtime-invoked-function-arn", self.call.function_arn.clone());
        set("lambda-runtime-trace-id", self.call.trace.clone());
        if let Some(context) = &self.call.client_context {
            set("lambda-runtime-client-context", context.clone());
        }
        response
    }

    /// Takes what the function has posted, and says what the function is told.
    pub(super) fn answered(&mut self, answer: Answer) -> Posted {
        let (payload, failed) = match answer {
            Answer::Response(payload) => (payload, false),
            Answer::Error(payload) => (payload, true),
            Answer::TooLarge => {
                self.spoiled = Some("Function.ResponseSizeTooLarge");
                (failure::response_too_large(), true)
            }
        };
        self.ended = Some(Ended { payload, failed, log_tail: None });
        if self.spoiled.is_some() { Posted::TooLarge } else { Posted::Accepted }
    }

    pub(super) fn status(&self) -> Status {
        self.spoiled.map_or(Status::Success, |kind| Status::Error(kind.into()))
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
