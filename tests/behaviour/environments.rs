//! Execution environments: who gets a warm one, and who a new one; and what each of them has.

use std::collections::BTreeSet;

use aws_sdk_lambda::types::ImageConfig;
use futures_util::future::join_all;
use probe::{Echo, Step, event};
use tests::VARIABLES;

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    an_environment_is_used_again_one_invocation_at_a_time,
    two_functions_share_no_environment,
    invocations_at_once_run_in_environments_of_their_own,
    a_failed_invocation_does_not_cost_the_environment,
    a_function_that_exits_is_started_again_in_its_environment,
    a_function_finds_lambdas_variables_and_its_own,
    a_command_and_a_directory_replace_those_of_the_image,
];

/// What tells environments apart: each has a log stream of its own.
fn stream(echo: &Echo) -> &str {
    &echo.environment["AWS_LAMBDA_LOG_STREAM_NAME"]
}

async fn an_environment_is_used_again_one_invocation_at_a_time(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).await;
    let (first, second) = (world.echo(name).await, world.echo(name).await);
    assert_eq!(stream(&first), stream(&second));
    assert_eq!((first.invocation, second.invocation), (1, 2));
}

async fn two_functions_share_no_environment(world: &World) {
    let (one, two) = (&world.name("one"), &world.name("two"));
    world.deploy_probe(one).await;
    world.deploy_probe(two).await;
    assert_ne!(stream(&world.echo(one).await), stream(&world.echo(two).await));
    assert_eq!(world.echo(one).await.invocation, 2, "and neither disturbs the other");
}

async fn invocations_at_once_run_in_environments_of_their_own(world: &World) {
    const AT_ONCE: usize = 3;
    let name = &world.name("parallel");
    world.deploy_probe(name).timeout(60).await;
    // Longer than the last of them needs to begin.
    let steps = event([Step::SleepMs(5000), Step::Echo]);
    let invocations = (0..AT_ONCE).map(|_| world.invoke(name, steps.clone()).into_future());
    let answers = join_all(invocations).await;
    let echoes = answers.iter().map(|answer| serde_json::from_value(answer.value()).unwrap());
    let streams: BTreeSet<_> = echoes.map(|echo| stream(&echo).to_owned()).collect();
    assert_eq!(streams.len(), AT_ONCE);
}

async fn a_failed_invocation_does_not_cost_the_environment(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).await;
    let before = world.echo(name).await;
    let error = event([Step::error("Shop.Closed", "sorry")]);
    world.invoke(name, error).with_log().await.failure();
    let after = world.echo(name).await;
    assert_eq!((stream(&after), after.invocation), (stream(&before), 3));
}

async fn a_function_that_exits_is_started_again_in_its_environment(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).await;
    let before = world.echo(name).await;
    world.invoke(name, event([Step::Exit(1)])).with_log().await.failure();
    let after = world.echo(name).await;
    assert_eq!((stream(&after), after.invocation), (stream(&before), 1));
}

async fn a_function_finds_lambdas_variables_and_its_own(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).variable("COLOUR", "blue").variable("TZ", "Europe/Berlin").await;
    let found = world.echo(name).await.environment;
    for variable in VARIABLES {
        assert!(found.contains_key(variable), "{variable} is not among {found:#?}");
    }
    assert_eq!((&*found["COLOUR"], &*found["TZ"]), ("blue", "Europe/Berlin"));
}

async fn a_command_and_a_directory_replace_those_of_the_image(world: &World) {
    let name = &world.name("probe");
    let config = ImageConfig::builder().command("--first").command("second");
    let config = config.working_directory("/tmp").build();
    world.deploy_probe(name).with(|request| request.image_config(config)).await;
    let found = world.echo(name).await;
    assert_eq!(found.arguments, ["--first", "second"]);
    assert_eq!(found.working_directory, "/tmp");
}
