//! `World`: a running emulator, with verbs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use emulator::{Clock, Config, Emulator, Executor, Home, INIT_LIMIT, Processes};
use emulator_logs::Search;
use http::Request;
use http::header::HOST;
use serde_json::Value;
use tempfile::TempDir;
use time::UtcDateTime;
use time::macros::utc_datetime;

use crate::clients::Clients;
use crate::deployment::{Deployment, Handler, PROBE};
use crate::invocation::Invocation;
use crate::web::{Page, fetch};
use crate::{patience, processes, programs};

/// When virtual time starts.
const START: UtcDateTime = utc_datetime!(2026-01-02 03:04:05);

/// A running emulator, with verbs. It has to be [closed](World::close) before its test ends.
pub struct World {
    /// Gone once the world is closed.
    emulator: Option<Emulator>,
    clock: Clock,
    endpoint: String,
    clients: Clients,
    folder: TempDir,
}

impl World {
    /// An emulator in this process on a free port, in virtual time that starts at the same moment for
    /// every test.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// An emulator that keeps real time.
    pub async fn on_the_wall_clock() -> Self {
        Self::start_with(|config| config.clock = Clock::wall()).await
    }

    /// An emulator that is configured otherwise.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Self::config();
        change(&mut config);
        let clock = config.clock.clone();
        let emulator = Emulator::start(config).await.expect("a free port and two programs suffice");
        let endpoint = emulator.endpoint();
        let folder = TempDir::new().expect("a machine has room for a folder");
        let clients = Clients::of(&endpoint);
        Self { emulator: Some(emulator), clock, endpoint, clients, folder }
    }

    /// What an emulator is started with unless a test wants it otherwise.
    pub fn config() -> Config {
        Config {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            executor: Self::as_processes([]),
            home: Home::default(),
            clock: Clock::virtual_from(START),
            init_limit: INIT_LIMIT,
            freeze: false,
            data_dir: None,
        }
    }

    /// Functions as processes: the bootstrap, the probe, and these programs for these images.
    pub fn as_processes<const N: usize>(images: [(&str, PathBuf); N]) -> Executor {
        let images = [(PROBE, programs::probe())].into_iter().chain(images);
        Executor::Process(Processes {
            bootstrap: programs::bootstrap(),
            images: images.map(|(uri, program)| (uri.to_owned(), program)).collect(),
            extensions: None,
        })
    }

    /// The URL that clients are told.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Host and port of the endpoint.
    pub fn authority(&self) -> &str {
        self.endpoint.strip_prefix("http://").expect("the emulator speaks plain HTTP")
    }

    /// A folder of this world's own, which goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The names of all operations that are declared, those of S3 excepted.
    pub fn operations(&self) -> Vec<&'static str> {
        let emulator = self.emulator.as_ref().expect("this world is not closed");
        emulator.operations().iter().flat_map(|(_service, names)| names).copied().collect()
    }

    /// A client for API Gateway.
    pub fn apigateway(&self) -> aws_sdk_apigateway::Client {
        self.clients.apigateway()
    }

    /// A client for CloudWatch metrics, which speaks CBOR.
    pub fn cloudwatch(&self) -> aws_sdk_cloudwatch::Client {
        self.clients.cloudwatch()
    }

    /// A client for Kinesis.
    pub fn kinesis(&self) -> aws_sdk_kinesis::Client {
        self.clients.kinesis()
    }

    /// A client for Lambda.
    pub fn lambda(&self) -> aws_sdk_lambda::Client {
        self.clients.lambda()
    }

    /// A client for CloudWatch Logs.
    pub fn logs(&self) -> aws_sdk_cloudwatchlogs::Client {
        self.clients.logs()
    }

    /// A client for S3.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        self.clients.s3()
    }

    /// A client for STS.
    pub fn sts(&self) -> aws_sdk_sts::Client {
        self.clients.sts()
    }

    /// Creates a function from the image of this repository, with HANDLER set.
    pub fn deploy(&self, function: &str, handler: Handler) -> Deployment {
        Deployment::of(&self.lambda(), function).variable("HANDLER", handler.name())
    }

    /// Creates a function that does what its events ask.
    pub fn deploy_probe(&self, function: &str) -> Deployment {
        Deployment::of(&self.lambda(), function).image(PROBE)
    }

    /// Calls a function with an event and waits for its answer.
    pub fn invoke(&self, function: &str, event: Value) -> Invocation {
        Invocation::of(&self.lambda(), function, event)
    }

    /// Waits until everything that was accepted so far is finished: events, records, notifications.
    /// Only virtual time can tell.
    pub async fn settle(&self) {
        let advanced = self.clock.advance(Duration::ZERO).await;
        let advanced = advanced.expect("this world keeps virtual time");
        assert!(advanced.settled(), "these do not finish: {:#?}", advanced.unfinished);
    }

    /// Every line of a function's log that holds `phrase`, oldest first; all of them if it is empty.
    pub async fn logged(&self, function: &str, phrase: &str) -> Vec<String> {
        let group = format!("/aws/lambda/{function}");
        let pattern = if phrase.is_empty() { String::new() } else { format!("\"{phrase}\"") };
        let found = self.logs().filter_log_events().log_group_name(group).filter_pattern(pattern);
        let found = found.send().await.expect("a function that has run has a log");
        let message = |event: &aws_sdk_cloudwatchlogs::types::FilteredLogEvent| {
            event.message().unwrap_or_default().trim_end().to_owned()
        };
        found.events().iter().map(message).collect()
    }

    /// Waits until a line of a function's log holds `phrase`.
    pub async fn line(&self, function: &str, phrase: &str) -> String {
        let emulator = self.emulator.as_ref().expect("this world is not closed");
        let (group, search) = (format!("/aws/lambda/{function}"), Search::phrase(phrase));
        let found = patience::soon(phrase, emulator.logs().first(&group, &search)).await;
        found.event.message.trim_end().to_owned()
    }

    /// Fetches a path of this world.
    pub async fn get(&self, path: &str) -> Page {
        self.fetch(Request::get(path).body(String::new()).expect("a path")).await
    }

    /// Posts JSON to a path of this world.
    pub async fn post(&self, path: &str, body: Value) -> Page {
        let request = Request::post(path).header("content-type", "application/json");
        self.fetch(request.body(body.to_string()).expect("a path")).await
    }

    /// Sends a request here, whatever host it names.
    pub async fn fetch(&self, mut request: Request<String>) -> Page {
        let here = self.authority().parse().expect("an address makes a header");
        request.headers_mut().entry(HOST).or_insert(here);
        fetch(self.authority(), request).await
    }

    /// How many processes this world's functions have.
    pub fn processes(&self) -> usize {
        processes::calling_back_at(&self.endpoint).len()
    }

    /// Waits until a process has ended.
    pub async fn gone(&self, id: u32) {
        processes::gone(id).await;
    }

    /// The processes of this world that are there and do not end by themselves.
    pub async fn left_behind(&self) -> Vec<String> {
        processes::left_behind_by(&self.endpoint).await
    }

    /// Ends the world, and fails the test if anything of it is left: an item that was accepted and not
    /// finished, or a process.
    pub async fn close(self) {
        // Real time is not asked: in it, an answered invocation may still be closing its books.
        let settled = self.clock.advance(Duration::ZERO).await;
        let unfinished = settled.map(|advanced| advanced.unfinished).unwrap_or_default();
        self.stop().await;
        assert!(unfinished.is_empty(), "this world left something unfinished: {unfinished:#?}");
    }

    /// Ends the world in the midst of whatever goes on, and fails the test if a process is left.
    pub async fn stop(mut self) {
        let emulator = self.emulator.take().expect("a world ends once");
        patience::soon("the emulator's end", emulator.shut_down()).await;
        let left = self.left_behind().await;
        assert!(left.is_empty(), "this world left processes running: {left:#?}");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let closed = self.emulator.is_none();
        assert!(
            closed || std::thread::panicking(),
            "nobody has asked what is left (hint: world.close().await)"
        );
    }
}
