//! Every way to fail, met by everybody who can call a function.
//!
//! A row is a way to fail. In each, six callers call a function of their own: what they are told, what the
//! log says of it, and what the next invocation finds, is held against what Lambda does.

use std::time::Duration;

use aws_sdk_lambda::operation::RequestId;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvokeWithResponseStreamResponseEvent::{InvokeComplete, PayloadChunk};
use aws_sdk_lambda::types::{EventSourcePosition, InvocationType};
use emulator::INIT_LIMIT;
use emulator_environment::process::ProcessExecutor;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use probe::{Echo, Signal, Step, event, script};
use serde_json::json;
use tests::{World, programs, soon};

/// A way to fail.
struct Row {
    name: &'static str,
    /// How many starts fail, and how.
    init: Option<(u64, Step)>,
    init_limit: Duration,
    /// What the function does when it is called.
    steps: Vec<Step>,
    /// In seconds.
    timeout: i32,
    /// The error document that the caller gets, or nothing if it gets an answer after all.
    told: Option<String>,
    /// How the REPORT line ends.
    report: String,
    /// How the `INIT_REPORT` lines end.
    init_reports: Vec<String>,
    /// Which invocation of its process the next one is.
    next: u64,
    /// What the Runtime API said to each post and to each call out of turn.
    notes: &'static [u16],
}

/// A function that is warm does this.
fn row(name: &'static str, steps: impl IntoIterator<Item = Step>) -> Row {
    let (steps, report) = (steps.into_iter().collect(), String::new());
    let (init, init_reports, told, notes) = (None, Vec::new(), None, &[][..]);
    let (init_limit, timeout, next) = (INIT_LIMIT, 30, 3);
    Row { name, init, init_limit, steps, timeout, told, report, init_reports, next, notes }
}

/// A function does not start, so often. Then it answers.
fn start(name: &'static str, times: u64, step: Step) -> Row {
    Row { init: Some((times, step)), next: 2, notes: &[202], ..row(name, [well()]) }
}

