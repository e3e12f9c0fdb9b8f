//! What a driver is told, and what it says to that at once.

use bytes::Bytes;
use emulator_front::http::Response;
use emulator_front::{Body, RequestId};
use tokio::sync::oneshot;

use super::flight::Flight;
use super::{Driver, Message};
use crate::call::Call;
use crate::runtime_api::{Answer, Posted};
use crate::state::{Action, Event, Refused, State};

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
            Message::Answer { id, answer, reply } => self.hear_answer(id, answer, reply),
            Message::InitError { kind, body, reply } => self.hear_init_error(kind, body, reply),
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
        match self.go(Event::Next) {
            Ok(action) => {
                self.next = Some(reply);
                Some(action)
            }
            Err(refused) => {
                let _ = reply.send(Err(transition(&refused, "Next")));
                None
            }
        }
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
        let called = match answer {
            Answer::Error(_) => "InvocationErrorResponse",
            Answer::Response(_) | Answer::TooLarge => "InvocationResponse",
        };
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

    fn hear_init_error(
        &mut self,
        kind: String,
        body: Bytes,
        reply: oneshot::Sender<Posted>,
    ) -> Option<Action> {
        match self.go(Event::InitError) {
            Ok(action) => {
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

/// The Runtime API's words for a call out of turn.
fn transition(refused: &Refused, called: &str) -> Posted {
    let from = match refused.state {
        State::Init(_) | State::Reviving(_) => "Started",
        State::Idle => "Ready",
        State::Busy(_) => "Running",
        State::Answered(_) => "RuntimeResponseSentState",
        State::Cold | State::Gone => "InitError",
    };
    Posted::InvalidStateTransition(format!(
        "State transition from {from} to {called} failed for runtime. \
         Error: State transition is not allowed"
    ))
}
