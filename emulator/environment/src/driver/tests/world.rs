//! The fixture: an environment whose sandboxes are made up. Its process is whatever a test makes it do,
//! through the real Runtime API.

use std::collections::BTreeMap;
use std::io::{PipeWriter, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use emulator_clock::Clock;
use emulator_front::{Home, RequestId};
use emulator_logs::{Logs, Search};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::unix::pipe;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{
    Booking, Call, Ended, Environment, Executor, Exit, Extension, Ground, Image, Keeper, Launch,
    LogFormat, Memory, Obstacle, ResolveError, Route, RunsAs, Sandbox, StartError, Started, Stream,
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

/// One made-up process, in the hands of a test.
pub(super) struct Process {
    pub(super) runtime_api: SocketAddr,
    output: PipeWriter,
    end: watch::Sender<Option<Exit>>,
    treatment: watch::Sender<Treatment>,
}

/// What was done to a process besides ending it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Treatment {
    pub(super) frozen: bool,
    pub(super) terminated: bool,
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
    pub(super) invocation_id: Option<String>,
    pub(super) body: String,
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

impl Waiting {
    /// The answer and the log, in which `ID` stands for the request id and `N` for every duration.
    pub(super) async fn ended(self) -> (String, String) {
        let Ended { payload, log_tail, .. } = patiently(self.answer).await.unwrap();
        let text =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.id.to_string(), "ID");
        (text(&payload), without_durations(&text(&log_tail.unwrap())))
    }

    /// All that the caller is told.
    pub(super) async fn whole(self) -> Ended {
        patiently(self.answer).await.unwrap()
    }

    /// How it ended.
    pub(super) async fn end(self) -> Ended {
        patiently(self.answer).await.unwrap()
    }

    /// The answer alone.
    pub(super) async fn answer(self) -> String {
        let ended = patiently(self.answer).await.unwrap();
        String::from_utf8_lossy(&ended.payload).into_owned()
    }

    /// Waits until it is certain that no answer will come.
    pub(super) async fn given_up(self) {
        patiently(self.answer).await.unwrap_err();
    }
}

/// An answer in pieces that a caller waits for.
pub(super) struct ToBegin(oneshot::Receiver<Stream>);

/// One that has begun.
pub(super) struct Begun(Stream);

impl ToBegin {
    pub(super) async fn begins(self) -> Begun {
        Begun(patiently(self.0).await.unwrap())
    }
}

impl Begun {
    pub(super) fn content_type(&self) -> Option<&str> {
        self.0.content_type.as_ref().map(|value| value.to_str().unwrap())
    }

    /// The next piece; nothing once no more comes.
    pub(super) async fn piece(&mut self) -> Option<String> {
        let piece = patiently(self.0.pieces.recv()).await?;
        Some(String::from_utf8(piece.to_vec()).unwrap())
    }
}

/// How a process ends an answer in pieces.
pub(super) enum End {
    Whole,
    /// With an error type and a body in base64.
    Error(&'static str, &'static str),
    BrokenOff,
}

impl Process {
    /// Begins an answer in pieces.
    pub(super) async fn stream(&self, id: impl ToString, mode: &str) -> Asked {
        let path = format!("invocation/{}/response", id.to_string());
        let headers = format!(
            "Lambda-Runtime-Function-Response-Mode: {mode}\r\nContent-Type: text/plain\r\n\
             Transfer-Encoding: chunked"
        );
        self.request("POST", &path, &headers, "").await
    }

    /// Begins an answer that is to come whole, and is longer than what is sent of it.
    pub(super) async fn answer_in_part(&self, id: impl ToString) -> Asked {
        let path = format!("invocation/{}/response", id.to_string());
        self.request("POST", &path, "Content-Length: 100", "begun").await
    }

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

    /// Answers, and says this of the invocation id.
    pub(super) async fn answer_echoing(&self, id: impl ToString, echo: &str) -> Answered {
        let path = format!("invocation/{}/response", id.to_string());
        let headers = format!("Lambda-Runtime-Invocation-Id: {echo}\r\nContent-Length: 3");
        self.request("POST", &path, &headers, "one").await.answered().await
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

    /// Waits until this has been done to it.
    pub(super) async fn is_treated(&self, how: impl FnMut(&Treatment) -> bool) {
        let mut treatment = self.treatment.subscribe();
        patiently(treatment.wait_for(how)).await.unwrap();
    }

    pub(super) fn treatment(&self) -> Treatment {
        *self.treatment.borrow()
    }

    /// Whether it is still there.
    pub(super) fn runs(&self) -> bool {
        self.end.borrow().is_none()
    }

    /// Waits until it has been killed.
    pub(super) async fn is_killed(&self) {
        let mut end = self.end.subscribe();
        patiently(end.wait_for(Option::is_some)).await.unwrap();
    }

    /// One request, as plain as HTTP can be.
    pub(super) async fn send(&self, method: &str, path: &str, body: &str) -> Asked {
        self.request(method, path, &format!("Content-Length: {}", body.len()), body).await
    }

    async fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Asked {
        let mut stream = TcpStream::connect(self.runtime_api).await.unwrap();
        let request = format!(
            "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: runtime\r\nConnection: close\r\n\
             Lambda-Runtime-Function-Error-Type: Function.MadeUp\r\n{headers}\r\n\r\n{body}"
        );
        // An answer may come, and the connection be closed, before all of a large body is taken.
        let _ = stream.write_all(request.as_bytes()).await;
        Asked(stream)
    }
}

impl Asked {
    /// Sends a piece of an answer.
    pub(super) async fn send(&mut self, piece: &str) {
        let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
        // An answer may come, and the connection be closed, before all of a large one is taken.
        let _ = self.0.write_all(chunk.as_bytes()).await;
    }

    /// Ends an answer in pieces.
    pub(super) async fn end(mut self, end: End) -> Answered {
        match end {
            End::Whole => self.0.write_all(b"0\r\n\r\n").await.unwrap(),
            End::Error(kind, body) => {
                let trailers = format!(
                    "0\r\nLambda-Runtime-Function-Error-Type: {kind}\r\n\
                     Lambda-Runtime-Function-Error-Body: {body}\r\n\r\n"
                );
                self.0.write_all(trailers.as_bytes()).await.unwrap();
            }
            End::BrokenOff => self.0.shutdown().await.unwrap(),
        }
        self.answered().await
    }

    pub(super) async fn answered(mut self) -> Answered {
        let mut response = String::new();
        patiently(self.0.read_to_string(&mut response)).await.unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let header = |name| {
            let mut headers = head.lines().filter_map(|line| line.split_once(": "));
            headers.find(|(named, _)| *named == name).map(|(_, value)| value.to_owned())
        };
        Answered {
            status: head[9..12].parse().unwrap(),
            request_id: header("lambda-runtime-aws-request-id"),
            invocation_id: header("lambda-runtime-invocation-id"),
            body: body.to_owned(),
        }
    }
}

impl Answered {
    pub(super) fn said(&self) -> (u16, &str) {
        (self.status, &self.body)
    }
}

/// Starts nothing, but tells the test.
struct MadeUp {
    starts: Mutex<mpsc::UnboundedSender<Process>>,
    beside: Mutex<mpsc::UnboundedSender<Process>>,
    extensions: Vec<&'static str>,
    broken: Option<String>,
    broken_here: bool,
}

const PROGRAM: &str = "/made/up";

fn not_started(obstacle: Obstacle) -> StartError {
    StartError {
        obstacle,
        entry_point: vec![PROGRAM.to_owned()],
        command: Vec::new(),
        working_directory: String::new(),
    }
}

/// How a sandbox ends here whose program could not be run.
pub(super) const NEVER_RAN: Exit = Exit::Code(127);

/// A process, and its other side for the driver.
fn process(runtime_api: SocketAddr) -> (Process, Started) {
    let (reader, output) = std::io::pipe().unwrap();
    let (end, treatment) = (watch::Sender::new(None), watch::Sender::default());
    let sandbox = Box::new(MadeUpSandbox { end: end.clone(), treatment: treatment.clone() });
    let printed = pipe::Receiver::from_owned_fd(reader.into()).unwrap();
    let started = Started {
        sandbox,
        output: printed,
        address: Ipv4Addr::LOCALHOST.into(),
        began: Instant::now(),
    };
    (Process { runtime_api, output, end, treatment }, started)
}

impl Executor for MadeUp {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        let image = Image { runs_as: RunsAs::Process, uri: uri.to_owned(), digest: String::new() };
        std::future::ready(Ok(image)).boxed()
    }

    fn has_changed(&self, _image: &Image) -> bool {
        false
    }

    fn keep<'a>(&'a self, _: &'a Image) -> BoxFuture<'a, Result<(), ResolveError>> {
        std::future::ready(Ok(())).boxed()
    }

    fn route(&self, _: &Image) -> Route {
        let listen = Ipv4Addr::LOCALHOST;
        Route { listen: listen.into(), host: listen.to_string(), endpoint: String::new() }
    }

    fn limits_storage(&self, _: &Image) -> bool {
        true
    }

    fn start<'a>(
        &'a self,
        _launch: &'a Arc<Launch>,
        _variables: Vec<(String, String)>,
        runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        if let Some(reason) = &self.broken {
            let error = match reason.clone() {
                reason if self.broken_here => not_started(Obstacle::Machine(reason)),
                reason => not_started(Obstacle::EntryPoint { program: PROGRAM.to_owned(), reason }),
            };
            return std::future::ready(Err(error)).boxed();
        }
        let (process, started) = process(runtime_api);
        // A test that is over does not want to know.
        let _ = self.starts.lock().unwrap().send(process);
        std::future::ready(Ok(started)).boxed()
    }

    fn start_extensions<'a>(
        &'a self,
        _launch: &'a Launch,
        _variables: Vec<(String, String)>,
        runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Vec<Extension>> {
        let start = |name: &&str| {
            let (process, started) = process(runtime_api);
            let _ = self.beside.lock().unwrap().send(process);
            Extension { name: (*name).to_owned(), started: Ok(started) }
        };
        std::future::ready(self.extensions.iter().map(start).collect()).boxed()
    }
}

