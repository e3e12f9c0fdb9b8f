//! What is not kept any more: by a group's retention, and for want of memory.

use tracing::Level;

use super::said::Said;
use super::*;
use crate::archive::{Archive, Contents};
use crate::budget::EVENT_BYTES;

const DAY: Duration = Duration::from_hours(24);

async fn keep_for(world: &World, days: u16) {
    let input = json!({ "logGroupName": GROUP, "retentionInDays": days });
    world.done("PutRetentionPolicy", input).await;
}

#[tokio::test]
async fn events_older_than_the_retention_are_not_read_any_more() {
    let world = World::new();
    world.write("a", [0]);
    world.write("b", [0]);
    keep_for(&world, 3).await;
    let described = world.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(described["logGroups"][0]["retentionInDays"], json!(3));

    world.pass(2 * DAY).await;
    world.write("a", [2]);
    assert_eq!(world.read("a").await, ["0", "2"]);
    world.pass(DAY + Duration::from_millis(1)).await;
    assert_eq!(world.read("a").await, ["2"]);
    let found = world.ask("FilterLogEvents", json!({ "logGroupName": GROUP })).await;
    assert_eq!(messages(&found), ["2"]);
    let streams = world.ask("DescribeLogStreams", json!({ "logGroupName": GROUP })).await;
    assert_eq!(streams["logStreams"][1].get("firstEventTimestamp"), None);
}

#[tokio::test]
async fn without_a_retention_events_are_kept_for_ever() {
    let world = World::new();
    world.write("a", [0]);
    keep_for(&world, 1).await;
    world.done("DeleteRetentionPolicy", json!({ "logGroupName": GROUP })).await;
    world.pass(5000 * DAY).await;
    assert_eq!(world.read("a").await, ["0"]);
    let described = world.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(described["logGroups"][0].get("retentionInDays"), None);
}

#[tokio::test]
async fn a_retention_that_is_set_later_holds_for_what_is_there() {
    let world = World::new();
    world.write("a", [0]);
    world.pass(2 * DAY).await;
    keep_for(&world, 1).await;
    world.done("DeleteRetentionPolicy", json!({ "logGroupName": GROUP })).await;
    assert_eq!(world.read("a").await, [""; 0]);
}

#[tokio::test]
async fn only_the_numbers_of_days_that_aws_has_can_be_set() {
    let world = World::new();
    world.write("a", [0]);
    let input = json!({ "logGroupName": GROUP, "retentionInDays": 2 });
    let (status, refusal) = world.answer("PutRetentionPolicy", input).await;
    assert_eq!((status, &refusal["__type"]), (400, &json!("InvalidParameterException")));
    let message = refusal["message"].as_str().unwrap();
    assert!(message.starts_with("Invalid retentionInDays 2 (hint: one of [1, 3, 5, "), "{message}");

    let input = json!({ "logGroupName": "none", "retentionInDays": 3653 });
    let message = "The specified log group does not exist.";
    world.refuses("PutRetentionPolicy", input, "ResourceNotFoundException", message).await;
}

/// A world with memory for so many events with one character each.
fn world_for(events: usize) -> World {
    let most = events * (EVENT_BYTES + 1);
    World::with(|clock| {
        Logs::of(Home::default(), clock, Archive::none(), Contents::default(), most)
    })
}

#[tokio::test]
async fn the_oldest_events_of_all_streams_go_when_memory_is_full() {
    let world = world_for(16);
    for number in 0..8 {
        world.stream("a").put(world.at(2 * number), "a");
        world.stream("b").put(world.at(2 * number + 1), "b");
    }
    assert_eq!((world.read("a").await.len(), world.read("b").await.len()), (8, 8));

    // A sixteenth of it is made free, so two events go for the one that comes.
    let (warnings, _guard) = Said::from(Level::WARN);
    world.stream("a").put(world.at(20), "c");
    assert_eq!((world.read("a").await.len(), world.read("b").await.len()), (8, 7));
    for number in 21..40 {
        world.stream("a").put(world.at(number), "d");
    }
    assert_eq!(world.read("b").await, [""; 0]);
    assert_eq!(warnings.times(), 1, "the log says it once");
}

#[tokio::test]
async fn memory_is_given_back_with_what_is_deleted_or_expires() {
    let world = world_for(16);
    for _ in 0..10 {
        world.write("a", [0; 12].map(|_: u64| 1));
        world.done("DeleteLogGroup", json!({ "logGroupName": GROUP })).await;
    }
    world.write("a", [1; 8]);
    keep_for(&world, 1).await;
    world.pass(2 * DAY).await;
    world.write("a", [2; 12]);
    assert_eq!(world.read("a").await.len(), 12);
}

#[tokio::test]
async fn an_event_larger_than_all_memory_goes_too() {
    let world = world_for(2);
    world.stream("a").put(world.at(0), "x".repeat(10_000));
    assert_eq!(world.read("a").await, [""; 0]);
    world.stream("a").put(world.at(1), "y");
    assert_eq!(world.read("a").await, ["y"]);
}

#[tokio::test]
async fn what_has_no_room_in_memory_has_none_in_the_store() {
    let store = Store::in_memory();
    let (archive, contents) = Archive::open(&store).unwrap();
    let most = 16 * (EVENT_BYTES + 1);
    let world = World::with(|clock| Logs::of(Home::default(), clock, archive, contents, most));
    for number in 0..100 {
        world.stream("a").put(world.at(number), "x");
    }
    let left = world.read("a").await.len();
    assert!((15..=16).contains(&left), "{left}");
    assert_eq!(store.table::<Value>("log_events").load().unwrap().len(), left);
}
