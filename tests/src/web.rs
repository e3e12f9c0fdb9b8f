//! Plain HTTP, for what is no AWS operation: a REST API's URL, the emulator's own pages.

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

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

/// Sends one request to `authority` (host and port), on a connection of its own.
pub async fn fetch(authority: &str, request: Request<impl Into<Bytes>>) -> Page {
    soon("an answer over HTTP", async {
        let stream = TcpStream::connect(authority).await.expect("somebody listens there");
        let connected = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = connected.expect("a new connection takes requests");
        let exchange = async move {
            let request = request.map(|body| Full::new(body.into()));
            let response = sender.send_request(request).await.expect("a request is answered");
            let (head, body) = response.into_parts();
            let body = body.collect().await.expect("an answer comes whole").to_bytes();
            let body = String::from_utf8_lossy(&body).into_owned();
            Page { status: head.status, headers: head.headers, body }
        };
        // The connection is over when its only sender is.
        tokio::join!(exchange, connection).0
    })
    .await
}
