//! The Telemetry API: what a subscriber is given, and what it is refused.

use insta::assert_snapshot;

use super::extensions::{Extension, world_with};
use super::subscriber::{Subscriber, subscribe};
use crate::Exit;

const TELEMETRY: &str = "PUT /2022-07-01/telemetry";

#[tokio::test]
async fn a_subscriber_is_given_all_of_an_environments_life() {
    let mut world = world_with(&["watcher"]).await;
    let call = world.invoke("1").await;
    let watcher = world.extension().await;
    let mut watcher = Extension::register(watcher, "watcher", &["INVOKE", "SHUTDOWN"]).await;
    let mut subscriber = Subscriber::listen().await;
    let answer = subscribe(&watcher, TELEMETRY, &subscriber.request(25)).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "\"OK\""));
    watcher.process.print("watching\n");

    let mut process = world.process().await;
    let asked = process.ask().await;
    watcher.ask().await.answered().await;
    asked.answered().await;
    process.print("working\n");
    process.answer(call.id, "one").await;
    let _asked = process.ask().await;
    let waits = watcher.ask().await;
    call.ended().await;
    let mut seen = subscriber.until("platform.report").await;
    // When it was read depends on who was faster.
    let line = seen.iter().position(|told| told == "extension watching").unwrap();
    seen.remove(line);
    assert_snapshot!(seen.join("\n"), @r"
    platform.initStart
    platform.telemetrySubscription
    platform.initRuntimeDone
    platform.extension
    platform.initReport
    platform.start
    function working
    platform.runtimeDone
    platform.report
    ");

    // What the runtime says at its very end is delivered, too.
    world.environment.stop();
    process.is_treated(|treatment| treatment.terminated).await;
    process.print("good bye\n");
    process.exit(Exit::Code(0));
    waits.answered().await;
    assert_eq!(subscriber.until("function").await, ["function good bye"]);
    watcher.process.exit(Exit::Code(0));
    world.stop().await;
}

#[tokio::test]
async fn what_waits_for_its_time_is_delivered_before_an_extension_is_told_to_end() {
    let mut world = world_with(&["watcher"]).await;
    let watcher = world.extension().await;
    let watcher = Extension::register(watcher, "watcher", &["SHUTDOWN"]).await;
    let mut subscriber = Subscriber::listen().await;
    subscribe(&watcher, TELEMETRY, &subscriber.request(30_000)).await;
    let process = world.process().await;
    let waits = watcher.ask().await;
    world.environment.stop();
    process.is_treated(|treatment| treatment.terminated).await;
    process.exit(Exit::Code(0));
    assert_eq!(subscriber.batch().await.len(), 2);
    waits.answered().await;
    watcher.process.exit(Exit::Code(0));
    world.stop().await;
}

#[tokio::test]
async fn a_subscription_that_is_not_possible_is_refused_by_name() {
    let mut world = world_with(&["watcher"]).await;
    let watcher = world.extension().await;
    let watcher = Extension::register(watcher, "watcher", &["SHUTDOWN"]).await;
    let invalid = subscribe(&watcher, "PUT /2020-08-15/logs", "{}").await;
    assert_eq!(invalid.status, 400);
    assert_snapshot!(invalid.body, @r#"{"errorMessage":"types should not be empty; destination is not provided","errorType":"ValidationError"}"#);

    let process = world.process().await;
    let call = world.invoke("1").await;
    let _waits = watcher.ask().await;
    process.next().await;
    let late = subscribe(&watcher, TELEMETRY, "{}").await;
    assert_eq!(late.status, 403);
    assert_snapshot!(late.body, @r#"{"errorMessage":"Telemetry API subscription is closed","errorType":"Telemetry.SubscriptionClosed"}"#);
    process.answer(call.id, "one").await;
    let _asked = process.ask().await;
    call.ended().await;
    watcher.process.exit(Exit::Code(0));
    world.stop().await;
}

#[tokio::test]
async fn a_subscriber_whose_answer_never_ends_is_not_listened_to_for_ever() {
    let mut world = world_with(&["watcher"]).await;
    let watcher = world.extension().await;
    let watcher = Extension::register(watcher, "watcher", &["SHUTDOWN"]).await;
    let mut subscriber = Subscriber::listen().await;
    subscribe(&watcher, TELEMETRY, &subscriber.request(25)).await;
    assert_eq!(subscriber.batch_answered_without_end().await.len(), 2);
    let process = world.process().await;
    let _waits = watcher.ask().await;
    let _asked = process.ask().await;
    // On another connection.
    subscriber.until("platform.initReport").await;
    watcher.process.exit(Exit::Code(0));
    world.stop().await;
}

#[tokio::test]
async fn a_subscriber_that_takes_nothing_delays_nobody() {
    let mut world = world_with(&["watcher"]).await;
    let watcher = world.extension().await;
    let watcher = Extension::register(watcher, "watcher", &["SHUTDOWN"]).await;
    let silent = Subscriber::listen().await;
    subscribe(&watcher, TELEMETRY, &silent.request(25)).await;
    let process = world.process().await;
    let _waits = watcher.ask().await;
    let mut asked = process.ask().await;
    for _ in 0..3 {
        let call = world.invoke("1").await;
        asked.answered().await;
        process.answer(call.id, "one").await;
        asked = process.ask().await;
        assert_eq!(call.ended().await.0, "one");
        world.is_free().await;
    }
    world.stop().await;
}
