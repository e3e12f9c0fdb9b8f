//! The driver with processes that are made up: what callers, processes and logs see.

mod world;

mod caller;
mod made_up;
mod process;

mod extensions;
mod freezing;
mod json_logs;
mod streaming;
mod subscriber;
mod telemetry;

use std::time::Duration;

use insta::assert_snapshot;

use crate::Exit;
use crate::failure::MAX_RESPONSE;
use made_up::NEVER_RAN;
use world::{Settings, World};

#[tokio::test]
async fn a_cold_start_is_reported_once_and_the_process_stays() {
    let mut world = World::start().await;
    let first = world.invoke("1").await;
    let process = world.process().await;
    let given = process.next().await;
    assert_eq!((given.request_id, given.body.as_str()), (Some(first.id.to_string()), "1"));
    let posted = process.answer(first.id, "one").await;
    assert_eq!((posted.status, posted.body.as_str()), (202, "{\"status\":\"OK\"}\n"));
    let asked = process.ask().await;
    let (answer, log) = first.ended().await;
    assert_eq!(answer, "one");
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Init Duration: N ms |
    ");
    world.is_free().await;

    let second = world.invoke("2").await;
    assert_eq!(asked.answered().await.body, "2");
    process.answer(second.id, "two").await;
    let _asked = process.ask().await;
    let (answer, log) = second.ended().await;
    assert_eq!(answer, "two");
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB |
    ");
    world.stop().await;
}

#[tokio::test]
async fn the_log_of_an_invocation_has_the_lines_of_its_init_and_all_of_its_own() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let mut process = world.process().await;
    process.print("init\n");
    process.next().await;
    process.print("one\ntwo\n");
    process.answer(call.id, "1").await;
    process.print("after the answer\nno end of line");
    let _asked = process.ask().await;
    let (_, log) = call.ended().await;
    assert_snapshot!(log, @r"
    init
    START RequestId: ID Version: $LATEST
    one
    two
    after the answer
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Init Duration: N ms |
    ");
    world.stop().await;
}

#[tokio::test]
async fn an_init_error_is_the_callers_once_it_has_come_twice() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    assert_eq!(process.init_error("{\"first\":1}").await.status, 202);
    process.is_killed().await;

    let process = world.process().await;
    assert_eq!(process.init_error("{\"second\":2}").await.status, 202);
    let (answer, log) = call.ended().await;
    assert_eq!(answer, "{\"second\":2}");
    assert_snapshot!(log, @r"
    INIT_REPORT Init Duration: N ms | Phase: init | Status: error | Error Type: Function.MadeUp
    START RequestId: ID Version: $LATEST
    INIT_REPORT Init Duration: N ms | Phase: invoke | Status: error | Error Type: Function.MadeUp
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Status: error | Error Type: Function.MadeUp
    ");
    world.stop().await;
}

#[tokio::test]
async fn an_exit_fails_the_invocation_and_the_next_one_has_a_new_process() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let mut process = world.process().await;
    process.next().await;
    process.print("last words");
    process.exit(Exit::Code(3));
    let (answer, log) = call.ended().await;
    assert_snapshot!(answer, @r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 3"}"#);
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    last words
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Init Duration: N ms | Status: error | Error Type: Runtime.ExitError
    ");
    world.is_free().await;

    let call = world.invoke("2").await;
    let process = world.process().await;
    assert_eq!(process.next().await.body, "2");
    process.answer(call.id, "two").await;
    let _asked = process.ask().await;
    let (answer, log) = call.ended().await;
    assert_eq!(answer, "two");
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB |
    ");
    world.stop().await;
}

#[tokio::test]
async fn an_exit_after_the_answer_is_only_in_the_log() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    process.next().await;
    process.answer(call.id, "one").await;
    process.exit(Exit::Signal(11));
    let (answer, log) = call.ended().await;
    assert_eq!(answer, "one");
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Init Duration: N ms | Status: error | Error Type: Runtime.ExitError
    ");
    world.stop().await;
}

