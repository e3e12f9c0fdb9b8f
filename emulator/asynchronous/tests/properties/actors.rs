//! Processes that are tasks: each does as its events say, until it is killed.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_environment::{
    Executor, Exit, Image, Launch, ResolveError, Route, RunsAs, Sandbox, StartError, Started,
};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::unix::pipe;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What all actors share, and what is seen of them.
#[derive(Default)]
pub(crate) struct Stage {
    seen: Mutex<Seen>,
    /// How often those who wait have been let go.
    released: watch::Sender<u64>,
}

#[derive(Default)]
struct Seen {
    alive: Vec<CancellationToken>,
    running: u32,
    most_running: u32,
    /// How often each event was served, and by which configuration.
    served: BTreeMap<String, Vec<u64>>,
}

impl Stage {
    pub(crate) fn kill(&self, which: usize) {
        let mut seen = self.seen();
        if !seen.alive.is_empty() {
            let which = which % seen.alive.len();
            seen.alive.swap_remove(which).cancel();
        }
    }

    pub(crate) fn release(&self) {
        self.released.send_modify(|times| *times += 1);
    }

    /// By which configurations an event was served.
    pub(crate) fn served(&self, event: &str) -> Vec<u64> {
        self.seen().served.get(event).cloned().unwrap_or_default()
    }

    pub(crate) fn most_running(&self) -> u32 {
        self.seen().most_running
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}

/// Counts an event as served, and as running until it is dropped.
struct Serving<'a>(&'a Stage);

impl<'a> Serving<'a> {
    fn of(stage: &'a Stage, event: &str, generation: u64) -> Self {
        let mut seen = stage.seen();
        seen.running += 1;
        seen.most_running = seen.most_running.max(seen.running);
        seen.served.entry(event.to_owned()).or_default().push(generation);
        Self(stage)
    }
}

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        self.0.seen().running -= 1;
    }
}

/// Starts actors instead of processes.
pub(crate) struct Actors(pub(crate) Arc<Stage>);

impl Executor for Actors {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        ready(Ok(Image { runs_as: RunsAs::Process, uri: uri.to_owned(), digest: "0".repeat(64) }))
            .boxed()
    }

    fn has_changed(&self, _: &Image) -> bool {
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
        launch: &'a Arc<Launch>,
        _: Vec<(String, String)>,
        runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        let doom = CancellationToken::new();
        self.0.seen().alive.push(doom.clone());
        let actor = Actor {
            stage: self.0.clone(),
            generation: launch.variables["GENERATION"].parse().unwrap(),
            starts: launch.variables["STARTS"] == "true",
            runtime_api,
        };
        let mut task = JoinSet::new();
        task.spawn(async move {
            tokio::select! {
                biased;
                () = doom.cancelled() => Exit::Signal(9),
                exit = actor.run() => exit,
            }
        });
        let (_, output) = pipe::pipe().unwrap();
        let sandbox = Box::new(Running { task, exit: None });
        ready(Ok(Started {
            sandbox,
            output,
            address: Ipv4Addr::LOCALHOST.into(),
            began: tokio::time::Instant::now(),
        }))
        .boxed()
    }
}

struct Running {
    task: JoinSet<Exit>,
    exit: Option<Exit>,
}

impl Sandbox for Running {
    fn exited(&mut self) -> BoxFuture<'_, Exit> {
        async move {
            if self.exit.is_none() {
                let ended = self.task.join_next().await;
                self.exit = Some(ended.and_then(Result::ok).unwrap_or(Exit::Signal(9)));
            }
            self.exit.unwrap()
        }
        .boxed()
    }

    fn settle(&mut self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }

    fn peak_memory(&mut self) -> Option<u64> {
        None
    }

    fn terminate(&mut self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }

    fn freeze(&mut self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }

    fn thaw(&mut self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }

    fn kill(&mut self) -> BoxFuture<'_, ()> {
        self.task.shutdown().boxed()
    }
}

/// One process.
struct Actor {
    stage: Arc<Stage>,
    /// Of the configuration that it was started with.
    generation: u64,
    starts: bool,
    runtime_api: SocketAddr,
}

impl Actor {
    async fn run(self) -> Exit {
        let Ok(stream) = TcpStream::connect(self.runtime_api).await else { return Exit::Code(1) };
        let mut connection = BufReader::new(stream);
        if !self.starts {
            let error = r#"{"errorType":"Runtime.NotToday","errorMessage":"no"}"#;
            let _ = exchange(&mut connection, "POST /2018-06-01/runtime/init/error", error).await;
            return Exit::Code(1);
        }
        while let Some(exit) = self.serve(&mut connection).await {
            if let Some(exit) = exit {
                return exit;
            }
        }
        Exit::Code(0)
    }

    /// One event; `None` once the Runtime API is gone.
    async fn serve(&self, connection: &mut BufReader<TcpStream>) -> Option<Option<Exit>> {
        const INVOCATION: &str = "/2018-06-01/runtime/invocation";
        let next = format!("GET {INVOCATION}/next");
        let (id, event) = exchange(connection, &next, "").await?;
        let serving = Serving::of(&self.stage, &event, self.generation);
        let act = event.trim_matches('"').split(' ').next().unwrap_or_default();
        if act == "Wait" {
            let mut released = self.stage.released.subscribe();
            released.changed().await.ok()?;
        }
        if act == "Exit" {
            return Some(Some(Exit::Code(3)));
        }
        let path = if act == "Fail" { "error" } else { "response" };
        drop(serving);
        exchange(connection, &format!("POST {INVOCATION}/{id}/{path}"), &event).await?;
        Some((act == "AnswerAndExit").then_some(Exit::Code(0)))
    }
}

/// Sends a request; reads the invocation's id (if there is one) and the body of the response. None once
/// the Runtime API is gone.
async fn exchange(
    connection: &mut BufReader<TcpStream>,
    route: &str,
    body: &str,
) -> Option<(String, String)> {
    let length = body.len();
    let request = format!("{route} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{body}");
    connection.write_all(request.as_bytes()).await.ok()?;
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("lambda-runtime-aws-request-id", value)) => value.clone_into(&mut id),
            Some(("content-length", value)) => length = value.parse().unwrap(),
            None if line == "\r\n" => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await.ok()?;
    Some((id, String::from_utf8(body).unwrap()))
}
