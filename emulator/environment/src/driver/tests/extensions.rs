//! Extensions beside a made-up runtime: who waits for whom, and how everything ends.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::process::Process;
use super::world::{Settings, World, patiently};
use crate::Exit;

/// An extension's side of the Extensions API.
pub(super) struct Extension {
    pub(super) process: Process,
    pub(super) id: String,
}

/// A request of an extension's that has not been answered yet.
pub(super) struct Asked(TcpStream);

/// What an extension is answered.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    head: String,
    pub(super) body: String,
}

impl Answered {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(named, _)| *named == name).map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Asked {
    pub(super) async fn answered(mut self) -> Answered {
        let mut response = String::new();
        patiently(self.0.read_to_string(&mut response)).await.unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let status = head[9..12].parse().unwrap();
        Answered { status, head: head.to_owned(), body: body.to_owned() }
    }
}

/// One request from inside an environment.
pub(super) async fn ask(
    inside: &Process,
    call: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Asked {
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = headers.concat();
    let mut stream = TcpStream::connect(inside.runtime_api).await.unwrap();
    let request = format!(
        "{call} HTTP/1.1\r\nHost: runtime\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    Asked(stream)
}

const REGISTER: &str = "POST /2020-01-01/extension/register";
const NEXT: &str = "GET /2020-01-01/extension/event/next";
const NAME: &str = "Lambda-Extension-Name";
const IDENTIFIER: &str = "Lambda-Extension-Identifier";

impl Extension {
    pub(super) async fn register(process: Process, name: &str, events: &[&str]) -> Self {
        let body = json!({ "events": events }).to_string();
        let answer = ask(&process, REGISTER, &[(NAME, name)], &body).await.answered().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let id = answer.header("lambda-extension-identifier").unwrap().to_owned();
        Self { process, id }
    }

    /// Waits for its next event, without waiting for the answer.
    pub(super) async fn ask(&self) -> Asked {
        ask(&self.process, NEXT, &[(IDENTIFIER, &self.id)], "").await
    }

    async fn fail(&self, when: &str, kind: &str) -> Answered {
        let call = format!("POST /2020-01-01/extension/{when}/error");
        let headers =
            [(IDENTIFIER, self.id.as_str()), ("Lambda-Extension-Function-Error-Type", kind)];
        ask(&self.process, &call, &headers, "").await.answered().await
    }
}

pub(super) async fn world_with(extensions: &[&'static str]) -> World {
    World::with(Settings { extensions: extensions.into(), ..Settings::default() }).await
}

#[tokio::test]
async fn an_extension_is_told_of_the_invocation_and_the_environment_waits_for_it() {
    let mut world = world_with(&["watcher"]).await;
    let call = world.invoke("1").await;
    let watcher = world.extension().await;
    let watcher = Extension::register(watcher, "watcher", &["INVOKE", "SHUTDOWN"]).await;
    // The runtime is started only now.
    let process = world.process().await;
    let asked = process.ask().await;
    let event = watcher.ask().await.answered().await;
    assert_eq!(asked.answered().await.body, "1");
    assert!(event.header("lambda-extension-event-identifier").is_some());
    let event = event.json();
    assert_eq!(event["eventType"], "INVOKE");
    assert_eq!(event["requestId"], call.id.to_string());
    assert_eq!(
        event["invokedFunctionArn"],
        "arn:aws:lambda:us-east-1:000000000000:function:made-up"
    );
    assert_eq!(event["tracing"]["type"], "X-Amzn-Trace-Id");
    assert!(event["deadlineMs"].is_u64());

    process.answer(call.id, "one").await;
    let _asked = process.ask().await;
    // Only now is everybody done.
    let waits = watcher.ask().await;
    let (answer, log) = call.ended().await;
    assert_eq!(answer, "one");
    assert_snapshot!(log, @r"
    EXTENSION | Name: watcher | State: Ready | Events: [INVOKE, SHUTDOWN]
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 14 MB | Init Duration: N ms |
    ");
    world.is_free().await;

    world.environment.stop();
    process.is_treated(|treatment| treatment.terminated).await;
    process.exit(Exit::Code(0));
    let event = waits.answered().await.json();
    assert_eq!(
        (&event["eventType"], &event["shutdownReason"]),
        (&json!("SHUTDOWN"), &json!("spindown"))
    );
    watcher.process.exit(Exit::Code(0));
    world.stop().await;
}

#[tokio::test]
async fn a_caller_has_its_answer_while_an_extension_still_works() {
    let mut world = world_with(&["slow"]).await;
    let call = world.invoke_without_log("1").await;
    let slow = Extension::register(world.extension().await, "slow", &["INVOKE"]).await;
    let process = world.process().await;
    let asked = process.ask().await;
    slow.ask().await.answered().await;
    asked.answered().await;
    process.answer(call.id, "one").await;
    assert_eq!(call.answer().await, "one");
    let _asked = process.ask().await;
    assert!(world.is_not_free_yet());
    let _waits = slow.ask().await;
    world.is_free().await;
    world.stop().await;
}

#[tokio::test]
async fn registrations_are_answered_with_the_function_and_refused_by_name() {
    let mut world = world_with(&["watcher"]).await;
    let process = world.extension().await;
    let body = json!({ "events": ["INVOKE"] }).to_string();
    let features = ("Lambda-Extension-Accept-Feature", "accountId");
    let answer = ask(&process, REGISTER, &[(NAME, "watcher"), features], &body).await;
    assert_snapshot!(answer.answered().await.body, @r#"{"accountId":"000000000000","functionName":"made-up","functionVersion":"$LATEST","handler":""}"#);

    let refused = async |call, headers: &[(&str, &str)], body| {
        let answer = ask(&process, call, headers, body).await.answered().await;
        assert_eq!(answer.status, 403);
        answer.body
    };
    let some = [(NAME, "internal")];
    assert_snapshot!(refused(REGISTER, &[], "{}").await, @r#"{"errorMessage":"Empty extension name","errorType":"Extension.InvalidExtensionName"}"#);
    assert_snapshot!(refused(REGISTER, &some, r#"{"events":["SHUTDOWN"]}"#).await, @r#"{"errorMessage":"SHUTDOWN: ShutdownEventNotSupportedForInternalExtension","errorType":"Extension.InvalidEventType"}"#);
    assert_snapshot!(refused(REGISTER, &some, r#"{"events":["SLEEP"]}"#).await, @r#"{"errorMessage":"SLEEP: ErrorInvalidEventType","errorType":"Extension.InvalidEventType"}"#);
    assert_snapshot!(refused(REGISTER, &some, "[").await, @r#"{"errorMessage":"EOF while parsing a list at line 1 column 1","errorType":"InvalidRequestFormat"}"#);
    assert_snapshot!(refused(NEXT, &[], "").await, @r#"{"errorMessage":"Missing Lambda-Extension-Identifier header","errorType":"Extension.MissingExtensionIdentifier"}"#);
    assert_snapshot!(refused(NEXT, &[(IDENTIFIER, "me")], "").await, @r#"{"errorMessage":"Invalid Lambda-Extension-Identifier","errorType":"Extension.InvalidExtensionIdentifier"}"#);
    let stranger = [(IDENTIFIER, "00000000-0000-0000-0000-000000000000")];
    assert_snapshot!(refused(NEXT, &stranger, "").await, @r#"{"errorMessage":"Unknown extension 00000000-0000-0000-0000-000000000000","errorType":"Extension.UnknownExtensionIdentifier"}"#);
    let exit = "POST /2020-01-01/extension/exit/error";
    assert_snapshot!(refused(exit, &stranger, "").await, @r#"{"errorMessage":"Lambda-Extension-Function-Error-Type not found","errorType":"Extension.MissingHeader"}"#);

    // It was started when the one extension had registered.
    world.process().await;
    process.exit(Exit::Code(0));
    world.stop().await;
}

#[tokio::test]
async fn an_extension_that_crashes_fails_the_invocation() {
    let mut world = world_with(&["fragile"]).await;
    let call = world.invoke("1").await;
    let fragile = Extension::register(world.extension().await, "fragile", &["INVOKE"]).await;
    let process = world.process().await;
    let asked = process.ask().await;
    fragile.ask().await.answered().await;
    asked.answered().await;
    fragile.process.exit(Exit::Code(3));
    let (answer, log) = call.ended().await;
    assert_snapshot!(answer, @r#"{"errorType":"Extension.Crash","errorMessage":"RequestId: ID Error: exit status 3"}"#);
    assert_snapshot!(log, @r"
    EXTENSION | Name: fragile | State: Ready | Events: [INVOKE]
    START RequestId: ID Version: $LATEST
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 14 MB | Init Duration: N ms | Status: error | Error Type: Extension.Crash
    ");
    world.stop().await;
}

#[tokio::test]
async fn an_extension_that_cannot_start_fails_the_invocation_at_its_second_attempt() {
    let mut world = world_with(&["broken"]).await;
    let call = world.invoke("1").await;
    let first = Extension::register(world.extension().await, "broken", &["INVOKE"]).await;
    world.process().await;
    let said = first.fail("init", "Extension.NoConfiguration").await;
    assert_eq!((said.status, said.body.as_str()), (202, "{\"status\":\"OK\"}\n"));

    let second = Extension::register(world.extension().await, "broken", &["INVOKE"]).await;
    world.process().await;
    second.fail("exit", "Extension.NoConfiguration").await;
    let (answer, log) = call.ended().await;
    assert_snapshot!(answer, @r#"{"errorType":"Extension.ExitError","errorMessage":"RequestId: ID Error: Extension.NoConfiguration"}"#);
    assert_snapshot!(log, @r"
    EXTENSION | Name: broken | State: InitError | Events: [INVOKE] | Error Type: Extension.NoConfiguration
    INIT_REPORT Init Duration: N ms | Phase: init | Status: error | Error Type: Extension.InitError
    START RequestId: ID Version: $LATEST
    EXTENSION | Name: broken | State: ExitError | Events: [INVOKE] | Error Type: Extension.NoConfiguration
    INIT_REPORT Init Duration: N ms | Phase: invoke | Status: error | Error Type: Extension.ExitError
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 14 MB | Status: error | Error Type: Extension.ExitError
    ");
    world.stop().await;
}

#[tokio::test]
async fn a_timeout_is_told_to_extensions_as_the_reason_of_the_shutdown() {
    let timeout = Duration::from_millis(50);
    let extensions = vec!["watcher"];
    let mut world = World::with(Settings { timeout, extensions, ..Settings::default() }).await;
    let call = world.invoke("1").await;
    let watcher = world.extension().await;
    let watcher = Extension::register(watcher, "watcher", &["SHUTDOWN"]).await;
    let process = world.process().await;
    let asked = process.ask().await;
    let event = watcher.ask().await;
    asked.answered().await;
    process.is_treated(|treatment| treatment.terminated).await;
    let event = event.answered().await.json();
    assert_eq!(
        (&event["eventType"], &event["shutdownReason"]),
        (&json!("SHUTDOWN"), &json!("timeout"))
    );
    // The runtime had its time before.
    assert!(!process.runs());
    watcher.process.exit(Exit::Code(0));
    assert!(call.ended().await.0.contains("Sandbox.Timedout"));
    world.stop().await;
}

#[tokio::test]
async fn a_runtime_with_an_internal_extension_is_asked_to_end_and_one_without_is_ended() {
    let mut world = World::start().await;
    let process = world.process().await;
    let internal = Extension::register(process, "internal", &["INVOKE"]).await;
    world.environment.stop();
    internal.process.is_treated(|treatment| treatment.terminated).await;
    internal.process.is_killed().await;
    world.stop().await;

    let mut world = World::start().await;
    let process = world.process().await;
    world.environment.stop();
    process.is_killed().await;
    assert!(!process.treatment().terminated);
    world.stop().await;
}

#[tokio::test]
async fn an_extension_that_does_not_end_is_ended() {
    let mut world = world_with(&["deaf", "stubborn"]).await;
    let deaf = Extension::register(world.extension().await, "deaf", &["INVOKE"]).await;
    let stubborn = Extension::register(world.extension().await, "stubborn", &["SHUTDOWN"]).await;
    let process = world.process().await;
    world.environment.stop();
    process.is_killed().await;
    deaf.process.is_killed().await;
    // It asks late, and is told all the same; then it lingers.
    let event = stubborn.ask().await.answered().await.json();
    assert_eq!(event["eventType"], "SHUTDOWN");
    stubborn.process.is_killed().await;
    world.stop().await;
}

#[tokio::test]
async fn an_invocation_that_comes_while_everything_ends_keeps_no_extension_from_being_told() {
    let mut world = world_with(&["deaf", "slow"]).await;
    let deaf = Extension::register(world.extension().await, "deaf", &["INVOKE"]).await;
    let slow = Extension::register(world.extension().await, "slow", &["SHUTDOWN"]).await;
    world.process().await.exit(Exit::Code(1));
    deaf.process.is_killed().await;
    let call = world.invoke("1").await;
    let event = slow.ask().await.answered().await.json();
    assert_eq!(
        (&event["eventType"], &event["shutdownReason"]),
        (&json!("SHUTDOWN"), &json!("failure"))
    );
    slow.process.exit(Exit::Code(0));

    let deaf = Extension::register(world.extension().await, "deaf", &[]).await;
    let slow = Extension::register(world.extension().await, "slow", &[]).await;
    let process = world.process().await;
    let (_deaf, _slow) = (deaf.ask().await, slow.ask().await);
    assert_eq!(process.next().await.body, "1");
    process.answer(call.id, "one").await;
    let _asked = process.ask().await;
    assert_eq!(call.ended().await.0, "one");
    deaf.process.exit(Exit::Code(0));
    slow.process.exit(Exit::Code(0));
    world.stop().await;
}

#[tokio::test]
async fn an_extension_that_does_not_register_in_time_is_started_again_with_the_invocation() {
    let init_limit = Duration::from_millis(50);
    let extensions = vec!["late"];
    let mut world = World::with(Settings { init_limit, extensions, ..Settings::default() }).await;
    let first = world.extension().await;
    first.is_killed().await;
    let call = world.invoke("1").await;
    let late = Extension::register(world.extension().await, "late", &["INVOKE"]).await;
    let process = world.process().await;
    let asked = process.ask().await;
    late.ask().await.answered().await;
    asked.answered().await;
    process.answer(call.id, "one").await;
    let _asked = process.ask().await;
    let _waits = late.ask().await;
    let (answer, log) = call.ended().await;
    assert_eq!(answer, "one");
    assert_snapshot!(log, @r"
    START RequestId: ID Version: $LATEST
    EXTENSION | Name: late | State: Ready | Events: [INVOKE]
    END RequestId: ID
    REPORT RequestId: ID | Duration: N ms | Billed Duration: N ms | Memory Size: 128 MB | Max Memory Used: 14 MB |
    ");
    let log = world.log().await;
    assert!(
        log.starts_with("EXTENSION\tName: late\tState: Started\tEvents: []\nINIT_REPORT"),
        "{log}"
    );
    assert!(log.contains("Phase: init\tStatus: timeout\n"), "{log}");
    world.stop().await;
}

#[tokio::test]
async fn more_than_ten_extensions_are_too_many() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
    let mut world = world_with(&names).await;
    let call = world.invoke("1").await;
    let (answer, _) = call.ended().await;
    assert_snapshot!(answer, @r#"{"errorType":"Extension.LaunchError","errorMessage":"RequestId: ID Error: Extension limit (10) reached"}"#);
    for _ in 0..2 * names.len() {
        world.extension().await.is_killed().await;
    }
    world.stop().await;
}