struct MadeUpSandbox {
    end: watch::Sender<Option<Exit>>,
    treatment: watch::Sender<Treatment>,
}

impl Sandbox for MadeUpSandbox {
    fn exited(&mut self) -> BoxFuture<'_, Exit> {
        let mut end = self.end.subscribe();
        async move { end.wait_for(Option::is_some).await.unwrap().unwrap() }.boxed()
    }

    fn never_ran(&mut self) -> Option<StartError> {
        let reason = "permission denied".to_owned();
        let obstacle = Obstacle::EntryPoint { program: PROGRAM.to_owned(), reason };
        (*self.end.borrow() == Some(NEVER_RAN)).then(|| not_started(obstacle))
    }

    fn settle(&mut self) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }

    fn peak_memory(&mut self) -> Option<u64> {
        Some(7 * 1024 * 1024)
    }

    fn terminate(&mut self) -> BoxFuture<'_, ()> {
        self.treatment.send_modify(|treatment| treatment.terminated = true);
        std::future::ready(()).boxed()
    }

    fn freeze(&mut self) -> BoxFuture<'_, ()> {
        self.treatment.send_modify(|treatment| treatment.frozen = true);
        std::future::ready(()).boxed()
    }

    fn thaw(&mut self) -> BoxFuture<'_, ()> {
        self.treatment.send_modify(|treatment| treatment.frozen = false);
        std::future::ready(()).boxed()
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

fn without_durations(log: &str) -> String {
    let field =
        |field: &str| match field.strip_suffix(" ms").and_then(|field| field.rsplit_once(' ')) {
            Some((name, _)) => format!("{name} N ms"),
            None => field.to_owned(),
        };
    let line = |line: &str| line.split('\t').map(field).collect::<Vec<_>>().join(" | ");
    log.lines().map(|text| line(text) + "\n").collect()
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
