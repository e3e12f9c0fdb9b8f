//! Event source mappings where time stands still: what they do not do, and what they wait for.

use probe::Step;
use serde_json::json;
use tests::{Handler, World};

#[tokio::test]
async fn delete_event_source_mapping_stops_the_reading() {
    let world = World::start().await;
    world.deploy("reader", Handler::Kinesis).await;
    world.stream("orders").await;
    let uuid = world.map("orders", "reader").await;
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
