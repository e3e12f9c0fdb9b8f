//! What Lambda measures of functions: the metrics of `AWS/Lambda`, whichever way an invocation came.

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Statistic};
use probe::{Step, event};
use tests::World;

/// Sum, smallest and largest value, and how many there were.
#[derive(Debug, PartialEq)]
struct Measured {
    count: f64,
    sum: f64,
    smallest: f64,
    largest: f64,
}

/// What was measured of a function in the hour in which every world begins.
async fn measured(world: &World, metric: &str, dimensions: &[(&str, &str)]) -> Option<Measured> {
    let dimensions = dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(*name).value(*value).build());
    let start = world.clock().now().unix_timestamp() / 3600 * 3600;
    let asked = world.cloudwatch().get_metric_statistics().namespace("AWS/Lambda");
    let asked = asked.metric_name(metric).set_dimensions(Some(dimensions.collect())).period(3600);
    let asked = asked.start_time(DateTime::from_secs(start));
    let asked = asked.end_time(DateTime::from_secs(start + 3600));
    let statistics =
        [Statistic::SampleCount, Statistic::Sum, Statistic::Minimum, Statistic::Maximum];
    let found = asked.set_statistics(Some(statistics.to_vec())).send().await.unwrap();
    let point = found.datapoints().first()?;
    Some(Measured {
        count: point.sample_count()?,
        sum: point.sum()?,
        smallest: point.minimum()?,
        largest: point.maximum()?,
    })
}

async fn sum(world: &World, metric: &str, dimensions: &[(&str, &str)]) -> Option<f64> {
    measured(world, metric, dimensions).await.map(|measured| measured.sum)
}

fn failing() -> Step {
    Step::Error { error_type: "No".to_owned(), error_message: "no".to_owned(), header: None }
}

const FUNCTION: &[(&str, &str)] = &[("FunctionName", "measured")];

#[tokio::test]
async fn invocations_errors_and_durations_are_counted() {
    let world = World::start().await;
    world.deploy_probe("measured").await;
    world.invoke("measured", event([Step::Echo])).await;
    // An answered invocation keeps its place until its environment is free.
    world.settle().await;
    world.invoke("measured", event([failing()])).await;
    world.settle().await;
    assert_eq!(sum(&world, "Invocations", FUNCTION).await, Some(2.0));
    let errors = measured(&world, "Errors", FUNCTION).await.unwrap();
    assert_eq!((errors.count, errors.sum), (2.0, 1.0), "a success counts as none");
    let durations = measured(&world, "Duration", FUNCTION).await.unwrap();
    assert_eq!((durations.count, durations.smallest > 0.0), (2.0, true));
    assert_eq!(sum(&world, "Throttles", FUNCTION).await, Some(0.0));
    let concurrent = measured(&world, "ConcurrentExecutions", FUNCTION).await.unwrap();
    assert_eq!((concurrent.count, concurrent.largest), (2.0, 1.0));
    assert_eq!(sum(&world, "Invocations", &[]).await, Some(2.0), "the region has them too");
    world.close().await;
}

#[tokio::test]
async fn what_is_not_let_in_counts_as_throttled_and_not_as_invoked() {
    let world = World::start().await;
    world.deploy_probe("measured").await;
    let reserve = world.lambda().put_function_concurrency().function_name("measured");
    reserve.reserved_concurrent_executions(0).send().await.unwrap();
    let invoke = world.lambda().invoke().function_name("measured").send().await;
    assert!(invoke.unwrap_err().into_service_error().is_too_many_requests_exception());
    let throttles = sum(&world, "Throttles", FUNCTION).await.unwrap();
    assert!(throttles >= 1.0, "a client may try again by itself");
    assert_eq!(sum(&world, "Invocations", FUNCTION).await, None);
    world.close().await;
}

#[tokio::test]
async fn what_was_invoked_and_what_was_executed_are_told_apart() {
    let world = World::start().await;
    world.deploy_probe("measured").await;
    let lambda = world.lambda();
    lambda.publish_version().function_name("measured").send().await.unwrap();
    let alias = lambda.create_alias().function_name("measured").name("live");
    alias.function_version("1").send().await.unwrap();
    for function in ["measured", "measured:live", "measured:1"] {
        world.invoke(function, event([Step::Echo])).await;
    }
    world.settle().await;
    let function = ("FunctionName", "measured");
    assert_eq!(sum(&world, "Invocations", &[function]).await, Some(3.0));
    for resource in ["measured", "measured:live", "measured:1"] {
        let dimensions = [function, ("Resource", resource)];
        assert_eq!(sum(&world, "Invocations", &dimensions).await, Some(1.0), "{resource}");
    }
    let executed = [function, ("Resource", "measured:live"), ("ExecutedVersion", "1")];
    assert_eq!(sum(&world, "Invocations", &executed).await, Some(1.0));
    world.close().await;
}

#[tokio::test]
async fn an_accepted_event_is_counted_when_it_comes_and_when_it_is_dropped() {
    let world = World::start().await;
    world.deploy_probe("measured").await;
    let send = |step: Step| {
        let payload = aws_sdk_lambda::primitives::Blob::new(event([step]).to_string());
        let invoke = world.lambda().invoke().function_name("measured").payload(payload);
        invoke.invocation_type(aws_sdk_lambda::types::InvocationType::Event).send()
    };
    send(Step::Echo).await.unwrap();
    send(failing()).await.unwrap();
    world.settle().await;
    assert_eq!(sum(&world, "AsyncEventsReceived", FUNCTION).await, Some(2.0));
    let ages = measured(&world, "AsyncEventAge", FUNCTION).await.unwrap();
    assert_eq!((ages.count, ages.sum), (2.0, 0.0), "virtual time has stood still");
    let dropped = measured(&world, "AsyncEventsDropped", FUNCTION).await.unwrap();
    assert_eq!((dropped.count, dropped.sum), (2.0, 1.0));
    world.close().await;
}

#[tokio::test]
async fn invocations_by_triggers_are_counted_like_all_others() {
    let world = World::start().await;
    world.deploy_probe("measured").await;
    world.stream("orders").await;
    world.map("orders", "measured").await;
    world.put_record("orders", b"one").await;
    world.bucket_for("measured", "photos").await;
    world.put_object("photos", "cat.jpg").await;
    world.settle().await;
    assert_eq!(sum(&world, "Invocations", FUNCTION).await, Some(2.0));
    assert_eq!(sum(&world, "AsyncEventsReceived", FUNCTION).await, Some(1.0), "of the bucket");
    let age = measured(&world, "IteratorAge", FUNCTION).await.unwrap();
    assert_eq!((age.count, age.sum), (1.0, 0.0), "of the stream");
    world.close().await;
}
