//! `Invoke`: calls a function and waits, hands an event over, or only asks whether one could.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use emulator_front::http::header::{CONTENT_TYPE, HeaderMap};
use emulator_front::http::{HeaderValue, Response, StatusCode};
use emulator_front::{Body, CollectError, Constraints, Operation, Reply, Streamed, WireError};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::functions::{Functions, NoSuchFunction};
use crate::invocation::{Cause, Invocation, InvokeError, Outcome, Status};
use crate::name::{Grammar, NameError};
use crate::not_emulated::NotEmulated;
use crate::trace;

/// Largest event of a synchronous invocation, in bytes. Source: the Lambda quotas page, 6 MB.
const MAX_SYNCHRONOUS: usize = 6 * 1024 * 1024;

/// Largest event of an asynchronous invocation, in bytes. Source: the Lambda quotas page, 1 MB.
const MAX_ASYNCHRONOUS: usize = 1024 * 1024;

/// Longest client context, in characters of base64. Source: `ClientContext` in the API reference.
const MAX_CONTEXT: usize = 3583;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
pub(crate) struct Invoke;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    qualifier: Option<String>,
    invocation_type: Option<String>,
    log_type: Option<String>,
    client_context: Option<String>,
    tenant_id: Option<String>,
    durable_execution_name: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    RequestResponse,
    Event,
    DryRun,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error(transparent)]
    Invoke(#[from] InvokeError),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(
        "{size} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"
    )]
    TooLarge { size: usize, kind: &'static str, limit: usize },
    #[error(
        "Request must be smaller than {MAX_SYNCHRONOUS} bytes for the InvokeFunction operation"
    )]
    FarTooLarge,
    #[error("the request body broke off")]
    Broken,
    #[error("Could not parse request body into json: Could not parse payload into json: {0}")]
    NotJson(String),
    #[error("Client context must be a valid Base64-encoded JSON object.")]
    ClientContext,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Invoke(error) => error.shape(),
            Self::NotEmulated(error) => error.shape(),
            Self::TooLarge { .. } | Self::FarTooLarge => (413, "RequestEntityTooLargeException"),
            Self::Broken | Self::NotJson(_) | Self::ClientContext => {
                (400, "InvalidRequestContentException")
            }
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        match self {
            Self::Invoke(error) => error.members(),
            // The front door, which refuses what is far too large, does not say this.
            Self::TooLarge { .. } => [("Type".to_owned(), "User".into())].into_iter().collect(),
            _ => serde_json::Map::new(),
        }
    }
}

impl Operation for Invoke {
    const NAME: &'static str = "Invoke";
    const ROUTE: &'static str = "POST /2015-03-31/functions/{FunctionName}/invocations";
    const HEADERS: &'static [(&'static str, &'static str)] = &[
        ("x-amz-invocation-type", "InvocationType"),
        ("x-amz-log-type", "LogType"),
        ("x-amz-client-context", "ClientContext"),
        ("x-amz-tenant-id", "TenantId"),
        ("x-amz-durable-execution-name", "DurableExecutionName"),
    ];
    type Service = Functions;
    type Input = Streamed<Input>;
    type Output = Reply;
    type Error = Error;

    async fn call(functions: &Functions, request: Streamed<Input>) -> Result<Reply, Error> {
        let Streamed { members: input, request_id, headers, body } = request;
        let mut constraints = Constraints::default();
        let kind = Kind::read(&input, &mut constraints);
        let (name, qualifier) = (Some(input.function_name.as_str()), input.qualifier.as_deref());
        let target = Grammar::ASKING.read(name, qualifier, &functions.home, constraints)?;
        NotEmulated::unless(input.tenant_id.is_none(), "X-Amz-Tenant-Id")?;
        let durable = input.durable_execution_name.as_ref();
        NotEmulated::unless(durable.is_none(), "X-Amz-Durable-Execution-Name")?;
        // Whoever names no function hears that, whatever else is wrong with the event.
        functions.exists(&target)?;
        if kind == Kind::DryRun {
            return Ok(reply(StatusCode::NO_CONTENT, Body::empty()));
        }
        let trace = trace::continued(text(&headers, "x-amzn-trace-id").map(str::to_owned));
        let invocation = Invocation {
            id: request_id,
            target,
            payload: payload(body, kind).await?,
            cause: Cause::Caller,
            trace: Some(trace.clone()),
            client_context: context(&input, kind)?,
            log_tail: kind == Kind::RequestResponse && input.log_type.as_deref() == Some("Tail"),
        };
        let mut reply = if kind == Kind::Event {
            functions.accept(invocation).await?;
            reply(StatusCode::ACCEPTED, Body::empty())
        } else {
            answered(functions.invoke(invocation).await?)
        };
        set(&mut reply, "x-amzn-trace-id", trace);
        // The id that the function knows the invocation by, and its logs.
        set(&mut reply, "x-amzn-requestid", request_id.to_string());
        Ok(reply)
    }
}

