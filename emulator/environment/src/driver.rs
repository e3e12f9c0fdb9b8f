//! Runs one environment: asks the state machine what each event means, and does it.
//!
//! One task, one queue. Only the driver holds the state, the sandbox and the invocation in flight;
//! everybody else sends it messages. What it hears is in [`hearing`], what it does in [`acting`].

mod acting;
mod companions;
mod extending;
mod flight;
mod hearing;
mod leaving;
mod running;
mod starting;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use emulator_front::http::{HeaderValue, Response};
use emulator_front::{Body, RequestId};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::call::Call;
use crate::environment::{Ground, Kept};
use crate::executor::{Executor, Exit};
use crate::extensions::Request;
use crate::extensions::participants::Participants;
use crate::extensions::shutdown::Reason;
use crate::failure::Ending;
use crate::journal::Journal;
use crate::launch::{Launch, LogFormat};
use crate::platform::Phase;
use crate::runtime_api::{Answer, Posted};
use crate::state::{Action, Event, Refused, State, step};
use crate::stream::Sink;
use crate::telemetry::Telemetry;
use crate::variables::Apis;
use extending::Waiting;
use flight::Flight;
use running::{News, Running};

/// What others tell a driver.
#[derive(Debug)]
pub(crate) enum Message {
    /// An invocation, from whoever keeps the environment.
    Invoke(Call),
    /// `/next`, from the process.
    Next(oneshot::Sender<Result<Response<Body>, Posted>>),
    /// `/response` or `/error`, from the process, with the invocation id that it says again, if it does.
    Answer {
        id: RequestId,
        echo: Option<HeaderValue>,
        answer: Answer,
        reply: oneshot::Sender<Posted>,
    },
    /// `/response` in pieces, from the process: it begins.
    Stream {
        id: RequestId,
        echo: Option<HeaderValue>,
        content_type: Option<HeaderValue>,
        reply: oneshot::Sender<Result<Sink, Posted>>,
    },
    /// The end of a response in pieces.
    StreamEnded { id: RequestId, answer: Answer, reply: oneshot::Sender<Posted> },
    /// `/init/error`, from the process.
    InitError { kind: String, body: Bytes, reply: oneshot::Sender<Posted> },
    /// Something that an extension asks.
    Extension(Request),
}

/// What a driver can wait for.
enum Happening {
    Message(Message),
    Exited(Exit),
    /// An extension's process has ended.
    ExtensionExited(String, Exit),
    /// There was nothing to run.
    NotStarted,
    Output,
    Deadline,
    Stop,
}

pub(crate) struct Driver {
    executor: Arc<dyn Executor>,
    launch: Arc<Launch>,
    log_stream: String,
    /// As extensions may ask for it.
    account: String,
    runtime_api: SocketAddr,
    /// As the sandbox reaches them.
    apis: Apis,
    inbox: mpsc::Receiver<Message>,
    state: State,
    init_limit: Duration,
    running: Running,
    /// Whether what runs stands still between invocations.
    freeze: bool,
    /// The runtime and its extensions, as far as the state machine is concerned.
    participants: Participants,
    /// When that happened which is being dealt with: to deal with it takes time that is nobody's.
    now: Instant,
    /// Of init or of the invocation, whichever is going on.
    deadline: Option<Instant>,
    /// The process's `/next`, while it waits.
    next: Option<oneshot::Sender<Result<Response<Body>, Posted>>>,
    /// The extensions' `/event/next`, while they wait.
    waiting: Waiting,
    flight: Option<Flight>,
    /// An invocation that came while the environment was being cleared away.
    postponed: Option<Call>,
    /// The phase of the init that is going on, a suppressed one too, and when it began.
    init: Option<(Phase, Instant)>,
    /// Of an init that is over and that no REPORT line has told of yet.
    init_took: Option<Duration>,
    /// How the last sandbox ended, or why there was none.
    ending: Option<Ending>,
    /// What the last process said when it could not start: error type and document.
    init_error: Option<(String, Bytes)>,
    journal: Journal,
}

