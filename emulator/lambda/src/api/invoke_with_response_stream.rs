//! `InvokeWithResponseStream`: calls a function and passes its answer on as it comes.
//!
//! The answer is an event stream: a `PayloadChunk` for each piece, and `InvokeComplete` at the end. A
//! function that answers whole is one piece, or a few. Where Lambda's behaviour is not documented, it is as
//! observed in September 2026: what fails after the first byte ends the stream like a success, and only the
//! logs tell; an error before it is shown twice, as the payload and in `InvokeComplete`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};
use emulator_front::event_stream::{EVENT_STREAM, event};
use emulator_front::http::header::CONTENT_TYPE;
use emulator_front::http::{HeaderValue, Response};
use emulator_front::{
    Body, BodyError, Constraints, Members, NotEmulated, Operation, Reply, Streamed, applied, inert,
    refused,
};
use futures_util::stream;
use http_body::Frame;
use http_body_util::StreamBody;
use serde::{Deserialize, Serialize};

use super::invoke::Error;
use super::invoke::client_context;
use super::invoke::headers::{self, MalformedRequestId, set};
use super::invoke::payload::{self, Limit};
use crate::functions::{Answering, Functions};
use crate::invocation::{Cause, Invocation, Outcome, Status};
use crate::name::Grammar;

/// Largest payload of one `PayloadChunk`, in bytes. Ours: an answer that comes whole is cut into these.
const CHUNK: usize = 1024 * 1024;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html>
pub(crate) struct InvokeWithResponseStream;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    qualifier: Option<String>,
    log_type: Option<String>,
    client_context: Option<String>,
    tenant_id: Option<String>,
}

/// The payload of `InvokeComplete`.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct InvokeComplete {
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_details: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_result: Option<String>,
}

impl Operation for InvokeWithResponseStream {
    const NAME: &'static str = "InvokeWithResponseStream";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["FunctionName", "Qualifier", "Payload"],
            "streaming::invoke_with_response_stream_has_the_first_piece_before_the_function_has_finished",
        ),
        applied(&["LogType"], "streaming::the_tail_of_the_log_comes_with_the_end"),
        applied(
            &["ClientContext"],
            "streaming::a_function_that_answers_whole_can_be_called_for_a_stream",
        ),
        inert(&["InvocationType"], "Lambda executes whatever it says, as observed"),
        refused(&["TenantId"]),
    ];
    const ROUTE: &'static str =
        "POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations";
    const HEADERS: &'static [(&'static str, &'static str)] = &[
        ("x-amz-log-type", "LogType"),
        ("x-amz-client-context", "ClientContext"),
        ("x-amz-tenant-id", "TenantId"),
    ];
    type Service = Functions;
    type Input = Streamed<Input>;
    type Output = Reply;
    type Error = Error;

    async fn call(functions: &Functions, request: Streamed<Input>) -> Result<Reply, Error> {
        let Streamed { members: input, request_id, headers, body } = request;
        let mut constraints = Constraints::default();
        constraints.one_of(input.log_type.as_deref(), "logType", &["None", "Tail"]);
        let (name, qualifier) = (Some(input.function_name.as_str()), input.qualifier.as_deref());
        let target = Grammar::ASKING.read(name, qualifier, &functions.home, constraints)?;
        NotEmulated::unless(input.tenant_id.is_none(), "X-Amz-Tenant-Id")?;
        MalformedRequestId::refuse(&headers)?;
        functions.exists(&target)?;
        let trace = headers::trace(&headers);
        let seen = trace.clone().entering(&target.function);
        let invocation = Invocation {
            id: request_id,
            target,
            payload: payload::read(body, Limit::SYNCHRONOUS).await?,
            cause: Cause::Caller,
            trace: Some(trace.to_string()),
            client_context: input
                .client_context
                .as_deref()
                .map(client_context::read)
                .transpose()?,
            log_tail: input.log_type.as_deref() == Some("Tail"),
        };
        let answering = functions.invoke_streaming(invocation).await?;
        let mut response = Response::new(Body::empty());
        headers::name(&mut response, request_id, &seen);
        set(&mut response, "x-amz-executed-version", answering.executed_version.clone());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
        if let Some(content_type) = answering.content_type.clone() {
            headers.insert("x-amzn-remapped-content-type", content_type);
        }
        *response.body_mut() = events(answering);
        Ok(Reply(response))
    }
}

/// An answer that is being told.
struct Telling {
    answering: Answering,
    /// Whether a piece has been told.
    begun: bool,
}

/// The answer as events.
fn events(answering: Answering) -> Body {
    // Nothing is left to tell once the end has been told.
    let frames = stream::unfold(Some(Telling { answering, begun: false }), async |telling| {
        let Telling { mut answering, begun } = telling?;
        if let Some(piece) = answering.piece().await {
            let frame = Frame::data(chunks(&piece));
            return Some((Ok(frame), Some(Telling { answering, begun: true })));
        }
        let last = answering.end().await.map(|outcome| Frame::data(last(&outcome, begun)));
        Some((last.map_err(BodyError::from), None))
    });
    Body::stream(StreamBody::new(Box::pin(frames)))
}

/// Bytes of the answer as one event or more; none as none.
fn chunks(bytes: &[u8]) -> Bytes {
    let chunk = |payload| event("PayloadChunk", "application/octet-stream", payload);
    let mut chunks = bytes.chunks(CHUNK).map(chunk);
    let first = chunks.next().unwrap_or_default();
    let rest = chunks.fold(BytesMut::new(), |mut rest, chunk| {
        rest.extend_from_slice(&chunk);
        rest
    });
    if rest.is_empty() { first } else { [first, rest.freeze()].concat().into() }
}

/// The end of a stream: what has come whole, and how it went.
fn last(outcome: &Outcome, begun: bool) -> Bytes {
    let mut complete = InvokeComplete {
        log_result: outcome.log_tail.as_ref().map(|tail| BASE64_STANDARD.encode(tail)),
        ..InvokeComplete::default()
    };
    let mut payload = &outcome.payload[..];
    if outcome.status == Status::Failed {
        if begun {
            payload = &[];
        } else {
            complete.error_code = Some("Unhandled");
            complete.error_details = Some(String::from_utf8_lossy(payload).into_owned());
        }
    }
    let document = serde_json::to_vec(&complete).expect("three texts are always JSON");
    let end = event("InvokeComplete", "application/json", &document);
    [chunks(payload), end].concat().into()
}
