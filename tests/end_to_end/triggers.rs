//! Triggers, where addresses are the emulator's own, and what they do not set off.

use http::Request;
use http::header::HOST;
use tests::{Handler, World};

#[tokio::test]
async fn a_rest_api_answers_under_a_host_of_its_own() {
    let world = World::start().await;
    world.deploy("greeter", Handler::ApiGateway).await;
    let api = world.rest_api("greeter").await;
    let port = world.authority().rsplit(':').next().unwrap();
    let host = format!("{}.execute-api.localhost:{port}", api.id());
    let request = Request::get("/prod/hello?name=host").header(HOST, host).body(String::new());
    assert_eq!(world.fetch(request.unwrap()).await.body, "hello host");
    world.close().await;
}

#[tokio::test]
async fn a_function_that_no_longer_lets_s3_in_is_not_told() {
    let world = World::start().await;
    world.deploy("listener", Handler::S3).await;
    world.bucket_for("listener", "photos").await;
    world.lambda().delete_function().function_name("listener").send().await.unwrap();
    world.deploy("listener", Handler::S3).await;
    world.put_object("photos", "cat.jpg").await;
    world.settle().await;
    assert_eq!(world.processes(), 0, "the new function has no permission for it");
    world.close().await;
}
