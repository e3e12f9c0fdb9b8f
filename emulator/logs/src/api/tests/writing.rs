//! `PutLogEvents`: what is taken, and what is not.

use super::*;

const INVALID: &str = "InvalidParameterException";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A batch whose messages are their times in milliseconds after the start.
fn batch(times: &[u64]) -> Value {
    let event = |time: &u64| json!({ "timestamp": START_MS + time, "message": time.to_string() });
    let events: Vec<_> = times.iter().map(event).collect();
    json!({ "logGroupName": GROUP, "logStreamName": "a", "logEvents": events })
}

async fn world() -> World {
    let world = World::new();
    world.done("CreateLogGroup", json!({ "logGroupName": GROUP })).await;
    let stream = json!({ "logGroupName": GROUP, "logStreamName": "a" });
    world.done("CreateLogStream", stream).await;
    world
}

#[tokio::test]
async fn a_batch_is_written_and_can_be_read_at_once() {
    let world = world().await;
    let arrival = world.logs.arrival();
    let input = with(batch(&[1, 2, 2]), "sequenceToken", &json!("whatever"));
    let answer = world.ask("PutLogEvents", input).await;
    assert_eq!(answer["nextSequenceToken"].as_str().unwrap().len(), 56);
    assert_eq!(answer.get("rejectedLogEventsInfo"), None);
    arrival.await;
    world.ask("PutLogEvents", batch(&[0])).await;
    assert_eq!(world.read("a").await, ["0", "1", "2", "2"]);
}

#[tokio::test]
async fn group_and_stream_must_be_there() {
    let world = world().await;
    let missing = "ResourceNotFoundException";
    let input = with(batch(&[1]), "logStreamName", &json!("b"));
    let message = "The specified log stream does not exist.";
    world.refuses("PutLogEvents", input, missing, message).await;
    let input = with(batch(&[1]), "logGroupName", &json!("b"));
    let message = "The specified log group does not exist.";
    world.refuses("PutLogEvents", input, missing, message).await;
}

#[tokio::test]
async fn events_too_old_or_too_new_are_left_out_and_told_of() {
    let world = world().await;
    let new = 3 * 60 * 60 * 1000;
    let answer = world.ask("PutLogEvents", batch(&[0, 1, new, new + 1])).await;
    assert_eq!(answer["rejectedLogEventsInfo"], json!({ "tooNewLogEventStartIndex": 2 }));

    world.pass(Duration::from_millis(14 * DAY_MS + 1)).await;
    let answer = world.ask("PutLogEvents", batch(&[0, 1])).await;
    assert_eq!(answer["rejectedLogEventsInfo"], json!({ "tooOldLogEventEndIndex": 1 }));

    let input = json!({ "logGroupName": GROUP, "retentionInDays": 7 });
    world.done("PutRetentionPolicy", input).await;
    let answer = world.ask("PutLogEvents", batch(&[13 * DAY_MS / 2, 7 * DAY_MS + 1])).await;
    assert_eq!(answer["rejectedLogEventsInfo"], json!({ "expiredLogEventEndIndex": 1 }));
    assert_eq!(world.read("a").await, [(7 * DAY_MS + 1).to_string()]);
}

#[tokio::test]
async fn a_batch_that_cannot_be_is_refused() {
    let world = world().await;
    let message = "Log events in a single PutLogEvents request must be in chronological order.";
    world.refuses("PutLogEvents", batch(&[2, 1]), INVALID, message).await;
    let message =
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.";
    world.refuses("PutLogEvents", batch(&[0, DAY_MS + 1]), INVALID, message).await;
    let message = "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: \
                   Member must have length less than or equal to 10000";
    world.refuses("PutLogEvents", batch(&vec![1; 10_001]), INVALID, message).await;
    let message = "2 validation errors detected: Value '-1' at 'logEvents.1.member.timestamp' failed \
                   to satisfy constraint: Member must have value greater than or equal to 0; Value '' \
                   at 'logEvents.1.member.message' failed to satisfy constraint: Member must have \
                   length greater than or equal to 1";
    let input = with(batch(&[]), "logEvents", &json!([{ "timestamp": -1, "message": "" }]));
    world.refuses("PutLogEvents", input, INVALID, message).await;
    let large = "x".repeat(1024 * 1024);
    let input =
        with(batch(&[]), "logEvents", &json!([{ "timestamp": START_MS, "message": large }]));
    let message = "Log event too large: 1048602 bytes exceeds limit of 1048576";
    world.refuses("PutLogEvents", input, INVALID, message).await;
    assert_eq!(world.read("a").await, [""; 0]);
}

#[tokio::test]
async fn a_batch_that_comes_late_is_put_between_what_is_there() {
    let world = world().await;
    world.write("a", [6, 1, 4]);
    world.ask("PutLogEvents", batch(&[2, 3, 5])).await;
    world.write("a", [0]);
    assert_eq!(world.read("a").await, ["0", "1", "2", "3", "4", "5", "6"]);
}
