//! `PutFunctionRecursionConfig`, `GetFunctionRecursionConfig`, and what they decide.

use super::*;

const PUT: &str = "PUT /2024-08-31/functions/greeter/recursion-config";
const GET: &str = "GET /2024-08-31/functions/greeter/recursion-config";
const INVOKE: &str = "POST /2015-03-31/functions/greeter/invocations";

/// Invokes the function with the trace header of the answer before, which is how it comes back to itself.
async fn come_back(world: &World, trace: &str) -> Answer {
    let headers = [("x-amzn-trace-id", trace), ("x-amz-invocation-type", "Event")];
    world.call_with(INVOKE, &headers, "{}").await
}

#[tokio::test]
async fn loops_are_ended_unless_they_are_allowed() {
    let mut world = World::with_greeter().await;
    assert_eq!(world.finds(GET).await, json!({ "RecursiveLoop": "Terminate" }));
    let mut trace = "Root=1-5759e988-bd862e3fe1be46a994272793".to_owned();
    for _ in 0..16 {
        let answer = come_back(&world, &trace).await;
        assert_eq!(answer.status, 202);
        trace = answer.header("x-amzn-trace-id").unwrap().to_owned();
        world.accepted.recv().await.unwrap();
    }
    let header = [("x-amzn-trace-id", trace.as_str())];
    let looping = || world.call_with(INVOKE, &header, "{}");
    let refused = looping().await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.header("x-amzn-errortype"), Some("RecursiveInvocationException"));

    let allowed = world.answers(200, PUT, json!({ "RecursiveLoop": "Allow" })).await;
    assert_eq!(allowed, json!({ "RecursiveLoop": "Allow" }));
    world
        .answers(
            200,
            "PUT /2017-10-31/functions/greeter/concurrency",
            json!({
                "ReservedConcurrentExecutions": 0,
            }),
        )
        .await;
    assert_eq!(looping().await.status, 429, "it is let through to the next limit");
}

#[tokio::test]
async fn a_recursion_setting_is_one_of_two_words() {
    let world = World::with_greeter().await;
    let reason = "Value 'Maybe' at 'recursiveLoop' must satisfy enum value set: [Terminate, Allow]";
    world.finds_invalid(PUT, json!({ "RecursiveLoop": "Maybe" }), &[reason]).await;
}
