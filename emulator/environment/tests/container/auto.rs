//! Containers and processes side by side.

use std::io;
use std::sync::Arc;

use emulator_environment::RunsAs;
use probe::{Echo, Step};
use tracing::subscriber::set_default;

use crate::world::{World, invoke};

pub(crate) async fn an_image_of_the_engine_is_a_container_and_any_other_a_process() {
    // Of a line that another thread writes first, and nobody listens to there, nobody hears here: no other
    // test may have these two.
    let (told, log) = io::pipe().unwrap();
    let log = set_default(tracing_subscriber::fmt().with_writer(Arc::new(log)).finish());
    let world = World::start_with_processes().await;
    for (uri, expected) in
        [(world.uri.as_str(), RunsAs::Container), ("nowhere:latest", RunsAs::Process)]
    {
        let image = world.executor().resolve(uri).await.unwrap();
        assert_eq!(image.runs_as, expected, "{uri}");
        assert_eq!(world.executor().limits_storage(&image), expected == RunsAs::Container);
        let environment = world.environment_with(|launch| launch.image = image).await;
        let echo = invoke(&environment, [Step::Echo]).await.json::<Echo>();
        let from_the_image = echo.arguments == ["from", "the image"];
        assert_eq!(from_the_image, expected == RunsAs::Container, "{:?}", echo.arguments);
    }
    assert_eq!(world.containers().await, 1);
    let uri = world.uri.clone();
    world.shut_down().await;

    drop(log);
    let told = io::read_to_string(told).unwrap();
    for (what, why) in [
        ("this function runs as a container ", format!("has its image {uri}")),
        ("this function runs as a process ", "has no image nowhere:latest".to_owned()),
    ] {
        assert!(told.lines().any(|line| line.contains(what) && line.contains(&why)), "{told}");
    }
}
