//! How many invocations run at once: up to what is reserved.

use aws_sdk_lambda::operation::invoke::InvokeError;
use aws_sdk_lambda::types::ThrottleReason;
use serde_json::json;

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    put_function_concurrency_of_none_switches_a_function_off,
    get_function_concurrency_and_delete_function_concurrency,
];

async fn put_function_concurrency_of_none_switches_a_function_off(world: &World) {
    let name = &world.name("off");
    world.deploy_probe(name).await;
    world.reserve(name, 0).await;
    let error = world.lambda().invoke().function_name(name).send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 429);
    let InvokeError::TooManyRequestsException(error) = error.into_service_error() else {
        panic!("it was refused otherwise")
    };
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    assert_eq!((error.reason(), error.message()), (Some(&reason), Some("Rate Exceeded.")));
}

async fn get_function_concurrency_and_delete_function_concurrency(world: &World) {
    let (lambda, name) = (world.lambda(), &world.name("reserved"));
    world.deploy_probe(name).await;
    let reserved = async || {
        let got = lambda.get_function_concurrency().function_name(name).send().await.unwrap();
        got.reserved_concurrent_executions()
    };
    assert_eq!(reserved().await, None);
    world.reserve(name, 1).await;
    assert_eq!(reserved().await, Some(1));
    lambda.delete_function_concurrency().function_name(name).send().await.unwrap();
    assert_eq!(reserved().await, None);
    assert_eq!(world.invoke(name, json!("on")).await.value()["event"], "on");
}