impl Driver {
    pub(crate) fn new(
        ground: &Ground,
        launch: Arc<Launch>,
        runtime_api: SocketAddr,
        apis: Apis,
        log_stream: String,
        sandbox: watch::Sender<Option<IpAddr>>,
        inbox: mpsc::Receiver<Message>,
    ) -> Self {
        let stream = ground.logs.stream(&launch.log_group, &log_stream);
        let (format, clock) = (launch.log_format, ground.clock.clone());
        let telemetry =
            Telemetry::new(clock.clone(), ground.tasks.clone(), format != LogFormat::Text);
        Self {
            executor: ground.executor.clone(),
            launch,
            log_stream,
            account: ground.logs.home().account.clone(),
            runtime_api,
            apis,
            inbox,
            state: State::Init(None),
            init_limit: ground.init_limit,
            running: Running::reached_at(sandbox),
            freeze: ground.freeze,
            participants: Participants::launched([]),
            now: Instant::now(),
            deadline: None,
            next: None,
            waiting: Waiting::new(),
            flight: None,
            postponed: None,
            init: None,
            init_took: None,
            ending: None,
            init_error: None,
            journal: Journal::new(stream, clock, format, telemetry),
        }
    }

    /// Runs until the environment is gone, with its sandbox.
    pub(crate) async fn run(mut self, stop: CancellationToken, kept: Kept) {
        let began = self.start_sandbox(Phase::Init).await;
        self.init = Some((Phase::Init, began));
        // From now: how long an engine takes to start a sandbox is not to end it.
        self.deadline = Some(Instant::now() + self.init_limit);
        while self.state != State::Gone {
            let happening = self.happening(&stop).await;
            self.now = Instant::now();
            if let Some(action) = self.decide(happening).await {
                self.perform(action, &kept).await;
            }
            self.start_runtime_in_turn().await;
        }
    }

    /// Waits for what comes next. Of several things at once, what a process has said counts before its
    /// end, and its end before what it has printed; but a process that never stops talking does not
    /// outlive its deadline.
    async fn happening(&mut self, stop: &CancellationToken) -> Happening {
        if self.ending.is_some() && matches!(self.state, State::Init(_) | State::Reviving(_)) {
            return Happening::NotStarted;
        }
        if let Some(call) = self.postponed.take_if(|_| !stop.is_cancelled()) {
            return Happening::Message(Message::Invoke(call));
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => Happening::Stop,
            () = at(self.deadline) => Happening::Deadline,
            Some(message) = self.inbox.recv() => Happening::Message(message),
            news = self.running.news() => match news {
                News::Exited(exit) => Happening::Exited(exit),
                News::ExtensionExited(name, exit) => Happening::ExtensionExited(name, exit),
                News::Output => Happening::Output,
            },
        }
    }

    /// Takes in what has happened, and asks the state machine what to do about it.
    async fn decide(&mut self, happening: Happening) -> Option<Action> {
        match happening {
            Happening::Message(message) => self.hear(message),
            Happening::Output => {
                self.running.read(&mut self.journal);
                // A function that never stops talking must not keep others waiting.
                tokio::task::yield_now().await;
                None
            }
            Happening::Exited(exit) => {
                match self.running.runtime_never_ran() {
                    Some(error) => self.was_not_started(error),
                    None => self.ending = Some(Ending::Exited(exit)),
                }
                self.runtime_has_failed(self.exit_status());
                self.running.end_runtime(&mut self.journal).await;
                self.clear_away(Reason::Failure).await;
                self.go(Event::Exited).ok()
            }
            Happening::ExtensionExited(name, exit) => {
                self.extension_has_crashed(&name, exit);
                self.runtime_has_failed(self.exit_status());
                self.clear_away(Reason::Failure).await;
                self.go(Event::Exited).ok()
            }
            // The same as an end; why is known already.
            Happening::NotStarted => self.go(Event::Exited).ok(),
            Happening::Deadline => {
                // However late that is noticed: what is ended by it has had just its time.
                self.now = self.deadline.take().unwrap_or(self.now);
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
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
