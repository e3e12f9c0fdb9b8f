//! Execution environments: who gets a warm one, and who a new one.

use futures_util::future::join_all;
use probe::{Echo, Rendezvous, Step, event};
use serde_json::json;
use tests::{World, soon};

/// An invocation of a probe, as the probe sees it. With the log comes the certainty that the
/// environment is free again.
async fn echo(world: &World, function: &str) -> Echo {
    let answer = world.invoke(function, json!({})).with_log().await;
    serde_json::from_value(answer.value()).unwrap()
}

#[tokio::test]
async fn an_environment_is_used_again_one_invocation_at_a_time() {
    let world = World::start().await;
    world.deploy_probe("echo").await;
    let (first, second) = (echo(&world, "echo").await, echo(&world, "echo").await);
    assert_eq!(first.pid, second.pid);
    assert_eq!((first.invocation, second.invocation), (1, 2));
    world.close().await;
}

#[tokio::test]
async fn two_functions_share_no_environment() {
    let world = World::start().await;
    world.deploy_probe("one").await;
    world.deploy_probe("two").await;
    assert_ne!(echo(&world, "one").await.pid, echo(&world, "two").await.pid);
    world.close().await;
}

#[tokio::test]
async fn invocations_at_once_run_in_environments_of_their_own() {
    const AT_ONCE: usize = 5;
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("parallel").timeout(30).await;
    let steps = event([Step::Hold(place.address().unwrap()), Step::Echo]);
    let invocations =
        join_all((0..AT_ONCE).map(|_| world.invoke("parallel", steps.clone()).into_future()));
    let all_inside = async {
        let mut inside = Vec::new();
        while inside.len() < AT_ONCE {
            inside.push(soon("the next invocation", place.arrival()).await.unwrap());
        }
        assert_eq!(world.processes(), AT_ONCE);
        for held in inside {
            held.release().await.unwrap();
        }
    };
    let (answers, ()) = tokio::join!(invocations, all_inside);

    let mut pids: Vec<_> = answers.iter().map(|answer| answer.value()["pid"].to_string()).collect();
    pids.sort();
    pids.dedup();
    assert_eq!(pids.len(), AT_ONCE);
    world.close().await;
}

#[tokio::test]
async fn a_failed_invocation_does_not_cost_the_environment_unless_its_process_ended() {
    let world = World::start().await;
    world.deploy_probe("probe").await;
    let before = echo(&world, "probe").await;
    world.invoke("probe", event([Step::error("Shop.Closed", "sorry")])).with_log().await.failure();
    assert_eq!(echo(&world, "probe").await.pid, before.pid);
    world.invoke("probe", event([Step::Exit(1)])).await.failure();
    assert_ne!(echo(&world, "probe").await.pid, before.pid);
    world.close().await;
}
