//! What is told of an image's tag once the image has been built anew.

use probe::Step;
use tokio::sync::OnceCell;

use crate::image;
use crate::world::{World, invoke};

pub(crate) async fn a_tag_that_moves_is_told_of_once_for_each_function_and_image() {
    let [old, new, newest] = builds().await;
    let mut world = World::with_image(&image::tagged(old, "moving").await).await;
    let pinned = world.image().await.digest;
    let environment = world.environment().await;
    invoke(&environment, [Step::Echo]).await;

    image::tagged(new, "moving").await;
    let first = world.moved().await;
    assert_eq!((&first.pinned, &first.now), (&pinned, &world.image().await.digest));
    let (uri, function) = (&first.uri, &first.function);
    assert_eq!(
        first.to_string(),
        format!(
            "`{uri}` is image {} now, and function `{function}` goes on with image {}, as on AWS \
             (hint: aws lambda update-function-code --function-name {function} --image-uri {uri})",
            &first.now[..12],
            &pinned[..12],
        )
    );

    image::tagged(new, "moving").await;
    image::tagged(newest, "moving").await;
    let second = world.moved().await;
    assert_eq!((&second.pinned, &second.now), (&pinned, &world.image().await.digest));
    world.shut_down().await;
}

pub(crate) async fn a_tag_that_had_moved_before_its_function_was_started_is_told_of() {
    let [old, new, _] = builds().await;
    let mut world = World::with_image(&image::tagged(old, "moved").await).await;
    let created_with = world.image().await;
    image::tagged(new, "moved").await;

    let pinned = created_with.digest.clone();
    let _environment = world.environment_with(|launch| launch.image = created_with).await;

    let moved = world.moved().await;
    assert_eq!((moved.pinned, moved.now), (pinned, world.image().await.digest));
    world.shut_down().await;
}

pub(crate) async fn a_tag_that_is_taken_off_or_moves_back_is_no_news() {
    let [old, new, _] = builds().await;
    let uri = image::tagged(old, "resting").await;
    let mut world = World::with_image(&uri).await;
    invoke(&world.environment().await, [Step::Echo]).await;

    image::untag(&uri).await;
    image::tagged(old, "resting").await;
    image::tagged(new, "resting").await;

    assert_eq!(world.moved().await.now, world.image().await.digest);
    world.shut_down().await;
}

/// The same program, built three times: each image has its time, and so its digest.
async fn builds() -> &'static [String; 3] {
    static BUILDS: OnceCell<[String; 3]> = OnceCell::const_new();
    let build = |tag| image::with_entry_point(tag, "/probe");
    let builds = || async { [build("old").await, build("new").await, build("newest").await] };
    BUILDS.get_or_init(builds).await
}
