//! Lambda's own lines in a function's log: START, END and REPORT, and the true peak memory.

use aws_sdk_lambda::types::{ApplicationLogLevel, LogFormat, LoggingConfig};
use probe::{Step, event};
use serde_json::json;
use tests::{Answer, World};

/// A field of a REPORT line.
#[track_caller]
fn field<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let mut fields = answer.line("REPORT").split('\t');
    fields.find_map(|field| field.strip_prefix(name)?.strip_prefix(": "))
}

#[track_caller]
fn megabytes(answer: &Answer, name: &str) -> u32 {
    field(answer, name).and_then(|text| text.strip_suffix(" MB")).unwrap().parse().unwrap()
}

#[track_caller]
fn milliseconds(answer: &Answer, name: &str) -> f64 {
    field(answer, name).and_then(|text| text.strip_suffix(" ms")).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_cold_start_reports_its_init_and_a_warm_one_does_not() {
    let world = World::start().await;
    world.deploy_probe("probe").variable("PROBE_INIT", "sleep:100").await;
    let cold = world.invoke("probe", event([Step::Answer(json!(1))])).with_log().await;
    let warm = world.invoke("probe", event([Step::Answer(json!(1))])).with_log().await;
    assert!(milliseconds(&cold, "Init Duration") >= 50.0, "{}", cold.line("REPORT"));
    assert_eq!(field(&warm, "Init Duration"), None);
    world.close().await;
}

#[tokio::test]
async fn duration_is_the_time_inside_and_is_billed_by_the_started_millisecond() {
    let world = World::start().await;
    world.deploy_probe("probe").await;
    world.invoke("probe", event([Step::Answer(json!("warm"))])).with_log().await;
    let answer = world.invoke("probe", event([Step::SleepMs(30)])).with_log().await;
    let (duration, billed) =
        (milliseconds(&answer, "Duration"), milliseconds(&answer, "Billed Duration"));
    assert!((30.0..5000.0).contains(&duration), "{}", answer.line("REPORT"));
    assert!(billed >= duration && billed < duration + 1.01, "{}", answer.line("REPORT"));
    world.close().await;
}

#[tokio::test]
async fn max_memory_used_is_that_of_the_environment_and_of_no_other() {
    let world = World::start().await;
    world.deploy_probe("large").memory(512).await;
    world.deploy_probe("small").memory(512).await;
    let large = world.invoke("large", event([Step::AllocateMb(100)])).with_log().await;
    let small = world.invoke("small", event([Step::Answer(json!(1))])).with_log().await;
    assert_eq!(megabytes(&large, "Memory Size"), 512);
    assert!((100..200).contains(&megabytes(&large, "Max Memory Used")), "{}", large.line("REPORT"));
    assert!((1..50).contains(&megabytes(&small, "Max Memory Used")), "{}", small.line("REPORT"));

    let after = world.invoke("large", event([Step::Free])).with_log().await;
    assert!(
        megabytes(&after, "Max Memory Used") >= 100,
        "it is the most of the environment's life"
    );
    world.close().await;
}

#[tokio::test]
async fn what_a_function_prints_stands_between_start_and_end() {
    let world = World::start().await;
    world.deploy_probe("talker").await;
    let steps = [
        Step::Stdout("to standard output\n".into()),
        Step::Stderr("to standard error\n".into()),
        Step::Stdout("without an end".into()),
    ];
    let id = world.invoke("talker", event(steps)).with_log().await.request_id;
    world.lambda().delete_function().function_name("talker").send().await.unwrap();

    let lines = world.logged("talker", "").await;
    assert_eq!(lines[0], format!("START RequestId: {id} Version: $LATEST"));
    assert_eq!(lines[1..3], ["to standard output", "to standard error"]);
    assert_eq!(lines[3], format!("END RequestId: {id}"));
    world.close().await;
}

#[tokio::test]
async fn lines_of_an_init_stand_before_the_first_start() {
    let world = World::start().await;
    world.deploy_probe("talker").variable("PROBE_INIT", "log:ready for work").await;
    let steps = event([Step::Log(vec!["at work".into()])]);
    world.invoke("talker", steps).with_log().await;
    let lines = world.logged("talker", "").await;
    assert_eq!(lines[0], "ready for work");
    assert!(lines[1].starts_with("START "), "{lines:#?}");
    assert_eq!(lines[2], "at work");
    world.close().await;
}

#[tokio::test]
async fn json_lines_are_kept_by_their_level() {
    let world = World::start().await;
    let json = LoggingConfig::builder().log_format(LogFormat::Json);
    let json = json.application_log_level(ApplicationLogLevel::Error).build();
    let create = world.deploy_probe("probe").request().logging_config(json);
    create.send().await.unwrap();
    let lines =
        [r#"{"level":"INFO","message":"left out"}"#, r#"{"level":"ERROR","message":"kept"}"#];
    let steps = [Step::Log(lines.map(str::to_owned).to_vec()), Step::Answer(json!(1))];
    world.invoke("probe", event(steps)).await;
    world.settle().await;
    let logged = world.logged("probe", "").await;
    let kinds: Vec<_> = logged
        .iter()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let kind = line.get("type").or_else(|| line.get("message"));
            kind.and_then(serde_json::Value::as_str).unwrap().to_owned()
        })
        .collect();
    assert_eq!(kinds, ["platform.start", "kept", "platform.report"]);
    world.close().await;
}
