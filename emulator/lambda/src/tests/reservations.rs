//! `PutFunctionConcurrency`, `GetFunctionConcurrency`, `DeleteFunctionConcurrency`,
//! `GetAccountSettings`.

use super::*;

const PUT: &str = "PUT /2017-10-31/functions/greeter/concurrency";
const GET: &str = "GET /2019-09-30/functions/greeter/concurrency";
const SETTINGS: &str = "GET /2016-08-19/account-settings";

fn reserve(count: i64) -> Value {
    json!({ "ReservedConcurrentExecutions": count })
}

#[tokio::test]
async fn a_reservation_is_kept_until_it_is_taken_back() {
    let world = World::with_greeter().await;
    assert_eq!(world.finds(GET).await, json!({}));
    assert_eq!(world.answers(200, PUT, reserve(5)).await, reserve(5));
    assert_eq!(world.finds(GET).await, reserve(5));
    let whole = world.finds("GET /2015-03-31/functions/greeter").await;
    assert_eq!(whole["Concurrency"], reserve(5));
    let limits = world.finds(SETTINGS).await;
    assert_eq!(limits["AccountLimit"]["UnreservedConcurrentExecutions"], 995);
    assert_eq!(limits["AccountUsage"]["FunctionCount"], 1);

    let delete = "DELETE /2017-10-31/functions/greeter/concurrency";
    assert_eq!(world.call(delete, "").await.status, 204);
    assert_eq!(world.call(delete, "").await.status, 204, "there is none already");
    assert_eq!(world.finds(GET).await, json!({}));
    let limits = world.finds(SETTINGS).await;
    assert_eq!(limits["AccountLimit"]["UnreservedConcurrentExecutions"], 1000);
}

#[tokio::test]
async fn a_hundred_are_left_for_everybody_else() {
    let world = World::with_greeter().await;
    world.create(plain("other")).await;
    world.answers(200, PUT, reserve(900)).await;
    world.answers(200, PUT, reserve(899)).await;
    let other = "PUT /2017-10-31/functions/other/concurrency";
    let message = "Specified ReservedConcurrentExecutions for function decreases account's \
                   UnreservedConcurrentExecution below its minimum value of [100].";
    let answer = world.call(other, reserve(2).to_string()).await;
    answer.is_refused("InvalidParameterValueException", message);
    assert_eq!(answer.document, json!({ "message": message }), "without a type");
    world.answers(200, other, reserve(1)).await;
}

#[tokio::test]
async fn fractions_of_a_reservation_are_left_out() {
    let world = World::with_greeter().await;
    let fraction = json!({ "ReservedConcurrentExecutions": 5.7 });
    assert_eq!(world.answers(200, PUT, fraction).await, reserve(5));
    let negative = "Value '-1' at 'reservedConcurrentExecutions' must have value greater than or \
                    equal to 0";
    world.finds_invalid(PUT, reserve(-1), &[negative]).await;
}

#[tokio::test]
async fn a_reservation_is_a_functions_and_not_a_versions() {
    let world = World::with_greeter().await;
    let qualified = "PUT /2017-10-31/functions/greeter:1/concurrency";
    let message = "This operation is permitted on Lambda functions only. Aliases and versions do not \
                   support this operation. Please specify either a function name or an unqualified \
                   function ARN.";
    world.refuses(qualified, reserve(1), "InvalidParameterValueException", message).await;
    let nobody = "PUT /2017-10-31/functions/nobody/concurrency";
    let message = format!("{}:$LATEST", NOT_FOUND.replace("greeter", "nobody"));
    world.refuses(nobody, reserve(1), "ResourceNotFoundException", &message).await;
}

#[tokio::test]
async fn a_function_with_nothing_reserved_for_it_is_refused_by_name() {
    let world = World::with_greeter().await;
    world.answers(200, PUT, reserve(0)).await;
    let answer = world.call("POST /2015-03-31/functions/greeter/invocations", "{}").await;
    assert_eq!(answer.status, 429);
    assert_eq!(
        answer.document,
        json!({
            "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "Type": "User",
            "message": "Rate Exceeded.",
        })
    );
}
