//! Runs one environment: asks the state machine what each event means, and does it.
//!
//! One task, one queue. Only the driver holds the state, the sandbox and the invocation in flight;
//! everybody else sends it messages.

mod flight;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use emulator_front::http::Response;
use emulator_front::{Body, RequestId};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::call::{Call, Ended};
use crate::environment::{Environment, Ground, Keeper};
use crate::executor::{Executor, Exit, Sandbox};
use crate::failure::{self, Ending};
use crate::journal::Journal;
use crate::launch::Launch;
use crate::output::Output;
use crate::report::{self, Status};
use crate::runtime_api::{Answer, Posted};
use crate::state::{Action, Cause, Event, Refused, State, step};
use crate::variables;
use flight::Flight;

/// How long an on-demand environment's init may take, in real time.
///
/// Source: "Init phase" in the Lambda Developer Guide.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// What others tell a driver.
#[derive(Debug)]
pub(crate) enum Message {
    /// An invocation, from whoever keeps the environment.
    Invoke(Call),
    /// `/next`, from the process.
    Next(oneshot::Sender<Result<Response<Body>, Posted>>),
    /// `/response` or `/error`, from the process.
    Answer { id: RequestId, answer: Answer, reply: oneshot::Sender<Posted> },
    /// `/init/error`, from the process.
    InitError { kind: String, body: Bytes, reply: oneshot::Sender<Posted> },
}

/// What a driver can wait for.
enum Happening {
    Message(Message),
    Exited(Exit),
    Output,
    Deadline,
    Stop,
}

pub(crate) struct Driver {
    executor: Arc<dyn Executor>,
    launch: Arc<Launch>,
    log_stream: String,
    runtime_api: SocketAddr,
    inbox: mpsc::Receiver<Message>,
    state: State,
    sandbox: Option<Box<dyn Sandbox>>,
    output: Option<Output>,
    /// Of init or of the invocation, whichever is going on.
    deadline: Option<Instant>,
    /// The process's `/next`, while it waits.
    next: Option<oneshot::Sender<Result<Response<Body>, Posted>>>,
    flight: Option<Flight>,
    /// Set while init is going on; not for a suppressed one.
    init_began: Option<Instant>,
    /// Of an init that is over and that no REPORT line has told of yet.
    init_took: Option<Duration>,
    /// How the last sandbox ended, or why there was none.
    ending: Option<Ending>,
    /// What the last process said when it could not start: error type and document.
    init_error: Option<(String, Bytes)>,
    /// The most memory that a sandbox of this environment was seen to use, in bytes.
    peak_memory: u64,
    journal: Journal,
}

impl Driver {
    pub(crate) fn new(
        ground: &Ground,
        launch: Arc<Launch>,
        runtime_api: SocketAddr,
        log_stream: String,
        inbox: mpsc::Receiver<Message>,
    ) -> Self {
        let stream = ground.logs.stream(&launch.log_group, &log_stream);
        Self {
            executor: ground.executor.clone(),
            launch,
            log_stream,
            runtime_api,
            inbox,
            state: State::Init(None),
            sandbox: None,
            output: None,
            deadline: None,
            next: None,
            flight: None,
            init_began: None,
            init_took: None,
            ending: None,
            init_error: None,
            peak_memory: 0,
            journal: Journal::new(stream, ground.clock.clone()),
        }
    }

    /// Runs until the environment is gone, with its sandbox.
    pub(crate) async fn run(
        mut self,
        stop: CancellationToken,
        environment: Environment,
        keeper: Arc<dyn Keeper>,
    ) {
        let now = Instant::now();
        self.init_began = Some(now);
        self.deadline = Some(now + INIT_LIMIT);
        self.start_sandbox().await;
        while self.state != State::Gone {
            let happening = self.happening(&stop).await;
            let Some(action) = self.decide(happening).await else { continue };
            if self.perform(action).await == Freed::Yes {
                keeper.is_free(environment.clone());
            }
        }
    }