#[tokio::test]
async fn a_deadline_ends_the_process_and_a_late_answer_finds_nobody() {
    let mut world = World::with_timeout(Duration::from_millis(50)).await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    process.next().await;
    process.is_killed().await;
    let id = call.id;
    let (answer, log) = call.ended().await;
    assert_snapshot!(answer, @r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 0.05 seconds"}"#);
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Init Duration: N ms | Status: timeout
    ");
    let log = world.log().await;
    assert!(log.contains("\tDuration: 50.00 ms\t"), "{log}");
    let late = process.answer(id, "late").await;
    assert_eq!(late.status, 400);
    assert_snapshot!(late.body, @r#"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#);
    world.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_too_large_fails_the_invocation_and_spares_the_process() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    process.next().await;
    let posted = process.answer(call.id, &"x".repeat(MAX_RESPONSE + 1)).await;
    assert_eq!(posted.status, 413);
    assert_snapshot!(posted.body, @r#"{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}"#);
    let asked = process.ask().await;
    let (answer, log) = call.ended().await;
    assert_snapshot!(answer, @r#"{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}"#);
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Init Duration: N ms | Status: error | Error Type: Function.ResponseSizeTooLarge
    ");

    let call = world.invoke("2").await;
    assert_eq!(asked.answered().await.request_id, Some(call.id.to_string()));
    world.stop().await;
}

#[tokio::test]
async fn a_process_that_asks_twice_is_given_the_same_again() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    let given = process.next().await;
    assert_eq!(process.next().await, given);
    assert_eq!(given.request_id, Some(call.id.to_string()));
    world.stop().await;
}

#[tokio::test]
async fn an_answer_out_of_turn_is_refused_by_name() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    process.next().await;
    let other = process.answer("8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e", "1").await;
    assert_eq!(other.status, 400);
    assert_snapshot!(other.body, @r#"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#);
    let early = process.init_error("{}").await;
    assert_eq!(early.status, 403);
    assert_snapshot!(early.body, @r#"{"errorMessage":"State transition from Running to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}"#);
    process.answer(call.id, "first").await;
    let again = process.answer(call.id, "second").await;
    assert_eq!(again.status, 403);
    assert_snapshot!(again.body, @r#"{"errorMessage":"State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}"#);
    let _asked = process.ask().await;
    assert_eq!(call.ended().await.0, "first");
    world.stop().await;
}

#[tokio::test]
async fn an_answer_that_names_another_attempt_is_refused() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    let invocation = process.next().await.invocation_id.unwrap();
    let other = process.answer_echoing(call.id, "8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e").await;
    assert_eq!(other.status, 400);
    assert_snapshot!(other.body, @r#"{"errorMessage":"Invalid invocation ID","errorType":"InvalidInvocationId"}"#);
    assert_eq!(process.answer_echoing(call.id, &invocation).await.status, 202);
    let _asked = process.ask().await;
    assert_eq!(call.ended().await.0, "one");
    world.stop().await;
}

#[tokio::test]
async fn a_busy_environment_that_is_stopped_gives_its_invocation_up() {
    let mut world = World::start().await;
    let call = world.invoke("1").await;
    let process = world.process().await;
    process.next().await;
    world.environment.stop();
    process.is_killed().await;
    call.given_up().await;
    world.stop().await;
}

#[tokio::test]
async fn what_cannot_be_started_is_named_with_the_reason() {
    let world = World::without_entry_point("no such file or directory").await;
    let (answer, log) = world.invoke("1").await.ended().await;
    assert_snapshot!(answer, @r#"{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ID Error: fork/exec /made/up: no such file or directory"}"#);
    assert_snapshot!(log, @r"
    IMAGE | Launch error: fork/exec /made/up: no such file or directory | Entrypoint: [/made/up] | Cmd: [] | WorkingDir: []
    START RequestId: ID Version: $LATEST
    INIT_REPORT Init Duration: N ms | Phase: invoke | Status: error | Error Type: Runtime.InvalidEntrypoint
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 0 MB | Status: error | Error Type: Runtime.InvalidEntrypoint
    ");
    world.stop().await;
}

#[tokio::test]
async fn what_shows_only_at_its_end_that_it_never_ran_is_named_with_the_reason() {
    let mut world = World::start().await;
    world.process().await.exit(NEVER_RAN);
    let call = world.invoke("1").await;
    world.process().await.exit(NEVER_RAN);
    let (answer, log) = call.ended().await;
    assert_snapshot!(answer, @r#"{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ID Error: fork/exec /made/up: permission denied"}"#);
    assert_snapshot!(log, @r"
    IMAGE | Launch error: fork/exec /made/up: permission denied | Entrypoint: [/made/up] | Cmd: [] | WorkingDir: []
    INIT_REPORT Init Duration: N ms | Phase: init | Status: error | Error Type: Runtime.InvalidEntrypoint
    START RequestId: ID Version: $LATEST
    IMAGE | Launch error: fork/exec /made/up: permission denied | Entrypoint: [/made/up] | Cmd: [] | WorkingDir: []
    INIT_REPORT Init Duration: N ms | Phase: invoke | Status: error | Error Type: Runtime.InvalidEntrypoint
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 7 MB | Status: error | Error Type: Runtime.InvalidEntrypoint
    ");
    world.stop().await;
}

#[tokio::test]
async fn what_this_machine_cannot_start_is_an_error_of_the_service() {
    let broken = Some("too many open files".to_owned());
    let world = World::with(Settings { broken, broken_here: true, ..Settings::default() }).await;
    let ended = world.invoke("1").await.whole().await;
    assert!(ended.failed);
    let fault = "the sandbox could not be started: too many open files";
    assert_eq!(ended.fault.as_deref(), Some(fault));
    world.stop().await;
}
