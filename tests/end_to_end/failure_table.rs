//! Every way to fail, met by everybody who can call a function.
//!
//! A row is a way to fail. In each, six callers call a function of their own: what they are told, what the
//! log says of it, and what the next invocation finds, is held against what Lambda does.

use std::time::Duration;

use aws_sdk_lambda::operation::RequestId;
use aws_sdk_lambda::types::{EventSourcePosition, InvocationType};
use emulator::INIT_LIMIT;
use emulator_environment::process::ProcessExecutor;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use probe::{Signal, Step, event, script};
use serde_json::json;
use tests::failing::{self, Way, masked, seen, well};
use tests::{Answering, World, programs};

/// A way to fail, and what is about the start before it.
struct Row {
    way: Way,
    /// How many starts fail, and how.
    init: Option<(u64, Step)>,
    init_limit: Duration,
    /// How the `INIT_REPORT` lines end.
    init_reports: Vec<String>,
}

/// A function that has started.
fn warm(way: Way) -> Row {
    Row { way, init: None, init_limit: INIT_LIMIT, init_reports: Vec::new() }
}

/// A function does not start, so often. Then it answers.
fn start(name: &'static str, times: u64, step: Step) -> Row {
    let answers = Way::of(name, [well()]).then(2).noted(&[202]);
    Row { init: Some((times, step)), ..warm(answers) }
}

impl Row {
    /// Each phase in which a start failed, and how.
    fn inits(self, phases: &[&str], status: &str) -> Self {
        let line = |phase| format!("Phase: {phase}\tStatus: {status}");
        Self { init_reports: phases.iter().map(line).collect(), ..self }
    }

    /// It fails for good, so.
    fn fails(self, how: impl FnOnce(Way) -> Way) -> Self {
        Self { way: how(self.way), ..self }
    }
}

fn rows() -> Vec<Row> {
    let forever = || Step::SleepMs(600_000);
    let exit_error = "error\tError Type: Runtime.ExitError";
    let (shop, sorry) = ("Function.Closed", "sorry");
    let killed = Way::of("killed", [Step::Kill(Signal::Kill)]);
    let killed = killed.exited("Runtime.ExitError", "with error: signal: killed");
    let starts = [
        // First, for it takes longest: ten seconds of real time.
        start("init past its limit", 1, forever()).inits(&["init"], "timeout"),
        start("init error once", 1, Step::error(shop, sorry))
            .inits(&["init"], "error\tError Type: Function.Closed"),
        start("init error", 2, Step::error(shop, sorry))
            .fails(|way| way.told(shop, sorry).reported(shop).reset())
            .inits(&["init", "invoke"], "error\tError Type: Function.Closed"),
        start("init exit", 2, Step::Exit(1))
            .fails(|way| way.exited("Runtime.ExitError", "with error: exit status 1"))
            .inits(&["init", "invoke"], exit_error),
        Row {
            init_limit: Duration::from_millis(300),
            ..start("init past its limit and past the deadline", 2, forever())
                .fails(Way::timed_out)
                .inits(&["init", "invoke"], "timeout")
        },
    ];
    let ways = failing::ways().into_iter().chain([killed]).chain(out_of_memory());
    starts.into_iter().chain(ways.map(warm)).collect()
}

/// Without a cgroup an allocation fails, and the function says so itself.
fn out_of_memory() -> Option<Way> {
    let executor = ProcessExecutor::new(&programs::bootstrap(), [], String::new()).unwrap();
    let way = Way::of("out of memory", [Step::AllocateMb(200)]);
    let way = way.exited("Runtime.OutOfMemory", "with error: signal: killed");
    executor.limits_memory_as_a_whole().then_some(way)
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
    fn expected(self, way: &Way) -> String {
        match (self, way.told.is_some()) {
            (Self::Invoke | Self::Stream | Self::Unsigned, _) => way.answer(),
            (Self::Event, _) => "202".to_owned(),
            (Self::Mapping, false) => "OK".to_owned(),
            (Self::Mapping, true) => "PROBLEM: Function call failed".to_owned(),
            (Self::Api, false) => "200 well".to_owned(),
            (Self::Api, true) => r#"502 {"message": "Internal server error"}"#.to_owned(),
        }
    }

    /// Calls its function, once, and says what it sees, with ID for the request id.
    async fn call(self, world: &World) -> String {
        let function = self.function();
        match self {
            Self::Invoke => seen(&world.invoke(&function, json!({})).await),
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
    let answering = Answering::to(world.stream_from(function, &json!({}))).await;
    let id = answering.output.request_id().unwrap().to_owned();
    let (payload, complete) = answering.rest().await;
    let error = complete.error_code();
    assert_eq!(complete.error_details(), error.map(|_| &*payload), "an error is told twice");
    format!("200 {} {}", error.unwrap_or("-"), payload.replace(&id, "ID"))
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
        let cell = format!("{}, {caller:?}", row.way.name);
        assert_eq!(seen, caller.expected(&row.way), "{cell}");
        check_log(&world, &row, &caller.function(), &cell).await;
        row.way.check_next(&world, &caller.function(), &cell).await;
    }
    world.close().await;
}

/// Deploys the caller's function, warms it up unless it is its start that fails, and calls it.
async fn call(world: &World, row: &Row, caller: Caller) -> String {
    let function = caller.function();
    let deployed = world.deploy_probe(&function).timeout(row.way.timeout);
    let deployed = deployed.variable("PROBE_STEPS", &script(row.way.steps.clone()));
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
    row.way.check_report(&lines, cell);
    let inits = lines.iter().filter(|line| line.starts_with("INIT_REPORT "));
    let inits: Vec<_> = inits.map(|line| masked(line)).collect();
    let expected = row.init_reports.iter();
    let expected: Vec<_> =
        expected.map(|end| format!("INIT_REPORT Init Duration: _\t{end}")).collect();
    assert_eq!(inits, expected, "{cell}");
}
