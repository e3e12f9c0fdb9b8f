//! Functions that call functions, and come back to one that still waits.

use probe::{Step, event};
use serde_json::{Value, json};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_function_that_comes_back_to_its_only_environment_is_refused_and_waits_for_nobody,
    a_function_that_comes_back_to_another_environment_is_answered,
];

/// What comes of `a` calling `b`, which calls `a`, when so many of `a` may run at once.
async fn there_and_back(world: &World, reserved: i32) -> Value {
    let (a, b) = (&world.name("a"), &world.name("b"));
    world.deploy_probe(a).timeout(60).await;
    world.deploy_probe(b).timeout(60).await;
    world.reserve(a, reserved).await;
    let back = event([Step::invoke(a, event([Step::Answer(json!("back"))]))]);
    world.invoke(a, event([Step::invoke(b, back)])).await.value()
}

async fn a_function_that_comes_back_to_its_only_environment_is_refused_and_waits_for_nobody(
    world: &World,
) {
    let answer = there_and_back(world, 1).await;
    let refused = &answer["payload"];
    assert_eq!((&answer["status"], &answer["error"]), (&json!(200), &Value::Null));
    assert_eq!(refused["status"], 429);
    assert_eq!(refused["error"], "TooManyRequestsException");
    let reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
    assert_eq!(refused["payload"]["Reason"], reason);
}

async fn a_function_that_comes_back_to_another_environment_is_answered(world: &World) {
    let called = |payload| json!({"status": 200, "error": null, "payload": payload});
    assert_eq!(there_and_back(world, 2).await, called(called(json!("back"))));
}
