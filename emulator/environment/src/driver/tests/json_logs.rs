//! Logs in JSON format: what of an invocation is written at which levels.

use insta::assert_snapshot;

use super::world::{Settings, World};
use crate::{Exit, LogFormat, LogLevel};

/// The tail and the log of one invocation that prints a line of each kind, without what changes.
async fn told_of_an_invocation(system: LogLevel, application: LogLevel) -> (String, String) {
    let log_format = LogFormat::Json { application, system };
    let mut world = World::with(Settings { log_format, ..Settings::default() }).await;
    let call = world.invoke("1").await;
    let mut process = world.process().await;
    process.next().await;
    process.print("plain\n{\"level\":\"debug\"}\n{\"level\":\"ERROR\"}\n{\"none\":1}\n");
    process.answer(call.id, "one").await;
    let _asked = process.ask().await;
    let id = call.id.to_string();
    let (_, tail) = call.ended().await;
    let log = world.log().await;
    world.stop().await;
    (kinds(&tail), kinds(&log.replace(&id, "ID")))
}

/// Of a platform event its type, any other line as it is.
fn kinds(log: &str) -> String {
    let kind = |line: &str| {
        let document: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        document["type"].as_str().unwrap_or(line).to_owned() + "\n"
    };
    log.lines().map(kind).collect()
}

#[tokio::test]
async fn at_its_lowest_levels_a_log_has_everything() {
    let (tail, log) = told_of_an_invocation(LogLevel::Debug, LogLevel::Trace).await;
    assert_snapshot!(log, @r#"
    platform.initStart
    platform.initRuntimeDone
    platform.initReport
    platform.start
    plain
    {"level":"debug"}
    {"level":"ERROR"}
    {"none":1}
    platform.runtimeDone
    platform.report
    "#);
    assert!(log.ends_with(&tail));
}

#[tokio::test]
async fn at_higher_levels_lines_are_left_out_of_the_log_and_those_of_the_function_not_of_the_tail()
{
    let (tail, log) = told_of_an_invocation(LogLevel::Info, LogLevel::Warn).await;
    assert_snapshot!(log, @r#"
    platform.start
    plain
    {"level":"ERROR"}
    platform.report
    "#);
    assert_snapshot!(tail, @r#"
    platform.start
    plain
    {"level":"debug"}
    {"level":"ERROR"}
    {"none":1}
    platform.report
    "#);
    let (_, log) = told_of_an_invocation(LogLevel::Warn, LogLevel::Fatal).await;
    assert_snapshot!(log, @"plain");
}

#[tokio::test]
async fn an_init_that_fails_is_told_from_start_to_report_each_time() {
    let log_format = LogFormat::Json { application: LogLevel::Trace, system: LogLevel::Debug };
    let mut world = World::with(Settings { log_format, ..Settings::default() }).await;
    let call = world.invoke("1").await;
    world.process().await.exit(Exit::Code(1));
    world.process().await.init_error("{}").await;
    call.ended().await;
    assert_snapshot!(kinds(&world.log().await), @r"
    platform.initStart
    platform.initRuntimeDone
    platform.initReport
    platform.initStart
    platform.start
    platform.initRuntimeDone
    platform.runtimeDone
    platform.initReport
    platform.report
    ");
    world.stop().await;
}
