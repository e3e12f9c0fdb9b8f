//! Execution environments as processes: what each of them has.

use std::collections::BTreeSet;

use aws_sdk_lambda::types::ImageConfig;
use emulator_environment::process::ProcessExecutor;
use probe::{Echo, Step, event};
use serde_json::json;
use tests::{Failure, VARIABLES, World, programs};

/// An invocation of a probe, as the probe sees it. With the log comes the certainty that the
/// environment is free again.
async fn echo(world: &World, function: &str) -> Echo {
    let answer = world.invoke(function, json!({})).with_log().await;
    serde_json::from_value(answer.value()).unwrap()
}

#[tokio::test]
async fn a_function_that_wants_too_much_memory_fails_and_the_next_invocation_works() {
    let world = World::start().await;
    world.deploy_probe("hungry").timeout(30).await;
    let before = echo(&world, "hungry").await;
    let answer = world.invoke("hungry", event([Step::AllocateMb(200)])).with_log().await;
    let failure = answer.failure();

    let executor = ProcessExecutor::new(&programs::bootstrap(), [], String::new()).unwrap();
    if executor.limits_memory_as_a_whole() {
        let message = "RequestId: ID Error: Runtime exited with error: signal: killed".to_owned();
        assert_eq!(failure, Failure { kind: "Runtime.OutOfMemory".to_owned(), message });
        let report = answer.line("REPORT");
        assert!(report.contains("Max Memory Used: 128 MB"), "{report}");
        assert!(report.ends_with("Status: error\tError Type: Runtime.OutOfMemory"), "{report}");
        let after = echo(&world, "hungry").await;
        assert_ne!(after.pid, before.pid, "it starts afresh");
        assert_eq!(after.invocation, 1);
    } else {
        // Without a cgroup its allocation fails, and it has a chance to say so.
        assert!(failure.message.contains("memory"), "{failure:?}");
        assert_eq!(echo(&world, "hungry").await.pid, before.pid);
    }
    world.close().await;
}

#[tokio::test]
async fn a_function_finds_the_emulators_address_and_no_variable_of_this_machine() {
    let world = World::start().await;
    world.deploy_probe("echo").variable("COLOUR", "blue").variable("TZ", "Europe/Berlin").await;
    let found = echo(&world, "echo").await.environment;
    let names: BTreeSet<_> = found.keys().map(String::as_str).collect();
    let expected = VARIABLES.into_iter().chain(["AWS_ENDPOINT_URL", "COLOUR", "TZ"]);
    assert_eq!(names, expected.collect());
    assert_eq!(found["AWS_ENDPOINT_URL"], world.endpoint());
    world.close().await;
}

#[tokio::test]
async fn an_entry_point_a_command_and_a_directory_replace_those_of_the_image() {
    let world = World::start().await;
    let folder = world.folder().canonicalize().unwrap().display().to_string();
    let config =
        ImageConfig::builder().entry_point("/var/runtime/bootstrap").entry_point("--first");
    let config = config.command("second").working_directory(&folder).build();
    let create = world.deploy_probe("echo").request().image_config(config);
    create.send().await.unwrap();
    let found = echo(&world, "echo").await;
    assert_eq!(found.arguments, ["--first", "second"]);
    assert_eq!(found.working_directory, folder);

    let update = world.lambda().update_function_configuration().function_name("echo");
    let missing = ImageConfig::builder().entry_point("/no/such/program").build();
    update.image_config(missing).send().await.unwrap();
    let failure = world.invoke("echo", event([Step::Echo])).await.failure();
    assert_eq!(failure.kind, "Runtime.InvalidEntrypoint");
    let message = "RequestId: ID Error: fork/exec /no/such/program: no such file or directory";
    assert_eq!(failure.message, message);
    world.close().await;
}
