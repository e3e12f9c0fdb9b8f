//! What a driver does: one method for each thing that the state machine can ask for.

use std::time::Duration;

use tokio::time::Instant;

use super::Driver;
use super::flight::Flight;
use crate::call::Ended;
use crate::environment::Kept;
use crate::extensions::shutdown::Reason;
use crate::failure::{self, Ending};
use crate::platform::Event;
use crate::report::Status;
use crate::state::{Action, Cause, State};

impl Driver {
    pub(super) async fn perform(&mut self, action: Action, kept: &Kept) {
        match action {
            Action::Nothing => {}
            Action::Rest => self.rest().await,
            Action::Deliver(_) => self.deliver().await,
            Action::Redeliver(_) => self.hand_out(),
            Action::Reply(_) => {
                kept.has_answered();
                self.reply();
            }
            Action::Start(_) => self.start_for_invocation().await,
            Action::Reset => self.init_has_failed().await,
            Action::Finish(_) => {
                // Before its books are closed, for that may take a moment: what comes now waits its turn.
                kept.is_free();
                self.running.settle(&mut self.journal).await;
                self.finish(None);
                self.freeze_unless_wanted().await;
            }
            Action::FinishAndReset(_, cause) => {
                self.reset(cause).await;
                self.finish(Some(cause));
                kept.is_free();
            }
            Action::Fail(_, cause) => {
                self.reset(cause).await;
                self.fail(cause);
                kept.is_free();
            }
            Action::Leave(_) => {
                self.clear_away(Reason::Spindown).await;
                self.flight = None;
            }
        }
    }

    /// Lets everything stand still until the next invocation, unless that is here already.
    pub(super) async fn freeze_unless_wanted(&mut self) {
        if self.freeze && self.state == State::Idle && self.inbox.is_empty() {
            self.running.freeze().await;
        }
    }

    /// Ends what runs, after an invocation that went wrong.
    async fn reset(&mut self, cause: Cause) {
        let (status, reason) = match cause {
            Cause::Deadline => (Status::Timeout, Reason::Timeout),
            Cause::Exited | Cause::InitError => (self.exit_status(), Reason::Failure),
        };
        self.runtime_has_failed(status);
        self.clear_away(reason).await;
    }

    async fn deliver(&mut self) {
        self.init_is_over().await;
        self.running.thaw().await;
        self.begin_invocation();
        if self.running.peak_memory() == 0 {
            self.running.look_at_memory();
        }
        self.hand_out();
        self.tell_extensions();
    }

    /// Lets the function's time run, if it does not yet.
    pub(super) fn begin_invocation(&mut self) {
        let Some(flight) = &mut self.flight else { return };
        flight.init = self.init_took.take();
        if flight.begin() {
            self.deadline = Some(flight.began() + self.launch.timeout);
            self.journal.tell(Event::Start {
                id: flight.id(),
                version: self.launch.version.clone(),
                trace: flight.trace().to_owned(),
            });
        }
    }

    fn hand_out(&mut self) {
        if let (Some(next), Some(flight)) = (self.next.take(), &self.flight) {
            // A process that has gone meanwhile is noticed by its exit.
            let _ = next.send(Ok(flight.event(self.launch.timeout)));
        }
    }

    fn reply(&mut self) {
        if let Some(flight) = &mut self.flight {
            flight.reply_unless_tailed();
        }
    }

    /// The caller has its answer, or gets it now if it wanted the log with it.
    fn finish(&mut self, cause: Option<Cause>) {
        let Some(flight) = self.flight.take() else { return };
        self.running.look_at_memory();
        let status = match cause {
            None => flight.status(),
            Some(Cause::Deadline) => Status::Timeout,
            Some(Cause::Exited | Cause::InitError) => self.exit_status(),
        };
        self.close(flight, status);
    }

    fn fail(&mut self, cause: Cause) {
        let Some(mut flight) = self.flight.take() else { return };
        let id = flight.id();
        let (status, payload) = match (cause, self.init_error.take()) {
            (Cause::InitError, Some((kind, document))) => (Status::Error(kind.into()), document),
            (Cause::Deadline, _) => {
                (Status::Timeout, failure::timed_out(self.launch.timeout).document(id))
            }
            (Cause::Exited | Cause::InitError, _) => {
                let document = self.ending.as_ref().map(|ending| ending.failure().document(id));
                (self.exit_status(), document.unwrap_or_default())
            }
        };
        if let Some((phase, began)) = self.init.take() {
            self.report_init(phase, self.since(began), status.clone());
        }
        let fault = self.ending.as_ref().and_then(Ending::fault).filter(|_| cause == Cause::Exited);
        flight.ended = Some(Ended { fault, ..Ended::failed(payload) });
        self.close(flight, status);
    }

    pub(super) fn exit_status(&self) -> Status {
        let kind = self.ending.as_ref().map_or("Runtime.Unknown", |ending| ending.failure().kind);
        Status::Error(kind.into())
    }

    /// Writes the last two lines of an invocation, and answers whoever still waits.
    fn close(&mut self, mut flight: Flight, status: Status) {
        self.deadline = None;
        self.journal.tell(Event::End(flight.id()));
        let took = self.since(flight.began());
        flight.close_booking(took, &status);
        let report = flight.report(took, self.launch.memory, self.running.peak_memory(), status);
        self.journal.tell(Event::Report { report, trace: flight.trace().to_owned() });
        flight.settle(self.journal.take_tail());
    }

    /// How long ago `then` was when that happened which is being dealt with.
    pub(super) fn since(&self, then: Instant) -> Duration {
        self.now.saturating_duration_since(then)
    }
}
