//! CloudWatch Logs as functions fill it.

use aws_sdk_cloudwatchlogs::types::OutputLogEvent;
use aws_sdk_lambda::types::LoggingConfig;
use probe::{Step, event};
use tests::{eventually, refusal};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    describe_log_groups_has_a_group_per_function_that_has_run,
    describe_log_streams_has_a_stream_per_environment,
    get_log_events_reads_a_stream_forth_and_back,
    filter_log_events_finds_the_lines_that_match,
    a_function_that_has_not_run_has_no_log,
    a_log_group_of_ones_own_is_used_instead,
    delete_log_group_takes_everything_with_it,
];

/// A function that has said three things.
async fn talker(world: &World) -> String {
    let name = world.name("talker");
    world.deploy_probe(&name).await;
    say(world, &name, &["one", "two", "three"]).await;
    world.lines(&name, "REPORT RequestId", 1).await;
    name
}

async fn say(world: &World, function: &str, lines: &[&str]) {
    let lines = lines.iter().map(|&line| line.to_owned()).collect();
    world.invoke(function, event([Step::Log(lines)])).with_log().await;
}

fn group(function: &str) -> String {
    format!("/aws/lambda/{function}")
}

/// The only stream of a function's group.
async fn stream(world: &World, function: &str) -> String {
    let streams = world.logs().describe_log_streams().log_group_name(group(function));
    let streams = streams.send().await.unwrap();
    let [stream] = streams.log_streams() else { panic!("one environment has one stream") };
    stream.log_stream_name().unwrap().to_owned()
}

async fn describe_log_groups_has_a_group_per_function_that_has_run(world: &World) {
    let (name, silent) = (&talker(world).await, &world.name("silent"));
    world.deploy_probe(silent).await;
    for (function, groups) in [(name, vec![group(name)]), (silent, vec![])] {
        let found = world.logs().describe_log_groups().log_group_name_prefix(group(function));
        let found = found.send().await.unwrap();
        let names = found.log_groups().iter().filter_map(|group| group.log_group_name());
        assert_eq!(names.collect::<Vec<_>>(), groups);
    }
}

async fn describe_log_streams_has_a_stream_per_environment(world: &World) {
    let name = &talker(world).await;
    let own = world.echo(name).await.environment["AWS_LAMBDA_LOG_STREAM_NAME"].clone();
    assert_eq!(stream(world, name).await, own);
    assert!(own.contains("/[$LATEST]"), "{own}");
}

async fn get_log_events_reads_a_stream_forth_and_back(world: &World) {
    let name = &talker(world).await;
    let (group, stream) = (&group(name), &stream(world, name).await);
    let get = || world.logs().get_log_events().log_group_name(group).log_stream_name(stream);
    let first = get().start_from_head(true).limit(2).send().await.unwrap();
    let second =
        get().next_token(first.next_forward_token().unwrap()).limit(3).send().await.unwrap();
    let back =
        get().next_token(second.next_backward_token().unwrap()).limit(1).send().await.unwrap();

    let messages = |page: &[OutputLogEvent]| -> Vec<String> {
        page.iter().map(|event| event.message().unwrap().trim_end().to_owned()).collect()
    };
    assert!(messages(first.events())[0].starts_with("START RequestId: "));
    assert_eq!(messages(second.events())[..2], ["two", "three"]);
    assert_eq!(messages(back.events()), ["one"]);
}

async fn filter_log_events_finds_the_lines_that_match(world: &World) {
    let name = &talker(world).await;
    assert_eq!(world.logged(name, "two").await, ["two"]);
    assert_eq!(world.logged(name, "nothing like it").await, [""; 0]);
    assert_eq!(world.logged(name, "RequestId").await.len(), 3, "START, END and REPORT");
}

async fn a_function_that_has_not_run_has_no_log(world: &World) {
    let name = &world.name("silent");
    world.deploy_probe(name).await;
    let request = world.logs().filter_log_events().log_group_name(group(name));
    assert_eq!(
        refusal(request.send().await),
        "400 ResourceNotFoundException: The specified log group does not exist.",
    );
}

async fn a_log_group_of_ones_own_is_used_instead(world: &World) {
    let (name, ours) = (&world.name("talker"), &world.name("ours"));
    let logging = LoggingConfig::builder().log_group(ours).build();
    world.deploy_probe(name).with(|request| request.logging_config(logging)).await;
    say(world, name, &["hello"]).await;
    eventually("a line in our group", async || {
        let found = world.logs().filter_log_events().log_group_name(ours).filter_pattern("hello");
        found.send().await.ok().filter(|found| found.events().len() == 1)
    })
    .await;
    assert_eq!(world.logged_so_far(name, "").await, None);
}

async fn delete_log_group_takes_everything_with_it(world: &World) {
    let name = &talker(world).await;
    world.logs().delete_log_group().log_group_name(group(name)).send().await.unwrap();
    let request = world.logs().filter_log_events().log_group_name(group(name));
    assert_eq!(
        refusal(request.send().await),
        "400 ResourceNotFoundException: The specified log group does not exist.",
    );
    // The environment is warm and goes on writing.
    say(world, name, &["four"]).await;
    world.lines(name, "four", 1).await;
    assert_eq!(world.logged(name, "three").await, [""; 0]);
}
