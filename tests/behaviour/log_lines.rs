//! Lambda's own lines in a function's log: START, END and REPORT, and the true peak memory.

use aws_sdk_lambda::types::{ApplicationLogLevel, LogFormat, LoggingConfig};
use probe::{Step, event};
use serde_json::{Value, json};
use tests::Answer;

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_cold_start_reports_its_init_and_a_warm_one_does_not,
    duration_is_the_time_inside_and_is_billed_by_the_started_millisecond,
    max_memory_used_is_that_of_the_environment_and_of_no_other,
    what_a_function_prints_stands_between_start_and_end,
    lines_of_an_init_stand_before_the_first_start,
    json_lines_are_kept_by_their_level,
];

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

async fn a_cold_start_reports_its_init_and_a_warm_one_does_not(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).variable("PROBE_INIT", "sleep:100").await;
    let cold = world.invoke(name, event([Step::Answer(json!(1))])).with_log().await;
    let warm = world.invoke(name, event([Step::Answer(json!(1))])).with_log().await;
    assert!(milliseconds(&cold, "Init Duration") >= 50.0, "{}", cold.line("REPORT"));
    assert_eq!(field(&warm, "Init Duration"), None);
}

async fn duration_is_the_time_inside_and_is_billed_by_the_started_millisecond(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).timeout(30).await;
    world.echo(name).await;
    let answer = world.invoke(name, event([Step::SleepMs(30)])).with_log().await;
    let (duration, billed) =
        (milliseconds(&answer, "Duration"), milliseconds(&answer, "Billed Duration"));
    assert!(duration >= 30.0, "{}", answer.line("REPORT"));
    assert!(billed >= duration && billed < duration + 1.01, "{}", answer.line("REPORT"));
}

async fn max_memory_used_is_that_of_the_environment_and_of_no_other(world: &World) {
    let (large, small) = (&world.name("large"), &world.name("small"));
    for name in [large, small] {
        world.deploy_probe(name).memory(512).timeout(30).await;
    }
    let steps = [Step::AllocateMb(100), Step::Free, Step::Answer(json!(1))];
    let before = world.invoke(large, event(steps)).with_log().await;
    let other = world.invoke(small, event([Step::Answer(json!(1))])).with_log().await;
    let after = world.invoke(large, event([Step::Answer(json!(1))])).with_log().await;
    assert_eq!(megabytes(&before, "Memory Size"), 512);
    let used = |answer| megabytes(answer, "Max Memory Used");
    assert!((100..200).contains(&used(&before)), "{}", before.line("REPORT"));
    assert!((1..50).contains(&used(&other)), "{}", other.line("REPORT"));
    assert!(used(&after) >= 100, "it is the most of the environment's life");
}

async fn what_a_function_prints_stands_between_start_and_end(world: &World) {
    let name = &world.name("talker");
    world.deploy_probe(name).await;
    let steps = [
        Step::Stdout("to standard output\nand once more\n".into()),
        Step::Answer(json!("answered")),
        Step::Stderr("to standard error\n".into()),
    ];
    let answer = world.invoke(name, event(steps)).with_log().await;
    let id = &answer.request_id;
    let lines = answer.lines();
    assert_eq!(lines[0], format!("START RequestId: {id} Version: $LATEST"));
    // Either output is in order; which of them is first may differ.
    let outputs = ["to standard output", "and once more"];
    let to_output: Vec<_> = lines[1..4].iter().filter(|line| outputs.contains(line)).collect();
    assert_eq!(to_output, [&outputs[0], &outputs[1]], "{lines:#?}");
    assert!(lines[1..4].contains(&"to standard error"), "{lines:#?}");
    assert_eq!(lines[4], format!("END RequestId: {id}"));
}

async fn lines_of_an_init_stand_before_the_first_start(world: &World) {
    let name = &world.name("talker");
    world.deploy_probe(name).variable("PROBE_INIT", "log:ready for work").await;
    world.invoke(name, event([Step::Log(vec!["at work".into()])])).with_log().await;
    world.lines(name, "REPORT", 1).await;
    let lines = world.logged(name, "").await;
    let place = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
    assert!(place("ready for work") < place("START "), "{lines:#?}");
    assert_eq!(place("START ") + 1, place("at work"), "{lines:#?}");
}

async fn json_lines_are_kept_by_their_level(world: &World) {
    let name = &world.name("probe");
    let json = LoggingConfig::builder().log_format(LogFormat::Json);
    let json = json.application_log_level(ApplicationLogLevel::Error).build();
    world.deploy_probe(name).with(|request| request.logging_config(json)).await;
    let lines =
        [r#"{"level":"INFO","message":"left out"}"#, r#"{"level":"ERROR","message":"kept"}"#];
    let steps = [Step::Log(lines.map(str::to_owned).to_vec()), Step::Answer(json!(1))];
    world.invoke(name, event(steps)).await;
    world.lines(name, "platform.report", 1).await;
    let kind = |line: &String| {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line.get("type").or_else(|| line.get("message"));
        kind.and_then(Value::as_str).unwrap().to_owned()
    };
    let logged: Vec<_> = world.logged(name, "").await.iter().map(kind).collect();
    let place = |wanted: &str| logged.iter().position(|kind| kind == wanted);
    assert!(place("platform.start") < place("kept"), "{logged:#?}");
    assert!(place("kept") < place("platform.report"), "{logged:#?}");
    assert_eq!(place("left out"), None);
}
