//! What an invocation runs on: which environments, of which version, and until when.

use std::sync::Arc;

use crate::invocation::InvokeError;
use crate::name::Target;
use crate::pool::Pool;
use crate::tests::World;

fn target(world: &World) -> Target {
    Target::read("greeter", None, world.functions.home()).unwrap()
}

async fn pool(world: &World) -> Arc<Pool> {
    let target = target(world);
    let found = world.functions.route(&target).unwrap();
    world.functions.current(&target, found).await.unwrap()
}

#[tokio::test]
async fn environments_are_kept_until_the_image_is_built_anew() {
    let world = World::with_greeter().await;
    let old = pool(&world).await;
    assert!(Arc::ptr_eq(&old, &pool(&world).await));

    world.images.build("1");
    let (new, same) = tokio::join!(pool(&world), pool(&world));
    assert!(!Arc::ptr_eq(&new, &old), "nobody meets a process of the old image");
    assert!(Arc::ptr_eq(&new, &same), "it is replaced once");
    assert_eq!(new.launch().image.digest, "1".repeat(64));
    let found = world.finds("GET /2015-03-31/functions/greeter/configuration").await;
    assert_eq!(found["CodeSha256"], "1".repeat(64));
}

#[tokio::test]
async fn environments_are_replaced_by_a_change_of_the_function_and_not_of_what_hangs_on_it() {
    let world = World::with_greeter().await;
    let old = pool(&world).await;
    let statement = serde_json::json!({
        "StatementId": "a", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
    });
    let permit = "POST /2015-03-31/functions/greeter/policy";
    world.answers(201, permit, statement).await;
    let publish = "POST /2015-03-31/functions/greeter/versions";
    world.answers(201, publish, serde_json::json!({})).await;
    assert!(Arc::ptr_eq(&old, &pool(&world).await));

    let configure = "PUT /2015-03-31/functions/greeter/configuration";
    world.answers(200, configure, serde_json::json!({})).await;
    assert!(!Arc::ptr_eq(&old, &pool(&world).await));
}

#[tokio::test]
async fn what_was_found_outdated_is_not_put_in_place_of_something_newer() {
    let world = World::with_greeter().await;
    let target = target(&world);
    let found = world.functions.route(&target).unwrap();
    let old = found.pool.clone();
    let code = "PUT /2015-03-31/functions/greeter/code";
    world.answers(200, code, serde_json::json!({ "ImageUri": "other:1" })).await;

    let mut image = old.launch().image.clone();
    image.digest = "1".repeat(64);
    let registry = &world.functions.registry;
    let kept = registry.renew(&target.function, &old, image).unwrap();
    assert_eq!(kept.launch().image.uri, "other:1");
}

#[tokio::test]
async fn an_image_that_has_gone_is_told_to_whoever_invokes() {
    let world = World::with_greeter().await;
    world.images.build("1");
    world.images.remove("manifold:latest");
    let target = target(&world);
    let found = world.functions.route(&target).unwrap();
    let error = world.functions.current(&target, found).await.err().unwrap();
    let message = "Source image manifold:latest does not exist. Provide a valid source image.";
    assert!(matches!(&error, InvokeError::Image(error) if error.reason == message), "{error}");
}
