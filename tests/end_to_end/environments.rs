//! Execution environments: who gets a warm one, and who a new one; and what each of them has.

use aws_sdk_lambda::types::ImageConfig;
use emulator_environment::process::ProcessExecutor;
use futures_util::future::join_all;
use probe::{Echo, Rendezvous, Step, event};
use serde_json::json;
use tests::{Failure, World, programs, soon};

/// An invocation of a probe, as the probe sees it. With the log comes the certainty that the
/// environment is free again.
async fn echo(world: &World, function: &str) -> Echo {
    let answer = world.invoke(function, json!({})).with_log().await;
    serde_json::from_value(answer.value()).unwrap()
}

#[tokio::test]
async fn an_environment_is_used_again_one_invocation_at_a_time() {
    let world = World::start().await;
    world.deploy_probe("echo").await;
    let (first, second) = (echo(&world, "echo").await, echo(&world, "echo").await);
    assert_eq!(first.pid, second.pid);
    assert_eq!((first.invocation, second.invocation), (1, 2));
    world.close().await;
}

#[tokio::test]
async fn two_functions_share_no_environment() {
    let world = World::start().await;
    world.deploy_probe("one").await;
    world.deploy_probe("two").await;
    assert_ne!(echo(&world, "one").await.pid, echo(&world, "two").await.pid);
    world.close().await;
}

#[tokio::test]
async fn invocations_at_once_run_in_environments_of_their_own() {
    const AT_ONCE: usize = 5;
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("parallel").timeout(30).await;
    let steps = event([Step::Hold(place.address().unwrap()), Step::Echo]);
    let invocations =
        join_all((0..AT_ONCE).map(|_| world.invoke("parallel", steps.clone()).into_future()));
    let all_inside = async {
        let mut inside = Vec::new();
        while inside.len() < AT_ONCE {
            inside.push(soon("the next invocation", place.arrival()).await.unwrap());
        }
        assert_eq!(world.processes(), AT_ONCE);
        for held in inside {
            held.release().await.unwrap();
        }
    };
    let (answers, ()) = tokio::join!(invocations, all_inside);

    let mut pids: Vec<_> = answers.iter().map(|answer| answer.value()["pid"].to_string()).collect();
    pids.sort();
    pids.dedup();
    assert_eq!(pids.len(), AT_ONCE);
    world.close().await;
}

#[tokio::test]
async fn a_failed_invocation_does_not_cost_the_environment_unless_its_process_ended() {
    let world = World::start().await;
    world.deploy_probe("probe").await;
    let before = echo(&world, "probe").await;
    world.invoke("probe", event([Step::error("Shop.Closed", "sorry")])).with_log().await.failure();
    assert_eq!(echo(&world, "probe").await.pid, before.pid);
    world.invoke("probe", event([Step::Exit(1)])).await.failure();
    assert_ne!(echo(&world, "probe").await.pid, before.pid);
    world.close().await;
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
async fn memory_that_a_function_has_given_back_is_still_reported_and_is_no_other_environments() {
    let world = World::start().await;
    world.deploy_probe("large").memory(256).timeout(30).await;
    world.deploy_probe("fresh").memory(256).await;
    let steps = [Step::AllocateMb(100), Step::Free, Step::Answer(json!(1))];
    let large = world.invoke("large", event(steps)).with_log().await;
    let fresh = world.invoke("fresh", event([Step::Answer(json!(1))])).with_log().await;
    let used = |report: &str| -> u64 {
        let (_, used) = report.split_once("Max Memory Used: ").unwrap();
        used.split(' ').next().unwrap().parse().unwrap()
    };
    assert!((100..200).contains(&used(large.line("REPORT"))), "{}", large.line("REPORT"));
    assert!((1..50).contains(&used(fresh.line("REPORT"))), "{}", fresh.line("REPORT"));
    world.close().await;
}

#[tokio::test]
async fn a_function_finds_lambdas_variables_and_its_own_and_none_of_this_machine() {
    let world = World::start().await;
    world.deploy_probe("echo").variable("COLOUR", "blue").variable("TZ", "Europe/Berlin").await;
    let found = echo(&world, "echo").await.environment;
    let mut names: Vec<_> = found.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_XRAY_CONTEXT_MISSING",
        "AWS_XRAY_DAEMON_ADDRESS",
        "COLOUR",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "LD_LIBRARY_PATH",
        "PATH",
        "TZ",
        "_AWS_XRAY_DAEMON_ADDRESS",
        "_AWS_XRAY_DAEMON_PORT",
    ];
    assert_eq!(names, expected);
    assert_eq!(found["TZ"], "Europe/Berlin");
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
