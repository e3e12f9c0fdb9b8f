//! A function that has changed never meets a warm environment of what it was.

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_changed_environment_variable_is_seen_by_the_next_invocation,
    a_changed_permission_costs_no_environment,
];

/// The variable COLOUR and the log stream that an invocation sees. The stream is its environment's own.
async fn seen(world: &World, function: &str) -> (Option<String>, String) {
    let mut variables = world.echo(function).await.environment;
    (variables.remove("COLOUR"), variables["AWS_LAMBDA_LOG_STREAM_NAME"].clone())
}

async fn a_changed_environment_variable_is_seen_by_the_next_invocation(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).variable("COLOUR", "blue").await;
    let (before, old) = seen(world, name).await;
    world.paint(name, "red").await;
    let (after, new) = seen(world, name).await;
    assert_eq!((before.as_deref(), after.as_deref()), (Some("blue"), Some("red")));
    assert_ne!(old, new, "it is another environment");
}

async fn a_changed_permission_costs_no_environment(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).await;
    let before = seen(world, name).await;
    let request = world.lambda().add_permission().function_name(name).statement_id("any");
    let request = request.action("lambda:InvokeFunction").principal("s3.amazonaws.com");
    request.send().await.unwrap();
    assert_eq!(seen(world, name).await, before);
}
