//! CloudWatch Logs where time passes and where emulators follow each other.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use probe::{Step, event};
use tempfile::TempDir;
use tests::World;

const GROUP: &str = "/aws/lambda/talker";

const OURS: &str = "ours";

/// A world with a group and a stream that no function writes to.
async fn world_with_a_stream() -> World {
    let world = World::start().await;
    world.logs().create_log_group().log_group_name(OURS).send().await.unwrap();
    let stream = world.logs().create_log_stream().log_group_name(OURS).log_stream_name("s");
    stream.send().await.unwrap();
    world
}

/// Writes events with these messages, each a second after the one before, the last of them now.
async fn put(world: &World, messages: &[&str]) {
    let now = i64::try_from(world.clock().now().unix_timestamp_nanos() / 1_000_000).unwrap();
    let start = now - 1000 * (i64::try_from(messages.len()).unwrap() - 1);
    let events = (0..).zip(messages).map(|(number, message)| {
        let event = InputLogEvent::builder().timestamp(start + 1000 * number).message(*message);
        event.build().unwrap()
    });
    let put = world.logs().put_log_events().log_group_name(OURS).log_stream_name("s");
    put.set_log_events(Some(events.collect())).send().await.unwrap();
}

/// The messages that a pattern finds in our group.
async fn found(world: &World, pattern: &str) -> Vec<String> {
    let request = world.logs().filter_log_events().log_group_name(OURS).filter_pattern(pattern);
    let found = request.send().await.unwrap();
    found.events().iter().map(|event| event.message().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn put_retention_policy_ends_the_life_of_old_events() {
    let world = world_with_a_stream().await;
    put(&world, &["old"]).await;
    let retain = world.logs().put_retention_policy().log_group_name(OURS).retention_in_days(3);
    retain.send().await.unwrap();
    let groups = world.logs().describe_log_groups().send().await.unwrap();
    assert_eq!(groups.log_groups()[0].retention_in_days(), Some(3));

    world.clock().advance(Duration::from_hours(48)).await.unwrap();
    put(&world, &["young"]).await;
    assert_eq!(found(&world, "").await, ["old", "young"]);
    world.clock().advance(Duration::from_hours(25)).await.unwrap();
    assert_eq!(found(&world, "").await, ["young"]);
    world.close().await;
}

#[tokio::test]
async fn delete_retention_policy_keeps_events_for_ever() {
    let world = world_with_a_stream().await;
    put(&world, &["old"]).await;
    let retain = world.logs().put_retention_policy().log_group_name(OURS).retention_in_days(1);
    retain.send().await.unwrap();
    world.logs().delete_retention_policy().log_group_name(OURS).send().await.unwrap();
    world.clock().advance(Duration::from_hours(10_000)).await.unwrap();
    assert_eq!(found(&world, "").await, ["old"]);
    world.close().await;
}

#[tokio::test]
async fn a_stream_is_named_for_the_emulators_day() {
    let world = World::start().await;
    world.deploy_probe("talker").await;
    world.invoke("talker", event([Step::Echo])).with_log().await.value();
    let streams = world.logs().describe_log_streams().log_group_name(GROUP).send().await.unwrap();
    let stream = streams.log_streams()[0].log_stream_name().unwrap();
    assert!(stream.starts_with("2026/01/02/[$LATEST]"), "{stream}");
    world.close().await;
}

#[tokio::test]
async fn logs_and_their_event_ids_outlast_the_emulator() {
    let directory = TempDir::new().unwrap();
    let start = || World::start_with(|config| config.data_dir = Some(directory.path().to_owned()));
    let all = async |world: &World| {
        let request = world.logs().filter_log_events().log_group_name(GROUP).send();
        request.await.unwrap().events().to_vec()
    };
    let world = start().await;
    world.deploy_probe("talker").await;
    let lines = ["one".into(), "two".into()];
    world.invoke("talker", event([Step::Log(lines.to_vec())])).with_log().await;
    let retain = world.logs().put_retention_policy().log_group_name(GROUP).retention_in_days(7);
    retain.send().await.unwrap();
    let before = all(&world).await;
    assert!(before.len() > 4, "{before:#?}");
    world.close().await;

    let world = start().await;
    assert_eq!(all(&world).await, before);
    let groups = world.logs().describe_log_groups().send().await.unwrap();
    assert_eq!(groups.log_groups()[0].retention_in_days(), Some(7));
    world.close().await;
}
