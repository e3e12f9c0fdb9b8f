//! Environments that nobody needs: after ten minutes on the emulator's clock they are gone.

use std::time::Duration;

use probe::{Echo, Rendezvous, Step, event};
use serde_json::json;
use tests::{World, soon};

const FIVE_MINUTES: Duration = Duration::from_mins(5);

/// An invocation whose environment is free again, and whether it was a cold start.
async fn echo(world: &World) -> (Echo, bool) {
    let answer = world.invoke("probe", json!({})).with_log().await;
    let cold = answer.line("REPORT").contains("Init Duration");
    (serde_json::from_value(answer.value()).unwrap(), cold)
}

async fn pass(world: &World, time: Duration) {
    assert!(world.clock().advance(time).await.unwrap().settled());
}

#[tokio::test]
async fn ten_minutes_after_its_last_invocation_an_environment_is_gone_and_the_next_start_is_cold() {
    let world = World::start().await;
    world.deploy_probe("probe").await;
    let (first, cold) = echo(&world).await;
    assert!(cold);
    pass(&world, FIVE_MINUTES).await;
    let (second, cold) = echo(&world).await;
    assert_eq!((second.pid, cold), (first.pid, false));
    pass(&world, Duration::from_secs(599)).await;
    assert_eq!(world.processes(), 1, "it counts from its last invocation");
    pass(&world, Duration::from_secs(1)).await;
    world.gone(first.pid).await;
    assert_eq!(world.left_behind().await, [""; 0]);
    let waiting = world.get("/_emulator/clock").await.json();
    assert_eq!((&waiting["waiting"], &waiting["unfinished"]), (&json!([]), &json!([])));

    let (third, cold) = echo(&world).await;
    assert!(cold && third.invocation == 1);
    let stream = |echo: &Echo| echo.environment["AWS_LAMBDA_LOG_STREAM_NAME"].clone();
    assert_ne!(stream(&third), stream(&first), "it is another environment");
    world.close().await;
}

#[tokio::test]
async fn of_two_environments_the_one_that_is_used_stays() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("probe").timeout(60).await;
    let steps = || event([Step::Hold(place.address().unwrap()), Step::Echo]);
    let both = async {
        let call = || async { world.invoke("probe", steps()).with_log().await.value() };
        tokio::join!(call(), call())
    };
    let inside = async {
        let one = soon("an invocation", place.arrival()).await.unwrap();
        let other = soon("another", place.arrival()).await.unwrap();
        one.release().await.unwrap();
        other.release().await.unwrap();
    };
    let ((one, other), ()) = tokio::join!(both, inside);
    pass(&world, FIVE_MINUTES).await;
    let (used, _) = echo(&world).await;
    let pids = [&one, &other].map(|echo| u32::try_from(echo["pid"].as_u64().unwrap()).unwrap());
    let unused = *pids.iter().find(|&&pid| pid != used.pid).unwrap();
    assert!(pids.contains(&used.pid));

    pass(&world, FIVE_MINUTES).await;
    world.gone(unused).await;
    let (again, cold) = echo(&world).await;
    assert_eq!((again.pid, cold), (used.pid, false));
    world.close().await;
}
