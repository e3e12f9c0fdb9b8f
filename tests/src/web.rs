//! Plain HTTP, for what is no AWS operation: a REST API's URL, the emulator's own pages.

use bytes::Bytes;
use http::uri::Scheme;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::soon;

/// What a URL answered.
#[derive(Clone, Debug)]
pub struct Page {
    /// 200, one hopes.
    pub status: StatusCode,
    /// As they came.
    pub headers: HeaderMap,
    /// Text, as everything here is.
    pub body: String,
}

impl Page {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{:?} is not JSON: {error}", self.body),
        }
    }
}

/// Sends one request to the URL that it names, on a connection of its own.
pub async fn fetch(request: Request<impl Into<Bytes>>) -> Page {
    let request = request.map(|body| Full::new(body.into()));
    soon("an answer over HTTP", async {
        let answering = match request.uri().scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => over(secure()).request(request),
            _ => over(HttpConnector::new()).request(request),
        };
        let (head, body) = answering.await.expect("a request is answered").into_parts();
        let body = body.collect().await.expect("an answer comes whole").to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        Page { status: head.status, headers: head.headers, body }
    })
    .await
}

/// A client that keeps no connection.
fn over<C: Connect + Clone + Send + Sync + 'static>(connector: C) -> Client<C, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector)
}

/// TLS with whom this machine trusts.
fn secure() -> HttpsConnector<HttpConnector> {
    let roots = HttpsConnectorBuilder::new().with_native_roots();
    roots.expect("this machine trusts somebody").https_only().enable_http1().build()
}
