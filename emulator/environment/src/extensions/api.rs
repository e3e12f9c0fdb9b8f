//! The Extensions, Telemetry and Logs APIs as HTTP: paths, headers and documents. Who may do what when is
//! decided by [`participants`](super::participants).

use bytes::Bytes;
use emulator_front::http::header::CONTENT_TYPE;
use emulator_front::http::request::Parts;
use emulator_front::http::{HeaderValue, Method, Response, StatusCode};
use emulator_front::{Body, CollectError};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::participants::{Complaint, Interests};
use super::refusal::Refusal;
use super::{Registered, Request, Subscribed};
use crate::driver::Message;
use crate::telemetry;

/// Largest body that is read, in bytes. Ours: none of these is larger than a few lines.
const MAX_BODY: usize = 64 * 1024;

/// What is done at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Register,
    Next,
    Fail(Complaint),
    Subscribe(telemetry::Api),
}

impl Call {
    /// `None` if the path is none of these.
    pub(crate) fn at(method: &Method, path: &str) -> Option<Self> {
        Some(match (method, path) {
            (&Method::POST, "/2020-01-01/extension/register") => Self::Register,
            (&Method::GET, "/2020-01-01/extension/event/next") => Self::Next,
            (&Method::POST, "/2020-01-01/extension/init/error") => Self::Fail(Complaint::Init),
            (&Method::POST, "/2020-01-01/extension/exit/error") => Self::Fail(Complaint::Exit),
            (&Method::PUT, "/2022-07-01/telemetry") => Self::Subscribe(telemetry::Api::Telemetry),
            (&Method::PUT, "/2020-08-15/logs") => Self::Subscribe(telemetry::Api::Logs),
            _ => return None,
        })
    }

    /// Asks the driver, and puts what it says into a response. `None` if the environment is gone.
    pub(crate) async fn answer(
        self,
        inbox: &mpsc::Sender<Message>,
        head: &Parts,
        body: Body,
    ) -> Option<Response<Body>> {
        let body = match body.collect(MAX_BODY).await {
            Ok(body) => body,
            Err(CollectError::TooLarge { .. }) => {
                return Some(refused(&Refusal::Format("http: request body too large".to_owned())));
            }
            Err(CollectError::Broken(_)) => return None,
        };
        let answered = match self {
            Self::Register => register(inbox, head, &body).await,
            Self::Next => next(inbox, head).await,
            Self::Fail(complaint) => fail(inbox, head, complaint).await,
            Self::Subscribe(api) => subscribe(inbox, head, api, body).await,
        };
        match answered? {
            Ok(response) => Some(response),
            Err(refusal) => Some(refused(&refusal)),
        }
    }
}

/// `None` if the environment is gone.
type Answered = Option<Result<Response<Body>, Refusal>>;

