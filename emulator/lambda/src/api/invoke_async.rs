//! `InvokeAsync`: hands an event over, as `Invoke` with `Event` does. AWS has deprecated it.

use emulator_front::http::{HeaderValue, Response, StatusCode};
use emulator_front::{Body, Constraints, Members, Operation, Reply, Streamed, applied};
use serde::Deserialize;

use super::invoke::Error;
use super::invoke::headers::MalformedRequestId;
use super::invoke::payload::{self, Limit};
use crate::functions::Functions;
use crate::invocation::{Cause, Invocation};
use crate::name::Grammar;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html>
pub(crate) struct InvokeAsync;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
}

impl Operation for InvokeAsync {
    const NAME: &'static str = "InvokeAsync";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "InvokeArgs"],
        "streaming::invoke_async_hands_an_event_over_as_ever",
    )];
    const ROUTE: &'static str = "POST /2014-11-13/functions/{FunctionName}/invoke-async";
    type Service = Functions;
    type Input = Streamed<Input>;
    type Output = Reply;
    type Error = Error;

    async fn call(functions: &Functions, request: Streamed<Input>) -> Result<Reply, Error> {
        let Streamed { members: input, request_id, headers, body } = request;
        let name = Some(input.function_name.as_str());
        let target = Grammar::ASKING.read(name, None, &functions.home, Constraints::default())?;
        MalformedRequestId::refuse(&headers)?;
        functions.exists(&target)?;
        let payload = payload::read(body, Limit::INVOKE_ASYNC).await?;
        // The caller's trace ends here, as observed on Lambda in September 2026.
        let invocation = Invocation::by(Cause::Caller, target, payload);
        functions.accept(Invocation { id: request_id, ..invocation }).await?;

        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::ACCEPTED;
        let none = HeaderValue::from_static("0");
        response.headers_mut().insert("x-amzn-remapped-content-length", none);
        // The id that the function knows the invocation by is that of every answer: the request's own.
        let id = HeaderValue::try_from(request_id.to_string()).expect("a UUID is a header value");
        response.headers_mut().insert("x-amzn-requestid", id);
        Ok(Reply(response))
    }
}
