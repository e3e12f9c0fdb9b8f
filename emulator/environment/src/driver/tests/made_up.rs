//! The executor and its sandboxes, in which nothing runs: each is a [`Process`] that a test is handed.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::unix::pipe;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::process::Process;
use crate::{
    Executor, Exit, Extension, Image, Launch, Obstacle, ResolveError, Route, RunsAs, Sandbox,
    StartError, Started,
};

/// What was done to a process besides ending it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Treatment {
    pub(super) frozen: bool,
    pub(super) terminated: bool,
}

/// Starts nothing, but tells the test.
pub(super) struct MadeUp {
    pub(super) starts: Mutex<mpsc::UnboundedSender<Process>>,
    pub(super) beside: Mutex<mpsc::UnboundedSender<Process>>,
    pub(super) extensions: Vec<&'static str>,
    pub(super) broken: Option<String>,
    pub(super) broken_here: bool,
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
