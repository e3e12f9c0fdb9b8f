//! `Invoke`, where an event is watched on its way, and without AWS's tools.

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use probe::{Rendezvous, Step, event};
use serde_json::json;
use tests::{Handler, World, soon};

#[tokio::test]
async fn an_event_is_accepted_before_it_runs_and_runs_once() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("worker").await;
    let steps = event([Step::Hold(place.address().unwrap()), Step::Log(vec!["worked".into()])]);
    let call =
        world.lambda().invoke().function_name("worker").payload(Blob::new(steps.to_string()));
    let accepted = call.invocation_type(InvocationType::Event).send().await.unwrap();
    assert_eq!(accepted.status_code(), 202);
    assert_eq!(accepted.payload(), None);

    let held = soon("the function", place.arrival()).await.unwrap();
    let unfinished = world.clock().unfinished();
    let waits =
        unfinished.iter().any(|item| item.starts_with("event ") && item.ends_with(" worker"));
    assert!(waits, "the clock knows that it is not finished: {unfinished:?}");
    held.release().await.unwrap();
    world.settle().await;
    assert_eq!(world.logged("worker", "worked").await, ["worked"]);
    world.close().await;
}

#[tokio::test]
async fn the_runtime_interface_emulators_path_works_unsigned() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let path = "/2015-03-31/functions/greeter/invocations";
    assert_eq!(world.post(path, json!({"name": "curl"})).await.json(), "Hello curl!");
    world.close().await;
}
