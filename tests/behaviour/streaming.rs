//! Answers in pieces: `InvokeWithResponseStream`, and what `Invoke` makes of such answers.

use aws_sdk_lambda::operation::invoke_with_response_stream::builders::InvokeWithResponseStreamFluentBuilder;
use aws_sdk_lambda::types::{
    InvokeWithResponseStreamCompleteEvent, LogType, ResponseStreamingInvocationType,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use probe::{Echo, Step, StreamEnd, event};
use serde_json::json;
use tests::{Answering, Handler, refusal};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    invoke_with_response_stream_tells_what_is_answered_in_pieces,
    a_function_that_answers_whole_can_be_called_for_a_stream,
    a_stream_may_be_larger_than_an_answer_that_comes_whole,
    an_error_before_the_first_piece_is_both_payload_and_end,
    an_error_in_trailers_fails_whoever_wants_the_answer_whole,
    the_tail_of_the_log_comes_with_the_end,
    a_stream_is_told_whatever_kind_of_invocation_is_asked_for,
    a_function_learns_what_was_wrong_with_its_answer,
    a_stream_of_nobody_is_refused_before_it_begins,
];

const TEXT: &str = "text/plain";

async fn teller(world: &World) -> String {
    let name = world.name("teller");
    world.deploy_probe(&name).timeout(30).await;
    name
}

async fn told(
    call: InvokeWithResponseStreamFluentBuilder,
) -> (String, InvokeWithResponseStreamCompleteEvent) {
    Answering::to(call).await.rest().await
}

#[track_caller]
fn check(told: &(String, InvokeWithResponseStreamCompleteEvent), text: &str) {
    assert_eq!(told.0, text);
    assert_eq!(told.1, InvokeWithResponseStreamCompleteEvent::builder().build());
}

async fn invoke_with_response_stream_tells_what_is_answered_in_pieces(world: &World) {
    let steps = [
        Step::stream(TEXT),
        Step::StreamText("once ".into()),
        Step::StreamText("upon a time".into()),
        Step::StreamEnd(StreamEnd::Whole),
    ];
    let call = world.stream_from(&teller(world).await, &event(steps)).qualifier("$LATEST");
    let answering = Answering::to(call).await;
    let output = &answering.output;
    assert_eq!(output.status_code(), 200);
    assert_eq!(output.executed_version(), Some("$LATEST"));
    let content_type = output.response_stream_content_type();
    assert_eq!(content_type, Some("application/vnd.amazon.eventstream"));
    check(&answering.rest().await, "once upon a time");
}

async fn a_function_that_answers_whole_can_be_called_for_a_stream(world: &World) {
    let greeter = &world.name("greeter");
    world.deploy(greeter, Handler::CustomEvent).await;
    check(
        &told(world.stream_from(greeter, &json!({"name": "lambda"}))).await,
        r#""Hello lambda!""#,
    );

    let probe = &teller(world).await;
    let context = json!({"custom": {"tenant": "blue"}}).to_string();
    let request =
        world.stream_from(probe, &json!({})).client_context(BASE64_STANDARD.encode(&context));
    let echo: Echo = serde_json::from_str(&told(request).await.0).unwrap();
    assert_eq!(echo.headers["lambda-runtime-client-context"], context);

    let largest = event([Step::AnswerBytes(6_291_556)]);
    let (text, complete) = told(world.stream_from(probe, &largest)).await;
    assert_eq!((text.len(), complete.error_code()), (6_291_556, None));
}

async fn a_stream_may_be_larger_than_an_answer_that_comes_whole(world: &World) {
    const SIZE: usize = 7 * 1024 * 1024;
    let name = &teller(world).await;
    let steps = [
        Step::stream("application/octet-stream"),
        Step::StreamBytes(SIZE),
        Step::StreamEnd(StreamEnd::Whole),
    ];
    let (text, complete) = told(world.stream_from(name, &event(steps.clone()))).await;
    assert_eq!((text.len(), complete.error_code()), (SIZE, None));

    let failure = world.invoke(name, event(steps)).await.failure();
    assert_eq!(failure.kind, "Function.ResponseSizeTooLarge", "for a caller who wants it whole");
}

