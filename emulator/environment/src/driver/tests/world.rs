//! The fixture: an environment whose sandboxes are made up. Its process is whatever a test makes it do,
//! through the real Runtime API.

use std::collections::BTreeMap;
use std::io::{PipeWriter, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use emulator_clock::Clock;
use emulator_front::{Home, RequestId};
use emulator_logs::Logs;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::unix::pipe;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{
    Call, Ended, Environment, Executor, Exit, Ground, Image, Keeper, Launch, Memory, ResolveError,
    Sandbox, StartError, Started,
};

/// More than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct World {
    pub(super) environment: Environment,
    processes: mpsc::UnboundedReceiver<Process>,
    free: mpsc::UnboundedReceiver<()>,
    tasks: TaskTracker,
}

/// One made-up process, in the hands of a test.
pub(super) struct Process {
    runtime_api: SocketAddr,
    output: PipeWriter,
    end: watch::Sender<Option<Exit>>,
}

/// An invocation that a caller waits for.
pub(super) struct Waiting {
    pub(super) id: RequestId,
    answer: oneshot::Receiver<Ended>,
}

/// A request that the Runtime API has not answered yet.
pub(super) struct Asked(TcpStream);

/// What the Runtime API answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) body: String,
}

impl World {
    pub(super) async fn start() -> Self {
        Self::with(Duration::from_mins(1), None).await
    }

    pub(super) async fn with_timeout(timeout: Duration) -> Self {
        Self::with(timeout, None).await
    }

    /// Nothing can be started here, for this reason.
    pub(super) async fn without_entry_point(reason: &str) -> Self {
        Self::with(Duration::from_mins(1), Some(reason.to_owned())).await
    }

    async fn with(timeout: Duration, broken: Option<String>) -> Self {
        let clock = Clock::wall();
        let home = Home { region: "us-east-1".to_owned(), account: "000000000000".to_owned() };
        let (starts, processes) = mpsc::unbounded_channel();
        let (frees, free) = mpsc::unbounded_channel();
        let tasks = TaskTracker::new();
        let ground = Ground {
            executor: Arc::new(MadeUp { starts: Mutex::new(starts), broken }),
            logs: Logs::new(home, clock.clone()),
            clock,
            tasks: tasks.clone(),
            stop: CancellationToken::new(),
        };
        let launch = Arc::new(launch(timeout));
        let environment = Environment::start(&ground, launch, Arc::new(Told(frees))).await.unwrap();
        Self { environment, processes, free, tasks }
    }

    /// The process that is started next.
    pub(super) async fn process(&mut self) -> Process {
        patiently(self.processes.recv()).await.unwrap()
    }

    /// Waits until the environment says that it can take another invocation.
    pub(super) async fn is_free(&mut self) {
        patiently(self.free.recv()).await.unwrap();
    }

    pub(super) async fn invoke(&self, payload: &'static str) -> Waiting {
        let (reply, answer) = oneshot::channel();
        let call = Call {
            id: RequestId::fresh(),
            payload: payload.into(),
            function_arn: "arn:aws:lambda:us-east-1:000000000000:function:made-up".to_owned(),
            trace: "Root=1-5759e988-bd862e3fe1be46a994272793".to_owned(),
            client_context: None,
            tail: true,
            in_flight: Clock::wall().hold("a test"),
            permit: Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap(),
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
    }
}

impl Waiting {
    /// The answer and the log, in which `ID` stands for the request id and `N` for every duration.
    pub(super) async fn ended(self) -> (String, String) {
        let Ended { payload, log_tail, .. } = patiently(self.answer).await.unwrap();
        let text =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.id.to_string(), "ID");
        (text(&payload), without_durations(&text(&log_tail.unwrap())))
    }

    /// Waits until it is certain that no answer will come.
    pub(super) async fn given_up(self) {
        patiently(self.answer).await.unwrap_err();
    }
}

impl Process {
    /// Asks for work, without waiting for it.
    pub(super) async fn ask(&self) -> Asked {
        self.send("GET", "invocation/next", "").await
    }

    /// Asks for work, and waits for it.
    pub(super) async fn next(&self) -> Answered {
        self.ask().await.answered().await
    }

    pub(super) async fn answer(&self, id: impl ToString, answer: &str) -> Answered {
        let path = format!("invocation/{}/response", id.to_string());
        self.send("POST", &path, answer).await.answered().await
    }

