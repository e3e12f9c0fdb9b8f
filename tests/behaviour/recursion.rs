//! Functions that cause themselves to be invoked, over and over, in one trace.

use aws_sdk_lambda::types::RecursiveLoop;
use probe::{Step, event};
use serde_json::{Value, json};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_function_that_calls_itself_is_stopped_after_sixteen_times,
    put_function_recursion_config_and_get_function_recursion_config_let_a_loop_go_on,
    a_function_that_hands_itself_events_is_stopped_after_sixteen_times,
];

/// The depth at which AWS takes a chain for a loop.
const LOOP: usize = 16;

/// Deeper than that.
const DEEP: usize = 18;

async fn deployed(world: &World) -> String {
    let name = world.name("loop");
    world.deploy_probe(&name).timeout(60).await;
    name
}

/// Calls itself so often, in one way or another, and then answers.
fn calls(function: &str, times: usize, invocation_type: Option<&str>) -> Value {
    (0..times).fold(event([Step::Answer(json!("the end"))]), |event, _| {
        let (function, invocation_type) = (function.to_owned(), invocation_type.map(str::to_owned));
        probe::event([Step::Invoke { function, event, invocation_type }])
    })
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

async fn a_function_that_calls_itself_is_stopped_after_sixteen_times(world: &World) {
    let name = &deployed(world).await;
    let answer = world.invoke(name, calls(name, DEEP, None)).await.value();
    let (depth, last) = unfolded(&answer);
    assert_eq!(depth + 1, LOOP, "so many ran, each inside the one before: {answer}");
    assert_eq!(last["status"], 400);
    assert_eq!(last["error"], "RecursiveInvocationException");
}

async fn put_function_recursion_config_and_get_function_recursion_config_let_a_loop_go_on(
    world: &World,
) {
    let name = &deployed(world).await;
    let get = world.lambda().get_function_recursion_config().function_name(name);
    let got = get.send().await.unwrap();
    assert_eq!(got.recursive_loop(), Some(&RecursiveLoop::Terminate), "unless it is asked for");
    let put = world.lambda().put_function_recursion_config().function_name(name);
    put.recursive_loop(RecursiveLoop::Allow).send().await.unwrap();
    let answer = world.invoke(name, calls(name, DEEP, None)).await.value();
    assert_eq!(unfolded(&answer), (DEEP, &json!("the end")));
}

async fn a_function_that_hands_itself_events_is_stopped_after_sixteen_times(world: &World) {
    let name = &deployed(world).await;
    let answer = world.invoke(name, calls(name, DEEP, Some("Event"))).await.value();
    assert_eq!(answer, json!({"status": 202, "error": null, "payload": null}));
    world.lines(name, "REPORT RequestId", LOOP).await;
    // The chain has ended, so whoever is called now is called by somebody else.
    world.invoke(name, event([Step::Log(vec!["last".to_owned()])])).await;
    world.lines(name, "last", 1).await;
    assert_eq!(world.logged(name, "START RequestId").await.len(), LOOP + 1);
}
