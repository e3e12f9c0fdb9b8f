//! `Invoke`: calls a function and waits, hands an event over, or only asks whether one could.

pub(super) mod client_context;
pub(super) mod headers;
pub(super) mod payload;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use emulator_front::http::header::CONTENT_TYPE;
use emulator_front::http::{HeaderValue, Response, StatusCode};
use emulator_front::{
    Body, Constraints, Members, NotEmulated, Operation, Reply, Streamed, WireError, applied,
    refused,
};
use serde::Deserialize;

use crate::functions::{Functions, NoSuchFunction};
use crate::invocation::{Cause, Invocation, InvokeError, Outcome, Status};
use crate::name::{Grammar, NameError};
use client_context::ClientContextError;
use headers::{MalformedRequestId, set};
use payload::{Limit, PayloadError};

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

/// Why an invocation is refused, whichever operation asks for it.
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
    #[error(transparent)]
    RequestId(#[from] MalformedRequestId),
    #[error(transparent)]
    Payload(#[from] PayloadError),
    #[error(transparent)]
    ClientContext(#[from] ClientContextError),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Invoke(error) => error.shape(),
            Self::NotEmulated(_) => (400, "InvalidParameterValueException"),
            Self::RequestId(error) => error.shape(),
            Self::Payload(error) => error.shape(),
            Self::ClientContext(error) => error.shape(),
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        match self {
            Self::Invoke(error) => error.members(),
            Self::Payload(error) => error.members(),
            _ => serde_json::Map::new(),
        }
    }
}

impl Operation for Invoke {
    const NAME: &'static str = "Invoke";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["FunctionName", "Payload"],
            "invocations::invoke_waits_for_the_answer_and_names_the_version",
        ),
        applied(
            &["Qualifier"],
            "emulator_lambda::tests::invoking::a_function_that_is_not_there_is_named_with_the_version_that_was_meant",
        ),
        applied(
            &["InvocationType"],
            "invocations::an_event_is_accepted_before_it_runs_and_runs_once",
        ),
        applied(&["LogType"], "invocations::the_tail_of_the_log_comes_along_when_asked"),
        applied(&["ClientContext"], "invocations::a_client_context_reaches_the_function_as_json"),
        refused(&["TenantId", "DurableExecutionName"]),
    ];
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
        MalformedRequestId::refuse(&headers)?;
        // Whoever names no function hears that, whatever else is wrong with the event.
        functions.exists(&target)?;
        if kind == Kind::DryRun {
            return Ok(Reply(response(StatusCode::NO_CONTENT, Body::empty())));
        }
        let trace = headers::trace(&headers);
        let seen = trace.clone().entering(&target.function);
        let invocation = Invocation {
            id: request_id,
            target,
            payload: payload::read(body, kind.limit()).await?,
            cause: Cause::Caller,
            trace: Some(trace.to_string()),
            client_context: context(&input, kind)?,
            log_tail: kind == Kind::RequestResponse && input.log_type.as_deref() == Some("Tail"),
        };
        let mut response = if kind == Kind::Event {
            functions.accept(invocation).await?;
            response(StatusCode::ACCEPTED, Body::empty())
        } else {
            answered(functions.invoke(invocation).await?)
        };
        headers::name(&mut response, request_id, &seen);
        Ok(Reply(response))
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

    fn limit(self) -> Limit {
        match self {
            Self::Event => Limit::ASYNCHRONOUS,
            Self::RequestResponse | Self::DryRun => Limit::SYNCHRONOUS,
        }
    }
}

/// The client context as the function gets it. Only synchronous callers have one.
fn context(input: &Input, kind: Kind) -> Result<Option<String>, ClientContextError> {
    let given = input.client_context.as_deref().filter(|_| kind != Kind::Event);
    given.map(client_context::read).transpose()
}

fn answered(outcome: Outcome) -> Response<Body> {
    let mut response = response(StatusCode::OK, Body::from(outcome.payload));
    set(&mut response, "x-amz-executed-version", outcome.executed_version);
    if outcome.status == Status::Failed {
        set(&mut response, "x-amz-function-error", "Unhandled".to_owned());
    }
    if let Some(tail) = outcome.log_tail {
        set(&mut response, "x-amz-log-result", BASE64_STANDARD.encode(tail));
    }
    // Whatever the function says its answer is. A stream need not be JSON.
    let content_type =
        if outcome.streamed { "application/octet-stream" } else { "application/json" };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn response(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let none = HeaderValue::from_static("0");
    response.headers_mut().insert("x-amzn-remapped-content-length", none);
    response
}