impl Row {
    fn told(self, kind: &str, message: &str) -> Self {
        let document = format!(r#"{{"errorType":"{kind}","errorMessage":"{message}"}}"#);
        Self { told: Some(document), ..self }
    }

    fn notes(self, notes: &'static [u16]) -> Self {
        Self { notes, ..self }
    }

    /// The log has an error of this type.
    fn reported(self, kind: &str) -> Self {
        Self { report: format!("Status: error\tError Type: {kind}"), ..self }
    }

    /// The process is gone: the next invocation is the first of another.
    fn reset(self) -> Self {
        Self { next: 1, notes: &[], ..self }
    }

    fn exited(self, kind: &str, how: &str) -> Self {
        let message = format!("RequestId: ID Error: Runtime exited {how}");
        self.told(kind, &message).reported(kind).reset()
    }

    fn timed_out(self) -> Self {
        let message = "RequestId: ID Error: Task timed out after 2.00 seconds";
        let told = self.told("Sandbox.Timedout", message).reset();
        Self { timeout: 2, report: "Status: timeout".to_owned(), ..told }
    }

    /// Each phase in which a start failed, and how.
    fn inits(self, phases: &[&str], status: &str) -> Self {
        let line = |phase| format!("Phase: {phase}\tStatus: {status}");
        Self { init_reports: phases.iter().map(line).collect(), ..self }
    }
}

fn well() -> Step {
    Step::Answer(json!({"statusCode": 200, "body": "well"}))
}

/// What [`well`] posts.
const WELL: &str = r#"{"body":"well","statusCode":200}"#;

fn rows() -> Vec<Row> {
    let forever = || Step::SleepMs(600_000);
    let exit_error = "error\tError Type: Runtime.ExitError";
    let (shop, sorry) = ("Function.Closed", "sorry");
    let large = "Response payload size exceeded maximum allowed payload size (6291556 bytes).";
    let too_large =
        format!(r#"{{"errorMessage":"{large}","errorType":"Function.ResponseSizeTooLarge"}}"#);
    let mut rows = vec![
        // First, for it takes longest: ten seconds of real time.
        start("init past its limit", 1, forever()).inits(&["init"], "timeout"),
        row("answer", [well()]).notes(&[202]),
        row("error", [Step::error(shop, sorry)]).told(shop, sorry).notes(&[202]),
        row("panic", [Step::Panic("out of luck".into())])
            .exited("Runtime.ExitError", "with error: exit status 101"),
        row("timeout", [forever()]).timed_out(),
        row("exit 0", [Step::Exit(0)]).exited("Runtime.ExitError", "without providing a reason"),
        row("exit 1", [Step::Exit(1)]).exited("Runtime.ExitError", "with error: exit status 1"),
        row("killed", [Step::Kill(Signal::Kill)])
            .exited("Runtime.ExitError", "with error: signal: killed"),
        row("answer, then exit 1", [well(), Step::Exit(1)]).reported("Runtime.ExitError").reset(),
        Row { told: Some(too_large), ..row("answer too large", [Step::AnswerBytes(6_291_557)]) }
            .reported("Function.ResponseSizeTooLarge")
            .notes(&[413]),
        row("answer after the deadline", [Step::PastDeadlineMs(50), well()]).timed_out(),
        row("/next twice", [Step::Next, well()]).notes(&[200, 202]),
        row("wrong request id", [a_wrong_id(), well()]).notes(&[400, 202]),
        start("init error once", 1, Step::error(shop, sorry))
            .inits(&["init"], "error\tError Type: Function.Closed"),
        start("init error", 2, Step::error(shop, sorry))
            .told(shop, sorry)
            .reported(shop)
            .reset()
            .inits(&["init", "invoke"], "error\tError Type: Function.Closed"),
        start("init exit", 2, Step::Exit(1))
            .exited("Runtime.ExitError", "with error: exit status 1")
            .inits(&["init", "invoke"], exit_error),
        Row {
            init_limit: Duration::from_millis(300),
            ..start("init past its limit and past the deadline", 2, forever())
                .timed_out()
                .inits(&["init", "invoke"], "timeout")
        },
    ];
    // Without a cgroup an allocation fails, and the function says so itself.
    let executor = ProcessExecutor::new(&programs::bootstrap(), []).unwrap();
    if executor.limits_memory_as_a_whole() {
        let row = row("out of memory", [Step::AllocateMb(200)]);
        rows.push(row.exited("Runtime.OutOfMemory", "with error: signal: killed"));
    }
    rows
}

fn a_wrong_id() -> Step {
    let request_id = "00000000-0000-4000-8000-000000000000".to_owned();
    Step::AnswerAs { request_id, value: json!("not mine") }
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
enum Caller {
    Invoke,
    Event,
    Stream,
    Unsigned,
    Mapping,
    Api,
}

impl Caller {
    const ALL: [Self; 6] =
        [Self::Invoke, Self::Event, Self::Stream, Self::Unsigned, Self::Mapping, Self::Api];

    fn function(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// What it sees of a function that fails so, or answers.
    fn expected(self, told: Option<&str>) -> String {
        match (self, told) {
            (Self::Invoke | Self::Stream | Self::Unsigned, None) => format!("200 - {WELL}"),
            (Self::Invoke | Self::Stream | Self::Unsigned, Some(document)) => {
                format!("200 Unhandled {document}")
            }
            (Self::Event, _) => "202".to_owned(),
            (Self::Mapping, None) => "OK".to_owned(),
            (Self::Mapping, Some(_)) => "PROBLEM: Function call failed".to_owned(),
            (Self::Api, None) => "200 well".to_owned(),
            (Self::Api, Some(_)) => r#"502 {"message": "Internal server error"}"#.to_owned(),
        }
    }

    /// Calls its function, once, and says what it sees, with ID for the request id.
    async fn call(self, world: &World) -> String {
        let function = self.function();
        match self {
            Self::Invoke => {
                let answer = world.invoke(&function, json!({})).await;
                let error = answer.function_error.as_deref().unwrap_or("-");
                let payload = answer.payload.replace(&answer.request_id, "ID");
                format!("{} {error} {payload}", answer.status)
            }
            Self::Event => {
                let call = world.lambda().invoke().function_name(function);
                let call = call.invocation_type(InvocationType::Event);
                call.send().await.unwrap().status_code().to_string()
            }
            Self::Stream => call_streaming(world, &function).await,
            Self::Unsigned => {
                let path = format!("/2015-03-31/functions/{function}/invocations");
                let page = world.post(&path, json!({})).await;
                let header = |name| page.headers.get(name).map(|value| value.to_str().unwrap());
                let error = header("x-amz-function-error").unwrap_or("-");
                let body = page.body.replace(header("x-amzn-requestid").unwrap(), "ID");
                format!("{} {error} {body}", page.status.as_u16())
            }
            Self::Mapping => map(world, &function).await,
            Self::Api => {
                let api = world.rest_api(&function).await;
                let page = api.get("/any").await;
                format!("{} {}", page.status.as_u16(), page.body)
            }
        }
    }
}

async fn call_streaming(world: &World, function: &str) -> String {
    let call = world.lambda().invoke_with_response_stream().function_name(function);
    let mut output = call.payload(Blob::new("{}")).send().await.unwrap();
    let id = output.request_id().unwrap().to_owned();
    let (mut payload, mut error) = (String::new(), "-".to_owned());
    while let Some(event) = soon("an event", output.event_stream.recv()).await.unwrap() {
        match event {
            PayloadChunk(chunk) => {
                payload += std::str::from_utf8(chunk.payload().unwrap().as_ref()).unwrap();
            }
            InvokeComplete(complete) => {
                error = complete.error_code().unwrap_or("-").to_owned();
                let details = complete.error_code().map(|_| &*payload);
                assert_eq!(complete.error_details(), details, "an error is told twice");
            }
            other => panic!("{other:?}"),
        }
    }
    format!("200 {error} {}", payload.replace(&id, "ID"))
}

/// Lets a mapping call the function with one record, and not again.
async fn map(world: &World, function: &str) -> String {
    world.stream(function).await;
    let mapping = world.lambda().create_event_source_mapping().function_name(function);
    let mapping = mapping.event_source_arn(world.stream_arn(function)).maximum_retry_attempts(0);
    let mapping = mapping.starting_position(EventSourcePosition::TrimHorizon).send().await.unwrap();
    world.put_record(function, b"one").await;
    world.settle().await;
    let mapping = world.lambda().get_event_source_mapping().uuid(mapping.uuid().unwrap());
    mapping.send().await.unwrap().last_processing_result().unwrap().to_owned()
}

#[tokio::test]
async fn invoke_and_invoke_with_response_stream_and_every_trigger_meet_failures_as_on_lambda() {
    // A few at a time, so that a busy machine does not start a hundred processes at once.
    stream::iter(rows()).for_each_concurrent(4, check).await;
}

async fn check(row: Row) {
    let world = World::start_with(|config| config.init_limit = row.init_limit).await;
    let seen = join_all(Caller::ALL.map(|caller| call(&world, &row, caller))).await;
    // Whoever is answered at once, or while the function still runs, is behind this.
    world.settle().await;
    for (caller, seen) in Caller::ALL.iter().zip(seen) {
        let cell = format!("{}, {caller:?}", row.name);
        assert_eq!(seen, caller.expected(row.told.as_deref()), "{cell}");
        check_log(&world, &row, &caller.function(), &cell).await;
        check_next(&world, &row, &caller.function(), &cell).await;
    }
    world.close().await;
}

/// Deploys the caller's function, warms it up unless it is its start that fails, and calls it.
async fn call(world: &World, row: &Row, caller: Caller) -> String {
    let function = caller.function();
    let deployed = world.deploy_probe(&function).timeout(row.timeout);
    let deployed = deployed.variable("PROBE_STEPS", &script(row.steps.clone()));
    match &row.init {
        None => {
            deployed.await;
            world.invoke(&function, event([Step::Echo])).with_log().await.value();
        }
        Some((calls, step)) => {
            let (calls, by) = (*calls, vec![step.clone()]);
            let directory = world.folder().to_owned();
            let fails = Step::FailFirst { calls, key: function.clone(), directory, by };
            deployed.variable("PROBE_INIT", &script([fails])).await;
        }
    }
    caller.call(world).await
}

async fn check_log(world: &World, row: &Row, function: &str, cell: &str) {
    let lines = world.logged(function, "").await;
    let starting = |start| lines.iter().filter(move |line| line.starts_with(start));
    let report = masked(starting("REPORT ").next_back().unwrap());
    let expected = format!(
        "REPORT RequestId: ID\tDuration: _\tBilled Duration: _\tMemory Size: 128 MB\
         \tMax Memory Used: _\t{}",
        row.report
    );
    assert_eq!(report, expected.trim_end(), "{cell}");
    let inits: Vec<_> = starting("INIT_REPORT ").map(|line| masked(line)).collect();
    let expected = row.init_reports.iter();
    let expected: Vec<_> =
        expected.map(|end| format!("INIT_REPORT Init Duration: _\t{end}")).collect();
    assert_eq!(inits, expected, "{cell}");
}

/// A line of Lambda's own without what differs every time.
fn masked(line: &str) -> String {
    let mask = |field: &str| match field.split_once(": ") {
        Some((name, _)) if name.ends_with("Duration") || name == "Max Memory Used" => {
            format!("{name}: _")
        }
        Some((name @ "REPORT RequestId", _)) => format!("{name}: ID"),
        _ => field.to_owned(),
    };
    line.split('\t').map(mask).collect::<Vec<_>>().join("\t")
}

/// The next invocation is in the same environment: in the same process, or in another that has been started
/// inside it.
async fn check_next(world: &World, row: &Row, function: &str, cell: &str) {
    let next = world.invoke(function, event([Step::Echo])).with_log().await;
    let report = next.line("REPORT");
    assert!(!report.contains("Status") && !report.contains("Init Duration"), "{cell}: {report}");
    let echo: Echo = serde_json::from_value(next.value()).unwrap();
    assert_eq!(echo.invocation, row.next, "{cell}");
    let notes: Vec<_> = echo.notes.iter().map(|note| note.status).collect();
    assert_eq!(notes, row.notes, "{cell}");

    let group = format!("/aws/lambda/{function}");
    let streams = world.logs().describe_log_streams().log_group_name(group).send().await.unwrap();
    assert_eq!(streams.log_streams().len(), 1, "{cell}: one environment has one log stream");
    let stream = streams.log_streams()[0].log_stream_name();
    assert_eq!(stream, echo.environment.get("AWS_LAMBDA_LOG_STREAM_NAME").map(String::as_str));
}
