//! A function that has changed, and the programs and processes behind it.

use probe::{Echo, Rendezvous, Step, event};
use serde_json::json;
use tempfile::TempDir;
use tests::{World, programs, soon};

const MINE: &str = "mine:latest";

/// The variable COLOUR and the process id that an invocation sees. With the log comes the certainty
/// that the environment is free again.
async fn seen(world: &World) -> (Option<String>, u32) {
    let echo = world.invoke("probe", json!({})).with_log().await.value();
    let mut echo: Echo = serde_json::from_value(echo).unwrap();
    (echo.environment.remove("COLOUR"), echo.pid)
}

#[tokio::test]
async fn the_process_of_what_a_function_was_ends() {
    let world = World::start().await;
    world.deploy_probe("probe").variable("COLOUR", "blue").await;
    let (_, process) = seen(&world).await;
    world.paint("probe", "red").await;
    seen(&world).await;
    world.gone(process).await;
    world.close().await;
}

#[tokio::test]
async fn an_invocation_under_way_finishes_in_the_environment_it_began_in() {
    let world = World::start().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("probe").variable("COLOUR", "blue").timeout(30).await;
    let steps = event([Step::Hold(place.address().unwrap()), Step::Echo]);
    let under_way = world.invoke("probe", steps).into_future();
    let changes = async {
        let held = soon("the invocation", place.arrival()).await.unwrap();
        world.paint("probe", "red").await;
        let meanwhile = seen(&world).await;
        held.release().await.unwrap();
        meanwhile
    };
    let (old, meanwhile) = tokio::join!(under_way, changes);
    assert_eq!(old.value()["environment"]["COLOUR"], "blue");
    assert_eq!(meanwhile.0.as_deref(), Some("red"));
    assert_eq!(seen(&world).await, meanwhile, "the new environment is the warm one");
    world.close().await;
}

#[tokio::test]
async fn each_image_uri_runs_the_file_that_was_named_for_it() {
    let folder = TempDir::new().unwrap();
    let script = programs::script(folder.path(), "exit 42\n");
    let world =
        World::start_with(|config| config.executor = World::as_processes([(MINE, script)])).await;
    world.deploy_probe("probe").image(MINE).await;
    let failure = world.invoke("probe", json!({})).await.failure();
    assert_eq!(failure.message, "RequestId: ID Error: Runtime exited with error: exit status 42");

    let update = world.lambda().update_function_code().function_name("probe");
    update.image_uri(&world.images().probe).send().await.unwrap();
    assert_eq!(world.invoke("probe", json!("probe")).await.value()["event"], "probe");
    world.close().await;
}

#[tokio::test]
async fn a_rebuilt_program_is_met_by_the_next_invocation_and_the_old_one_by_none() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("program");
    programs::replace(&program, &programs::bootstrap());
    let mine = World::as_processes([(MINE, program.clone())]);
    let world = World::start_with(|config| config.executor = mine).await;
    world.deploy_probe("probe").image(MINE).variable("HANDLER", "custom-event").await;
    let greet = || world.invoke("probe", json!({"name": "build"})).into_future();
    assert_eq!(greet().await.value(), "Hello build!");
    let digest = || async {
        let shown = world.lambda().get_function_configuration().function_name("probe").send().await;
        shown.unwrap().code_sha256().unwrap().to_owned()
    };
    let before = digest().await;

    programs::replace(&program, &programs::probe());
    assert_eq!(greet().await.value()["event"], json!({"name": "build"}), "the probe echoes");
    assert_ne!(digest().await, before);
    world.close().await;
}

#[tokio::test]
async fn a_version_runs_what_was_published_though_the_program_has_been_rebuilt() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("program");
    let data = folder.path().join("data");
    programs::replace(&program, &programs::bootstrap());
    let world = async || {
        World::start_with(|config| {
            config.executor = World::as_processes([(MINE, program.clone())]);
            config.data_dir = Some(data.clone());
        })
        .await
    };
    let first = world().await;
    first.deploy_probe("probe").image(MINE).variable("HANDLER", "custom-event").await;
    let publish = || first.lambda().publish_version().function_name("probe").send();
    assert_eq!(publish().await.unwrap().version(), Some("1"));
    programs::replace(&program, &programs::probe());

    let event = || json!({"name": "build"});
    assert_eq!(first.invoke("probe:1", event()).await.value(), "Hello build!");
    assert_eq!(first.invoke("probe", event()).await.value()["event"], event(), "the probe echoes");
    first.close().await;

    let second = world().await;
    assert_eq!(second.invoke("probe:1", event()).await.value(), "Hello build!");
    second.close().await;
}

#[tokio::test]
async fn a_program_that_is_gone_fails_by_name_and_the_next_build_is_met() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("program");
    programs::replace(&program, &programs::probe());
    let mine = World::as_processes([(MINE, program.clone())]);
    let world = World::start_with(|config| config.executor = mine).await;
    world.deploy_probe("probe").image(MINE).await;
    seen(&world).await;

    std::fs::remove_file(&program).unwrap();
    let lost = world.lambda().invoke().function_name("probe").send().await;
    let refused = tests::refusal(lost);
    assert!(refused.starts_with("409 CodeArtifactUserDeletedException: "), "{refused}");
    assert!(refused.contains("No such file or directory"), "{refused}");

    programs::replace(&program, &programs::probe());
    seen(&world).await;
    world.close().await;
}
