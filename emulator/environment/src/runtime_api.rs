//! The Runtime API of one environment: HTTP for the process inside, messages for the driver.
//!
//! Who may do what when is the state machine's business; here are only paths, bodies and documents.

use std::net::SocketAddr;

use bytes::Bytes;
use emulator_front::http::header::{CONTENT_TYPE, HeaderMap};
use emulator_front::http::request::Parts;
use emulator_front::http::{HeaderValue, Method, Request, Response, StatusCode};
use emulator_front::{Body, CollectError, RequestId, Serve};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::driver::Message;
use crate::error_cause;
use crate::extensions;
use crate::failure::{MAX_RESPONSE, TRUNCATED};
use crate::stream::{ERROR_TYPE, StreamError};

/// How an answer comes: `streaming`, or, if it is absent, whole.
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";

/// Names one delivery of an event. A runtime that knows of it says it again with what it posts.
pub(crate) const INVOCATION_ID: &str = "lambda-runtime-invocation-id";

/// How many bodies are taken in at once. Ours: a process has one to send; the rest is room for those of
/// processes that are about to be gone. What comes besides waits in its connection, not in memory.
const BODIES: usize = 4;

/// The face that the process sees.
pub(crate) struct RuntimeApi {
    inbox: mpsc::Sender<Message>,
    bodies: Semaphore,
}

/// What the driver says to a post.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// Taken.
    Accepted,
    /// The id is not, or no longer, that of the invocation in flight.
    InvalidRequestId,
    /// What is said again of the invocation id is not what was said with the event.
    InvalidInvocationId,
    /// Not possible now; the text says from which state to which.
    InvalidStateTransition(String),
    /// The answer was too large, and the caller has been told.
    TooLarge,
    /// The answer broke off, and the caller has been told.
    Truncated,
    /// There is no such way to answer, and the caller has been told that there is no answer.
    InvalidMode,
}

/// What a process posts for an invocation.
#[derive(Debug)]
pub(crate) enum Answer {
    /// `/response`.
    Response { content_type: Option<HeaderValue>, body: Bytes },
    /// `/response` in pieces: all that was kept of it, and how it failed, if it did.
    Streamed { whole: Bytes, error: Option<StreamError> },
    /// `/error`.
    Error(Bytes),
    /// `/response` with more bytes than Lambda takes.
    TooLarge,
    /// `/response` or `/error` that broke off.
    Truncated,
    /// `/response` with a mode that does not exist.
    InvalidMode,
}

impl Serve for RuntimeApi {
    async fn serve(&self, request: Request<Body>, _peer: SocketAddr) -> Response<Body> {
        let (head, body) = request.into_parts();
        self.route(&head, body).await.unwrap_or_else(gone)
    }
}

impl RuntimeApi {
    pub(crate) fn new(inbox: mpsc::Sender<Message>) -> Self {
        Self { inbox, bodies: Semaphore::new(BODIES) }
    }

    /// Takes a body in, if Lambda takes as much.
    async fn take_in(&self, body: Body) -> Result<Bytes, CollectError> {
        let _place = self.bodies.acquire().await.expect("nobody closes this");
        body.collect(MAX_RESPONSE).await
    }

    /// `None` if the environment has been stopped meanwhile.
    async fn route(&self, head: &Parts, body: Body) -> Option<Response<Body>> {
        if let Some(call) = extensions::api::Call::at(&head.method, head.uri.path()) {
            return call.answer(&self.inbox, head, body).await;
        }
        let Some(path) = head.uri.path().strip_prefix("/2018-06-01/") else {
            return Some(not_found());
        };
        match (&head.method, path) {
            (&Method::GET, "runtime/invocation/next") => self.next().await,
            (&Method::POST, "runtime/init/error") => self.init_error(head, body).await,
            (&Method::GET, "ping") => Some(Response::new("pong".into())),
            (&Method::POST, path) => {
                match path.strip_prefix("runtime/invocation/").and_then(|rest| rest.split_once('/'))
                {
                    Some((id, "response")) => self.respond(id, head, body).await,
                    Some((id, "error")) => {
                        self.post(id, head, error(head, self.take_in(body).await)).await
                    }
                    _ => Some(not_found()),
                }
            }
            _ => Some(not_found()),
        }
    }

    async fn next(&self) -> Option<Response<Body>> {
        let (reply, next) = oneshot::channel();
        self.inbox.send(Message::Next(reply)).await.ok()?;
        match next.await.ok()? {
            Ok(response) => Some(response),
            Err(refused) => Some(document(refused)),
        }
    }

    async fn init_error(&self, head: &Parts, body: Body) -> Option<Response<Body>> {
        let kind = error_type(&head.headers);
        let body = self.take_in(body).await.ok()?;
        let (reply, posted) = oneshot::channel();
        self.inbox.send(Message::InitError { kind, body, reply }).await.ok()?;
        posted.await.ok().map(document)
    }

    async fn respond(&self, id: &str, head: &Parts, body: Body) -> Option<Response<Body>> {
        let content_type = head.headers.get(CONTENT_TYPE).cloned();
        match head.headers.get(RESPONSE_MODE).map(HeaderValue::as_bytes) {
            None => self.post(id, head, response(content_type, self.take_in(body).await)).await,
            Some(b"streaming") => self.stream(id, head, content_type, body).await,
            Some(_) => self.post(id, head, Answer::InvalidMode).await,
        }
    }

