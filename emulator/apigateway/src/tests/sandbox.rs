//! Functions without a process: each image's name says how its function behaves.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use emulator_environment::{
    Executor, Exit, Image, Launch, ResolveError, Route, RunsAs, Sandbox, StartError, Started,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::unix::pipe;
use tokio::task::JoinSet;

/// `echoes` answers with the event as the body, `fails` reports an error, `mumbles` answers with what is
/// no response, `dawdles` never answers.
pub(super) struct InProcess;

impl Executor for InProcess {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        async move {
            Ok(Image { runs_as: RunsAs::Process, uri: uri.to_owned(), digest: "0".repeat(64) })
        }
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
        async move {
            let behaviour = launch.image.uri.clone();
            let mut function = JoinSet::new();
            function.spawn(run(behaviour, runtime_api));
            let (_, output) = pipe::pipe().unwrap();
            Ok(Started {
                sandbox: Box::new(Running(function)),
                output,
                address: Ipv4Addr::LOCALHOST.into(),
                began: tokio::time::Instant::now(),
            })
        }
        .boxed()
    }
}

struct Running(JoinSet<()>);

impl Sandbox for Running {
    fn exited(&mut self) -> BoxFuture<'_, Exit> {
        async move {
            self.0.join_next().await;
            Exit::Code(0)
        }
        .boxed()
    }

    fn settle(&mut self) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }

    fn peak_memory(&mut self) -> Option<u64> {
        None
    }

    fn terminate(&mut self) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }

    fn freeze(&mut self) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }

    fn thaw(&mut self) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }

    fn kill(&mut self) -> BoxFuture<'_, ()> {
        self.0.shutdown().boxed()
    }
}

/// A runtime's loop: takes an event, answers it, takes the next.
async fn run(behaviour: String, runtime_api: SocketAddr) {
    const INVOCATION: &str = "/2018-06-01/runtime/invocation";
    let mut connection = BufReader::new(TcpStream::connect(runtime_api).await.unwrap());
    loop {
        let next = format!("GET {INVOCATION}/next");
        let Some((id, event)) = exchange(&mut connection, &next, "").await else { return };
        let (path, answer) = match &*behaviour {
            "echoes" => ("response", json!({ "statusCode": 201, "body": event }).to_string()),
            "fails" => ("error", json!({ "statusCode": 200 }).to_string()),
            "mumbles" => ("response", json!({ "wrongValue": 1 }).to_string()),
            "dawdles" => return std::future::pending().await,
            other => panic!("`{other}` is no behaviour"),
        };
        let post = format!("POST {INVOCATION}/{id}/{path}");
        if exchange(&mut connection, &post, &answer).await.is_none() {
            return;
        }
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