    async fn happening(&mut self, stop: &CancellationToken) -> Happening {
        if self.sandbox.is_none() && matches!(self.state, State::Init(_) | State::Reviving(_)) {
            // It could not even be started: the same as an end.
            return Happening::Exited(Exit::Code(0));
        }
        tokio::select! {
            Some(message) = self.inbox.recv() => Happening::Message(message),
            exit = exited(&mut self.sandbox) => Happening::Exited(exit),
            () = readable(self.output.as_ref()) => Happening::Output,
            () = at(self.deadline) => Happening::Deadline,
            () = stop.cancelled() => Happening::Stop,
        }
    }

    /// Takes in what has happened, and asks the state machine what to do about it.
    async fn decide(&mut self, happening: Happening) -> Option<Action> {
        match happening {
            Happening::Message(message) => self.hear(message),
            Happening::Output => {
                self.read_output();
                None
            }
            Happening::Exited(exit) => {
                if self.sandbox.is_some() {
                    self.ending = Some(Ending::Exited(exit));
                }
                self.clear_away().await;
                self.go(Event::Exited).ok()
            }
            Happening::Deadline => {
                self.deadline = None;
                self.go(Event::Deadline).ok()
            }
            Happening::Stop => self.go(Event::Stop).ok(),
        }
    }

    fn go(&mut self, event: Event) -> Result<Action, Refused> {
        match step(self.state, event) {
            Ok((state, action)) => {
                self.state = state;
                Ok(action)
            }
            Err(refused) => {
                tracing::debug!(%refused, function = self.launch.function);
                Err(refused)
            }
        }
    }

    fn hear(&mut self, message: Message) -> Option<Action> {
        // What the function printed before it called is in the pipe by now, and belongs before it.
        self.read_output();
        match message {
            Message::Invoke(call) => {
                let action = self.go(Event::Invoke(call.id)).ok()?;
                if call.tail {
                    self.journal.keep_tail();
                }
                self.flight = Some(Flight::new(call));
                Some(action)
            }
            Message::Next(reply) => match self.go(Event::Next) {
                Ok(action) => {
                    self.next = Some(reply);
                    Some(action)
                }
                Err(refused) => {
                    let _ = reply.send(Err(transition(&refused, "Next")));
                    None
                }
            },
            Message::Answer { id, answer, reply } => self.hear_answer(id, answer, reply),
            Message::InitError { kind, body, reply } => match self.go(Event::InitError) {
                Ok(action) => {
                    self.init_error = Some((kind, body));
                    let _ = reply.send(Posted::Accepted);
                    Some(action)
                }
                Err(refused) => {
                    let _ = reply.send(transition(&refused, "InitError"));
                    None
                }
            },
        }
    }

    fn hear_answer(
        &mut self,
        id: RequestId,
        answer: Answer,
        reply: oneshot::Sender<Posted>,
    ) -> Option<Action> {
        let flight = self.flight.as_mut().filter(|flight| flight.id() == id);
        let Some(flight) = flight else {
            let _ = reply.send(Posted::InvalidRequestId);
            return None;
        };
        let called = if matches!(answer, Answer::Error(_)) { "InvocationErrorResponse" } else { "InvocationResponse" };
        match step(self.state, Event::Answer(id)) {
            Ok((state, action)) => {
                self.state = state;
                let _ = reply.send(flight.answered(answer));
                Some(action)
            }
            Err(refused) => {
                let _ = reply.send(transition(&refused, called));
                None
            }
        }
    }

    async fn perform(&mut self, action: Action) -> Freed {
        match action {
            Action::Nothing => {}
            Action::Rest => self.init_is_over(),
            Action::Deliver(_) => {
                self.init_is_over();
                self.deliver();
            }
            Action::Redeliver(_) => self.hand_out(),
            Action::Reply(_) => self.reply(),
            Action::Start(_) => self.start_for_invocation().await,
            Action::Reset => {
                self.init_has_failed();
                self.clear_away().await;
            }
            Action::Finish(_) => {
                self.finish(None);
                return Freed::Yes;
            }
            Action::FinishAndReset(_, cause) => {
                self.clear_away().await;
                self.finish(Some(cause));
                return Freed::Yes;
            }
            Action::Fail(_, cause) => {
                self.clear_away().await;
                self.fail(cause);
                return Freed::Yes;
            }
            Action::Leave(_) => {
                self.clear_away().await;
                self.flight = None;
            }
        }
        Freed::No
    }