    /// Passes the body on while it arrives; the answer to its sender comes when it has ended.
    async fn stream(
        &self,
        id: &str,
        head: &Parts,
        content_type: Option<HeaderValue>,
        body: Body,
    ) -> Option<Response<Body>> {
        let Some(id) = RequestId::parse(id) else {
            return Some(document(Posted::InvalidRequestId));
        };
        let echo = head.headers.get(INVOCATION_ID).cloned();
        let (reply, sink) = oneshot::channel();
        self.inbox.send(Message::Stream { id, echo, content_type, reply }).await.ok()?;
        let answer = match sink.await.ok()? {
            Ok(sink) => sink.take_in(body).await,
            Err(refused) => return Some(document(refused)),
        };
        let (reply, posted) = oneshot::channel();
        self.inbox.send(Message::StreamEnded { id, answer, reply }).await.ok()?;
        posted.await.ok().map(document)
    }

    async fn post(&self, id: &str, head: &Parts, answer: Answer) -> Option<Response<Body>> {
        let Some(id) = RequestId::parse(id) else {
            return Some(document(Posted::InvalidRequestId));
        };
        let (reply, posted) = oneshot::channel();
        let echo = head.headers.get(INVOCATION_ID).cloned();
        self.inbox.send(Message::Answer { id, echo, answer, reply }).await.ok()?;
        posted.await.ok().map(document)
    }
}

/// The error type that a process gives, if it is one that Lambda passes on: `Runtime.…` or `Function.…`.
pub(crate) fn error_type(headers: &HeaderMap) -> String {
    let given = headers.get(ERROR_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (family, name) = given.split_once('.').unwrap_or_default();
    let named = name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.len() > 1
        && name.chars().all(|letter| letter.is_ascii_alphabetic());
    match family {
        "Runtime" | "Function" if named => given.to_owned(),
        "Function" => "Function.Unknown".to_owned(),
        _ => "Runtime.Unknown".to_owned(),
    }
}

fn response(content_type: Option<HeaderValue>, body: Result<Bytes, CollectError>) -> Answer {
    match body {
        Ok(body) => Answer::Response { content_type, body },
        Err(CollectError::TooLarge { .. }) => Answer::TooLarge,
        Err(CollectError::Broken(_)) => Answer::Truncated,
    }
}

/// Whether AWS measures errors as it does answers is not known; a larger one is no more use to a caller.
fn error(head: &Parts, body: Result<Bytes, CollectError>) -> Answer {
    match body {
        Ok(body) => Answer::Error(error_cause::removed(&head.headers, body)),
        Err(CollectError::TooLarge { .. }) => Answer::TooLarge,
        Err(CollectError::Broken(_)) => Answer::Truncated,
    }
}

fn document(posted: Posted) -> Response<Body> {
    let (status, text) = match posted {
        Posted::Accepted => (StatusCode::ACCEPTED, "{\"status\":\"OK\"}\n".to_owned()),
        Posted::InvalidRequestId => {
            (StatusCode::BAD_REQUEST, refusal("Invalid request ID", "InvalidRequestID"))
        }
        // Lambda's type; its text is unverified.
        Posted::InvalidInvocationId => {
            (StatusCode::BAD_REQUEST, refusal("Invalid invocation ID", "InvalidInvocationId"))
        }
        Posted::InvalidStateTransition(text) => {
            (StatusCode::FORBIDDEN, refusal(&text, "InvalidStateTransition"))
        }
        Posted::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            refusal(
                &format!("Exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."),
                "RequestEntityTooLarge",
            ),
        ),
        Posted::Truncated => (StatusCode::BAD_REQUEST, refusal(TRUNCATED, "TruncatedHTTPRequest")),
        Posted::InvalidMode => (
            StatusCode::BAD_REQUEST,
            refusal("Invalid function response mode", "InvalidFunctionResponseMode"),
        ),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn refusal(text: &str, kind: &str) -> String {
    format!("{{\"errorMessage\":\"{text}\",\"errorType\":\"{kind}\"}}")
}

fn not_found() -> Response<Body> {
    let mut response = Response::new(Body::from("404 page not found\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// The environment has been stopped: to a runtime, the one error after which it must exit.
fn gone() -> Response<Body> {
    let text = refusal("Internal Server Error", "InternalServerError");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use emulator_front::BodyError;
    use futures_util::stream::{self, StreamExt};
    use futures_util::{FutureExt, future};
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    use super::*;

    #[tokio::test]
    async fn only_so_many_bodies_are_taken_in_at_once() {
        let (inbox, _driver) = mpsc::channel(1);
        let api = RuntimeApi::new(inbox);
        let begun = Arc::new(AtomicUsize::new(0));
        let post = || {
            let begun = begun.clone();
            let never_ends = stream::once(async move {
                begun.fetch_add(1, Ordering::Relaxed);
                future::pending::<Result<Frame<Bytes>, BodyError>>().await
            });
            api.take_in(Body::stream(StreamBody::new(never_ends.boxed()))).boxed()
        };
        let mut posts: Vec<_> = (0..=BODIES).map(|_| post()).collect();
        for post in &mut posts {
            assert!(post.now_or_never().is_none());
        }
        assert_eq!(begun.load(Ordering::Relaxed), BODIES);
        // One that breaks off makes room for another.
        drop(posts.swap_remove(0));
        assert!((&mut posts[0]).now_or_never().is_none());
        assert_eq!(begun.load(Ordering::Relaxed), BODIES + 1);
    }
}