async fn an_error_before_the_first_piece_is_both_payload_and_end(world: &World) {
    let name = &teller(world).await;
    let steps = event([Step::error("Shop.OutOfStock", "no bicycles")]);
    let (text, complete) = told(world.stream_from(name, &steps)).await;
    let document = r#"{"errorType":"Shop.OutOfStock","errorMessage":"no bicycles"}"#;
    assert_eq!(text, document);
    assert_eq!(complete.error_code(), Some("Unhandled"));
    assert_eq!(complete.error_details(), Some(document));

    let (text, complete) = told(world.stream_from(name, &event([Step::Exit(3)]))).await;
    assert!(text.starts_with(r#"{"errorType":"Runtime.ExitError","#), "{text}");
    assert_eq!(complete.error_details(), Some(&*text));
}

async fn an_error_in_trailers_fails_whoever_wants_the_answer_whole(world: &World) {
    let document = r#"{"errorType":"Broke","errorMessage":"in the midst"}"#;
    let end = StreamEnd::Error {
        error_type: "Function.Broke".into(),
        body_base64: BASE64_STANDARD.encode(document),
    };
    let steps = [Step::stream(TEXT), Step::StreamText("once ".into()), Step::StreamEnd(end)];
    let answer = world.invoke(&teller(world).await, event(steps)).await;
    assert_eq!(answer.payload, document);
    assert_eq!(answer.failure().kind, "Broke");
}

async fn the_tail_of_the_log_comes_with_the_end(world: &World) {
    let steps = event([
        Step::Log(vec!["one".into()]),
        Step::stream(TEXT),
        Step::StreamText("once upon a time".into()),
        Step::StreamEnd(StreamEnd::Whole),
    ]);
    let call = world.stream_from(&teller(world).await, &steps).log_type(LogType::Tail);
    let (text, complete) = told(call).await;
    assert_eq!(text, "once upon a time");
    let log = BASE64_STANDARD.decode(complete.log_result().unwrap()).unwrap();
    let log = String::from_utf8(log).unwrap();
    let lines: Vec<_> = log.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(lines, ["START", "one", "END", "REPORT"]);
}

async fn a_stream_is_told_whatever_kind_of_invocation_is_asked_for(world: &World) {
    let (name, steps) = (&teller(world).await, event([Step::Answer(json!("told"))]));
    for kind in [
        ResponseStreamingInvocationType::DryRun,
        ResponseStreamingInvocationType::RequestResponse,
        ResponseStreamingInvocationType::from("Event"),
    ] {
        check(&told(world.stream_from(name, &steps).invocation_type(kind)).await, r#""told""#);
    }
}

async fn a_function_learns_what_was_wrong_with_its_answer(world: &World) {
    let name = &teller(world).await;
    let mode = |mode: &str| Step::Stream { content_type: TEXT.into(), mode: mode.into() };
    let steps = [mode("backwards"), Step::StreamEnd(StreamEnd::Whole)];
    let answer = world.invoke(name, event(steps)).with_log().await;
    assert_eq!(answer.function_error.as_deref(), Some("Unhandled"));
    assert_eq!(answer.payload, "");
    let report = answer.line("REPORT");
    assert!(report.ends_with("Error Type: Runtime.InvalidResponseModeHeader"), "{report}");

    let steps = [Step::stream(TEXT), Step::StreamEnd(StreamEnd::BrokenOff)];
    let failure = world.invoke(name, event(steps)).with_log().await.failure();
    assert_eq!(failure.kind, "Runtime.TruncatedResponse");
    let notes = world.echo(name).await.notes;
    let notes: Vec<_> = notes.iter().map(|note| (note.status, note.body.as_str())).collect();
    let truncated = r#"{"errorMessage":"HTTP request detected as truncated","errorType":"TruncatedHTTPRequest"}"#;
    assert_eq!(notes, [(400, truncated)]);
}

async fn a_stream_of_nobody_is_refused_before_it_begins(world: &World) {
    let missing = world.stream_from(&world.name("nobody"), &json!({})).send().await;
    assert!(refusal(missing).starts_with("404 ResourceNotFoundException: Function not found: "));
}
