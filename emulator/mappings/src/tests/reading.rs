//! What the function sees of the stream, and when.

use super::*;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_record_is_read_as_soon_as_it_is_put() {
    let world = World::with_stream(1).await;
    let id = world.map(json!({ "StartingPosition": "LATEST" })).await;
    assert_eq!(world.last_result(&id).await, "No records processed");
    world.put(b"hello").await;
    world.settle().await;
    world.saw(&[(0, "hello")]);
    assert_eq!(world.last_result(&id).await, "OK");
}

#[tokio::test]
async fn reading_starts_where_the_mapping_says() {
    for (position, expected) in [
        (json!({ "StartingPosition": "TRIM_HORIZON" }), &[(60_000, "one two")][..]),
        (json!({ "StartingPosition": "LATEST" }), &[]),
        (
            json!({ "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1_893_499_201 }),
            &[(60_000, "two")],
        ),
    ] {
        let world = World::with_stream(1).await;
        world.put(b"one").await;
        world.pass(MINUTE).await;
        world.put(b"two").await;
        world.map(position).await;
        world.settle().await;
        world.saw(expected);
    }
}

#[tokio::test]
async fn a_mapping_that_is_not_enabled_reads_nothing() {
    let world = World::with_stream(1).await;
    world.put(b"hello").await;
    world.map(json!({ "Enabled": false })).await;
    world.pass(HOUR).await;
    world.saw(&[]);
}

#[tokio::test]
async fn a_batch_has_no_more_records_than_it_may() {
    let world = World::with_stream(1).await;
    for data in ["a", "b", "c", "d", "e"] {
        world.put(data.as_bytes()).await;
    }
    world.map(json!({ "BatchSize": 2 })).await;
    world.settle().await;
    world.saw(&[(0, "a b"), (0, "c d"), (0, "e")]);
}

#[tokio::test]
async fn a_batch_grows_until_its_window_is_over_or_it_is_full() {
    let world = World::with_stream(1).await;
    world.map(json!({ "MaximumBatchingWindowInSeconds": 10, "BatchSize": 3 })).await;
    world.put(b"a").await;
    world.pass(Duration::from_secs(5)).await;
    world.put(b"b").await;
    world.pass(Duration::from_millis(4_999)).await;
    world.saw(&[]);
    world.pass(Duration::from_millis(1)).await;
    world.saw(&[(10_000, "a b")]);

    for data in ["c", "d", "e", "f"] {
        world.put(data.as_bytes()).await;
    }
    world.settle().await;
    world.saw(&[(10_000, "a b"), (10_000, "c d e")]);
    world.pass(MINUTE).await;
    world.saw(&[(10_000, "a b"), (10_000, "c d e"), (20_000, "f")]);
}

#[tokio::test]
async fn a_batch_that_has_failed_neither_grows_nor_waits_for_a_window() {
    let world = World::with_stream(1).await;
    world.will([Reply::Fail, Reply::Report("b"), Reply::Answer("null")]);
    world
        .map(json!({
            "MaximumBatchingWindowInSeconds": 1,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }))
        .await;
    world.put(b"a").await;
    world.put(b"b").await;
    world.pass(Duration::from_millis(1_100)).await;
    world.put(b"c").await;
    world.pass(MINUTE).await;
    world.saw(&[(1_000, "a b"), (1_250, "a b"), (1_250, "b"), (2_250, "c")]);
}

#[tokio::test]
async fn a_window_ends_when_the_event_is_full() {
    let world = World::with_stream(1).await;
    world.map(json!({ "MaximumBatchingWindowInSeconds": 300 })).await;
    let megabyte = vec![b'a'; 1024 * 1024 - 3];
    for _ in 0..5 {
        world.put(&megabyte).await;
    }
    world.settle().await;
    let sizes = || -> Vec<_> {
        let seen = world.function.seen.lock().unwrap();
        seen.iter().map(|each| (each.at.as_secs(), each.data.split(' ').count())).collect()
    };
    assert_eq!(sizes(), [(0, 4)]);
    world.pass(HOUR).await;
    assert_eq!(sizes(), [(0, 4), (300, 1)]);
}

#[tokio::test]
async fn shards_do_not_wait_for_each_other() {
    let world = World::with_stream(2).await;
    world.will([Reply::Fail]);
    world.map(json!({ "MaximumRetryAttempts": 1 })).await;
    // The hash of one key is in the first half of the key space, that of the other in the second.
    world.put_for("a", b"first").await;
    world.settle().await;
    world.put_for("b", b"second").await;
    world.pass(MINUTE).await;
    world.saw(&[(0, "first"), (0, "second"), (250, "first")]);
}

#[tokio::test]
async fn a_failed_batch_is_tried_again_as_it_was_with_the_same_request_id() {
    let world = World::with_stream(1).await;
    world.will([Reply::Fail, Reply::Fail]);
    let id = world.map(json!({})).await;
    world.put(b"a").await;
    world.settle().await;
    assert_eq!(world.last_result(&id).await, "PROBLEM: Function call failed");
    world.put(b"b").await;
    world.pass(MINUTE).await;
    world.saw(&[(0, "a"), (250, "a"), (750, "a"), (750, "b")]);
    assert_eq!(world.last_result(&id).await, "OK");
    let seen = world.function.seen.lock().unwrap();
    assert_eq!((seen[0].id, seen[1].id), (seen[1].id, seen[2].id));
    assert_ne!(seen[2].id, seen[3].id);
}

#[tokio::test]
async fn a_batch_is_given_up_after_its_retries_and_reading_goes_on() {
    let world = World::with_stream(1).await;
    world.will([Reply::Fail, Reply::Fail]);
    world.map(json!({ "BatchSize": 1, "MaximumRetryAttempts": 1 })).await;
    world.put(b"bad").await;
    world.put(b"good").await;
    world.pass(MINUTE).await;
    world.saw(&[(0, "bad"), (250, "bad"), (250, "good")]);
}

#[tokio::test]
async fn a_failed_batch_is_halved_if_the_mapping_says_so() {
    let world = World::with_stream(1).await;
    world.will([Reply::Fail, Reply::Fail, Reply::Fail, Reply::Answer("null")]);
    for data in ["bad", "b", "c", "d"] {
        world.put(data.as_bytes()).await;
    }
    world.map(json!({ "BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 0 })).await;
    world.pass(MINUTE).await;
    world.saw(&[(0, "bad b c d"), (250, "bad b"), (750, "bad"), (750, "b"), (750, "c d")]);
}

#[tokio::test]
async fn a_report_is_heeded_if_the_mapping_says_so_and_the_rest_is_tried_at_once() {
    let world = World::with_stream(1).await;
    for data in ["a", "b", "c"] {
        world.put(data.as_bytes()).await;
    }
    world.will([Reply::Report("b"), Reply::Report("b")]);
    let id = world.map(json!({ "FunctionResponseTypes": ["ReportBatchItemFailures"] })).await;
    world.settle().await;
    assert_eq!(world.last_result(&id).await, "OK");
    world.pass(MINUTE).await;
    world.saw(&[(0, "a b c"), (0, "b c"), (250, "b c")]);
}

#[tokio::test]
async fn an_answer_that_is_no_report_fails_the_batch_only_if_reports_are_heeded() {
    for (types, expected) in [
        (json!(["ReportBatchItemFailures"]), &[(0, "a"), (250, "a")][..]),
        (json!([]), &[(0, "a")]),
    ] {
        let world = World::with_stream(1).await;
        world.will([Reply::Answer(r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#)]);
        world.map(json!({ "FunctionResponseTypes": types })).await;
        world.put(b"a").await;
        world.pass(MINUTE).await;
        world.saw(expected);
    }
}

#[tokio::test]
async fn throttles_do_not_count_as_retries() {
    let world = World::with_stream(1).await;
    world.will([Reply::Throttle, Reply::Throttle, Reply::Answer("null")]);
    world.map(json!({ "MaximumRetryAttempts": 0 })).await;
    world.put(b"a").await;
    world.pass(MINUTE).await;
    world.saw(&[(0, "a"), (250, "a"), (750, "a")]);
}

#[tokio::test]
async fn a_mapping_outlives_its_function_and_goes_on_with_the_next_of_that_name() {
    let world = World::with_stream(1).await;
    let id = world.map(json!({ "MaximumRetryAttempts": 0 })).await;
    *world.function.deployed.lock().unwrap() = false;
    world.put(b"a").await;
    world.pass(HOUR).await;
    world.saw(&[]);
    assert_eq!(world.last_result(&id).await, "PROBLEM: Function call failed");
    *world.function.deployed.lock().unwrap() = true;
    world.pass(MINUTE).await;
    assert_eq!(world.last_result(&id).await, "OK");
}

#[tokio::test]
async fn records_that_are_too_old_are_not_sent_any_more() {
    let world = World::with_stream(1).await;
    world.put(b"old").await;
    world.put(b"old too").await;
    world.pass(MINUTE).await;
    world.put(b"new").await;
    world.pass(Duration::from_millis(1)).await;
    world.map(json!({ "MaximumRecordAgeInSeconds": 60, "BatchSize": 1 })).await;
    world.settle().await;
    world.saw(&[(60_001, "new")]);
}

#[tokio::test]
async fn a_batch_is_tried_no_longer_than_its_records_may_age() {
    let world = World::with_stream(1).await;
    world.will((0..9).map(|_| Reply::Fail));
    world.map(json!({ "MaximumRecordAgeInSeconds": 60 })).await;
    world.put(b"bad").await;
    world.pass(HOUR).await;
    world.put(b"good").await;
    world.settle().await;
    let bad = [0, 250, 750, 1750, 3750, 7750, 15_750, 31_750].map(|at| (at, "bad"));
    world.saw(&[&bad[..], &[(3_600_000, "good")]].concat());
}

#[tokio::test]
async fn a_batch_is_tried_until_it_expires_from_the_stream() {
    let world = World::with_stream(1).await;
    world.will((0..2000).map(|_| Reply::Fail));
    world.map(json!({})).await;
    world.put(b"bad").await;
    world.pass(23 * HOUR).await;
    let tried = world.function.seen.lock().unwrap().len();
    assert!(tried > 23 * 60, "{tried}");
    world.pass(2 * HOUR).await;
    world.function.replies.lock().unwrap().clear();
    world.function.seen.lock().unwrap().clear();
    world.put(b"good").await;
    world.settle().await;
    world.saw(&[(25 * 3_600_000, "good")]);
}

#[tokio::test]
async fn a_record_that_fits_into_no_event_is_a_batch_that_fails() {
    let world = World::with_stream(1).await;
    let large = json!({ "StreamName": "large", "ShardCount": 1, "MaxRecordSizeInKiB": 10_240 });
    world.kinesis("CreateStream", &large).await;
    let arn = STREAM.replace("orders", "large");
    world.map(json!({ "EventSourceArn": arn, "MaximumRetryAttempts": 1 })).await;
    for data in [vec![b'a'; 5 * 1024 * 1024], b"small".to_vec()] {
        let data = BASE64_STANDARD.encode(data);
        let record = json!({ "StreamName": "large", "Data": data, "PartitionKey": "key" });
        world.kinesis("PutRecord", &record).await;
    }
    world.pass(MINUTE).await;
    world.saw(&[(250, "small")]);
}

#[tokio::test]
async fn a_batch_that_its_function_has_got_is_finished_after_the_mapping_is_deleted() {
    let world = World::with_stream(1).await;
    world.function.ends.forget_permits(usize::MAX);
    let id = world.map(json!({ "BatchSize": 1 })).await;
    world.put(b"a").await;
    world.put(b"b").await;
    tokio::task::yield_now().await;
    world.saw(&[(0, "a")]);
    world.lambda("DELETE", &format!("/{id}"), Value::Null).await;
    world.function.ends.add_permits(2);
    world.pass(HOUR).await;
    world.saw(&[(0, "a")]);
    world.shut_down_is_quiet().await;
}

#[tokio::test]
async fn shutting_down_waits_for_no_function_and_no_time() {
    let world = World::with_stream(2).await;
    world.will([Reply::Fail]);
    world.map(json!({})).await;
    world.put_for("a", b"waits for its retry").await;
    world.settle().await;
    world.function.ends.forget_permits(usize::MAX);
    world.put_for("b", b"waits for its function").await;
    tokio::task::yield_now().await;
    world.shut_down_is_quiet().await;
}

impl World {
    /// Nothing is left that virtual time would wait for, or that would wait for it.
    async fn shut_down_is_quiet(&self) {
        self.mappings.shut_down().await;
        assert_eq!(self.clock.unfinished(), [""; 0]);
        assert_eq!(self.clock.waiting(), []);
    }
}
