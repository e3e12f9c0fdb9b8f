//! Containers and processes side by side.

use emulator_environment::RunsAs;
use probe::{Echo, Step};

use crate::world::{World, invoke};

pub(crate) async fn an_image_of_the_engine_is_a_container_and_any_other_a_process() {
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
    world.shut_down().await;
}
