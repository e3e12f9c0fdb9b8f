//! How many invocations run at once: each in an environment of its own, up to what is reserved.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Statistic};
use aws_sdk_lambda::error::SdkError;
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeOutput};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{InvocationType, LogType, ThrottleReason};
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use probe::{Echo, Held, Rendezvous, Step, event, script};
use serde_json::json;
use tests::{Handler, World, refusal, soon};

const AT_ONCE: usize = 200;

type Invoked = Result<InvokeOutput, SdkError<InvokeError>>;

/// Calls `crowd`, which waits at the place and then answers with what it sees. The answer comes once its
/// environment is free again.
async fn call(world: &World, place: &Rendezvous) -> Invoked {
    let steps = event([Step::Hold(place.address().unwrap()), Step::Echo]);
    let call = world.lambda().invoke().function_name("crowd").log_type(LogType::Tail);
    call.payload(Blob::new(steps.to_string())).send().await
}

async fn arrivals(place: &Rendezvous, number: usize) -> Vec<Held> {
    let mut held = Vec::new();
    while held.len() < number {
        held.push(soon("the next invocation", place.arrival()).await.unwrap());
    }
    held
}

async fn release(held: impl IntoIterator<Item = Held>) {
    for one in held {
        one.release().await.unwrap();
    }
}

#[track_caller]
fn echo(invoked: Invoked) -> Echo {
    serde_json::from_slice(invoked.unwrap().payload().unwrap().as_ref()).unwrap()
}

/// Fails the test unless this was refused for want of reserved concurrency.
#[track_caller]
fn check_refused(invoked: Invoked) {
    let error = invoked.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 429);
    let InvokeError::TooManyRequestsException(error) = error.into_service_error() else {
        panic!("it was refused otherwise")
    };
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    assert_eq!((error.reason(), error.message()), (Some(&reason), Some("Rate Exceeded.")));
}

/// What was measured of `crowd`.
async fn measured(world: &World, metric: &str, statistic: Statistic) -> Option<f64> {
    let now = world.clock().now().unix_timestamp();
    let get =
        world.cloudwatch().get_metric_statistics().namespace("AWS/Lambda").metric_name(metric);
    let get = get.dimensions(Dimension::builder().name("FunctionName").value("crowd").build());
    let get = get.start_time(DateTime::from_secs(now - 60)).end_time(DateTime::from_secs(now + 60));
    let got = get.statistics(statistic.clone()).period(3600).send().await.unwrap();
    let [point] = got.datapoints() else { panic!("{metric}: {:?}", got.datapoints()) };
    if statistic == Statistic::Sum { point.sum() } else { point.maximum() }
}

/// The most of `crowd` that ran at once.
async fn most_at_once(world: &World) -> Option<f64> {
    measured(world, "ConcurrentExecutions", Statistic::Maximum).await
}

async fn sum(world: &World, metric: &str) -> Option<f64> {
    measured(world, metric, Statistic::Sum).await
}

#[tokio::test]
async fn two_hundred_invocations_at_once_have_two_hundred_environments() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("crowd").timeout(60).await;
    let all = join_all((0..AT_ONCE).map(|_| call(&world, &place)));
    let all_inside = async {
        let held = arrivals(&place, AT_ONCE).await;
        assert_eq!(world.processes(), AT_ONCE);
        release(held).await;
    };
    let (answers, ()) = tokio::join!(all, all_inside);

    let echoes: Vec<_> = answers.into_iter().map(echo).collect();
    let pids: BTreeSet<_> = echoes.iter().map(|echo| echo.pid).collect();
    let streams = echoes.iter().map(|echo| &echo.environment["AWS_LAMBDA_LOG_STREAM_NAME"]);
    assert_eq!((pids.len(), streams.collect::<BTreeSet<_>>().len()), (AT_ONCE, AT_ONCE));
    assert_eq!(most_at_once(&world).await, Some(200.0));
    assert_eq!(sum(&world, "Invocations").await, Some(200.0));
    world.close().await;
}

#[tokio::test]
async fn a_reservation_lets_in_as_many_and_refuses_the_rest_at_once() {
    const RESERVED: usize = 50;
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("crowd").timeout(60).await;
    world.reserve("crowd", 50).await;

    let mut calls: FuturesUnordered<_> = (0..AT_ONCE).map(|_| call(&world, &place)).collect();
    let refusals = async {
        for _ in RESERVED..AT_ONCE {
            // Nobody is released, so whatever comes is a refusal.
            check_refused(soon("the next refusal", calls.next()).await.unwrap());
        }
    };
    let (held, ()) = tokio::join!(arrivals(&place, RESERVED), refusals);
    release(held).await;
    let pids: BTreeSet<_> = calls.map(|invoked| echo(invoked).pid).collect().await;

    assert_eq!(pids.len(), RESERVED);
    assert_eq!(most_at_once(&world).await, Some(50.0));
    assert_eq!(sum(&world, "Throttles").await, Some(150.0));
    assert_eq!(sum(&world, "Invocations").await, Some(50.0), "a refusal is none");
    world.close().await;
}

