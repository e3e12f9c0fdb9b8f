//! The client's side of the Runtime API, as raw as it can be: any call, in any order, for any id.
//!
//! What is asked is not checked here, since misbehaving is what it is for. What comes back is kept as
//! notes, except what an ordinary call for the next invocation answers.

use std::collections::BTreeMap;
use std::mem;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::request::Builder;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;

use crate::answer::{Answer, Failure};
use crate::connection::Connection;
use crate::streaming::{Reply, Streaming};

const BASE: &str = "/2018-06-01/runtime";
const REQUEST_ID: &str = "lambda-runtime-aws-request-id";
const DEADLINE_MS: &str = "lambda-runtime-deadline-ms";
const TRACE: &str = "lambda-runtime-trace-id";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// What the Runtime API answered to one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The call: its method and its path.
    pub call: String,
    /// The status of the answer.
    pub status: u16,
    /// The request id among the headers of the answer: the invocation that a `next` got.
    pub request_id: Option<String>,
    /// The body of the answer.
    pub body: String,
}

/// Why a call got no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error("`{call}` cannot be sent")]
    NotARequest { call: String, source: http::Error },
    #[error("cannot connect to the Runtime API at `{authority}`")]
    Unreachable { authority: String, source: std::io::Error },
    #[error("the connection to the Runtime API broke at once")]
    Handshake(#[source] hyper::Error),
    #[error("`{call}` to the Runtime API failed")]
    Broken { call: String, source: hyper::Error },
    #[error("the Runtime API refused the next invocation with {status}: {body}")]
    NoNext { status: StatusCode, body: String },
    #[error("an invocation came without the header {REQUEST_ID}")]
    NoRequestId,
}

impl CallError {
    /// Whether nothing more can be said to the Runtime API.
    pub(crate) fn is_final(&self) -> bool {
        !matches!(self, Self::NotARequest { .. })
    }
}

/// An event and the headers it came with.
pub(crate) struct Invocation {
    pub(crate) request_id: String,
    pub(crate) event: Bytes,
    headers: HeaderMap,
}

impl Invocation {
    fn of(response: Response<Bytes>) -> Result<Self, CallError> {
        let request_id = request_id(response.headers()).ok_or(CallError::NoRequestId)?;
        let (head, event) = response.into_parts();
        Ok(Self { request_id, event, headers: head.headers })
    }

    /// Every header by its name in lower case; values of one name are joined with a comma.
    pub(crate) fn headers(&self) -> BTreeMap<String, String> {
        let mut headers = BTreeMap::<_, String>::new();
        for (name, value) in &self.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            headers
                .entry(name.as_str().to_owned())
                .and_modify(|values| *values = format!("{values}, {value}"))
                .or_insert_with(|| value.to_string());
        }
        headers
    }

    /// The trace that the invocation is part of, or nothing.
    pub(crate) fn trace(&self) -> &str {
        let trace = self.headers.get(TRACE).and_then(|trace| trace.to_str().ok());
        trace.unwrap_or_default()
    }

    /// Milliseconds since 1970, if the header says so.
    pub(crate) fn deadline_ms(&self) -> Option<u64> {
        self.headers.get(DEADLINE_MS)?.to_str().ok()?.parse().ok()
    }
}

/// The Runtime API of this execution environment.
pub(crate) struct RuntimeApi {
    authority: String,
    connection: Option<Connection>,
    /// Of the invocation before this one.
    earlier: Vec<Note>,
    /// Of this invocation.
    notes: Vec<Note>,
}

impl RuntimeApi {
    pub(crate) fn at(authority: String) -> Self {
        Self { authority, connection: None, earlier: Vec::new(), notes: Vec::new() }
    }

    /// Waits for the next invocation.
    pub(crate) async fn next(&mut self) -> Result<Invocation, CallError> {
        let (_, response) = self.get_next().await?;
        self.earlier = mem::take(&mut self.notes);
        if response.status() == StatusCode::OK {
            return Invocation::of(response);
        }
        Err(CallError::NoNext { status: response.status(), body: text(response.body()) })
    }

