//! What a driver is told, and what it says to that at once.

use bytes::Bytes;
use emulator_front::http::{HeaderValue, Response};
use emulator_front::{Body, RequestId};
use tokio::sync::oneshot;

use super::flight::Flight;
use super::{Driver, Message};
use crate::call::Call;
use crate::extensions::participants::Asker;
use crate::report::Status;
use crate::runtime_api::{Answer, Posted};
use crate::state::{Action, Event, Refused, State, step};
use crate::stream::Sink;

impl Driver {
    pub(super) fn hear(&mut self, message: Message) -> Option<Action> {
        if !matches!(self.state, State::Init(None)) {
            // What was printed before belongs before. During init it waits for an invocation, whose log
            // shows it.
            self.running.read(&mut self.journal);
        }
        match message {
            Message::Invoke(call) => self.hear_invocation(call),
            Message::Next(reply) => self.hear_next(reply),
            Message::Answer { id, echo, reply, .. } if !self.is_echoed(id, echo.as_ref()) => {
                let _ = reply.send(Posted::InvalidInvocationId);
                None
            }
            Message::Answer { id, answer, reply, .. } => match self.streaming() {
                // It has begun an answer; what else it says of the same invocation is out of turn.
                Some(current) if current == id => {
                    let _ = reply.send(while_streaming(called(&answer)));
                    None
                }
                _ => self.hear_answer(id, answer, reply),
            },
            Message::Stream { id, echo, reply, .. } if !self.is_echoed(id, echo.as_ref()) => {
                let _ = reply.send(Err(Posted::InvalidInvocationId));
                None
            }
            Message::Stream { id, content_type, reply, .. } => {
                let _ = reply.send(self.hear_stream(id, content_type));
                None
            }
            Message::StreamEnded { id, answer, reply } if self.streaming() == Some(id) => {
                self.hear_answer(id, answer, reply)
            }
            // It has been cut off meanwhile.
            Message::StreamEnded { reply, .. } => {
                let _ = reply.send(Posted::InvalidRequestId);
                None
            }
            Message::InitError { kind, body, reply } => self.hear_init_error(kind, body, reply),
            Message::Extension(request) => self.hear_extension(request),
        }
    }

    fn hear_invocation(&mut self, call: Call) -> Option<Action> {
        let action = match self.go(Event::Invoke(call.id)) {
            Ok(action) => action,
            Err(refused) => {
                tracing::error!(%refused, "an environment was given an invocation while it had one");
                return None;
            }
        };
        if call.tail {
            self.journal.keep_tail();
        }
        self.flight = Some(Flight::new(call));
        Some(action)
    }

    fn hear_next(
        &mut self,
        reply: oneshot::Sender<Result<Response<Body>, Posted>>,
    ) -> Option<Action> {
        if self.streaming().is_some() {
            let _ = reply.send(Err(while_streaming("Ready")));
            return None;
        }
        self.runtime_asks();
        let Some(event) = self.participants.event(self.state, Asker::Runtime) else {
            // Not all are ready: it waits for the extensions.
            self.next = Some(reply);
            return None;
        };
        match self.go(event) {
            Ok(action) => {
                self.next = Some(reply);
                Some(action)
            }
            Err(refused) => {
                let _ = reply.send(Err(transition(&refused, "Ready")));
                None
            }
        }
    }

    /// The runtime has done its part, of init or of an invocation.
    fn runtime_asks(&mut self) {
        if matches!(self.state, State::Busy(_) | State::Cold | State::Gone) {
            return;
        }
        if self.participants.runtime_has_work() {
            self.runtime_is_done();
        }
        self.participants.runtime_asks();
    }

    fn hear_answer(
        &mut self,
        id: RequestId,
        answer: Answer,
        reply: oneshot::Sender<Posted>,
    ) -> Option<Action> {
        if self.flight.as_ref().is_none_or(|flight| flight.id() != id) {
            let _ = reply.send(Posted::InvalidRequestId);
            return None;
        }
        let called = called(&answer);
        match self.go(Event::Answer(id)) {
            Ok(action) => {
                let flight = self.flight.as_mut()?;
                let _ = reply.send(flight.answered(answer));
                Some(action)
            }
            Err(refused) => {
                let _ = reply.send(transition(&refused, called));
                None
            }
        }
    }

    /// Whether what is said again of the invocation id, if anything is, is what was said. Of an invocation
    /// that is not the one in flight it does not matter.
    fn is_echoed(&self, id: RequestId, echo: Option<&HeaderValue>) -> bool {
        let flight = self.flight.as_ref().filter(|flight| flight.id() == id);
        flight.zip(echo).is_none_or(|(flight, echo)| flight.invocation_id() == echo)
    }

    /// The invocation that is being answered with a stream, which has not ended yet.
    fn streaming(&self) -> Option<RequestId> {
        let flight = self.flight.as_ref().filter(|flight| flight.streams)?;
        (self.state == State::Busy(flight.id())).then_some(flight.id())
    }

    /// Says where a stream goes, if there may be one now. Its end is the answer: until then nothing has
    /// happened.
    fn hear_stream(
        &mut self,
        id: RequestId,
        content_type: Option<HeaderValue>,
    ) -> Result<Sink, Posted> {
        if self.streaming() == Some(id) {
            return Err(while_streaming("InvocationResponse"));
        }
        let flight = self.flight.as_mut().filter(|flight| flight.id() == id);
        let flight = flight.ok_or(Posted::InvalidRequestId)?;
        match step(self.state, Event::Answer(id)) {
            Ok(_) => Ok(flight.stream(content_type)),
            Err(refused) => Err(transition(&refused, "InvocationResponse")),
        }
    }

    fn hear_init_error(
        &mut self,
        kind: String,
        body: Bytes,
        reply: oneshot::Sender<Posted>,
    ) -> Option<Action> {
        match self.go(Event::InitError) {
            Ok(action) => {
                self.runtime_has_failed(Status::Error(kind.clone().into()));
                self.init_error = Some((kind, body));
                let _ = reply.send(Posted::Accepted);
                Some(action)
            }
            Err(refused) => {
                let _ = reply.send(transition(&refused, "InitError"));
                None
            }
        }
    }
}

/// The state that an answer leads to, in the Runtime API's words.
fn called(answer: &Answer) -> &'static str {
    match answer {
        Answer::Error(_) => "InvocationErrorResponse",
        _ => "InvocationResponse",
    }
}

/// The Runtime API's words for a call while a response is being streamed.
fn while_streaming(called: &str) -> Posted {
    not_allowed("InvocationResponse", called)
}

/// The Runtime API's words for a call out of turn.
fn transition(refused: &Refused, called: &str) -> Posted {
    let from = match refused.state {
        State::Init(_) | State::Reviving(_) => "Started",
        State::Idle => "Ready",
        State::Busy(_) => "Running",
        State::Answered(_) => "RuntimeResponseSentState",
        State::Cold | State::Gone => "InitError",
    };
    not_allowed(from, called)
}

fn not_allowed(from: &str, called: &str) -> Posted {
    Posted::InvalidStateTransition(format!(
        "State transition from {from} to {called} failed for runtime. \
         Error: State transition is not allowed"
    ))
}