impl Kind {
    /// What kind is asked for; one that there is not is noted, and then means nothing.
    fn read(input: &Input, constraints: &mut Constraints) -> Self {
        constraints.one_of(input.log_type.as_deref(), "logType", &["None", "Tail"]);
        let asked = input.invocation_type.as_deref();
        let kinds = ["RequestResponse", "Event", "DryRun"];
        constraints.one_of(asked, "invocationType", &kinds);
        match asked {
            Some("Event") => Self::Event,
            Some("DryRun") => Self::DryRun,
            _ => Self::RequestResponse,
        }
    }
}

/// Reads the event. One that is somewhat too large is read all the same, so that its sender hears how
/// large it was instead of a broken connection.
async fn payload(body: Body, kind: Kind) -> Result<Bytes, Error> {
    let payload = body.collect(4 * MAX_SYNCHRONOUS).await.map_err(|error| match error {
        CollectError::TooLarge { .. } => Error::FarTooLarge,
        CollectError::Broken(_) => Error::Broken,
    })?;
    let (limit, name) = match kind {
        Kind::Event => (MAX_ASYNCHRONOUS, "Event"),
        Kind::RequestResponse | Kind::DryRun => (MAX_SYNCHRONOUS, "RequestResponse"),
    };
    if payload.len() > limit {
        return Err(Error::TooLarge { size: payload.len(), kind: name, limit });
    }
    if payload.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    match serde_json::from_slice::<IgnoredAny>(&payload) {
        Ok(_) => Ok(payload),
        Err(error) => Err(Error::NotJson(parser_text(&payload, &error))),
    }
}

/// What Lambda's parser says. Its words are Jackson's; the common cases are told as it tells them.
fn parser_text(payload: &[u8], error: &serde_json::Error) -> String {
    const EXPECTED: &str = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";
    let start = payload.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default();
    let rest = &payload[start..];
    let token: String = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .map(|&byte| char::from(byte))
        .collect();
    let cause = match rest.first() {
        _ if error.is_eof() => "Unexpected end-of-input".to_owned(),
        Some(first) if first.is_ascii_alphabetic() => {
            format!("Unrecognized token '{token}': was expecting ({EXPECTED})")
        }
        Some(first) if !first.is_ascii() => format!("Invalid UTF-8 start byte 0x{first:02x}"),
        Some(first) if !b"{[\"".contains(first) && !first.is_ascii_digit() => format!(
            "Unexpected character ('{}' (code {first})): expected a valid value ({EXPECTED})",
            char::from(*first)
        ),
        _ => error.to_string(),
    };
    format!(
        "{cause}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); \
         line: {}, column: {}]",
        error.line(),
        error.column() + 1,
    )
}

/// The client context as JSON text. Only synchronous callers have one.
fn context(input: &Input, kind: Kind) -> Result<Option<String>, Error> {
    let Some(given) = input.client_context.as_deref().filter(|_| kind != Kind::Event) else {
        return Ok(None);
    };
    let decoded = BASE64_STANDARD.decode(given).ok().filter(|_| given.len() <= MAX_CONTEXT);
    let value: serde_json::Value = decoded
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or(Error::ClientContext)?;
    // Written anew on one line: it becomes a header.
    Ok(Some(value.to_string()))
}

fn answered(outcome: Outcome) -> Reply {
    let mut reply = reply(StatusCode::OK, Body::from(outcome.payload));
    set(&mut reply, "x-amz-executed-version", outcome.executed_version);
    if outcome.status == Status::Failed {
        set(&mut reply, "x-amz-function-error", "Unhandled".to_owned());
    }
    if let Some(tail) = outcome.log_tail {
        set(&mut reply, "x-amz-log-result", BASE64_STANDARD.encode(tail));
    }
    let json = HeaderValue::from_static("application/json");
    reply.0.headers_mut().insert(CONTENT_TYPE, json);
    reply
}

fn reply(status: StatusCode, body: Body) -> Reply {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let none = HeaderValue::from_static("0");
    response.headers_mut().insert("x-amzn-remapped-content-length", none);
    Reply(response)
}

fn set(reply: &mut Reply, name: &'static str, value: String) {
    let value = HeaderValue::try_from(value).expect("made of visible characters");
    reply.0.headers_mut().insert(name, value);
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(payload: &str, expected: &str) {
        let error = serde_json::from_str::<IgnoredAny>(payload).unwrap_err();
        assert_eq!(parser_text(payload.as_bytes(), &error).lines().next(), Some(expected));
    }

    #[test]
    fn a_payload_that_is_not_json_is_refused_in_lambdas_words() {
        const VALUES: &str =
            "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";
        check("abc", &format!("Unrecognized token 'abc': was expecting ({VALUES})"));
        check("{\"a\":", "Unexpected end-of-input");
        check(
            "'a'",
            &format!("Unexpected character (''' (code 39)): expected a valid value ({VALUES})"),
        );
    }
}