    /// Asks for the next invocation when it is not time to, and only notes what comes.
    pub(crate) async fn next_out_of_turn(&mut self) -> Result<(), CallError> {
        let (call, response) = self.get_next().await?;
        self.note(call, &response);
        Ok(())
    }

    pub(crate) async fn respond(
        &mut self,
        request_id: &str,
        answer: Answer,
    ) -> Result<(), CallError> {
        let Answer { content_type, body } = answer;
        let with = |request: Builder| request.header(CONTENT_TYPE, content_type);
        self.post(&format!("/invocation/{request_id}/response"), with, body).await
    }

    /// Begins a response in pieces.
    pub(crate) async fn stream(
        &self,
        request_id: &str,
        content_type: &str,
        mode: &str,
    ) -> std::io::Result<Streaming> {
        let path = format!("{BASE}/invocation/{request_id}/response");
        Streaming::begin(&self.authority, &path, content_type, mode).await
    }

    /// Keeps what was said to a response in pieces.
    pub(crate) fn note_reply(&mut self, reply: Reply) {
        let Reply { call, status, body } = reply;
        self.notes.push(Note { call, status, request_id: None, body });
    }

    pub(crate) async fn fail(
        &mut self,
        request_id: &str,
        failure: &Failure,
    ) -> Result<(), CallError> {
        self.post_failure(&format!("/invocation/{request_id}/error"), failure).await
    }

    pub(crate) async fn fail_init(&mut self, failure: &Failure) -> Result<(), CallError> {
        self.post_failure("/init/error", failure).await
    }

    /// The notes of the invocation before this one, and of this one so far.
    pub(crate) fn notes(&self) -> Vec<Note> {
        [&self.earlier[..], &self.notes].concat()
    }

    async fn post_failure(&mut self, path: &str, failure: &Failure) -> Result<(), CallError> {
        let with = |request: Builder| {
            request.header(CONTENT_TYPE, "application/json").header(ERROR_TYPE, &failure.header)
        };
        self.post(path, with, failure.body()).await
    }

    async fn post(
        &mut self,
        path: &str,
        with: impl FnOnce(Builder) -> Builder,
        body: Bytes,
    ) -> Result<(), CallError> {
        let (call, response) = self.call(Method::POST, path, with, body).await?;
        self.note(call, &response);
        Ok(())
    }

    async fn get_next(&mut self) -> Result<(String, Response<Bytes>), CallError> {
        self.call(Method::GET, "/invocation/next", |request| request, Bytes::new()).await
    }

    async fn call(
        &mut self,
        method: Method,
        path: &str,
        with: impl FnOnce(Builder) -> Builder,
        body: Bytes,
    ) -> Result<(String, Response<Bytes>), CallError> {
        let path = format!("{BASE}{path}");
        let call = format!("{method} {path}");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.authority)
            .header(USER_AGENT, "manifold-probe");
        match with(request).body(Full::new(body)) {
            Err(source) => Err(CallError::NotARequest { call, source }),
            Ok(request) => match self.connection().await?.send(request).await {
                Err(source) => Err(CallError::Broken { call, source }),
                Ok(response) => Ok((call, response)),
            },
        }
    }

    /// The open connection, or a new one where the server has closed the last.
    async fn connection(&mut self) -> Result<&mut Connection, CallError> {
        let open = match self.connection.take() {
            Some(connection) => connection.still_open().await,
            None => None,
        };
        let connection = match open {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        Ok(self.connection.insert(connection))
    }

    async fn connect(&self) -> Result<Connection, CallError> {
        let unreachable =
            |source| CallError::Unreachable { authority: self.authority.clone(), source };
        let stream = TcpStream::connect(&self.authority).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        Connection::over(stream).await.map_err(CallError::Handshake)
    }

    fn note(&mut self, call: String, response: &Response<Bytes>) {
        self.notes.push(Note {
            call,
            status: response.status().as_u16(),
            request_id: request_id(response.headers()),
            body: text(response.body()),
        });
    }
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(REQUEST_ID)?.to_str().ok()?.to_owned())
}

fn text(body: &Bytes) -> String {
    String::from_utf8_lossy(body).into_owned()
}
