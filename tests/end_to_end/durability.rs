//! What outlasts an emulator that was given a data directory: everything that it has answered.

mod changed;
mod written;

use std::fs;
use std::path::Path;

use aws_sdk_lambda::primitives::Blob;
use futures_util::future::join_all;
use serde_json::json;
use tempfile::TempDir;
use tests::{Handler, Served, World};
use tokio::sync::watch;

use changed::{Changed, Seed};
use written::Written;

/// How often an emulator is killed.
const ROUNDS: u64 = 24;

/// Clients at work when it is.
const CLIENTS: usize = 4;

/// An emulator that keeps its data in `directory`.
async fn world(directory: &Path) -> World {
    World::start_with(|config| config.data_dir = Some(directory.to_owned())).await
}

#[tokio::test]
async fn a_function_outlasts_its_emulator_with_all_that_it_was_given() {
    let folder = TempDir::new().unwrap();
    let first = world(folder.path()).await;
    first.deploy("greeter", Handler::CustomEvent).memory(256).await;
    let permission = first.lambda().add_permission().function_name("greeter");
    let permission = permission.statement_id("photos").action("lambda:InvokeFunction");
    let permission = permission.principal("s3.amazonaws.com").source_arn("arn:aws:s3:::photos");
    permission.send().await.unwrap();
    let looks = async |world: &World| {
        let lambda = world.lambda();
        let function = lambda.get_function().function_name("greeter").send().await.unwrap();
        let policy = lambda.get_policy().function_name("greeter").send().await.unwrap();
        (function.configuration, policy.policy, policy.revision_id)
    };
    let before = looks(&first).await;
    first.close().await;

    let second = world(folder.path()).await;
    assert_eq!(looks(&second).await, before);
    let event = json!({ "name": "Ada" });
    let answer = second.invoke("greeter", event.clone()).await.value();
    second.close().await;
    let fresh = World::start().await;
    fresh.deploy("greeter", Handler::CustomEvent).await;
    assert_eq!(fresh.invoke("greeter", event).await.value(), answer);
    fresh.close().await;
}

/// Clients change functions all the time; after each kill, every function is as its client last heard or,
/// if a request was without an answer, as that would have made it.
#[tokio::test]
async fn whatever_was_answered_is_there_after_the_emulator_is_killed_and_nothing_half() {
    let folder = TempDir::new().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let seed = Seed::new();
    let mut dice = seed.dice();
    let mut functions: Vec<_> =
        (0..CLIENTS).map(|number| Changed::new(format!("function-{number}"), &mut dice)).collect();
    for _ in 0..ROUNDS {
        let emulator = Served::start(&data).await;
        let lambda = emulator.lambda();
        for function in &mut functions {
            function.is_as_it_may_be(&lambda).await;
        }
        let (answered, mut answers) = watch::channel(0);
        let changing = join_all(
            functions.iter_mut().map(|function| function.change_until_the_end(&lambda, &answered)),
        );
        let (enough, further) = (dice.below(50), dice.below(4));
        let kill = async {
            answers.wait_for(|count| *count >= enough).await.unwrap();
            // Requests that change nothing move the end to another moment of those that do.
            for _ in 0..further {
                emulator.get("/_emulator/health").await;
            }
            emulator.kill().await;
        };
        tokio::join!(changing, kill);
    }
    let emulator = Served::start(&data).await;
    for function in &mut functions {
        function.is_as_it_may_be(&emulator.lambda()).await;
    }
    emulator.kill().await;
}

/// The same of logs and of metrics, which are written with everything else that is under way.
#[tokio::test]
async fn answered_events_and_measurements_are_there_after_a_kill_and_no_batch_is_half() {
    let folder = TempDir::new().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let mut dice = Seed::new().dice();
    let mut streams: Vec<_> = (0..CLIENTS).map(Written::new).collect();
    for _ in 0..ROUNDS / 3 {
        let emulator = Served::start(&data).await;
        for stream in &mut streams {
            stream.is_as_it_may_be(&emulator).await;
        }
        let (answered, mut answers) = watch::channel(0);
        let writing = join_all(streams.iter_mut().map(|stream| {
            stream.write_until_the_end(emulator.logs(), emulator.cloudwatch(), &answered)
        }));
        let enough = dice.below(100);
        let kill = async {
            answers.wait_for(|count| *count >= enough).await.unwrap();
            emulator.kill().await;
        };
        tokio::join!(writing, kill);
    }
    let emulator = Served::start(&data).await;
    for stream in &mut streams {
        stream.is_as_it_may_be(&emulator).await;
    }
    emulator.kill().await;
}

#[tokio::test]
async fn a_second_emulator_on_the_same_directory_is_refused_until_the_first_has_gone() {
    let folder = TempDir::new().unwrap();
    let directory = folder.path().to_str().unwrap();
    let data = ["--data-dir", directory];
    let first = Served::start(&data).await;
    assert_eq!(
        Served::refused(&data).await,
        format!(
            "emulator: {directory} is in use by another emulator (hint: stop the other one, or \
             --data-dir with another directory)\n"
        ),
    );
    first.deploy("greeter", Handler::CustomEvent).await;
    first.kill().await;
    let second = Served::start(&data).await;
    second.lambda().get_function().function_name("greeter").send().await.unwrap();
    second.kill().await;
}

#[tokio::test]
async fn data_of_one_region_or_account_is_not_served_as_another_s() {
    let folder = TempDir::new().unwrap();
    let directory = folder.path().to_str().unwrap();
    let data = ["--data-dir", directory];
    let first = Served::start(&[&data[..], &["--region", "eu-west-1"]].concat()).await;
    first.deploy("greeter", Handler::CustomEvent).await;
    first.kill().await;
    assert_eq!(
        Served::refused(&data).await,
        format!(
            "emulator: {directory}/store.sqlite holds the data of region eu-west-1, and this \
             emulator is of region us-east-1 (hint: --region eu-west-1, or --data-dir with another \
             directory)\n"
        ),
    );
    let other = ["--region", "eu-west-1", "--account", "111122223333"];
    let text = Served::refused(&[&data[..], &other].concat()).await;
    assert!(text.contains("(hint: --account 000000000000, or "), "{text}");

    let again = Served::start(&[&data[..], &["--region", "eu-west-1"]].concat()).await;
    let found = again.lambda().get_function().function_name("greeter").send().await.unwrap();
    let found = found.configuration.unwrap().function_arn.unwrap();
    assert_eq!(found, "arn:aws:lambda:eu-west-1:000000000000:function:greeter");
    again.kill().await;
}

#[tokio::test]
async fn an_emulator_without_a_data_directory_leaves_nothing_behind() {
    let emulator = Served::start(&[]).await;
    emulator.deploy("greeter", Handler::CustomEvent).await;
    let call = emulator.lambda().invoke().function_name("greeter");
    call.payload(Blob::new(json!({ "name": "Ada" }).to_string())).send().await.unwrap();
    let left: Vec<_> = fs::read_dir(emulator.folder()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    emulator.kill().await;
}
