//! A Runtime API for one process: it hands out events, and gives back what is posted.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    task::JoinSet,
};

/// An event, and the id under which it is to be answered.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) request_id: String,
    pub(crate) body: String,
}

/// What the process sent: an answer, or an error.
#[derive(Debug)]
pub(crate) struct Post {
    /// Without the API's version: `invocation/id-1/response`.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

pub(crate) struct RuntimeApi {
    pub(crate) address: SocketAddr,
    /// When this is dropped, `/next` hangs up.
    pub(crate) events: mpsc::UnboundedSender<Event>,
    pub(crate) posts: mpsc::UnboundedReceiver<Post>,
    /// Its tasks end with it.
    _server: JoinSet<()>,
}

/// What the connections share.
struct Queues {
    events: Mutex<mpsc::UnboundedReceiver<Event>>,
    posts: mpsc::UnboundedSender<Post>,
}

/// The process asked for an event when there will be none.
#[derive(Debug, thiserror::Error)]
#[error("there are no more events")]
struct HungUp;

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (events, pending) = mpsc::unbounded_channel();
        let (posted, posts) = mpsc::unbounded_channel();
        let queues = Arc::new(Queues { events: Mutex::new(pending), posts: posted });
        let mut server = JoinSet::new();
        server.spawn(accept(listener, queues));
        Self { address, events, posts, _server: server }
    }
}

async fn accept(listener: TcpListener, queues: Arc<Queues>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let queues = Arc::clone(&queues);
        let service = service_fn(move |request| answer(Arc::clone(&queues), request));
        connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    queues: Arc<Queues>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, HungUp> {
    let (head, body) = request.into_parts();
    let path = head
        .uri
        .path()
        .strip_prefix("/2018-06-01/runtime/")
        .expect("it is of the Runtime API")
        .to_owned();
    if (head.method, path.as_str()) == (Method::GET, "invocation/next") {
        let event = queues.events.lock().await.recv().await.ok_or(HungUp)?;
        return Ok(next(event));
    }
    let body = serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap();
    queues
        .posts
        .send(Post { path, headers: head.headers, body })
        .expect("the test reads what is posted");
    Ok(Response::builder().status(StatusCode::ACCEPTED).body(r#"{"status":"OK"}"#.into()).unwrap())
}

fn next(event: Event) -> Response<Full<Bytes>> {
    Response::builder()
        .header("Lambda-Runtime-Aws-Request-Id", event.request_id)
        .header("Lambda-Runtime-Deadline-Ms", "4102444800000")
        .header(
            "Lambda-Runtime-Invoked-Function-Arn",
            "arn:aws:lambda:us-east-1:000000000000:function:hello",
        )
        .header("Content-Type", "application/json")
        .body(event.body.into())
        .unwrap()
}
