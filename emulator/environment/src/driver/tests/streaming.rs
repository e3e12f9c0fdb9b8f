//! Answers in pieces: what callers who want them so see, what those see who do not, and what the process is
//! told.

use std::time::Duration;

use insta::assert_snapshot;

use super::process::End;
use super::world::World;
use crate::Exit;

const OK: (u16, &str) = (202, "{\"status\":\"OK\"}\n");

#[tokio::test]
async fn pieces_reach_their_caller_before_the_answer_is_complete() {
    let mut world = World::start().await;
    let (call, stream) = world.invoke_for_stream("1").await;
    let process = world.process().await;
    process.next().await;

    let mut answer = process.stream(call.id, "streaming").await;
    let mut stream = stream.begins().await;
    assert_eq!(stream.content_type(), Some("text/plain"));
    answer.send("one").await;
    assert_eq!(stream.piece().await.as_deref(), Some("one"));
    answer.send("two").await;
    assert_eq!(stream.piece().await.as_deref(), Some("two"));
    assert_eq!(answer.end(End::Whole).await.said(), OK);
    assert_eq!(stream.piece().await, None);

    let _asked = process.ask().await;
    let (answer, log) = call.ended().await;
    assert_eq!(answer, "", "its caller has had it");
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Init Duration: N ms |
    ");
    world.stop().await;
}

#[tokio::test]
async fn a_caller_who_wants_it_whole_gets_the_pieces_together() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    process.next().await;
    let mut answer = process.stream(call.id, "streaming").await;
    answer.send("one").await;
    answer.send("two").await;
    assert_eq!(answer.end(End::Whole).await.said(), OK);
    let _asked = process.ask().await;
    let ended = call.whole().await;
    assert_eq!((&ended.payload[..], ended.streamed, ended.failed), (&b"onetwo"[..], true, false));
    assert_eq!(ended.content_type.unwrap(), "text/plain");
    world.stop().await;
}

#[tokio::test]
async fn pieces_that_are_too_large_together_fail_for_a_caller_who_wants_them_so() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    process.next().await;
    let mut answer = process.stream(call.id, "streaming").await;
    answer.send(&"x".repeat(crate::failure::MAX_RESPONSE)).await;
    answer.send("y").await;
    assert_eq!(answer.answered().await.status, 413);
    let _asked = process.ask().await;
    let (answer, log) = call.ended().await;
    assert_snapshot!(answer, @r#"{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}"#);
    assert!(log.ends_with("Error Type: Function.ResponseSizeTooLarge\n"), "{log}");
    world.stop().await;
}

