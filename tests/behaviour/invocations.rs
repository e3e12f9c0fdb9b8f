//! `Invoke`: calling a function and waiting, handing an event over, or only asking.

use aws_sdk_lambda::operation::invoke::builders::InvokeFluentBuilder;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use probe::{Echo, Step, event};
use serde_json::json;
use tests::{Handler, refusal};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    invoke_waits_for_the_answer_and_names_the_version,
    invoke_shows_the_function_what_lambda_shows_it,
    invoke_by_arn_tells_the_function_that_arn,
    invoke_takes_no_payload_for_an_empty_object,
    invoke_knows_no_function_that_is_not_there,
    a_dry_run_asks_whether_one_could_and_runs_nothing,
    the_tail_of_the_log_comes_along_when_asked,
    the_tail_of_a_long_log_is_its_last_four_kilobytes,
    a_client_context_reaches_the_function_as_json,
    an_event_is_accepted_and_runs_once,
    an_event_for_nobody_is_refused_at_once,
    a_payload_of_six_megabytes_is_taken_and_a_byte_more_is_not,
    a_payload_that_is_not_json_is_refused_and_runs_nothing,
];

fn call(world: &World, function: &str, payload: impl Into<Vec<u8>>) -> InvokeFluentBuilder {
    world.lambda().invoke().function_name(function).payload(Blob::new(payload))
}

async fn probe(world: &World) -> String {
    let name = world.name("probe");
    // Some of them give it much to do.
    world.deploy_probe(&name).memory(1769).timeout(60).await;
    name
}

async fn invoke_waits_for_the_answer_and_names_the_version(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::CustomEvent).await;
    let output = call(world, name, r#"{"name":"lambda"}"#).send().await.unwrap();
    assert_eq!(output.status_code(), 200);
    assert_eq!(output.function_error(), None);
    assert_eq!(output.executed_version(), Some("$LATEST"));
    assert_eq!(output.payload().unwrap().as_ref(), br#""Hello lambda!""#);
    assert_eq!(output.log_result(), None, "nobody asked for it");
}

async fn invoke_shows_the_function_what_lambda_shows_it(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).memory(256).variable("COLOUR", "blue").await;
    let answer = world.invoke(name, json!({"key": [1, null]})).await;
    let echo: Echo = serde_json::from_value(answer.value()).unwrap();

    assert_eq!(echo.event, json!({"key": [1, null]}));
    assert_eq!(echo.headers["lambda-runtime-aws-request-id"], answer.request_id);
    assert_eq!(echo.headers["lambda-runtime-invoked-function-arn"], world.arn(name));
    assert!(echo.headers["lambda-runtime-trace-id"].starts_with("Root=1-"));
    for (variable, value) in [
        ("COLOUR", "blue"),
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_REGION", world.region()),
    ] {
        assert_eq!(echo.environment.get(variable).map(String::as_str), Some(value), "{variable}");
    }
}

async fn invoke_by_arn_tells_the_function_that_arn(world: &World) {
    let qualified = format!("{}:$LATEST", world.arn(&probe(world).await));
    let echo = world.invoke(&qualified, json!({})).await.value();
    assert_eq!(echo["headers"]["lambda-runtime-invoked-function-arn"], qualified);
}

async fn invoke_takes_no_payload_for_an_empty_object(world: &World) {
    let invoke = world.lambda().invoke().function_name(probe(world).await);
    let output = invoke.send().await.unwrap();
    let echo: Echo = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
    assert_eq!(echo.event, json!({}));
}

async fn invoke_knows_no_function_that_is_not_there(world: &World) {
    let nobody = &world.name("nobody");
    let missing = call(world, nobody, "{}").send().await;
    let error = missing.as_ref().unwrap_err().as_service_error().unwrap();
    assert!(error.is_resource_not_found_exception());
    let arn = world.arn(nobody);
    assert_eq!(
        refusal(missing),
        format!("404 ResourceNotFoundException: Function not found: {arn}:$LATEST"),
    );
}

async fn a_dry_run_asks_whether_one_could_and_runs_nothing(world: &World) {
    let name = &probe(world).await;
    let dry = |name: &str| call(world, name, "{}").invocation_type(InvocationType::DryRun);
    assert_eq!(dry(name).send().await.unwrap().status_code(), 204);
    let missing = dry(&world.name("nobody")).send().await;
    assert!(refusal(missing).starts_with("404 ResourceNotFoundException"));
    assert_eq!(world.echo(name).await.invocation, 1, "it has not been called before");
}

