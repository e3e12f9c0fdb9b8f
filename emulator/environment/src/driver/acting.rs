//! What a driver does: one method for each thing that the state machine can ask for.

use std::time::Duration;

use tokio::time::Instant;

use super::Driver;
use super::flight::Flight;
use crate::call::Ended;
use crate::environment::Kept;
use crate::failure::{self, Ending};
use crate::report::{self, Status};
use crate::state::{Action, Cause};
use crate::variables;

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
            Action::Reset => {
                self.clear_away().await;
                self.init_has_failed();
            }
            Action::Finish(_) => {
                // Before its books are closed, for that may take a moment: what comes now waits its turn.
                kept.is_free();
                self.running.settle(&mut self.journal).await;
                self.finish(None);
            }
            Action::FinishAndReset(_, cause) => {
                self.clear_away().await;
                self.finish(Some(cause));
                kept.is_free();
            }
            Action::Fail(_, cause) => {
                self.clear_away().await;
                self.fail(cause);
                kept.is_free();
            }
            Action::Leave(_) => {
                self.clear_away().await;
                self.flight = None;
            }
        }
    }

    async fn rest(&mut self) {
        self.init_is_over();
        self.running.settle(&mut self.journal).await;
    }

    /// Says whether it was going on until now.
    fn init_is_over(&mut self) -> bool {
        let Some(began) = self.init_began.take() else { return false };
        self.init_took = Some(self.since(began));
        self.deadline = None;
        true
    }

    fn init_has_failed(&mut self) {
        self.deadline = None;
        if let Some(began) = self.init_began.take() {
            let report = report::init_report(self.since(began), "init", &self.init_status());
            self.journal.put(report);
        }
    }

    /// How the init that has just failed did so.
    fn init_status(&self) -> Status {
        match (&self.init_error, &self.ending) {
            (Some((kind, _)), _) => Status::Error(kind.clone().into()),
            (None, Some(ending)) => Status::Error(ending.failure().kind.into()),
            (None, None) => Status::Timeout,
        }
    }

    async fn deliver(&mut self) {
        let Some(flight) = &mut self.flight else { return };
        let revived = flight.revived.take().is_some();
        if self.init_is_over() || revived {
            self.running.settle(&mut self.journal).await;
        }
        self.begin_invocation();
        if self.running.peak_memory() == 0 {
            self.running.look_at_memory();
        }
        self.hand_out();
    }

    /// Lets the function's time run, if it does not yet.
    fn begin_invocation(&mut self) {
        let Some(flight) = &mut self.flight else { return };
        flight.init = self.init_took.take();
        if flight.begin() {
            self.deadline = Some(flight.began() + self.launch.timeout);
            self.journal.put(report::start(flight.id(), &self.launch.version));
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

    async fn start_for_invocation(&mut self) {
        self.clear_away().await;
        self.init_has_failed();
        self.init_took = None;
        self.ending = None;
        self.init_error = None;
        self.start_sandbox().await;
        self.begin_invocation();
        if let Some(flight) = &mut self.flight {
            flight.revived = Some(flight.began());
        }
    }

    /// Says when it began to run, or failed to.
    pub(super) async fn start_sandbox(&mut self) -> Instant {
        let variables = variables::of(&self.launch, &self.log_stream, self.runtime_api);
        match self.executor.start(&self.launch, variables, self.runtime_api).await {
            Ok(started) => {
                let began = started.began;
                self.running.take_over(started);
                began
            }
            Err(error) => {
                let command = self.launch.command.join(" ");
                self.journal.put(format!(
                    "IMAGE\tLaunch error: {error}\tEntrypoint: [{}]\tCmd: [{command}]\tWorkingDir: []\n",
                    error.entry_point
                ));
                self.ending = Some(Ending::NotStarted(error));
                Instant::now()
            }
        }
    }

    pub(super) async fn clear_away(&mut self) {
        self.running.clear_away(&mut self.journal).await;
        self.next = None;
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
        if let Some(revived) = flight.revived {
            let took = self.since(revived);
            self.journal.put(report::init_report(took, "invoke", &status));
        }
        flight.ended = Some(Ended { payload, failed: true, log_tail: None });
        self.close(flight, status);
    }

    fn exit_status(&self) -> Status {
        let kind = self.ending.as_ref().map_or("Runtime.Unknown", |ending| ending.failure().kind);
        Status::Error(kind.into())
    }

    /// Writes the last two lines of an invocation, and answers whoever still waits.
    fn close(&mut self, flight: Flight, status: Status) {
        self.deadline = None;
        self.journal.put(report::end(flight.id()));
        let took = self.since(flight.began());
        let report = flight.report(took, self.launch.memory, self.running.peak_memory(), status);
        self.journal.put(report.line());
        flight.settle(self.journal.take_tail());
    }

    /// How long ago `then` was when that happened which is being dealt with.
    fn since(&self, then: Instant) -> Duration {
        self.now.saturating_duration_since(then)
    }
}
