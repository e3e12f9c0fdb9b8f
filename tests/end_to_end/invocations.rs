//! `Invoke`: calling a function and waiting, handing an event over, or only asking.

use aws_sdk_lambda::operation::invoke::builders::InvokeFluentBuilder;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use probe::{Rendezvous, Step, event};
use serde_json::json;
use tests::{Handler, World, refusal, soon};

fn call(world: &World, function: &str, payload: impl Into<Vec<u8>>) -> InvokeFluentBuilder {
    world.lambda().invoke().function_name(function).payload(Blob::new(payload))
}

#[tokio::test]
async fn invoke_waits_for_the_answer_and_names_the_version() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let output = call(&world, "greeter", r#"{"name":"lambda"}"#).send().await.unwrap();
    assert_eq!(output.status_code(), 200);
    assert_eq!(output.function_error(), None);
    assert_eq!(output.executed_version(), Some("$LATEST"));
    assert_eq!(output.payload().unwrap().as_ref(), br#""Hello lambda!""#);
    assert_eq!(output.log_result(), None, "nobody asked for it");
    world.close().await;
}

#[tokio::test]
async fn invoke_shows_the_function_what_lambda_shows_it() {
    let world = World::start().await;
    world.deploy_probe("echo").memory(256).variable("COLOUR", "blue").await;
    let answer = world.invoke("echo", json!({"key": [1, null]})).await;
    let echo: probe::Echo = serde_json::from_value(answer.value()).unwrap();

    assert_eq!(echo.event, json!({"key": [1, null]}));
    assert_eq!(echo.headers["lambda-runtime-aws-request-id"], answer.request_id);
    assert_eq!(echo.headers["lambda-runtime-invoked-function-arn"], world.arn("echo"));
    assert!(echo.headers["lambda-runtime-trace-id"].starts_with("Root=1-"));
    for (name, value) in [
        ("COLOUR", "blue"),
        ("AWS_LAMBDA_FUNCTION_NAME", "echo"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/echo"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", world.endpoint()),
    ] {
        assert_eq!(echo.environment.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!echo.environment.contains_key("CARGO_MANIFEST_DIR"), "nothing of ours leaks in");
    world.close().await;
}

#[tokio::test]
async fn invoke_by_arn_tells_the_function_that_arn() {
    let world = World::start().await;
    world.deploy_probe("echo").await;
    let qualified = format!("{}:$LATEST", world.arn("echo"));
    let echo = world.invoke(&qualified, json!({})).await.value();
    assert_eq!(echo["headers"]["lambda-runtime-invoked-function-arn"], qualified);
    world.close().await;
}

#[tokio::test]
async fn invoke_takes_no_payload_for_an_empty_object() {
    let world = World::start().await;
    world.deploy_probe("echo").await;
    let output = world.lambda().invoke().function_name("echo").send().await.unwrap();
    let echo: probe::Echo = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
    assert_eq!(echo.event, json!({}));
    world.close().await;
}

#[tokio::test]
async fn invoke_knows_no_function_that_is_not_there() {
    let world = World::start().await;
    let missing = call(&world, "nobody", "{}").send().await;
    assert!(
        missing.as_ref().unwrap_err().as_service_error().unwrap().is_resource_not_found_exception()
    );
    assert_eq!(
        refusal(missing),
        format!(
            "404 ResourceNotFoundException: Function not found: {}:$LATEST",
            world.arn("nobody")
        ),
    );
    world.close().await;
}

#[tokio::test]
async fn a_dry_run_asks_whether_one_could_and_runs_nothing() {
    let world = World::start().await;
    world.deploy_probe("echo").await;
    let dry = |name| call(&world, name, "{}").invocation_type(InvocationType::DryRun);
    assert_eq!(dry("echo").send().await.unwrap().status_code(), 204);
    assert!(refusal(dry("nobody").send().await).starts_with("404 ResourceNotFoundException"));
    assert_eq!(world.processes(), 0, "no environment was started");
    world.close().await;
}

#[tokio::test]
async fn the_tail_of_the_log_comes_along_when_asked() {
    let world = World::start().await;
    world.deploy_probe("talker").await;
    let steps = [Step::Log(vec!["one".into(), "two".into()]), Step::Answer(json!(1))];
    let answer = world.invoke("talker", event(steps)).with_log().await;
    assert_eq!(answer.value(), 1);

    let lines = answer.lines();
    assert_eq!(lines[0], format!("START RequestId: {} Version: $LATEST", answer.request_id));
    assert_eq!(lines[1..4], ["one", "two", &format!("END RequestId: {}", answer.request_id)]);
    assert!(lines[4].starts_with(&format!("REPORT RequestId: {}\tDuration: ", answer.request_id)));
    assert_eq!(lines.len(), 5);
    world.close().await;
}

#[tokio::test]
async fn the_tail_of_a_long_log_is_its_last_four_kilobytes() {
    let world = World::start().await;
    world.deploy_probe("talker").await;
    let steps = [Step::LogLines { count: 1000, text: "line".into() }, Step::Answer(json!(1))];
    let log = world.invoke("talker", event(steps)).with_log().await.log.unwrap();
    assert_eq!(log.len(), 4096);
    assert!(log.contains("line 1000\n") && log.ends_with('\n') && !log.contains("line 1\n"));
    world.close().await;
}

#[tokio::test]
async fn a_client_context_reaches_the_function_as_json() {
    let world = World::start().await;
    world.deploy_probe("echo").await;
    let context = json!({"custom": {"tenant": "blue"}}).to_string();
    let request = call(&world, "echo", "{}").client_context(BASE64_STANDARD.encode(&context));
    let output = request.send().await.unwrap();
    let echo: probe::Echo = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
    assert_eq!(echo.headers["lambda-runtime-client-context"], context);

    let broken = call(&world, "echo", "{}").client_context("not base64!").send().await;
    assert_eq!(
        refusal(broken),
        "400 InvalidRequestContentException: Client context must be a valid Base64-encoded JSON object.",
    );
    world.close().await;
}

#[tokio::test]
async fn an_event_is_accepted_before_it_runs_and_runs_once() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("worker").await;
    let steps = event([Step::Hold(place.address().unwrap()), Step::Log(vec!["worked".into()])]);
    let request = call(&world, "worker", steps.to_string()).invocation_type(InvocationType::Event);
    let accepted = request.send().await.unwrap();
    assert_eq!(accepted.status_code(), 202);
    assert_eq!(accepted.payload(), None);

    let held = soon("the function", place.arrival()).await.unwrap();
    let unfinished = world.clock().unfinished();
    let waits =
        unfinished.iter().any(|item| item.starts_with("event ") && item.ends_with(" worker"));
    assert!(waits, "the clock knows that it is not finished: {unfinished:?}");
    held.release().await.unwrap();
    world.settle().await;
    assert_eq!(world.logged("worker", "worked").await, ["worked"]);
    world.close().await;
}

#[tokio::test]
async fn an_event_for_nobody_is_refused_at_once() {
    let world = World::start().await;
    let request = call(&world, "nobody", "{}").invocation_type(InvocationType::Event);
    assert!(refusal(request.send().await).starts_with("404 ResourceNotFoundException"));
    world.close().await;
}

#[tokio::test]
async fn a_payload_of_six_megabytes_is_taken_and_a_byte_more_is_not() {
    const LIMIT: usize = 6 * 1024 * 1024;
    let world = World::start().await;
    world.deploy_probe("echo").await;
    let text = |size: usize| format!("\"{}\"", "x".repeat(size - 2));

    let too_large = call(&world, "echo", text(LIMIT + 1)).send().await;
    assert_eq!(
        refusal(too_large),
        "413 RequestEntityTooLargeException: 6291457 byte payload is too large for the \
         RequestResponse invocation type (limit 6291456 bytes)",
    );
    let event = text(1024 * 1024 + 1);
    let too_large = call(&world, "echo", event).invocation_type(InvocationType::Event).send().await;
    assert_eq!(
        refusal(too_large),
        "413 RequestEntityTooLargeException: 1048577 byte payload is too large for the Event \
         invocation type (limit 1048576 bytes)",
    );
    let output = call(&world, "echo", text(LIMIT)).send().await.unwrap();
    assert_eq!(output.function_error(), Some("Unhandled"), "its echo is too large to be answered");
    assert_eq!(world.invoke("echo", json!("on")).await.value()["event"], "on");
    world.close().await;
}

#[tokio::test]
async fn a_payload_that_is_not_json_is_refused_and_runs_nothing() {
    let world = World::start().await;
    world.deploy_probe("echo").await;
    let malformed = call(&world, "echo", "{name: lambda}").send().await;
    let refused = refusal(malformed);
    let start = "400 InvalidRequestContentException: Could not parse request body into json: ";
    assert!(refused.starts_with(start), "{refused}");
    assert_eq!(world.processes(), 0, "no environment was started");
    world.close().await;
}

#[tokio::test]
async fn the_runtime_interface_emulators_path_works_unsigned() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let path = "/2015-03-31/functions/greeter/invocations";
    assert_eq!(world.post(path, json!({"name": "curl"})).await.json(), "Hello curl!");
    world.close().await;
}
