//! Functions that cause themselves to be invoked, over and over, in one trace.

use aws_sdk_lambda::types::RecursiveLoop;
use probe::{Step, script};
use serde_json::{Value, json};
use tests::World;

/// The depth at which AWS takes a chain for a loop.
const LOOP: usize = 16;

/// A function whose first `calls` calls call it again, and which then answers.
async fn deploy(world: &World, calls: u64, itself: Step) {
    let (key, directory) = ("loop".to_owned(), world.folder().to_owned());
    let first = Step::FailFirst { calls, key, directory, by: vec![itself] };
    let steps = script([first, Step::Answer(json!("the end"))]);
    world.deploy_probe("loop").timeout(60).variable("PROBE_STEPS", &steps).await;
}

/// How deep answers are in answers, and what is in the last.
fn unfolded(answer: &Value) -> (usize, &Value) {
    match answer.get("payload") {
        Some(inner) if answer["status"] == 200 => {
            let (depth, last) = unfolded(inner);
            (depth + 1, last)
        }
        _ => (0, answer),
    }
}

#[tokio::test]
async fn a_function_that_calls_itself_is_stopped_after_sixteen_times() {
    let world = World::start().await;
    deploy(&world, 100, Step::invoke("loop", json!({}))).await;
    let answer = world.invoke("loop", json!({})).await.value();
    let (depth, last) = unfolded(&answer);
    assert_eq!(depth + 1, LOOP, "so many ran, each inside the one before: {answer}");
    assert_eq!(last["status"], 400);
    assert_eq!(last["error"], "RecursiveInvocationException");
    world.settle().await;
    assert_eq!(world.logged("loop", "START").await.len(), LOOP);
    world.close().await;
}

#[tokio::test]
async fn put_function_recursion_config_and_get_function_recursion_config_let_a_loop_go_on() {
    let world = World::start().await;
    deploy(&world, 20, Step::invoke("loop", json!({}))).await;
    let get = world.lambda().get_function_recursion_config().function_name("loop");
    let got = get.send().await.unwrap();
    assert_eq!(got.recursive_loop(), Some(&RecursiveLoop::Terminate), "unless it is asked for");
    let put = world.lambda().put_function_recursion_config().function_name("loop");
    put.recursive_loop(RecursiveLoop::Allow).send().await.unwrap();
    let answer = world.invoke("loop", json!({})).await.value();
    assert_eq!(unfolded(&answer), (20, &json!("the end")));
    world.close().await;
}

#[tokio::test]
async fn a_function_that_hands_itself_events_is_stopped_after_sixteen_times() {
    let world = World::start().await;
    let event = Step::Invoke {
        function: "loop".to_owned(),
        event: json!({}),
        invocation_type: Some("Event".to_owned()),
    };
    deploy(&world, 100, event).await;
    let answer = world.invoke("loop", json!({})).await.value();
    assert_eq!(answer, json!({"status": 202, "error": null, "payload": null}));
    world.settle().await;
    assert_eq!(world.logged("loop", "START").await.len(), LOOP);
    assert!(world.clock().waiting().iter().all(|due| !due.what.starts_with("event ")));
    world.close().await;
}
