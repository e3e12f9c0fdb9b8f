//! `InvokeWithResponseStream` and `InvokeAsync`, as far as they go without a function that runs.

use super::*;
use crate::{Cause, Target};

const STREAM: &str = "POST /2021-11-15/functions/greeter/response-streaming-invocations";
const INVOKE_ASYNC: &str = "POST /2014-11-13/functions/greeter/invoke-async";

#[tokio::test]
async fn a_stream_that_cannot_begin_is_refused_like_any_invocation() {
    let world = World::with_greeter().await;
    let answer = world.call(&STREAM.replace("greeter", "greeter:7"), "not JSON").await;
    answer.is_refused("ResourceNotFoundException", &format!("{NOT_FOUND}:7"));
    let answer = world.call(STREAM, "{\"a\":").await;
    let message = "Could not parse request body into json: Could not parse payload into json: \
                   Unexpected end-of-input\n at [Source: REDACTED \
                   (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 6]";
    answer.is_refused("InvalidRequestContentException", message);
    let answer = world.call(STREAM, format!("\"{}\"", "x".repeat(6_291_455))).await;
    let message = "6291457 byte payload is too large for the RequestResponse invocation type \
                   (limit 6291456 bytes)";
    answer.is_refused("RequestEntityTooLargeException", message);
    let answer = world.call_with(STREAM, &[("x-amz-log-type", "All")], "{}").await;
    let reason = "Value 'All' at 'logType' must satisfy enum value set: [None, Tail]";
    answer.is_refused("ValidationException", &invalid(&[reason]));
    let answer = world.call_with(STREAM, &[("x-amz-client-context", "MQ==")], "{}").await;
    let message = "Client context must be a valid Base64-encoded JSON object.";
    answer.is_refused("InvalidRequestContentException", message);
    let answer = world.call_with(STREAM, &[("x-amz-tenant-id", "blue")], "{}").await;
    let message = "`X-Amz-Tenant-Id` is not emulated (hint: leave it out here)";
    answer.is_refused("InvalidParameterValueException", message);
}

#[tokio::test]
async fn a_request_id_of_the_callers_own_has_to_be_one_and_is_not_used() {
    let world = World::with_greeter().await;
    let (invoke, kind) =
        ("POST /2015-03-31/functions/greeter/invocations", "x-amz-invocation-type");
    for request in [invoke, STREAM, INVOKE_ASYNC] {
        let answer = world.call_with(request, &[("x-amzn-requestid", "mine")], "{}").await;
        let message = "The request id `mine` is not well formed (hint: leave the header out, every \
                       request gets its own)";
        answer.is_refused("InvalidRequestContentException", message);
    }
    let given = "8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e";
    let answer =
        world.call_with(invoke, &[("x-amzn-requestid", given), (kind, "DryRun")], "").await;
    assert_eq!(answer.status, 204);
    assert_ne!(answer.header("x-amzn-requestid"), Some(given));
}

#[tokio::test]
async fn invoke_async_hands_an_event_over_without_its_callers_trace() {
    let mut world = World::with_greeter().await;
    let trace = "Root=1-00000000-000000000000000000000001";
    let headers = [("x-amzn-trace-id", trace)];
    // The address has a slash at its end in the service model.
    for path in [INVOKE_ASYNC.to_owned(), format!("{INVOKE_ASYNC}/")] {
        let answer = world.call_with(&path, &headers, r#"{"name":"lambda"}"#).await;
        assert_eq!((answer.status, &answer.document), (202, &Value::Null));
        let Accepted { invocation, .. } = world.accepted.recv().await.unwrap();
        assert_eq!(answer.header("x-amzn-requestid"), Some(&*invocation.id.to_string()));
        let target = Target::read("greeter", None, world.functions.home()).unwrap();
        assert_eq!((invocation.target, invocation.cause), (target, Cause::Caller));
        assert_eq!(invocation.payload, r#"{"name":"lambda"}"#);
        assert_eq!(invocation.trace, None);
    }
}

#[tokio::test]
async fn invoke_async_has_kept_its_smaller_limit_and_takes_a_qualifier_with_the_name() {
    let mut world = World::with_greeter().await;
    let text = |size: usize| format!("\"{}\"", "x".repeat(size - 2));
    assert_eq!(world.call(INVOKE_ASYNC, text(262_144)).await.status, 202);
    assert_eq!(world.accepted.recv().await.unwrap().invocation.payload.len(), 262_144);
    let answer = world.call(INVOKE_ASYNC, text(262_145)).await;
    let message =
        "262145 byte payload is too large for the Event invocation type (limit 262144 bytes)";
    answer.is_refused("RequestEntityTooLargeException", message);

    let answer = world.call(&INVOKE_ASYNC.replace("greeter", "greeter:live"), "{}").await;
    answer.is_refused("ResourceNotFoundException", &format!("{NOT_FOUND}:live"));
    let latest = INVOKE_ASYNC.replace("greeter", "greeter:%24LATEST");
    assert_eq!(world.call(&latest, "{}").await.status, 202);
    let accepted = world.accepted.recv().await.unwrap();
    assert_eq!(accepted.invocation.target.qualifier.as_deref(), Some("$LATEST"));
}
