//! What becomes of an event that closes a loop.

use std::time::Duration;

use probe::{Step, script};
use serde_json::json;
use tests::World;

#[tokio::test]
async fn an_event_that_would_go_on_with_a_loop_is_gone_for_good() {
    let world = World::start().await;
    let itself = Step::Invoke {
        function: "loop".to_owned(),
        event: json!({}),
        invocation_type: Some("Event".to_owned()),
    };
    world.deploy_probe("loop").timeout(60).variable("PROBE_STEPS", &script([itself])).await;
    world.invoke("loop", json!({})).await.value();
    world.settle().await;
    let calls = world.logged("loop", "START").await.len();
    world.clock().advance(Duration::from_hours(6)).await.unwrap();
    assert_eq!(world.logged("loop", "START").await.len(), calls, "nothing tries it again");
    assert!(world.clock().waiting().iter().all(|due| !due.what.starts_with("event ")));
    world.close().await;
}