async fn the_tail_of_the_log_comes_along_when_asked(world: &World) {
    let steps = [Step::Log(vec!["one".into(), "two".into()]), Step::Answer(json!(1))];
    let answer = world.invoke(&probe(world).await, event(steps)).with_log().await;
    assert_eq!(answer.value(), 1);

    let lines = answer.lines();
    assert_eq!(lines[0], format!("START RequestId: {} Version: $LATEST", answer.request_id));
    assert_eq!(lines[1..4], ["one", "two", &format!("END RequestId: {}", answer.request_id)]);
    assert!(lines[4].starts_with(&format!("REPORT RequestId: {}\tDuration: ", answer.request_id)));
    assert_eq!(lines.len(), 5);
}

async fn the_tail_of_a_long_log_is_its_last_four_kilobytes(world: &World) {
    let steps = [Step::LogLines { count: 1000, text: "line".into() }, Step::Answer(json!(1))];
    let answer = world.invoke(&probe(world).await, event(steps)).with_log().await;
    let log = answer.log.unwrap();
    assert_eq!(log.len(), 4096);
    assert!(log.contains("line 1000\n") && log.ends_with('\n') && !log.contains("line 1\n"));
}

async fn a_client_context_reaches_the_function_as_json(world: &World) {
    let name = &probe(world).await;
    let context = json!({"custom": {"tenant": "blue"}}).to_string();
    let request = call(world, name, "{}").client_context(BASE64_STANDARD.encode(&context));
    let output = request.send().await.unwrap();
    let echo: Echo = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
    assert_eq!(echo.headers["lambda-runtime-client-context"], context);

    let broken = call(world, name, "{}").client_context("not base64!").send().await;
    assert_eq!(
        refusal(broken),
        "400 InvalidRequestContentException: Client context must be a valid Base64-encoded JSON object.",
    );
}

async fn an_event_is_accepted_and_runs_once(world: &World) {
    let name = &probe(world).await;
    let send = async |line: &str| {
        let steps = event([Step::Log(vec![line.to_owned()])]).to_string();
        let request = call(world, name, steps).invocation_type(InvocationType::Event);
        request.send().await.unwrap()
    };
    let accepted = send("worked first").await;
    assert_eq!(accepted.status_code(), 202);
    assert_eq!(accepted.payload(), None);
    world.lines(name, "worked first", 1).await;
    send("worked next").await;
    world.lines(name, "worked next", 1).await;
    assert_eq!(world.logged(name, "worked").await, ["worked first", "worked next"]);
}

async fn an_event_for_nobody_is_refused_at_once(world: &World) {
    let request = call(world, &world.name("nobody"), "{}").invocation_type(InvocationType::Event);
    assert!(refusal(request.send().await).starts_with("404 ResourceNotFoundException"));
}

async fn a_payload_of_six_megabytes_is_taken_and_a_byte_more_is_not(world: &World) {
    const LIMIT: usize = 6 * 1024 * 1024;
    let name = &probe(world).await;
    let text = |size: usize| format!("\"{}\"", "x".repeat(size - 2));

    let too_large = call(world, name, text(LIMIT + 1)).send().await;
    assert_eq!(
        refusal(too_large),
        "413 RequestEntityTooLargeException: 6291457 byte payload is too large for the \
         RequestResponse invocation type (limit 6291456 bytes)",
    );
    let event = call(world, name, text(1024 * 1024 + 1)).invocation_type(InvocationType::Event);
    assert_eq!(
        refusal(event.send().await),
        "413 RequestEntityTooLargeException: 1048577 byte payload is too large for the Event \
         invocation type (limit 1048576 bytes)",
    );
    // It arrives: its echo is what is too large.
    let output = call(world, name, text(LIMIT)).send().await.unwrap();
    let told = String::from_utf8_lossy(output.payload().unwrap().as_ref()).into_owned();
    assert!(told.contains("Function.ResponseSizeTooLarge"), "{told}");
    assert_eq!(world.invoke(name, json!("on")).await.value()["event"], "on");
}

async fn a_payload_that_is_not_json_is_refused_and_runs_nothing(world: &World) {
    let name = &probe(world).await;
    let refused = refusal(call(world, name, "{name: lambda}").send().await);
    let start = "400 InvalidRequestContentException: Could not parse request body into json: ";
    assert!(refused.starts_with(start), "{refused}");
    assert_eq!(world.echo(name).await.invocation, 1, "it has not been called before");
}
