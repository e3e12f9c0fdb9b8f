//! CloudWatch Logs, as the functions here fill it.

use probe::{Step, event};
use serde_json::json;
use tests::{World, refusal};

const GROUP: &str = "/aws/lambda/talker";

/// A world in which a function has said three things.
async fn talked() -> World {
    let world = World::start().await;
    world.deploy_probe("talker").await;
    let lines = ["one".into(), "two".into(), "three".into()];
    world.invoke("talker", event([Step::Log(lines.to_vec())])).with_log().await;
    world
}

async fn stream(world: &World) -> String {
    let streams = world.logs().describe_log_streams().log_group_name(GROUP).send().await.unwrap();
    let [stream] = streams.log_streams() else { panic!("one environment has one stream") };
    stream.log_stream_name().unwrap().to_owned()
}

#[tokio::test]
async fn describe_log_groups_has_a_group_per_function_that_has_run() {
    let world = talked().await;
    world.deploy_probe("silent").await;
    let groups =
        world.logs().describe_log_groups().log_group_name_prefix("/aws/lambda/").send().await;
    let groups = groups.unwrap();
    let names: Vec<_> =
        groups.log_groups().iter().filter_map(|group| group.log_group_name()).collect();
    assert_eq!(names, [GROUP]);
    world.close().await;
}

#[tokio::test]
async fn describe_log_streams_has_a_stream_per_environment() {
    let world = talked().await;
    assert!(
        stream(&world).await.starts_with("2026/01/02/[$LATEST]"),
        "named for the emulator's day"
    );
    world.close().await;
}

#[tokio::test]
async fn get_log_events_reads_a_stream_forth_and_back() {
    let world = talked().await;
    let stream = stream(&world).await;
    let get = || world.logs().get_log_events().log_group_name(GROUP).log_stream_name(&stream);
    let first = get().start_from_head(true).limit(2).send().await.unwrap();
    let second =
        get().next_token(first.next_forward_token().unwrap()).limit(3).send().await.unwrap();
    let back =
        get().next_token(second.next_backward_token().unwrap()).limit(1).send().await.unwrap();

    let messages = |page: &[aws_sdk_cloudwatchlogs::types::OutputLogEvent]| -> Vec<String> {
        page.iter().map(|event| event.message().unwrap().trim_end().to_owned()).collect()
    };
    assert!(messages(first.events())[0].starts_with("START RequestId: "));
    assert_eq!(messages(second.events())[..2], ["two", "three"]);
    assert_eq!(messages(back.events()), ["one"]);
    world.close().await;
}

#[tokio::test]
async fn filter_log_events_finds_the_lines_that_match() {
    let world = talked().await;
    assert_eq!(world.logged("talker", "two").await, ["two"]);
    assert_eq!(world.logged("talker", "nothing like it").await, [""; 0]);
    assert_eq!(world.logged("talker", "RequestId").await.len(), 3, "START, END and REPORT");
    world.close().await;
}

#[tokio::test]
async fn a_function_that_has_not_run_has_no_log() {
    let world = World::start().await;
    world.deploy_probe("silent").await;
    let request = world.logs().filter_log_events().log_group_name("/aws/lambda/silent");
    assert_eq!(
        refusal(request.send().await),
        "400 ResourceNotFoundException: The specified log group does not exist.",
    );
    world.close().await;
}

#[tokio::test]
async fn a_log_group_of_ones_own_is_used_instead() {
    let world = World::start().await;
    let logging = aws_sdk_lambda::types::LoggingConfig::builder().log_group("ours").build();
    let request = world.deploy_probe("talker").request().logging_config(logging);
    request.send().await.unwrap();
    world.invoke("talker", json!({})).with_log().await.value();
    let groups = world.logs().describe_log_groups().send().await.unwrap();
    let names: Vec<_> =
        groups.log_groups().iter().filter_map(|group| group.log_group_name()).collect();
    assert_eq!(names, ["ours"]);
    world.close().await;
}