#[tokio::test]
async fn trailers_tell_of_an_error_in_the_midst() {
    let mut world = World::start().await;
    let (call, stream) = world.invoke_for_stream("1").await;
    let process = world.process().await;
    process.next().await;
    let mut answer = process.stream(call.id, "streaming").await;
    let mut stream = stream.begins().await;
    answer.send("one").await;
    // `{"errorType":"Broke"}`
    let end = End::Error("Function.Broke", "eyJlcnJvclR5cGUiOiJCcm9rZSJ9");
    assert_eq!(answer.end(end).await.said(), OK);
    assert_eq!(stream.piece().await.as_deref(), Some("one"));
    assert_eq!(stream.piece().await, None);
    let _asked = process.ask().await;
    let (answer, log) = call.ended().await;
    assert_eq!(answer, r#"{"errorType":"Broke"}"#);
    assert!(log.ends_with("Status: error | Error Type: Function.Broke\n"), "{log}");
    world.stop().await;
}

#[tokio::test]
async fn a_response_that_breaks_off_fails_and_the_process_hears_it() {
    for streamed in [true, false] {
        let mut world = World::start().await;
        let call = world.invoke("1").await;
        let process = world.process().await;
        process.next().await;
        let answer = if streamed {
            let mut answer = process.stream(call.id, "streaming").await;
            answer.send("one").await;
            answer
        } else {
            process.answer_in_part(call.id).await
        };
        let said = answer.end(End::BrokenOff).await;
        assert_eq!(said.status, 400);
        assert_eq!(
            said.body,
            r#"{"errorMessage":"HTTP request detected as truncated","errorType":"TruncatedHTTPRequest"}"#,
        );
        let _asked = process.ask().await;
        let (answer, log) = call.ended().await;
        assert_eq!(
            answer,
            r#"{"errorType":"Runtime.TruncatedResponse","errorMessage":"RequestId: ID Error: HTTP request detected as truncated"}"#,
        );
        assert!(log.ends_with("Status: error | Error Type: Runtime.TruncatedResponse\n"), "{log}");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_mode_that_does_not_exist_is_refused_and_the_caller_gets_nothing() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    process.next().await;
    let said = process.stream(call.id, "Streaming").await.answered().await;
    assert_eq!(said.status, 400);
    assert_snapshot!(said.body, @r#"{"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}"#);
    let _asked = process.ask().await;
    let (answer, log) = call.ended().await;
    assert_eq!(answer, "");
    assert!(log.ends_with("Error Type: Runtime.InvalidResponseModeHeader\n"), "{log}");
    world.stop().await;
}

#[tokio::test]
async fn an_exit_in_the_midst_ends_the_stream() {
    let mut world = World::start().await;
    let (call, stream) = world.invoke_for_stream("1").await;
    let process = world.process().await;
    process.next().await;
    let mut answer = process.stream(call.id, "streaming").await;
    let mut stream = stream.begins().await;
    answer.send("one").await;
    assert_eq!(stream.piece().await.as_deref(), Some("one"));
    process.exit(Exit::Code(3));
    let (document, log) = call.ended().await;
    assert_snapshot!(document, @r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 3"}"#);
    assert!(log.ends_with("Error Type: Runtime.ExitError\n"), "{log}");
    drop(answer);
    assert_eq!(stream.piece().await, None);
    world.stop().await;
}

#[tokio::test]
async fn a_deadline_in_the_midst_kills_the_process_and_its_late_end_is_nobodys() {
    let mut world = World::with_timeout(Duration::from_millis(50)).await;
    let (call, stream) = world.invoke_for_stream("1").await;
    let process = world.process().await;
    process.next().await;
    let mut answer = process.stream(call.id, "streaming").await;
    let mut stream = stream.begins().await;
    answer.send("one").await;
    assert_eq!(stream.piece().await.as_deref(), Some("one"));
    process.is_killed().await;
    let (document, log) = call.ended().await;
    assert_snapshot!(document, @r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 0.05 seconds"}"#);
    assert!(log.ends_with("Status: timeout\n"), "{log}");
    let late = answer.end(End::Whole).await;
    assert_snapshot!(late.body, @r#"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#);
    world.stop().await;
}

#[tokio::test]
async fn a_process_that_streams_can_say_nothing_else_meanwhile() {
    let mut world = World::start().await;
    let (call, stream) = world.invoke_for_stream("1").await;
    let process = world.process().await;
    process.next().await;
    let stranger = process.stream("8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e", "streaming").await;
    assert_eq!(stranger.answered().await.status, 400);

    let mut answer = process.stream(call.id, "streaming").await;
    let mut stream = stream.begins().await;
    answer.send("one").await;
    let second = process.stream(call.id, "streaming").await.answered().await;
    assert_eq!(second.status, 403);
    assert_snapshot!(second.body, @r#"{"errorMessage":"State transition from InvocationResponse to InvocationResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}"#);
    let whole = process.answer(call.id, "two").await;
    assert_eq!(whole.body, second.body);
    let next = process.next().await;
    assert_snapshot!(next.body, @r#"{"errorMessage":"State transition from InvocationResponse to Ready failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}"#);

    assert_eq!(answer.end(End::Whole).await.said(), OK);
    let again = process.stream(call.id, "streaming").await.answered().await;
    assert_snapshot!(again.body, @r#"{"errorMessage":"State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}"#);
    assert_eq!(stream.piece().await.as_deref(), Some("one"));
    assert_eq!(stream.piece().await, None);
    let _asked = process.ask().await;
    assert!(!call.whole().await.failed);
    world.stop().await;
}

#[tokio::test]
async fn a_caller_who_has_gone_away_does_not_stop_a_stream() {
    let mut world = World::start().await;
    let (call, stream) = world.invoke_for_stream("1").await;
    let process = world.process().await;
    process.next().await;
    let mut answer = process.stream(call.id, "streaming").await;
    drop(stream.begins().await);
    for _ in 0..100 {
        answer.send("a piece that nobody waits for").await;
    }
    assert_eq!(answer.end(End::Whole).await.said(), OK);
    let _asked = process.ask().await;
    assert!(!call.whole().await.failed);
    world.is_free().await;
    world.stop().await;
}

#[tokio::test]
async fn an_environment_that_is_stopped_gives_its_stream_up() {
    let mut world = World::start().await;
    let (call, stream) = world.invoke_for_stream("1").await;
    let process = world.process().await;
    process.next().await;
    let answer = process.stream(call.id, "streaming").await;
    let mut stream = stream.begins().await;
    world.environment.stop();
    process.is_killed().await;
    call.given_up().await;
    drop(answer);
    assert_eq!(stream.piece().await, None);
    world.stop().await;
}
