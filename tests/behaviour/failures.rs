//! How invocations fail. It is known from the path that the function used, from its exit, or from its
//! deadline; never from what it answered.

use futures_util::{StreamExt, stream};
use probe::{Step, event, script};
use serde_json::json;
use tests::failing::{Way, seen, ways};
use tests::{Failure, Handler};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    every_way_to_fail_is_told_and_logged_and_followed_as_on_lambda,
    the_largest_answer_arrives_whole,
    an_answer_that_reads_like_an_error_is_an_answer,
    a_timeout_ends_the_environment_and_tells_the_caller,
    a_handler_that_the_image_does_not_have_fails_and_names_those_it_has,
    a_function_without_a_handler_says_what_to_set,
];

async fn every_way_to_fail_is_told_and_logged_and_followed_as_on_lambda(world: &World) {
    // A few at a time, so that a busy machine does not start all of them at once.
    stream::iter((0..).zip(ways())).for_each_concurrent(2, |way| check(world, way)).await;
}

async fn check(world: &World, (number, way): (usize, Way)) {
    let (function, name) = (&world.name(&format!("fails-{number}")), way.name);
    let deployed = world.deploy_probe(function).timeout(way.timeout);
    deployed.variable("PROBE_STEPS", &script(way.steps.clone())).await;
    world.invoke(function, event([Step::Echo])).with_log().await.value();

    assert_eq!(seen(&world.invoke(function, json!({})).await), way.answer(), "{name}");
    world.lines(function, "REPORT RequestId", 2).await;
    way.check_report(&world.logged(function, "").await, name);
    way.check_next(world, function, name).await;
}

async fn the_largest_answer_arrives_whole(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).timeout(30).await;
    let answer = world.invoke(name, event([Step::AnswerBytes(6_291_556)])).await;
    assert_eq!(answer.function_error, None);
    assert_eq!(answer.payload.len(), 6_291_556);
}

async fn an_answer_that_reads_like_an_error_is_an_answer(world: &World) {
    let name = &world.name("probe");
    world.deploy_probe(name).await;
    let answer = json!({"errorType": "Any", "errorMessage": "not really"});
    let got = world.invoke(name, event([Step::Answer(answer.clone())])).await;
    assert_eq!(got.value(), answer);
}

async fn a_timeout_ends_the_environment_and_tells_the_caller(world: &World) {
    let name = &world.name("sleeper");
    // Its next process is started in that time too.
    world.deploy_probe(name).timeout(5).await;
    world.echo(name).await;
    let answer = world.invoke(name, event([Step::SleepMs(600_000)])).with_log().await;

    let failure = answer.failure();
    assert_eq!(failure.kind, "Sandbox.Timedout");
    assert_eq!(failure.message, "RequestId: ID Error: Task timed out after 5.00 seconds");
    let report = answer.line("REPORT");
    assert!(report.ends_with("\tStatus: timeout"), "{report}");
    let billed = report.split('\t').find(|field| field.starts_with("Billed Duration")).unwrap();
    assert!(billed.starts_with("Billed Duration: 5"), "{report}");
    assert_eq!(world.echo(name).await.invocation, 1, "what slept is gone");
}

async fn a_handler_that_the_image_does_not_have_fails_and_names_those_it_has(world: &World) {
    let name = &world.name("typo");
    world.deploy(name, Handler::S3).variable("HANDLER", "s4").await;
    let answer = world.invoke(name, json!({})).with_log().await;
    let message = "no handler is called `s4` (hint: this image holds api-gateway, s3, kinesis, \
                   custom-event, caller)";
    let kind = "Runtime.UnknownHandler".to_owned();
    assert_eq!(answer.failure(), Failure { kind, message: message.to_owned() });
    assert!(answer.line("REPORT").ends_with("Status: error\tError Type: Runtime.UnknownHandler"));
}

async fn a_function_without_a_handler_says_what_to_set(world: &World) {
    let name = &world.name("unset");
    world.deploy_probe(name).image(&world.images().handlers).await;
    let failure = world.invoke(name, json!({})).await.failure();
    assert_eq!(failure.kind, "Runtime.UnknownHandler");
    let start = "HANDLER is not set, nor is there an argument (hint: ";
    assert!(failure.message.starts_with(start), "{}", failure.message);
}
