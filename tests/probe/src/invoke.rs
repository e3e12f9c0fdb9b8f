//! Calling a function from inside one, as an AWS SDK does: at the endpoint that the environment names, with
//! the trace of this invocation passed on.

use std::env;

use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, Method};
use serde::Serialize;
use serde_json::Value;

use crate::fetch::{FetchError, send};

/// What came of a call.
#[derive(Debug, Serialize)]
pub(crate) struct Invoked {
    status: u16,
    /// `X-Amz-Function-Error`, or the code of a refusal.
    error: Option<String>,
    payload: Value,
}

/// Why a function could not be called.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvokeError {
    #[error("AWS_ENDPOINT_URL is not set")]
    NoEndpoint(#[source] env::VarError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the answer is not JSON")]
    NotJson(#[source] serde_json::Error),
}

/// Calls `function`, in an ordinary way or in another that Lambda knows.
pub(crate) async fn invoke(
    function: &str,
    event: &Value,
    invocation_type: Option<&str>,
    trace: &str,
) -> Result<Invoked, InvokeError> {
    let endpoint = env::var("AWS_ENDPOINT_URL").map_err(InvokeError::NoEndpoint)?;
    let url = format!("{endpoint}/2015-03-31/functions/{function}/invocations");
    let with_headers = |request: Builder| {
        let kind = invocation_type.unwrap_or("RequestResponse");
        request.header("x-amzn-trace-id", trace).header("x-amz-invocation-type", kind)
    };
    let answer = send(Method::POST, &url, with_headers, Bytes::from(event.to_string())).await?;
    let error = header(answer.headers(), "x-amz-function-error")
        .or_else(|| header(answer.headers(), "x-amzn-errortype"));
    let payload = match &answer.body()[..] {
        [] => Value::Null,
        body => serde_json::from_slice(body).map_err(InvokeError::NotJson)?,
    };
    Ok(Invoked { status: answer.status().as_u16(), error, payload })
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}
