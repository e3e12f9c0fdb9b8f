//! What stands still between invocations, and when it goes on.

use super::extensions::Extension;
use super::world::{Settings, World};

#[tokio::test]
async fn everything_stands_still_between_invocations_if_that_is_wanted() {
    let extensions = vec!["watcher"];
    let mut world = World::with(Settings { freeze: true, extensions, ..Settings::default() }).await;
    let watcher = Extension::register(world.extension().await, "watcher", &["INVOKE"]).await;
    let process = world.process().await;
    let asked = process.ask().await;
    let event = watcher.ask().await;
    process.is_treated(|treatment| treatment.frozen).await;
    watcher.process.is_treated(|treatment| treatment.frozen).await;

    let call = world.invoke("1").await;
    asked.answered().await;
    event.answered().await;
    assert!(!process.treatment().frozen && !watcher.process.treatment().frozen);
    process.answer(call.id, "one").await;
    let _asked = process.ask().await;
    let _event = watcher.ask().await;
    process.is_treated(|treatment| treatment.frozen).await;

    world.environment.stop();
    process.is_treated(|treatment| treatment.terminated).await;
    assert!(!process.treatment().frozen);
    world.stop().await;
}

#[tokio::test]
async fn nothing_stands_still_otherwise() {
    let mut world = World::start().await;
    let process = world.process().await;
    let call = world.invoke("1").await;
    process.next().await;
    process.answer(call.id, "one").await;
    let _asked = process.ask().await;
    call.ended().await;
    assert!(!process.treatment().frozen);
    world.stop().await;
}