    pub(super) async fn init_error(&self, document: &str) -> Answered {
        self.send("POST", "init/error", document).await.answered().await
    }

    pub(super) fn print(&mut self, text: &str) {
        self.output.write_all(text.as_bytes()).unwrap();
    }

    pub(super) fn exit(self, exit: Exit) {
        self.end.send_replace(Some(exit));
    }

    /// Waits until it has been killed.
    pub(super) async fn is_killed(&self) {
        let mut end = self.end.subscribe();
        patiently(end.wait_for(Option::is_some)).await.unwrap();
    }

    /// One request, as plain as HTTP can be.
    async fn send(&self, method: &str, path: &str, body: &str) -> Asked {
        let length = body.len();
        let mut stream = TcpStream::connect(self.runtime_api).await.unwrap();
        let request = format!(
            "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: runtime\r\nConnection: close\r\n\
             Lambda-Runtime-Function-Error-Type: Function.MadeUp\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        // An answer may come, and the connection be closed, before all of a large body is taken.
        let _ = stream.write_all(request.as_bytes()).await;
        Asked(stream)
    }
}

impl Asked {
    pub(super) async fn answered(mut self) -> Answered {
        let mut response = String::new();
        patiently(self.0.read_to_string(&mut response)).await.unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let id = head.lines().find_map(|line| line.strip_prefix("lambda-runtime-aws-request-id: "));
        Answered {
            status: head[9..12].parse().unwrap(),
            request_id: id.map(str::to_owned),
            body: body.to_owned(),
        }
    }
}

/// Starts nothing, but tells the test.
struct MadeUp {
    starts: Mutex<mpsc::UnboundedSender<Process>>,
    broken: Option<String>,
}

impl Executor for MadeUp {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        let image = Image { uri: uri.to_owned(), digest: String::new() };
        std::future::ready(Ok(image)).boxed()
    }

    fn has_changed(&self, _image: &Image) -> bool {
        false
    }

    fn host_address(&self) -> IpAddr {
        Ipv4Addr::LOCALHOST.into()
    }

    fn start<'a>(
        &'a self,
        _launch: &'a Launch,
        _variables: Vec<(String, String)>,
        runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        if let Some(reason) = &self.broken {
            let error = StartError { entry_point: "/made/up".to_owned(), reason: reason.clone() };
            return std::future::ready(Err(error)).boxed();
        }
        let (reader, output) = std::io::pipe().unwrap();
        let end = watch::Sender::new(None);
        let sandbox = Box::new(MadeUpSandbox { end: end.clone() });
        // A test that is over does not want to know.
        let _ = self.starts.lock().unwrap().send(Process { runtime_api, output, end });
        let output = pipe::Receiver::from_owned_fd(reader.into()).unwrap();
        std::future::ready(Ok(Started { sandbox, output, began: Instant::now() })).boxed()
    }
}

struct MadeUpSandbox {
    end: watch::Sender<Option<Exit>>,
}

impl Sandbox for MadeUpSandbox {
    fn exited(&mut self) -> BoxFuture<'_, Exit> {
        let mut end = self.end.subscribe();
        async move { end.wait_for(Option::is_some).await.unwrap().unwrap() }.boxed()
    }

    fn settle(&mut self) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }

    fn peak_memory(&mut self) -> Option<u64> {
        Some(7 * 1024 * 1024)
    }

    fn kill(&mut self) -> BoxFuture<'_, ()> {
        self.end.send_if_modified(|end| end.replace(Exit::Signal(9)).is_none());
        std::future::ready(()).boxed()
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
        image: Image { uri: "made-up:latest".to_owned(), digest: String::new() },
        command: vec![],
        variables: BTreeMap::new(),
        memory: Memory::DEFAULT,
        timeout,
        log_group: "/aws/lambda/made-up".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: "http://127.0.0.1:4566".to_owned(),
    }
}

fn without_durations(log: &str) -> String {
    let field =
        |field: &str| match field.strip_suffix(" ms").and_then(|field| field.rsplit_once(' ')) {
            Some((name, _)) => format!("{name} N ms"),
            None => field.to_owned(),
        };
    let line = |line: &str| line.split('\t').map(field).collect::<Vec<_>>().join(" | ");
    log.lines().map(|text| line(text) + "\n").collect()
}

async fn patiently<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.expect("it happens in time")
}
