//! Extensions: programs that are started beside every function, here one that is built on AWS's own client.

use std::net::{Ipv4Addr, TcpListener};

use emulator::{Emulator, Executor, Processes};
use probe::{Rendezvous, Step, event};
use serde_json::json;
use tempfile::TempDir;
use tests::{Failure, World, programs, soon};

/// A world in which the extension `watcher` is started with every environment. The folder is where it is.
async fn world_with_a_watcher() -> (World, TempDir) {
    let folder = TempDir::new().unwrap();
    let directory = programs::extensions(folder.path(), "watcher");
    let world = World::start_with(|config| {
        if let Executor::Process(Processes { extensions, .. }) = &mut config.executor {
            *extensions = Some(directory);
        }
    });
    (world.await, folder)
}

/// Makes the environments of a function go: its configuration is another from now on.
async fn retire_environments(world: &World, function: &str) {
    let update = world.lambda().update_function_configuration().function_name(function);
    update.timeout(30).send().await.unwrap();
    // Updates take effect in the background.
    world.invoke(function, event([Step::Answer(json!("anew"))])).await.value();
}

#[tokio::test]
async fn an_extension_is_told_of_an_invocation_and_of_the_end_of_its_environment() {
    let (world, _folder) = world_with_a_watcher().await;
    world.deploy_probe("watched").await;
    let answer = world.invoke("watched", event([Step::Answer(json!(1))])).with_log().await;
    assert_eq!(answer.value(), 1);
    assert_eq!(
        answer.line("EXTENSION"),
        "EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]"
    );
    let told = format!("extension: told of {}", answer.request_id);
    assert_eq!(world.line("watched", "told of").await, told);

    retire_environments(&world, "watched").await;
    assert_eq!(world.line("watched", "told to end").await, "extension: told to end: spindown");
    world.close().await;
}

#[tokio::test]
async fn a_caller_does_not_wait_for_what_an_extension_does_after_the_answer() {
    let (world, _folder) = world_with_a_watcher().await;
    let place = Rendezvous::open().await.unwrap();
    let address = place.address().unwrap().to_string();
    world.deploy_probe("watched").timeout(60).variable("EXTENSION", &address).await;
    // The extension is held until it is released, which it is only after the answer.
    let answer = world.invoke("watched", event([Step::Answer(json!("at once"))])).await;
    assert_eq!(answer.value(), "at once");
    let held = soon("the extension", place.arrival()).await.unwrap();
    assert_eq!(held.request_id, answer.request_id);
    held.release().await.unwrap();
    world.settle().await;
    world.close().await;
}

#[tokio::test]
async fn an_extension_that_crashes_fails_the_invocation() {
    let (world, _folder) = world_with_a_watcher().await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("watched").timeout(60).variable("EXTENSION", "crash").await;
    let hold = event([Step::Hold(place.address().unwrap())]);
    let failure = world.invoke("watched", hold).await.failure();
    let message = "RequestId: ID Error: exit status 3".to_owned();
    assert_eq!(failure, Failure { kind: "Extension.Crash".to_owned(), message });
    world.close().await;
}

#[tokio::test]
async fn an_extension_gets_telemetry_of_the_platform_and_of_the_function() {
    let (world, _folder) = world_with_a_watcher().await;
    let port = free_port().to_string();
    world.deploy_probe("watched").variable("EXTENSION_TELEMETRY", &port).await;
    let steps = [Step::Log(vec!["a line".to_owned()]), Step::Answer(json!(1))];
    let id = world.invoke("watched", event(steps)).await.request_id;
    for phrase in [
        "TELEMETRY\tName: watcher\tState: Subscribed\tTypes: [Platform, Function]",
        "extension: heard platform.initStart",
        &format!("extension: heard platform.start {id}"),
        "extension: heard function a line",
        &format!("extension: heard platform.runtimeDone {id} Success"),
        &format!("extension: heard platform.report {id}"),
    ] {
        assert_eq!(world.line("watched", phrase).await, phrase);
    }
    world.close().await;
}

#[tokio::test]
async fn what_stood_still_since_the_last_invocation_goes_on_with_the_next() {
    let folder = TempDir::new().unwrap();
    let directory = programs::extensions(folder.path(), "watcher");
    let world = World::start_with(|config| {
        config.freeze = true;
        if let Executor::Process(Processes { extensions, .. }) = &mut config.executor {
            *extensions = Some(directory);
        }
    });
    let world = world.await;
    world.deploy_probe("watched").await;
    let mut processes = Vec::new();
    for _ in 0..3 {
        let answer = world.invoke("watched", event([Step::Echo])).with_log().await;
        processes.push(answer.value()["pid"].clone());
        world.line("watched", &format!("told of {}", answer.request_id)).await;
    }
    processes.dedup();
    assert_eq!(processes.len(), 1);
    world.close().await;
}

#[tokio::test]
async fn an_emulator_without_its_directory_of_extensions_says_so() {
    let mut config = World::config();
    if let Executor::Process(Processes { extensions, .. }) = &mut config.executor {
        *extensions = Some("/nowhere".into());
    }
    let error = Emulator::start(config).await.err().unwrap();
    let expected = "/nowhere cannot be a directory of extensions: No such file or directory";
    assert!(error.to_string().starts_with(expected), "{error}");
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
