//! AWS's HTTP APIs, spoken plainly: one connection per request, unsigned.
//!
//! An SDK says the same and takes minutes to build.

use std::net::SocketAddr;

use emulator::Home;
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpStream;

/// AWS, at an address.
pub(crate) struct Aws {
    address: SocketAddr,
    /// Region and account in ARNs.
    pub(crate) home: Home,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// Why a request has no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AwsError {
    #[error("{request} was refused ({status}): {message}")]
    Refused { request: String, status: StatusCode, message: String },
    #[error("{request} was answered with `{body}`")]
    NotUnderstood { request: String, body: String, source: serde_json::Error },
    #[error("{request} was not answered")]
    Broken { request: String, source: Broken },
}

/// Where a connection broke.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    #[error("no connection")]
    Connect(#[from] std::io::Error),
    #[error("the connection broke off")]
    Exchange(#[from] hyper::Error),
}

/// What is wrong, as a JSON service tells it; some write it with a capital.
#[derive(Deserialize)]
struct ErrorDocument {
    #[serde(alias = "Message")]
    message: String,
}

impl Aws {
    pub(crate) fn new(address: SocketAddr, home: Home) -> Self {
        Self { address, home }
    }

    /// An operation with a path of its own, as Lambda and API Gateway have them.
    pub(crate) async fn rest<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        input: Value,
    ) -> Result<T, AwsError> {
        let body = if input.is_null() { String::new() } else { input.to_string() };
        let answer =
            self.ask(method.clone(), path, ("content-type", "application/json"), body).await?;
        answer.read(format!("{method} {path}"))
    }

    /// An operation that is named in a header, as Kinesis and Logs have them.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        input: Value,
    ) -> Result<T, AwsError> {
        let header = ("x-amz-target", operation);
        self.ask(Method::POST, "/", header, input.to_string()).await?.read(operation.to_owned())
    }

    /// A bucket, an object or a configuration, as S3 takes them.
    pub(crate) async fn put(&self, path: &str, body: impl Into<Bytes>) -> Result<(), AwsError> {
        let header = (CONTENT_TYPE.as_str(), "application/octet-stream");
        let answer = self.ask(Method::PUT, path, header, body).await?;
        answer.accepted(format!("PUT {path}")).map(drop)
    }

    /// A request whose answer is whatever it is.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        (header, value): (&str, &str),
        body: impl Into<Bytes>,
    ) -> Result<Answer, AwsError> {
        let request = format!("{method} {path}");
        let asked = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.address.to_string())
            .header(header, value)
            .body(Full::new(body.into()))
            .expect("paths and headers here are made of visible characters");
        self.exchange(asked).await.map_err(|source| AwsError::Broken { request, source })
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Answer, Broken> {
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let exchange = async move {
            // It owns the sender: when it is done, the connection ends.
            let (head, body) = sender.send_request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Answer { status: head.status, body })
        };
        let (answer, _ended) = tokio::join!(exchange, connection);
        answer
    }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// This answer, if it is not an error.
    pub(crate) fn accepted(self, request: String) -> Result<Self, AwsError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let message = error_message(&self.text());
        Err(AwsError::Refused { request, status: self.status, message })
    }

    fn read<T: DeserializeOwned>(self, request: String) -> Result<T, AwsError> {
        let answer = self.accepted(request.clone())?;
        // Some operations answer nothing at all.
        let body = if answer.body.is_empty() { b"null" } else { &answer.body[..] };
        serde_json::from_slice(body).map_err(|source| AwsError::NotUnderstood {
            request,
            body: answer.text(),
            source,
        })
    }
}

/// The message of an error document, in JSON or, as S3 writes it, in XML; else all of the text.
fn error_message(text: &str) -> String {
    if let Ok(document) = serde_json::from_str::<ErrorDocument>(text) {
        return document.message;
    }
    let in_xml = || Some(text.split_once("<Message>")?.1.split_once("</Message>")?.0);
    in_xml().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_an_error_is_found_in_every_kind_of_document() {
        for document in [
            r#"{"Type":"User","Message":"no"}"#,
            r#"{"__type":"X","message":"no"}"#,
            "<Error><Code>X</Code><Message>no</Message></Error>",
            "no",
        ] {
            assert_eq!(error_message(document), "no", "{document}");
        }
    }
}
