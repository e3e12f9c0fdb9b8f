//! Answers in pieces, watched while they come; how they come unsigned; and the deprecated `InvokeAsync`.

use aws_sdk_lambda::operation::RequestId;
use aws_sdk_lambda::types::{InvokeWithResponseStreamCompleteEvent, LogType};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use probe::{Rendezvous, Step, StreamEnd, event};
use tests::{Answering, World, soon};

const TEXT: &str = "text/plain";

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
    let call = world.stream_from("teller", &event(steps)).qualifier("$LATEST");
    let mut answering = Answering::to(call).await;
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
        let call = world.stream_from("teller", &event(steps)).log_type(LogType::Tail);
        let mut answering = Answering::to(call).await;
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
async fn a_timeout_in_the_midst_cuts_the_stream() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("teller").timeout(1).await;
    let waits = Step::Hold(place.address().unwrap());
    let steps = [Step::stream(TEXT), Step::StreamText("once ".into()), waits];
    let call = world.stream_from("teller", &event(steps)).log_type(LogType::Tail);
    let mut answering = Answering::to(call).await;
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
    let mut answering = Answering::to(world.stream_from("teller", &event(steps))).await;
    assert_eq!(answering.piece().await, "once ");
    let held = soon("the function", place.arrival()).await.unwrap();
    drop(answering);
    held.release().await.unwrap();
    world.settle().await;
    assert_eq!(world.logged("teller", "told").await, ["told to the end"]);
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