#[tokio::test]
async fn a_lower_reservation_ends_nothing_that_runs_and_holds_for_what_comes() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("crowd").timeout(60).await;
    world.reserve("crowd", 2).await;
    let calls = async { tokio::join!(call(&world, &place), call(&world, &place)) };
    let lowered = async {
        let held = arrivals(&place, 2).await;
        world.reserve("crowd", 1).await;
        check_refused(call(&world, &place).await);
        release(held).await;
    };
    let ((one, other), ()) = tokio::join!(calls, lowered);
    assert_ne!(echo(one).pid, echo(other).pid, "both have come to their end");

    let (again, ()) = tokio::join!(call(&world, &place), async {
        let held = arrivals(&place, 1).await;
        check_refused(call(&world, &place).await);
        release(held).await;
    });
    echo(again);
    world.close().await;
}

#[tokio::test]
async fn a_function_that_is_switched_off_starts_nothing_and_says_why() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("crowd").await;
    world.reserve("crowd", 0).await;
    check_refused(call(&world, &place).await);
    assert_eq!(world.processes(), 0, "nothing was started");
    let page = world.post("/2015-03-31/functions/crowd/invocations", json!({})).await;
    let document = json!({
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
        "Type": "User",
        "message": "Rate Exceeded.",
    });
    assert_eq!((page.status.as_u16(), page.json()), (429, document));
    assert_eq!(page.headers["x-amzn-errortype"], "TooManyRequestsException");
    world.close().await;
}

#[tokio::test]
async fn a_caller_that_meets_the_accounts_limit_tells_it_from_its_callees() {
    // A hundred is the least that has to be left for functions without a reservation.
    const LEFT: usize = 100;
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("crowd").timeout(60).await;
    world.deploy_probe("elsewhere").await;
    world.reserve("elsewhere", 900).await;
    world.deploy("caller", Handler::Caller).timeout(60).await;

    // The caller takes the last place.
    let crowd = join_all((1..LEFT).map(|_| call(&world, &place)));
    let told = async {
        let held = arrivals(&place, LEFT - 1).await;
        let failure = world.invoke("caller", json!({"function": "crowd", "payload": 1})).await;
        release(held).await;
        failure.failure()
    };
    let (_, told) = tokio::join!(crowd, told);
    assert_eq!(told.kind, "Throttled");
    let message = "`crowd` is throttled (ConcurrentInvocationLimitExceeded): Rate Exceeded.";
    assert_eq!(told.message, message);
    world.close().await;
}

#[tokio::test]
async fn get_account_settings_shows_what_reservations_leave_of_a_thousand() {
    let world = World::start().await;
    let lambda = world.lambda();
    world.deploy_probe("crowd").await;
    let unreserved = async || {
        let settings = lambda.get_account_settings().send().await.unwrap();
        settings.account_limit().unwrap().unreserved_concurrent_executions()
    };
    assert_eq!(unreserved().await, Some(1000));
    world.reserve("crowd", 50).await;
    assert_eq!(unreserved().await, Some(950));
    let put = lambda.put_function_concurrency().function_name("crowd");
    assert_eq!(
        refusal(put.reserved_concurrent_executions(901).send().await),
        "400 InvalidParameterValueException: Specified ReservedConcurrentExecutions for function \
         decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    );
    lambda.delete_function_concurrency().function_name("crowd").send().await.unwrap();
    assert_eq!(unreserved().await, Some(1000));
    world.close().await;
}

#[tokio::test]
async fn a_mapping_keeps_its_batch_until_there_is_room() {
    let world = World::start().await;
    let steps = script([Step::Log(vec!["worked".into()]), Step::Answer(json!(null))]);
    world.deploy_probe("crowd").variable("PROBE_STEPS", &steps).await;
    world.reserve("crowd", 0).await;
    world.stream("orders").await;
    world.map("orders", "crowd").await;
    world.put_record("orders", b"one").await;
    world.settle().await;
    assert_eq!(world.processes(), 0);
    world.lambda().delete_function_concurrency().function_name("crowd").send().await.unwrap();
    world.clock().advance(Duration::from_mins(5)).await.unwrap();
    assert_eq!(world.logged("crowd", "worked").await, ["worked"]);
    world.close().await;
}

/// Hands an event over for `crowd`, which notes that it has worked.
async fn send(world: &World) {
    let steps = event([Step::Log(vec!["worked".into()])]);
    let call = world.lambda().invoke().function_name("crowd").payload(Blob::new(steps.to_string()));
    call.invocation_type(InvocationType::Event).send().await.unwrap();
}

#[tokio::test]
async fn an_event_that_finds_no_room_waits_for_it() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("crowd").timeout(60).await;
    world.reserve("crowd", 1).await;
    let (answer, ()) = tokio::join!(call(&world, &place), async {
        let held = arrivals(&place, 1).await;
        send(&world).await;
        check_refused(call(&world, &place).await);
        release(held).await;
    });
    echo(answer);
    world.settle().await;
    assert_eq!(sum(&world, "Throttles").await, Some(2.0), "the event has met the limit, too");
    assert_eq!(world.logged("crowd", "worked").await, [""; 0]);
    world.clock().advance(Duration::from_secs(1)).await.unwrap();
    assert_eq!(world.logged("crowd", "worked").await, ["worked"]);
    world.close().await;
}

#[tokio::test]
async fn an_event_for_a_function_that_is_switched_off_is_dropped() {
    let world = World::start().await;
    world.deploy_probe("crowd").await;
    world.reserve("crowd", 0).await;
    send(&world).await;
    world.settle().await;
    assert_eq!(sum(&world, "AsyncEventsDropped").await, Some(1.0));
    assert!(world.clock().waiting().is_empty(), "it does not come back");
    assert_eq!(world.processes(), 0);
    world.close().await;
}
