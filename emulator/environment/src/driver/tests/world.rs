//! The fixture: an environment whose sandboxes are made up. Its process is whatever a test makes it do,
//! through the real Runtime API.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use emulator_clock::Clock;
use emulator_front::{Home, RequestId};
use emulator_logs::{Logs, Search};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::caller::{ToBegin, Waiting};
use super::made_up::MadeUp;
use super::process::Process;
use crate::{
    Booking, Call, Environment, Ground, Image, Keeper, Launch, LogFormat, Memory, RunsAs, Stream,
};

/// More than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct World {
    pub(super) environment: Environment,
    pub(super) logs: Arc<Logs>,
    processes: mpsc::UnboundedReceiver<Process>,
    extensions: mpsc::UnboundedReceiver<Process>,
    free: mpsc::UnboundedReceiver<()>,
    tasks: TaskTracker,
}

/// What is not the same in every world.
pub(super) struct Settings {
    pub(super) timeout: Duration,
    pub(super) init_limit: Duration,
    pub(super) freeze: bool,
    pub(super) log_format: LogFormat,
    /// The external extensions' names.
    pub(super) extensions: Vec<&'static str>,
    /// Why nothing can be started, if nothing can be.
    pub(super) broken: Option<String>,
    /// Whether that is this machine's doing.
    pub(super) broken_here: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_mins(1),
            init_limit: crate::INIT_LIMIT,
            freeze: false,
            log_format: LogFormat::Text,
            extensions: Vec::new(),
            broken: None,
            broken_here: false,
        }
    }
}

impl World {
    pub(super) async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub(super) async fn with_timeout(timeout: Duration) -> Self {
        Self::with(Settings { timeout, ..Settings::default() }).await
    }

    /// Nothing can be started here, for this reason.
    pub(super) async fn without_entry_point(reason: &str) -> Self {
        Self::with(Settings { broken: Some(reason.to_owned()), ..Settings::default() }).await
    }

    pub(super) async fn with(settings: Settings) -> Self {
        let Settings { timeout, init_limit, freeze, log_format, extensions, broken, broken_here } =
            settings;
        let clock = Clock::wall();
        let home = Home { region: "us-east-1".to_owned(), account: "000000000000".to_owned() };
        let (starts, processes) = mpsc::unbounded_channel();
        let (beside, started) = mpsc::unbounded_channel();
        let (frees, free) = mpsc::unbounded_channel();
        let tasks = TaskTracker::new();
        let ground = Ground {
            executor: Arc::new(MadeUp {
                starts: Mutex::new(starts),
                beside: Mutex::new(beside),
                extensions,
                broken,
                broken_here,
            }),
            logs: Logs::new(home, clock.clone()),
            clock,
            tasks: tasks.clone(),
            stop: CancellationToken::new(),
            init_limit,
            freeze,
        };
        let launch = Arc::new(Launch { log_format, ..launch(timeout) });
        let logs = ground.logs.clone();
        let environment = Environment::start(&ground, launch, Arc::new(Told(frees))).await.unwrap();
        Self { environment, logs, processes, extensions: started, free, tasks }
    }

    /// The process of the extension that is started next.
    pub(super) async fn extension(&mut self) -> Process {
        patiently(self.extensions.recv()).await.unwrap()
    }

    /// The process that is started next.
    pub(super) async fn process(&mut self) -> Process {
        patiently(self.processes.recv()).await.unwrap()
    }

    /// Waits until the environment says that it can take another invocation.
    pub(super) async fn is_free(&mut self) {
        patiently(self.free.recv()).await.unwrap();
    }

    /// Whether nobody has said yet that the environment can take another invocation.
    pub(super) fn is_not_free_yet(&mut self) -> bool {
        self.free.try_recv().is_err()
    }

    /// Everything that is in the log.
    pub(super) async fn log(&self) -> String {
        let found = self.logs.events("/aws/lambda/made-up", &Search::everything()).unwrap();
        found.events.iter().map(|found| found.event.message.to_string()).collect()
    }

    pub(super) async fn invoke(&self, payload: &'static str) -> Waiting {
        self.call(payload, true, None).await
    }

    /// Its answer comes at once, and not once its log is complete.
    pub(super) async fn invoke_without_log(&self, payload: &'static str) -> Waiting {
        self.call(payload, false, None).await
    }

    /// Invokes for a caller who wants the answer as it comes.
    pub(super) async fn invoke_for_stream(&self, payload: &'static str) -> (Waiting, ToBegin) {
        let (begins, stream) = oneshot::channel();
        (self.call(payload, true, Some(begins)).await, ToBegin(stream))
    }

    async fn call(
        &self,
        payload: &'static str,
        tail: bool,
        stream: Option<oneshot::Sender<Stream>>,
    ) -> Waiting {
        let (reply, answer) = oneshot::channel();
        let call = Call {
            id: RequestId::fresh(),
            payload: payload.into(),
            function_arn: "arn:aws:lambda:us-east-1:000000000000:function:made-up".to_owned(),
            trace: "Root=1-5759e988-bd862e3fe1be46a994272793".to_owned(),
            client_context: None,
            tail,
            in_flight: Clock::wall().hold("a test"),
            booking: Box::new(Uncounted),
            stream,
            reply,
        };
        let id = call.id;
        self.environment.invoke(call).await.unwrap();
        Waiting { id, answer }
    }

    /// Stops the environment, and waits until nothing of it is left. No process was started that the
    /// test has not seen.
    pub(super) async fn stop(mut self) {
        self.environment.stop();
        self.tasks.close();
        patiently(self.tasks.wait()).await;
        assert!(self.processes.try_recv().is_err());
        assert!(self.extensions.try_recv().is_err());
    }
}

struct Told(mpsc::UnboundedSender<()>);

impl Keeper for Told {
    fn has_answered(&self) {}

    fn is_free(&self, _environment: Environment, _answered: bool) {
        // A test that is over does not want to know.
        let _ = self.0.send(());
    }
}

fn launch(timeout: Duration) -> Launch {
    Launch {
        function: "made-up".to_owned(),
        version: "$LATEST".to_owned(),
        image: Image {
            runs_as: RunsAs::Process,
            uri: "made-up:latest".to_owned(),
            digest: String::new(),
        },
        entry_point: Vec::new(),
        command: vec![],
        working_directory: None,
        variables: BTreeMap::new(),
        memory: Memory::DEFAULT,
        storage: 512,
        timeout,
        log_group: "/aws/lambda/made-up".to_owned(),
        log_format: crate::LogFormat::Text,
        region: "us-east-1".to_owned(),
    }
}

pub(super) async fn patiently<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.expect("it happens in time")
}

/// Nobody counts invocations here.
#[derive(Debug)]
struct Uncounted;

impl Booking for Uncounted {
    fn closed(&mut self, _: Duration, _: bool) {}
}
