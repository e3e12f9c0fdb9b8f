//! Answers in pieces: `InvokeWithResponseStream`, what `Invoke` makes of such answers, and the deprecated
//! `InvokeAsync`.

use aws_sdk_lambda::operation::RequestId;
use aws_sdk_lambda::operation::invoke_with_response_stream::InvokeWithResponseStreamOutput;
use aws_sdk_lambda::operation::invoke_with_response_stream::builders::InvokeWithResponseStreamFluentBuilder;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvokeWithResponseStreamResponseEvent::{InvokeComplete, PayloadChunk};
use aws_sdk_lambda::types::{
    InvokeWithResponseStreamCompleteEvent, LogType, ResponseStreamingInvocationType,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use probe::{Rendezvous, Step, StreamEnd, event};
use serde_json::{Value, json};
use tests::{Handler, World, refusal, soon};

const TEXT: &str = "text/plain";

fn call(world: &World, function: &str, payload: &Value) -> InvokeWithResponseStreamFluentBuilder {
    let payload = Blob::new(payload.to_string());
    world.lambda().invoke_with_response_stream().function_name(function).payload(payload)
}

/// An answer that comes in pieces.
struct Answering {
    output: InvokeWithResponseStreamOutput,
}

impl Answering {
    async fn of(call: InvokeWithResponseStreamFluentBuilder) -> Self {
        Self { output: call.send().await.unwrap() }
    }

    /// The next piece.
    async fn piece(&mut self) -> String {
        match soon("a piece", self.output.event_stream.recv()).await.unwrap() {
            Some(PayloadChunk(chunk)) => {
                String::from_utf8(chunk.payload().unwrap().as_ref().to_vec()).unwrap()
            }
            other => panic!("this is no piece: {other:?}"),
        }
    }

    /// All the pieces that still come, together, and what is said at the end.
    async fn rest(mut self) -> (String, InvokeWithResponseStreamCompleteEvent) {
        let mut text = String::new();
        loop {
            match soon("an event", self.output.event_stream.recv()).await.unwrap() {
                Some(PayloadChunk(chunk)) => {
                    text += std::str::from_utf8(chunk.payload().unwrap().as_ref()).unwrap();
                }
                Some(InvokeComplete(complete)) => {
                    let end = soon("the end", self.output.event_stream.recv()).await.unwrap();
                    assert!(end.is_none(), "nothing comes after the end: {end:?}");
                    return (text, complete);
                }
                other => panic!("no such event: {other:?}"),
            }
        }
    }
}

#[track_caller]
fn check(rest: &(String, InvokeWithResponseStreamCompleteEvent), text: &str) {
    assert_eq!(rest.0, text);
    assert_eq!(rest.1, InvokeWithResponseStreamCompleteEvent::builder().build());
}

fn decoded(log: Option<&str>) -> String {
    String::from_utf8(BASE64_STANDARD.decode(log.unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn invoke_with_response_stream_has_the_first_piece_before_the_function_has_finished() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("teller").await;
    let steps = [
        Step::stream(TEXT),
        Step::StreamText("once ".into()),
        Step::Hold(place.address().unwrap()),
        Step::StreamText("upon a time".into()),
        Step::StreamEnd(StreamEnd::Whole),
    ];
    let call = call(&world, "teller", &event(steps)).qualifier("$LATEST");
    let mut answering = Answering::of(call).await;
    assert_eq!(answering.output.status_code(), 200);
    assert_eq!(answering.output.executed_version(), Some("$LATEST"));
    assert_eq!(
        answering.output.response_stream_content_type(),
        Some("application/vnd.amazon.eventstream"),
    );
    let request_id = answering.output.request_id().unwrap().to_owned();
    assert_eq!(answering.piece().await, "once ");

    let held = soon("the function", place.arrival()).await.unwrap();
    assert_eq!(held.request_id, request_id, "it is still there");
    held.release().await.unwrap();
    check(&answering.rest().await, "upon a time");
    world.close().await;
}

#[tokio::test]
async fn a_function_that_answers_whole_can_be_called_for_a_stream() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let answering = Answering::of(call(&world, "greeter", &json!({"name": "lambda"}))).await;
    check(&answering.rest().await, r#""Hello lambda!""#);

    world.deploy_probe("echo").await;
    let context = json!({"custom": {"tenant": "blue"}}).to_string();
    let request = call(&world, "echo", &json!({})).client_context(BASE64_STANDARD.encode(&context));
    let (echo, _) = Answering::of(request).await.rest().await;
    let echo: probe::Echo = serde_json::from_str(&echo).unwrap();
    assert_eq!(echo.headers["lambda-runtime-client-context"], context);

    let largest = event([Step::AnswerBytes(6_291_556)]);
    let (text, complete) = Answering::of(call(&world, "echo", &largest)).await.rest().await;
    assert_eq!((text.len(), complete.error_code()), (6_291_556, None));
    world.close().await;
}

#[tokio::test]
async fn a_stream_may_be_larger_than_an_answer_that_comes_whole() {
    const SIZE: usize = 7 * 1024 * 1024;
    let world = World::start().await;
    world.deploy_probe("teller").timeout(30).await;
    let steps = [
        Step::stream("application/octet-stream"),
        Step::StreamBytes(SIZE),
        Step::StreamEnd(StreamEnd::Whole),
    ];
    let (text, complete) =
        Answering::of(call(&world, "teller", &event(steps.clone()))).await.rest().await;
    assert_eq!((text.len(), complete.error_code()), (SIZE, None));

    let failure = world.invoke("teller", event(steps)).await.failure();
    assert_eq!(failure.kind, "Function.ResponseSizeTooLarge", "for a caller who wants it whole");
    world.close().await;
}

#[tokio::test]
async fn an_answer_in_pieces_comes_whole_to_whoever_asks_for_it_so() {
    let world = World::start().await;
    world.deploy_probe("teller").await;
    let steps = [
        Step::stream("application/vnd.awslambda.http-integration-response"),
        Step::StreamText("{}\0\0\0\0\0\0\0\0once ".into()),
        Step::StreamText("upon a time".into()),
        Step::StreamEnd(StreamEnd::Whole),
    ];
    let page = world.post("/2015-03-31/functions/teller/invocations", event(steps)).await;
    assert_eq!(page.body, "{}\0\0\0\0\0\0\0\0once upon a time");
    assert_eq!(page.headers["content-type"], "application/octet-stream");
    assert!(!page.headers.contains_key("x-amz-function-error"));
    world.close().await;
}

#[tokio::test]
async fn an_error_before_the_first_piece_is_both_payload_and_end() {
    let world = World::start().await;
    world.deploy_probe("teller").await;
    let steps = event([Step::error("Shop.OutOfStock", "no bicycles")]);
    let (text, complete) = Answering::of(call(&world, "teller", &steps)).await.rest().await;
    let document = r#"{"errorType":"Shop.OutOfStock","errorMessage":"no bicycles"}"#;
    assert_eq!(text, document);
    assert_eq!(complete.error_code(), Some("Unhandled"));
    assert_eq!(complete.error_details(), Some(document));

    let (text, complete) =
        Answering::of(call(&world, "teller", &event([Step::Exit(3)]))).await.rest().await;
    assert!(text.starts_with(r#"{"errorType":"Runtime.ExitError","#), "{text}");
    assert_eq!(complete.error_details(), Some(&*text));
    world.close().await;
}

#[tokio::test]
async fn an_error_after_the_first_piece_ends_the_stream_and_only_the_log_tells() {
    let world = World::start().await;
    world.deploy_probe("teller").await;
    let broke = StreamEnd::Error {
        error_type: "Function.Broke".into(),
        body_base64: BASE64_STANDARD.encode(r#"{"errorType":"Broke"}"#),
    };
    for (end, told) in [
        (Step::StreamEnd(broke), "Error Type: Function.Broke"),
        (Step::StreamEnd(StreamEnd::BrokenOff), "Error Type: Runtime.TruncatedResponse"),
        (Step::Exit(3), "Error Type: Runtime.ExitError"),
    ] {
        let place = Rendezvous::open().await.unwrap();
        let waits = Step::Hold(place.address().unwrap());
        let steps = [Step::stream(TEXT), Step::StreamText("once ".into()), waits, end];
        let call = call(&world, "teller", &event(steps)).log_type(LogType::Tail);
        let mut answering = Answering::of(call).await;
        assert_eq!(answering.piece().await, "once ");
        let held = soon("the function", place.arrival()).await.unwrap();
        held.release().await.unwrap();
        let (rest, complete) = answering.rest().await;
        assert_eq!(
            (rest.as_str(), complete.error_code(), complete.error_details()),
            ("", None, None)
        );
        let log = decoded(complete.log_result());
        assert!(log.ends_with(&format!("Status: error\t{told}\n")), "{log}");
    }
    world.close().await;
}

#[tokio::test]
async fn an_error_in_trailers_fails_whoever_wants_the_answer_whole() {
    let world = World::start().await;
    world.deploy_probe("teller").await;
    let document = r#"{"errorType":"Broke","errorMessage":"in the midst"}"#;
    let end = StreamEnd::Error {
        error_type: "Function.Broke".into(),
        body_base64: BASE64_STANDARD.encode(document),
    };
    let steps = [Step::stream(TEXT), Step::StreamText("once ".into()), Step::StreamEnd(end)];
    let answer = world.invoke("teller", event(steps)).await;
    assert_eq!(answer.payload, document);
    assert_eq!(answer.failure().kind, "Broke");
    world.close().await;
}

#[tokio::test]
async fn a_timeout_in_the_midst_cuts_the_stream() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("teller").timeout(1).await;
    let waits = Step::Hold(place.address().unwrap());
    let steps = [Step::stream(TEXT), Step::StreamText("once ".into()), waits];
    let call = call(&world, "teller", &event(steps)).log_type(LogType::Tail);
    let mut answering = Answering::of(call).await;
    assert_eq!(answering.piece().await, "once ");
    let held = soon("the function", place.arrival()).await.unwrap();
    soon("the end of its process", held.gone()).await;
    let (rest, complete) = answering.rest().await;
    assert_eq!((rest.as_str(), complete.error_code()), ("", None));
    let log = decoded(complete.log_result());
    assert!(log.ends_with("\tStatus: timeout\n"), "{log}");
    world.close().await;
}

#[tokio::test]
async fn the_tail_of_the_log_comes_with_the_end() {
    let world = World::start().await;
    world.deploy_probe("teller").await;
    let steps = event([
        Step::Log(vec!["one".into()]),
        Step::stream(TEXT),
        Step::StreamText("once upon a time".into()),
        Step::StreamEnd(StreamEnd::Whole),
    ]);
    let call = call(&world, "teller", &steps).log_type(LogType::Tail);
    let (text, complete) = Answering::of(call).await.rest().await;
    assert_eq!(text, "once upon a time");
    let log = decoded(complete.log_result());
    let lines: Vec<_> = log.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(lines, ["START", "one", "END", "REPORT"]);
    world.close().await;
}

#[tokio::test]
async fn a_stream_is_told_whatever_kind_of_invocation_is_asked_for() {
    let world = World::start().await;
    world.deploy_probe("teller").await;
    let steps = event([Step::Answer(json!("told"))]);
    for kind in [
        ResponseStreamingInvocationType::DryRun,
        ResponseStreamingInvocationType::RequestResponse,
        ResponseStreamingInvocationType::from("Event"),
    ] {
        let answering = Answering::of(call(&world, "teller", &steps).invocation_type(kind)).await;
        check(&answering.rest().await, r#""told""#);
    }
    world.close().await;
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_stop_the_function() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("teller").await;
    let steps = [
        Step::stream(TEXT),
        Step::StreamText("once ".into()),
        Step::Hold(place.address().unwrap()),
        Step::StreamBytes(1024 * 1024),
        Step::StreamEnd(StreamEnd::Whole),
        Step::Log(vec!["told to the end".into()]),
    ];
    let mut answering = Answering::of(call(&world, "teller", &event(steps))).await;
    assert_eq!(answering.piece().await, "once ");
    let held = soon("the function", place.arrival()).await.unwrap();
    drop(answering);
    held.release().await.unwrap();
    world.settle().await;
    assert_eq!(world.logged("teller", "told").await, ["told to the end"]);
    world.close().await;
}

#[tokio::test]
async fn a_function_learns_what_was_wrong_with_its_answer() {
    let world = World::start().await;
    world.deploy_probe("teller").await;
    let mode = |mode: &str| Step::Stream { content_type: TEXT.into(), mode: mode.into() };
    let steps = [mode("backwards"), Step::StreamEnd(StreamEnd::Whole)];
    let answer = world.invoke("teller", event(steps)).with_log().await;
    assert_eq!(answer.function_error.as_deref(), Some("Unhandled"));
    assert_eq!(answer.payload, "");
    let report = answer.line("REPORT");
    assert!(report.ends_with("Error Type: Runtime.InvalidResponseModeHeader"), "{report}");

    let steps = [Step::stream(TEXT), Step::StreamEnd(StreamEnd::BrokenOff)];
    let failure = world.invoke("teller", event(steps)).await.failure();
    assert_eq!(failure.kind, "Runtime.TruncatedResponse");
    let echo: probe::Echo =
        serde_json::from_value(world.invoke("teller", json!({})).await.value()).unwrap();
    let notes: Vec<_> = echo.notes.iter().map(|note| (note.status, note.body.as_str())).collect();
    let truncated = r#"{"errorMessage":"HTTP request detected as truncated","errorType":"TruncatedHTTPRequest"}"#;
    assert_eq!(notes, [(400, truncated)]);
    world.close().await;
}

#[tokio::test]
async fn a_stream_of_nobody_is_refused_before_it_begins() {
    let world = World::start().await;
    let missing = call(&world, "nobody", &json!({})).send().await;
    assert!(refusal(missing).starts_with("404 ResourceNotFoundException: Function not found: "));
    world.close().await;
}

#[tokio::test]
async fn invoke_async_hands_an_event_over_as_ever() {
    let world = World::start().await;
    world.deploy_probe("worker").await;
    let steps = event([Step::Log(vec!["worked".into()])]);
    let page = world.post("/2014-11-13/functions/worker/invoke-async/", steps.clone()).await;
    assert_eq!((page.status.as_u16(), page.body.as_str()), (202, ""));
    world.settle().await;
    assert_eq!(world.logged("worker", "worked").await, ["worked"]);
    let page = world.post("/2014-11-13/functions/nobody/invoke-async/", steps).await;
    assert_eq!(page.status, 404);
    world.close().await;
}