    fn init_is_over(&mut self) {
        if let Some(began) = self.init_began.take() {
            self.init_took = Some(began.elapsed());
            self.deadline = None;
        }
    }

    fn init_has_failed(&mut self) {
        self.deadline = None;
        if let Some(began) = self.init_began.take() {
            let status = self.init_status();
            self.journal.put(report::init_report(began.elapsed(), "init", &status));
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

    fn deliver(&mut self) {
        let Some(flight) = &mut self.flight else { return };
        flight.init = self.init_took.take();
        flight.revived = None;
        if flight.begin() {
            self.deadline = Some(flight.began() + self.launch.timeout);
            self.journal.put(report::start(flight.id(), &self.launch.version));
        }
        if self.peak_memory == 0 {
            self.look_at_memory();
        }
        self.hand_out();
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
        self.init_has_failed();
        self.clear_away().await;
        self.ending = None;
        self.init_error = None;
        if let Some(flight) = &mut self.flight {
            flight.begin();
            flight.revived = Some(flight.began());
            self.deadline = Some(flight.began() + self.launch.timeout);
            self.journal.put(report::start(flight.id(), &self.launch.version));
        }
        self.start_sandbox().await;
    }

    async fn start_sandbox(&mut self) {
        let variables = variables::of(&self.launch, &self.log_stream, self.runtime_api);
        match self.executor.start(&self.launch, variables, self.runtime_api).await {
            Ok(started) => {
                self.sandbox = Some(started.sandbox);
                self.output = Some(Output::new(started.output));
            }
            Err(error) => {
                let command = self.launch.command.join(" ");
                self.journal.put(format!(
                    "IMAGE\tLaunch error: {error}\tEntrypoint: [{}]\tCmd: [{command}]\tWorkingDir: []\n",
                    error.entry_point
                ));
                self.ending = Some(Ending::NotStarted(error));
            }
        }
    }

    /// Ends the sandbox, if there is one, and reads the last of its output.
    async fn clear_away(&mut self) {
        self.look_at_memory();
        if let Some(mut sandbox) = self.sandbox.take() {
            sandbox.kill().await;
        }
        self.read_output();
        if let Some(rest) = self.output.take().and_then(|mut output| output.rest()) {
            self.journal.put(rest);
        }
        self.next = None;
    }

    fn read_output(&mut self) {
        let Some(output) = &mut self.output else { return };
        let (lines, open) = output.take();
        for line in lines {
            self.journal.put(line);
        }
        if !open {
            if let Some(rest) = output.rest() {
                self.journal.put(rest);
            }
            self.output = None;
        }
    }

    fn look_at_memory(&mut self) {
        if let Some(peak) = self.sandbox.as_mut().and_then(|sandbox| sandbox.peak_memory()) {
            self.peak_memory = self.peak_memory.max(peak);
        }
    }

    /// The caller has its answer, or gets it now if it wanted the log with it.
    fn finish(&mut self, cause: Option<Cause>) {
        let Some(flight) = self.flight.take() else { return };
        self.look_at_memory();
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
            self.journal.put(report::init_report(revived.elapsed(), "invoke", &status));
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
        let report = flight.report(self.launch.memory, self.peak_memory, status);
        self.journal.put(report.line());
        flight.settle(self.journal.take_tail());
    }
}

/// Whether the environment has become free with what was done.
#[derive(PartialEq, Eq)]
enum Freed {
    Yes,
    No,
}

async fn exited(sandbox: &mut Option<Box<dyn Sandbox>>) -> Exit {
    match sandbox {
        Some(sandbox) => sandbox.exited().await,
        None => std::future::pending().await,
    }
}

async fn readable(output: Option<&Output>) {
    match output {
        Some(output) => output.readable().await,
        None => std::future::pending().await,
    }
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
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