async fn ask<T>(
    inbox: &mpsc::Sender<Message>,
    request: impl FnOnce(super::Reply<T>) -> Request,
) -> Option<Result<T, Refusal>> {
    let (reply, answer) = oneshot::channel();
    inbox.send(Message::Extension(request(reply))).await.ok()?;
    answer.await.ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    configuration_keys: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Welcome {
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    function_name: String,
    function_version: String,
    handler: String,
}

async fn register(inbox: &mpsc::Sender<Message>, head: &Parts, body: &[u8]) -> Answered {
    let (name, interests) = match registration(head, body) {
        Ok(registration) => registration,
        Err(refusal) => return Some(Err(refusal)),
    };
    let registered = ask(inbox, |reply| Request::Register { name, interests, reply }).await?;
    Some(registered.map(|registered| welcome(head, registered)))
}

fn registration(head: &Parts, body: &[u8]) -> Result<(String, Interests), Refusal> {
    let name = header(head, "lambda-extension-name");
    let name = name.filter(|name| !name.is_empty()).ok_or(Refusal::EmptyName)?;
    let asked: Registration =
        serde_json::from_slice(body).map_err(|error| Refusal::Format(error.to_string()))?;
    if !asked.configuration_keys.is_empty() {
        let text = "configurationKeys are deprecated; use environment variables instead";
        return Err(Refusal::Format(text.to_owned()));
    }
    let mut interests = Interests::default();
    for event in asked.events {
        match event.as_str() {
            "INVOKE" => interests.invoke = true,
            "SHUTDOWN" => interests.shutdown = true,
            _ => return Err(Refusal::EventType { event, reason: "ErrorInvalidEventType" }),
        }
    }
    Ok((name.to_owned(), interests))
}

fn welcome(head: &Parts, registered: Registered) -> Response<Body> {
    let Registered { id, function, version, handler, account } = registered;
    let features = header(head, "lambda-extension-accept-feature").unwrap_or_default();
    let wants_account = features.split(',').any(|feature| feature.trim() == "accountId");
    let mut response = document(
        StatusCode::OK,
        &Welcome {
            account_id: wants_account.then_some(account),
            function_name: function,
            function_version: version,
            handler,
        },
    );
    let id = HeaderValue::try_from(id.to_string()).expect("a UUID makes a header");
    response.headers_mut().insert("lambda-extension-identifier", id);
    response
}

async fn next(inbox: &mpsc::Sender<Message>, head: &Parts) -> Answered {
    let id = match identifier(head) {
        Ok(id) => id,
        Err(refusal) => return Some(Err(refusal)),
    };
    ask(inbox, |reply| Request::Next { id, reply }).await
}

async fn fail(inbox: &mpsc::Sender<Message>, head: &Parts, complaint: Complaint) -> Answered {
    let kind = header(head, "lambda-extension-function-error-type");
    let kind = kind.filter(|kind| !kind.is_empty()).ok_or(Refusal::MissingErrorType);
    let (id, kind) = match identifier(head).and_then(|id| Ok((id, kind?.to_owned()))) {
        Ok(asked) => asked,
        Err(refusal) => return Some(Err(refusal)),
    };
    let done = ask(inbox, |reply| Request::Fail { id, complaint, kind, reply }).await?;
    Some(done.map(|()| text(StatusCode::ACCEPTED, "{\"status\":\"OK\"}\n".to_owned())))
}

async fn subscribe(
    inbox: &mpsc::Sender<Message>,
    head: &Parts,
    api: telemetry::Api,
    body: Bytes,
) -> Answered {
    let id = match identifier(head) {
        Ok(id) => id,
        Err(refusal) => return Some(Err(refusal)),
    };
    let subscribed = ask(inbox, |reply| Request::Subscribe { id, api, body, reply }).await?;
    Some(subscribed.map(|subscribed: Subscribed| match subscribed {
        Ok(()) => text(StatusCode::OK, "\"OK\"".to_owned()),
        Err(invalid) => error(StatusCode::BAD_REQUEST, "ValidationError", &invalid.to_string()),
    }))
}

fn identifier(head: &Parts) -> Result<Uuid, Refusal> {
    let id = header(head, "lambda-extension-identifier").unwrap_or_default();
    if id.is_empty() {
        return Err(Refusal::MissingIdentifier);
    }
    id.parse().map_err(|_| Refusal::InvalidIdentifier)
}

fn header<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Error<'a> {
    error_message: &'a str,
    error_type: &'a str,
}

fn refused(refusal: &Refusal) -> Response<Body> {
    error(StatusCode::FORBIDDEN, &refusal.kind(), &refusal.to_string())
}

fn error(status: StatusCode, error_type: &str, error_message: &str) -> Response<Body> {
    document(status, &Error { error_message, error_type })
}

fn document(status: StatusCode, document: &impl Serialize) -> Response<Body> {
    let json = serde_json::to_string(document).expect("words have a JSON");
    text(status, json)
}

fn text(status: StatusCode, json: String) -> Response<Body> {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An event for an extension.
#[derive(Serialize)]
#[serde(tag = "eventType", rename_all = "UPPERCASE")]
pub(crate) enum Event<'a> {
    /// An invocation has been delivered to the runtime.
    #[serde(rename_all = "camelCase")]
    Invoke {
        deadline_ms: i128,
        request_id: String,
        invoked_function_arn: &'a str,
        tracing: Tracing<'a>,
    },
    /// The environment ends.
    #[serde(rename_all = "camelCase")]
    Shutdown { deadline_ms: i128, shutdown_reason: &'static str },
}

#[derive(Serialize)]
pub(crate) struct Tracing<'a> {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) value: &'a str,
}

impl Event<'_> {
    /// The answer to `/extension/event/next`.
    pub(crate) fn response(&self) -> Response<Body> {
        let mut response = document(StatusCode::OK, self);
        if matches!(self, Self::Invoke { .. }) {
            let id = HeaderValue::try_from(Uuid::new_v4().to_string());
            let id = id.expect("a UUID makes a header");
            response.headers_mut().insert("lambda-extension-event-identifier", id);
        }
        response
    }
}
