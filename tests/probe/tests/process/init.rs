//! What happens before the first invocation.

use probe::{Step, event, script};
use tokio::process::Command;

use crate::world::World;

#[tokio::test]
async fn an_init_error_is_posted_and_the_process_ends() {
    let variables = [("PROBE_INIT", "error"), ("PROBE_INIT_ERROR", "Some.Type: because")];
    let mut world = World::start_with(&variables).await;

    let posted = world.posted().await;
    let end = world.end().await;

    assert_eq!(posted.path, "/2018-06-01/runtime/init/error");
    assert_eq!(posted.body, r#"{"errorType":"Some.Type","errorMessage":"because"}"#);
    assert_eq!(end.status.code(), Some(1));
    assert!(end.errors.starts_with("the probe stopped: init failed"), "{}", end.errors);
}

#[tokio::test]
async fn init_runs_once_before_the_first_invocation() {
    let init = script([Step::Log(vec!["hello".into()]), Step::SleepMs(1)]);
    let mut world = World::start_with(&[("PROBE_INIT", &init)]).await;

    world.run([Step::Echo]).await;
    world.api.deliver(&event([Step::Exit(0)]).to_string());

    assert_eq!(world.end().await.output, "hello\n");
}

#[tokio::test]
async fn an_answer_during_init_and_a_misspelt_variable_are_init_errors() {
    for (name, value, words) in [
        ("PROBE_INIT", "exti:3", "PROBE_INIT holds no script: `exti:3` is none of"),
        ("PROBE_INIT", r#"[{"answer":1}]"#, "`answer` failed: it needs an invocation"),
        ("PROBE_INIT", r#"["next"]"#, "`next` failed: it needs an invocation"),
        ("PROBE_STEPS", r#"["ecko"]"#, "PROBE_STEPS holds no script: step 1"),
    ] {
        let posted = World::start_with(&[(name, value)]).await.posted().await;
        assert_eq!(posted.path, "/2018-06-01/runtime/init/error");
        assert!(posted.error_message().contains(words), "{}", posted.error_message());
    }
}

#[tokio::test]
async fn outside_an_execution_environment_it_says_what_is_missing() {
    let output = Command::new(env!("CARGO_BIN_EXE_probe"))
        .env_remove("AWS_LAMBDA_RUNTIME_API")
        .output()
        .await
        .unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("AWS_LAMBDA_RUNTIME_API is not set"));
}
