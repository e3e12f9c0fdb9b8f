//! `World`: a running emulator in this process, and the account that it answers for.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use emulator::{Clock, Config, Emulator, Executor, Home, INIT_LIMIT, Processes};
use emulator_logs::Search;
use http::Request;
use serde_json::Value;
use tempfile::TempDir;
use time::UtcDateTime;
use time::macros::utc_datetime;

use crate::web::{Page, fetch};
use crate::{Account, Images, clients, patience, processes, programs};

/// When virtual time starts.
const START: UtcDateTime = utc_datetime!(2026-01-02 03:04:05);

/// A running emulator, which lends the verbs of its [`Account`]. It has to be [closed](World::close) before its test ends.
pub struct World {
    /// Gone once the world is closed.
    emulator: Option<Emulator>,
    clock: Clock,
    endpoint: String,
    account: Account,
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
        let (clock, home) = (config.clock.clone(), config.home.clone());
        let emulator = Emulator::start(config).await.expect("a free port and two programs suffice");
        let endpoint = emulator.endpoint();
        let folder = TempDir::new().expect("a machine has room for a folder");
        let clients = clients::at(&endpoint, &home.region);
        let account = Account::new(clients, &home.account, None, Images::default());
        Self { emulator: Some(emulator), clock, endpoint, account, folder }
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
        let images = images.map(|(uri, program)| (uri.to_owned(), program));
        let probe = (Images::default().probe, programs::probe());
        Executor::Process(Processes {
            bootstrap: programs::bootstrap(),
            images: [probe].into_iter().chain(images).collect(),
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

    /// Waits until everything that was accepted so far is finished: events, records, notifications.
    /// Only virtual time can tell.
    pub async fn settle(&self) {
        let advanced = self.clock.advance(Duration::ZERO).await;
        let advanced = advanced.expect("this world keeps virtual time");
        assert!(advanced.settled(), "these do not finish: {:#?}", advanced.unfinished);
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

    /// Sends a request for a path here, whatever host it names.
    pub async fn fetch(&self, mut request: Request<String>) -> Page {
        let url = format!("{}{}", self.endpoint, request.uri());
        *request.uri_mut() = url.parse().expect("an endpoint and a path make a URL");
        fetch(request).await
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

impl Deref for World {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
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
