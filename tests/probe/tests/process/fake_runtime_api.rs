//! As much of the Runtime API as the probe's own tests need: one invocation at a time, and the
//! answers to bad order that AWS gives. Any other path is a page to fetch.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinSet;

/// Something that the probe posted.
pub(crate) struct Posted {
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Bytes,
}

impl Posted {
    pub(crate) fn error(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn error_message(&self) -> String {
        self.error()["errorMessage"].as_str().unwrap().to_owned()
    }
}

/// A Runtime API for one probe. What it owns ends when it is dropped.
pub(crate) struct FakeRuntimeApi {
    pub(crate) address: SocketAddr,
    events: mpsc::UnboundedSender<String>,
    posts: mpsc::UnboundedReceiver<Posted>,
    _server: JoinSet<()>,
}

impl FakeRuntimeApi {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (events, to_deliver) = mpsc::unbounded_channel();
        let (posted, posts) = mpsc::unbounded_channel();
        let api = Arc::new(Api {
            to_deliver: AsyncMutex::new(to_deliver),
            posted,
            current: Mutex::default(),
        });
        let mut server = JoinSet::new();
        server.spawn(accept(listener, api));
        Self { address, events, posts, _server: server }
    }

    pub(crate) fn deliver(&self, event: &str) {
        self.events.send(event.to_owned()).unwrap();
    }

    pub(crate) async fn posted(&mut self) -> Posted {
        self.posts.recv().await.unwrap()
    }

    pub(crate) fn try_posted(&mut self) -> Option<Posted> {
        self.posts.try_recv().ok()
    }
}

async fn accept(listener: TcpListener, api: Arc<Api>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let api = Arc::clone(&api);
        let service = service_fn(move |request| {
            let api = Arc::clone(&api);
            async move { Ok::<_, Infallible>(api.answer(request).await) }
        });
        connections.spawn(async move {
            // A probe that is killed breaks its connection.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

struct Api {
    to_deliver: AsyncMutex<mpsc::UnboundedReceiver<String>>,
    posted: mpsc::UnboundedSender<Posted>,
    current: Mutex<Current>,
}

/// The invocation that the probe has.
#[derive(Clone, Default)]
struct Current {
    number: u64,
    event: String,
    /// Whether it waits for its answer.
    running: bool,
}

impl Api {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path_and_query().unwrap().to_string();
        match (request.method(), path.strip_prefix("/2018-06-01/runtime/")) {
            (&Method::GET, Some("invocation/next")) => self.next().await,
            (&Method::POST, Some(call)) => self.post(call, &path, request).await,
            _ => response(200, format!("page of {path}")),
        }
    }

    async fn next(&self) -> Response<Full<Bytes>> {
        let running = Some(self.current.lock().unwrap().clone()).filter(|current| current.running);
        let current = match running {
            Some(current) => current,
            None => self.take_next().await,
        };
        let mut response = response(200, current.event);
        let id = format!("request-{}", current.number).parse().unwrap();
        let headers = response.headers_mut();
        headers.insert("Lambda-Runtime-Aws-Request-Id", id);
        headers.insert("Lambda-Runtime-Deadline-Ms", "1000".parse().unwrap());
        headers.insert("Lambda-Runtime-Trace-Id", "Root=1-2-3".parse().unwrap());
        response
    }

    async fn take_next(&self) -> Current {
        let Some(event) = self.to_deliver.lock().await.recv().await else {
            // The test is over, and with it this task.
            return std::future::pending().await;
        };
        let mut current = self.current.lock().unwrap();
        *current = Current { number: current.number + 1, event, running: true };
        current.clone()
    }

    async fn post(
        &self,
        call: &str,
        path: &str,
        request: Request<Incoming>,
    ) -> Response<Full<Bytes>> {
        let headers = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
        let headers = headers.collect();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let response = self.judge(call);
        // The test may have ended already.
        let _ = self.posted.send(Posted { path: path.to_owned(), headers, body });
        response
    }

    fn judge(&self, call: &str) -> Response<Full<Bytes>> {
        let mut current = self.current.lock().unwrap();
        let of_current = call.starts_with(&format!("invocation/request-{}/", current.number));
        if call == "init/error" || (of_current && current.running) {
            current.running = false;
            response(202, "{\"status\":\"OK\"}\n".into())
        } else if of_current {
            response(403, r#"{"errorType":"InvalidStateTransition"}"#.into())
        } else {
            response(400, r#"{"errorType":"InvalidRequestID"}"#.into())
        }
    }
}

fn response(status: u16, body: String) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::new(body.into())).unwrap()
}
