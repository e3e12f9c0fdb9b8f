//! `Invoke`, as far as it goes without a function that runs.

use super::*;
use crate::{Cause, Target};

const INVOKE: &str = "POST /2015-03-31/functions/greeter/invocations";
const EVENT: (&str, &str) = ("x-amz-invocation-type", "Event");
const DRY_RUN: (&str, &str) = ("x-amz-invocation-type", "DryRun");

#[tokio::test]
async fn a_dry_run_only_tells_whether_the_function_is_there() {
    let world = World::with_greeter().await;
    let answer = world.call_with(INVOKE, &[DRY_RUN], "not read").await;
    assert_eq!((answer.status, answer.document), (204, Value::Null));
    assert_eq!(answer.headers.get("x-amzn-trace-id"), None);
    assert_eq!(answer.headers["x-amzn-remapped-content-length"], "0");
    assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);
}

#[tokio::test]
async fn an_event_is_accepted_and_handed_over_with_its_guard() {
    let mut world = World::with_greeter().await;
    let trace = "Root=1-00000000-000000000000000000000001;Parent=0000000000000001;Sampled=1";
    let headers = [EVENT, ("x-amzn-trace-id", trace), ("x-amz-client-context", "ignored")];
    let answer = world.call_with(INVOKE, &headers, r#"{"name":"lambda"}"#).await;
    assert_eq!((answer.status, &answer.document), (202, &Value::Null));
    let continued = answer.header("x-amzn-trace-id").unwrap();
    assert!(continued.starts_with(&format!("{trace};Lineage=1:")), "{continued}");
    assert_eq!(answer.headers.get("x-amz-executed-version"), None);

    let Accepted { invocation, at, in_flight } = world.accepted.recv().await.unwrap();
    assert_eq!(answer.header("x-amzn-requestid"), Some(&*invocation.id.to_string()));
    assert_eq!(invocation.target, Target::read("greeter", None, world.functions.home()).unwrap());
    assert_eq!(invocation.payload, r#"{"name":"lambda"}"#);
    assert_eq!(invocation.cause, Cause::Caller);
    assert_eq!(invocation.trace.as_deref(), Some(trace));
    assert_eq!(at, world.clock.now());
    assert_eq!(invocation.client_context, None);
    let unfinished = format!("event {} for greeter", invocation.id);
    assert_eq!(world.clock.unfinished(), [unfinished]);
    drop(in_flight);
    assert_eq!(world.clock.unfinished(), [""; 0]);
}

#[tokio::test]
async fn an_event_without_a_body_is_an_empty_object() {
    let mut world = World::with_greeter().await;
    world.call_with(INVOKE, &[EVENT], "").await;
    assert_eq!(world.accepted.recv().await.unwrap().invocation.payload, "{}");
}

#[tokio::test]
async fn a_function_that_is_not_there_is_named_with_the_version_that_was_meant() {
    let world = World::new();
    for (form, qualifier) in [("greeter", "$LATEST"), ("greeter:live", "live"), ("greeter:7", "7")]
    {
        for headers in [&[][..], &[EVENT], &[DRY_RUN]] {
            let request = format!("POST /2015-03-31/functions/{form}/invocations");
            let answer = world.call_with(&request, headers, "not JSON").await;
            let message = format!("{NOT_FOUND}:{qualifier}");
            answer.is_refused("ResourceNotFoundException", &message);
        }
    }
}

#[tokio::test]
async fn a_function_whose_image_has_gone_is_not_invoked_and_takes_no_place() {
    let world = World::with_greeter().await;
    let reserve = json!({ "ReservedConcurrentExecutions": 1 });
    world.answers(200, "PUT /2017-10-31/functions/greeter/concurrency", reserve).await;
    world.images.build("1");
    world.images.remove("manifold:latest");
    let message = "Source image manifold:latest does not exist. Provide a valid source image.";
    for _ in 0..2 {
        let answer = world.call(INVOKE, "{}").await;
        answer.is_refused("CodeArtifactUserDeletedException", message);
        assert_eq!(answer.document, json!({ "Type": "User", "message": message }));
    }
    let publish = "POST /2015-03-31/functions/greeter/versions";
    world.refuses(publish, json!({}), "InvalidParameterValueException", message).await;
}

#[tokio::test]
async fn how_to_invoke_is_one_of_a_few_words() {
    let world = World::with_greeter().await;
    let headers = [("x-amz-invocation-type", "Later"), ("x-amz-log-type", "All")];
    let reasons = [
        "Value 'All' at 'logType' must satisfy enum value set: [None, Tail]",
        "Value 'Later' at 'invocationType' must satisfy enum value set: [RequestResponse, Event, DryRun]",
    ];
    let answer = world.call_with(INVOKE, &headers, "{}").await;
    answer.is_refused("ValidationException", &invalid(&reasons));
    let answer = world.call_with(INVOKE, &[("x-amz-tenant-id", "blue")], "{}").await;
    let message = "`X-Amz-Tenant-Id` is not emulated (hint: leave it out here)";
    answer.is_refused("InvalidParameterValueException", message);
}

#[tokio::test]
async fn an_event_that_is_not_json_is_refused_in_lambdas_words() {
    let world = World::with_greeter().await;
    for headers in [&[][..], &[EVENT]] {
        let answer = world.call_with(INVOKE, headers, "abc").await;
        let message = "Could not parse request body into json: Could not parse payload into json: \
                       Unrecognized token 'abc': was expecting (JSON String, Number, Array, Object \
                       or token 'null', 'true' or 'false')\n at [Source: REDACTED \
                       (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]";
        answer.is_refused("InvalidRequestContentException", message);
    }
}

#[tokio::test]
async fn an_event_may_be_as_large_as_its_kind_allows() {
    let mut world = World::with_greeter().await;
    let text = |size: usize| format!("\"{}\"", "x".repeat(size - 2));
    let answer = world.call_with(INVOKE, &[EVENT], text(1_048_576)).await;
    assert_eq!(answer.status, 202);
    assert_eq!(world.accepted.recv().await.unwrap().invocation.payload.len(), 1_048_576);

    let answer = world.call_with(INVOKE, &[EVENT], text(1_048_577)).await;
    let message =
        "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)";
    answer.is_refused("RequestEntityTooLargeException", message);
    let answer = world.call(INVOKE, text(6_291_457)).await;
    let message = "6291457 byte payload is too large for the RequestResponse invocation type \
                   (limit 6291456 bytes)";
    answer.is_refused("RequestEntityTooLargeException", message);
    assert_eq!(answer.document, json!({ "Type": "User", "message": message }));
    let answer = world.call(INVOKE, text(30_000_000)).await;
    let message = "Request must be smaller than 6291456 bytes for the InvokeFunction operation";
    answer.is_refused("RequestEntityTooLargeException", message);
    assert_eq!(answer.document, json!({ "message": message }));
}

#[tokio::test]
async fn a_client_context_is_json_in_base64() {
    let world = World::with_greeter().await;
    for context in ["e30", "bm8gSlNPTg==", &"e30=".repeat(896)] {
        let answer = world.call_with(INVOKE, &[("x-amz-client-context", context)], "{}").await;
        let message = "Client context must be a valid Base64-encoded JSON object.";
        answer.is_refused("InvalidRequestContentException", message);
    }
}
