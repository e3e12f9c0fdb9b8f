//! Init: how what runs is started, when that is over, and what is told of it.

use std::time::Duration;

use tokio::time::Instant;

use super::Driver;
use super::flight::Flight;
use crate::executor::StartError;
use crate::extensions::shutdown::Reason;
use crate::failure::Ending;
use crate::platform::{Event, Phase};
use crate::report::Status;
use crate::state::State;
use crate::variables;

impl Driver {
    pub(super) async fn start_for_invocation(&mut self) {
        self.init_has_failed().await;
        self.init_took = None;
        self.ending = None;
        self.init_error = None;
        self.start_sandbox(Phase::Invoke).await;
        self.begin_invocation();
        self.init = self.flight.as_ref().map(|flight| (Phase::Invoke, flight.began()));
    }

    /// Starts extensions, and the runtime once it is its turn. Says when the first of them began to run,
    /// or failed to.
    pub(super) async fn start_sandbox(&mut self, phase: Phase) -> Instant {
        self.journal.telemetry.begin();
        self.running.expect();
        self.journal.tell(Event::InitStart {
            phase,
            function: self.launch.function.clone(),
            version: self.launch.version.clone(),
            instance: self.log_stream.clone(),
            memory: self.launch.memory,
        });
        let variables = variables::of(&self.launch, &self.log_stream, &self.apis);
        let of_extension = variables::of_extension(&self.launch, &variables);
        let extensions = self.start_extensions(of_extension).await;
        let runtime = self.start_runtime_in_turn().await;
        extensions.or(runtime).unwrap_or_else(Instant::now)
    }

    /// Starts the runtime if all external extensions have registered. Says when it began to run, if it
    /// has.
    pub(super) async fn start_runtime_in_turn(&mut self) -> Option<Instant> {
        let starting = matches!(self.state, State::Init(_) | State::Reviving(_));
        if !starting || self.ending.is_some() || !self.participants.runtime_may_start() {
            return None;
        }
        self.participants.runtime_started();
        let variables = variables::of(&self.launch, &self.log_stream, &self.apis);
        match self.executor.start(&self.launch, variables, self.runtime_api).await {
            Ok(started) => Some(self.running.take_over(started)),
            Err(error) => {
                self.was_not_started(error);
                None
            }
        }
    }

    /// Notes why nothing runs, or ran.
    pub(super) fn was_not_started(&mut self, error: StartError) {
        if !error.is_ours() {
            self.journal.put(error.log_line());
        }
        self.ending = Some(Ending::NotStarted(error));
    }

    pub(super) async fn rest(&mut self) {
        if !self.init_is_over().await {
            self.running.settle(&mut self.journal).await;
        }
        self.freeze_unless_wanted().await;
    }

    /// Says whether it was going on until now.
    pub(super) async fn init_is_over(&mut self) -> bool {
        let Some((phase, began)) = self.init.take() else { return false };
        let took = self.since(began);
        if phase == Phase::Init {
            self.init_took = Some(took);
            self.deadline = None;
        }
        self.participants.close();
        // What was printed meanwhile belongs before.
        self.running.settle(&mut self.journal).await;
        self.report_init(phase, took, Status::Success);
        self.journal.telemetry.close();
        true
    }

    pub(super) async fn init_has_failed(&mut self) {
        let status = self.init_status();
        let reason = if status == Status::Timeout { Reason::Timeout } else { Reason::Failure };
        self.runtime_has_failed(status.clone());
        self.clear_away(reason).await;
        self.deadline = None;
        if let Some((phase, began)) = self.init.take() {
            self.report_init(phase, self.since(began), status);
        }
    }

    pub(super) fn report_init(&mut self, phase: Phase, duration: Duration, status: Status) {
        self.tell_of_extensions();
        self.journal.tell(Event::InitReport { phase, status, duration });
    }

    /// The runtime has done its part, of init or of an invocation.
    pub(super) fn runtime_is_done(&mut self) {
        let status = self.flight.as_ref().map_or(Status::Success, Flight::status);
        self.runtime_has_ended(status);
    }

    /// The runtime does not do its part any more.
    pub(super) fn runtime_has_failed(&mut self, status: Status) {
        if self.participants.runtime_has_work() {
            self.runtime_has_ended(status);
            self.participants.runtime_failed();
        }
    }

    fn runtime_has_ended(&mut self, status: Status) {
        if let Some((phase, _)) = self.init {
            self.journal.tell(Event::InitRuntimeDone { phase, status: status.clone() });
        }
        let failed = self.init.is_none() || status != Status::Success;
        let flight = self.flight.as_mut().filter(|_| failed);
        if let Some(done) = flight.and_then(|flight| flight.runtime_done(status, self.now)) {
            self.journal.tell(Event::RuntimeDone(done));
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
}
