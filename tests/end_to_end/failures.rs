//! How functions fail as processes: by signals, with what they have started, and at their start. What every
//! caller sees of the common failures is in `failure_table.rs`.

use std::future::IntoFuture;

use probe::{Rendezvous, Signal, Step, event};
use serde_json::json;
use tempfile::TempDir;
use tests::{Failure, World, programs, soon};

/// A script that fails so; the invocation after it works.
async fn check(steps: impl IntoIterator<Item = Step>, kind: &str, message: &str) {
    let world = World::start().await;
    world.deploy_probe("probe").timeout(5).await;
    let failure = world.invoke("probe", event(steps)).await.failure();
    assert_eq!(failure, Failure { kind: kind.to_owned(), message: message.to_owned() });

    let next = world.invoke("probe", event([Step::Answer(json!("well"))])).await;
    assert_eq!(next.value(), "well", "the next invocation works");
    world.close().await;
}

#[tokio::test]
async fn a_function_that_a_signal_kills_fails_with_it() {
    let message = "RequestId: ID Error: Runtime exited with error: signal: segmentation fault";
    check([Step::Kill(Signal::SegmentationFault)], "Runtime.ExitError", message).await;
    let message = "RequestId: ID Error: Runtime exited with error: signal: aborted";
    check([Step::Abort], "Runtime.ExitError", message).await;
}

#[tokio::test]
async fn a_timeout_leaves_no_process() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("sleeper").timeout(1).await;
    let invoked = async {
        let steps = [Step::Hold(place.address().unwrap())];
        world.invoke("sleeper", event(steps)).with_log().await.failure()
    };
    let killed = async {
        let held = soon("the function", place.arrival()).await.unwrap();
        soon("the end of its process", held.gone()).await;
    };
    tokio::join!(invoked, killed);
    assert_eq!(world.processes(), 0);
    world.close().await;
}

#[tokio::test]
async fn a_function_that_never_stops_talking_meets_its_deadline_and_disturbs_nobody() {
    let folder = TempDir::new().unwrap();
    let line = "x".repeat(4000);
    let talk = format!("yes {line} &\nexec {}\n", programs::probe().display());
    let talker = programs::script(folder.path(), &talk);
    let world = World::start_with(|config| {
        config.executor = World::as_processes([("talker:latest", talker)]);
    })
    .await;
    world.deploy_probe("talker").image("talker:latest").timeout(1).await;
    let place = Rendezvous::open().await.unwrap();
    let steps = event([Step::Hold(place.address().unwrap())]);
    let talking = world.invoke("talker", steps).into_future();
    let meanwhile = async {
        let held = soon("the function", place.arrival()).await.unwrap();
        assert_eq!(world.get("/_emulator/health").await.status, 200);
        held
    };
    let (answer, held) = tokio::join!(talking, meanwhile);
    assert_eq!(answer.failure().kind, "Sandbox.Timedout");
    soon("the end of its process", held.gone()).await;
    world.close().await;
}

#[tokio::test]
async fn a_process_that_the_function_left_behind_ends_with_its_environment() {
    let folder = TempDir::new().unwrap();
    let leaver = programs::script(folder.path(), "sleep 1000 &\nexit 3\n");
    let world = World::start_with(|config| {
        config.executor = World::as_processes([("leaver:latest", leaver)]);
    })
    .await;
    world.deploy_probe("leaver").image("leaver:latest").await;
    assert_eq!(world.invoke("leaver", json!({})).await.failure().kind, "Runtime.ExitError");
    assert_eq!(world.left_behind().await, [""; 0]);
    world.close().await;
}

#[tokio::test]
async fn a_first_start_that_fails_is_tried_once_more_inside_the_invocation() {
    let world = World::start().await;
    let exits_once = Step::FailFirst {
        calls: 1,
        key: "start".to_owned(),
        directory: world.folder().to_owned(),
        by: vec![Step::Exit(1)],
    };
    world.deploy_probe("starter").variable("PROBE_INIT", &probe::script([exits_once])).await;
    let answer = world.invoke("starter", event([Step::Answer(json!("up"))])).with_log().await;
    assert_eq!(answer.value(), "up");
    assert!(
        !answer.line("REPORT").contains("Init Duration"),
        "a suppressed init is not reported so"
    );
    let failed = world.logged("starter", "INIT_REPORT").await;
    assert_eq!(failed.len(), 1, "{failed:#?}");
    assert!(
        failed[0].contains("Phase: init\tStatus: error\tError Type: Runtime.ExitError"),
        "{failed:#?}"
    );
    world.close().await;
}
