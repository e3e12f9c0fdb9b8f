use insta::assert_snapshot;
use time::macros::utc_datetime;

use super::*;

const TIME: UtcDateTime = utc_datetime!(2026-09-22 10:11:12.345);
const TRACED: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

fn id() -> RequestId {
    RequestId::parse("8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e").unwrap()
}

/// The line of text, if there is one, the level, and the document.
fn told(event: &Event) -> String {
    let line = event.line().unwrap_or_else(|| "-\n".to_owned());
    let document = event.document(TIME, Schema::Structured).unwrap_or_else(|| "-".to_owned());
    format!("{}{}\n{document}", line.replace('\t', " | "), event.level().as_str())
}

fn report(status: Status) -> Event {
    let report = Report {
        id: id(),
        duration: Duration::from_micros(2_034),
        init: Some(Duration::from_micros(79_220)),
        memory: Memory::DEFAULT,
        peak_memory: 37 * 1024 * 1024,
        status,
    };
    Event::Report { report, trace: TRACED.to_owned() }
}

#[test]
fn an_init_is_told_in_three_steps_of_which_text_has_only_a_failure() {
    let start = Event::InitStart {
        phase: Phase::Init,
        function: "hello".to_owned(),
        version: "$LATEST".to_owned(),
        instance: "2026/09/22/[$LATEST]0123456789abcdef0123456789abcdef".to_owned(),
        memory: Memory::DEFAULT,
    };
    assert_snapshot!(told(&start), @r#"
    -
    DEBUG
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","functionName":"hello","functionVersion":"$LATEST","instanceId":"2026/09/22/[$LATEST]0123456789abcdef0123456789abcdef","instanceMaxMemory":134217728}}
    "#);
    let done = Event::InitRuntimeDone { phase: Phase::Init, status: Status::Success };
    assert_snapshot!(told(&done), @r#"
    -
    DEBUG
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.initRuntimeDone","record":{"initializationType":"on-demand","phase":"init","status":"success"}}
    "#);
    let duration = Duration::from_micros(10_008_470);
    let failed = |phase, status| Event::InitReport { phase, status, duration };
    assert_snapshot!(told(&failed(Phase::Init, Status::Success)), @r#"
    -
    DEBUG
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"success","metrics":{"durationMs":10008.47}}}
    "#);
    let error = Status::Error("Runtime.ExitError".into());
    assert_snapshot!(told(&failed(Phase::Invoke, error)), @r#"
    INIT_REPORT Init Duration: 10008.47 ms | Phase: invoke | Status: error | Error Type: Runtime.ExitError
    WARN
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"invoke","status":"error","metrics":{"durationMs":10008.47},"errorType":"Runtime.ExitError"}}
    "#);
}

#[test]
fn an_invocation_is_told_from_start_to_report() {
    let start =
        Event::Start { id: id(), version: "$LATEST".to_owned(), trace: "Sampled=0".to_owned() };
    assert_snapshot!(told(&start), @r#"
    START RequestId: 8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e Version: $LATEST
    INFO
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.start","record":{"requestId":"8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e","version":"$LATEST"}}
    "#);
    let done = Event::RuntimeDone(RuntimeDone {
        id: id(),
        status: Status::Success,
        duration: Duration::from_millis(20),
        answer: Some(Answered {
            began_at: TIME,
            latency: Duration::from_millis(15),
            transfer: Duration::from_millis(1),
            size: Some(7),
        }),
        trace: String::new(),
    });
    assert_snapshot!(told(&done), @r#"
    -
    DEBUG
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.runtimeDone","record":{"requestId":"8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e","status":"success","spans":[{"name":"responseLatency","start":"2026-09-22T10:11:12.345Z","durationMs":15.0},{"name":"responseDuration","start":"2026-09-22T10:11:12.360Z","durationMs":1.0},{"name":"runtimeOverhead","start":"2026-09-22T10:11:12.361Z","durationMs":4.0}],"metrics":{"durationMs":20.0,"producedBytes":7}}}
    "#);
    assert_snapshot!(told(&Event::End(id())), @r"
    END RequestId: 8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e
    INFO
    -
    ");
    assert_snapshot!(told(&report(Status::Success)), @r#"
    REPORT RequestId: 8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e | Duration: 2.03 ms | Billed Duration: 82 ms | Memory Size: 128 MB | Max Memory Used: 37 MB | Init Duration: 79.22 ms | 
    INFO
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.report","record":{"requestId":"8c0b7b5c-0d4b-4a52-a2ae-3d1b3f2f6f7e","metrics":{"durationMs":2.034,"billedDurationMs":82,"memorySizeMB":128,"maxMemoryUsedMB":37,"initDurationMs":79.22},"status":"success","tracing":{"type":"X-Amzn-Trace-Id","value":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"}}}
    "#);
    assert_eq!(report(Status::Timeout).level(), LogLevel::Warn);
}

#[test]
fn extensions_and_subscriptions_have_lines_too() {
    let extension = |state, error: Option<&str>| Event::Extension {
        name: "watcher".to_owned(),
        state,
        events: vec!["INVOKE", "SHUTDOWN"],
        error: error.map(str::to_owned),
    };
    assert_snapshot!(told(&extension("Ready", None)), @r#"
    EXTENSION | Name: watcher | State: Ready | Events: [INVOKE, SHUTDOWN]
    INFO
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.extension","record":{"name":"watcher","state":"Ready","events":["INVOKE","SHUTDOWN"]}}
    "#);
    assert_snapshot!(told(&extension("ExitError", Some("Extension.Broken"))), @r#"
    EXTENSION | Name: watcher | State: ExitError | Events: [INVOKE, SHUTDOWN] | Error Type: Extension.Broken
    WARN
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.extension","record":{"name":"watcher","state":"ExitError","events":["INVOKE","SHUTDOWN"],"errorType":"Extension.Broken"}}
    "#);
    let subscription = |schema| Event::Subscription {
        name: "watcher".to_owned(),
        schema,
        types: vec!["platform", "function"],
    };
    assert_snapshot!(told(&subscription(Schema::Telemetry)), @r#"
    TELEMETRY | Name: watcher | State: Subscribed | Types: [Platform, Function]
    INFO
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.telemetrySubscription","record":{"name":"watcher","state":"Subscribed","types":["platform","function"]}}
    "#);
    assert_snapshot!(told(&subscription(Schema::Logs)), @r#"
    LOGS | Name: watcher | State: Subscribed | Types: [Platform, Function]
    INFO
    {"time":"2026-09-22T10:11:12.345Z","type":"platform.logsSubscription","record":{"name":"watcher","state":"Subscribed","types":["platform","function"]}}
    "#);
}

#[test]
fn the_logs_api_knows_an_end_and_no_init() {
    let kinds = |event: &Event| event.document(TIME, Schema::Logs).is_some();
    assert!(kinds(&Event::End(id())));
    assert!(!kinds(&Event::InitRuntimeDone { phase: Phase::Init, status: Status::Success }));
}
