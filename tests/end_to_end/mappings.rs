//! Event source mappings: from a stream into a function.

use aws_sdk_lambda::types::{EventSourcePosition, FunctionResponseType};
use probe::Step;
use serde_json::json;
use tests::{Handler, World, refusal};

/// A world with a stream and a function that reads it.
async fn mapped() -> (World, String) {
    let world = World::start().await;
    world.deploy("reader", Handler::Kinesis).await;
    world.stream("orders").await;
    let uuid = world.map("orders", "reader").await;
    (world, uuid)
}

#[tokio::test]
async fn create_event_source_mapping_wants_a_stream_and_a_function_that_are_there() {
    let world = World::start().await;
    world.stream("orders").await;
    let create = world.lambda().create_event_source_mapping().function_name("nobody");
    let create = create.event_source_arn(world.stream_arn("orders"));
    let create = create.starting_position(EventSourcePosition::Latest);
    let refused = refusal(create.send().await);
    assert_eq!(refused, "400 InvalidParameterValueException: Function does not exist");
    world.close().await;
}

#[tokio::test]
async fn get_event_source_mapping_shows_how_it_goes() {
    let (world, uuid) = mapped().await;
    world.settle().await;
    let got = world.lambda().get_event_source_mapping().uuid(&uuid).send().await.unwrap();
    assert_eq!(got.state(), Some("Enabled"));
    assert_eq!(got.function_arn(), Some(&*world.arn("reader")));
    assert_eq!(got.last_processing_result(), Some("No records processed"));
    world.put_record("orders", b"one").await;
    world.settle().await;
    let got = world.lambda().get_event_source_mapping().uuid(&uuid).send().await.unwrap();
    assert_eq!(got.last_processing_result(), Some("OK"));
    world.close().await;
}

#[tokio::test]
async fn list_event_source_mappings_finds_them_by_function_and_by_stream() {
    let (world, uuid) = mapped().await;
    let list = || world.lambda().list_event_source_mappings();
    let by_function = list().function_name("reader").send().await.unwrap();
    let by_stream = list().event_source_arn(world.stream_arn("orders")).send().await.unwrap();
    let others = list().event_source_arn(world.stream_arn("others")).send().await.unwrap();
    assert_eq!(by_function.event_source_mappings()[0].uuid(), Some(&*uuid));
    assert_eq!(by_stream.event_source_mappings()[0].uuid(), Some(&*uuid));
    assert!(others.event_source_mappings().is_empty());
    world.close().await;
}

#[tokio::test]
async fn delete_event_source_mapping_stops_the_reading() {
    let (world, uuid) = mapped().await;
    world.put_record("orders", b"before").await;
    world.settle().await;
    world.lambda().delete_event_source_mapping().uuid(&uuid).send().await.unwrap();
    world.put_record("orders", b"after").await;
    world.settle().await;
    assert_eq!(world.logged("reader", "Data = before").await.len(), 1);
    assert_eq!(world.logged("reader", "Data = after").await, [""; 0]);
    world.close().await;
}

#[tokio::test]
async fn a_record_that_fails_is_tried_again_and_those_before_it_are_not() {
    let world = World::start().await;
    world.deploy("reader", Handler::Kinesis).await;
    world.stream("orders").await;
    world.put_record("orders", b"good").await;
    let bad = world.put_record("orders", b"\xff\xfe").await;
    let mapping = world.lambda().create_event_source_mapping().function_name("reader");
    let mapping = mapping.event_source_arn(world.stream_arn("orders")).maximum_retry_attempts(2);
    let mapping = mapping.starting_position(EventSourcePosition::TrimHorizon);
    let report = FunctionResponseType::ReportBatchItemFailures;
    mapping.function_response_types(report).send().await.unwrap();
    world.settle().await;
    world.post("/_emulator/clock", json!({"advance": "1h"})).await;

    assert_eq!(world.logged("reader", "Data = good").await.len(), 1, "it is not read again");
    let failed = world.logged("reader", &bad).await;
    assert_eq!(failed.len(), 4, "once beside the good one, and three attempts alone: {failed:#?}");
    world.put_record("orders", b"after").await;
    world.settle().await;
    assert_eq!(world.logged("reader", "Data = after").await.len(), 1, "then the shard goes on");
    world.close().await;
}

#[tokio::test]
async fn without_partial_responses_a_failed_item_is_taken_for_done() {
    let world = World::start().await;
    world.deploy("reader", Handler::Kinesis).await;
    world.stream("orders").await;
    let bad = world.put_record("orders", b"\xff").await;
    let lost = world.put_record("orders", b"lost").await;
    let mapping = world.lambda().create_event_source_mapping().function_name("reader");
    let mapping = mapping.event_source_arn(world.stream_arn("orders"));
    mapping.starting_position(EventSourcePosition::TrimHorizon).send().await.unwrap();
    world.settle().await;
    world.post("/_emulator/clock", json!({"advance": "1h"})).await;

    assert_eq!(world.logged("reader", &bad).await.len(), 1, "it is not tried again");
    assert_eq!(world.logged("reader", &lost).await, [""; 0], "nor is what came after it");
    world.close().await;
}

#[tokio::test]
async fn a_function_that_fails_gets_the_batch_again_until_it_takes_it() {
    let world = World::start().await;
    let fails_twice = Step::FailFirst {
        calls: 2,
        key: "batch".to_owned(),
        directory: world.folder().to_owned(),
        by: Vec::new(),
    };
    let steps = [fails_twice, Step::Log(vec!["taken".into()]), Step::Answer(json!(null))];
    world.deploy_probe("reader").variable("PROBE_STEPS", &probe::script(steps)).await;
    world.stream("orders").await;
    let uuid = world.map("orders", "reader").await;
    world.put_record("orders", b"one").await;
    world.settle().await;
    assert_eq!(world.logged("reader", "taken").await, [""; 0], "time stands still");
    world.post("/_emulator/clock", json!({"advance": "1m"})).await;

    assert_eq!(world.logged("reader", "taken").await.len(), 1);
    let mapping = world.lambda().get_event_source_mapping().uuid(uuid).send().await.unwrap();
    assert_eq!(mapping.last_processing_result(), Some("OK"));
    world.close().await;
}
