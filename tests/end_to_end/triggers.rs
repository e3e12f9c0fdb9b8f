//! Each handler, fired by its real trigger.

use http::header::HOST;
use http::{Request, StatusCode};
use serde_json::json;
use tests::{Handler, World};

#[tokio::test]
async fn a_rest_api_greets_over_http() {
    let world = World::start().await;
    world.deploy("greeter", Handler::ApiGateway).await;
    let api = world.rest_api("greeter").await;
    let hello = api.get("/hello?name=lambda").await;
    assert_eq!((hello.status, &*hello.body), (StatusCode::OK, "hello lambda"));
    let nobody = api.get("/hello").await;
    assert_eq!(nobody.body, "hello world");
    let posted = api.post("/hello", json!({"name": "lambda"}).to_string()).await;
    assert_eq!(
        (posted.status, posted.json()),
        (StatusCode::OK, json!({"message": "hello lambda"}))
    );
    world.close().await;
}

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
async fn a_rest_api_passes_on_what_the_handler_refuses() {
    let world = World::start().await;
    world.deploy("greeter", Handler::ApiGateway).await;
    let api = world.rest_api("greeter").await;
    let missing = api.get("/nowhere").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(missing.json(), json!({"message": "nothing answers GET /nowhere"}));
    let malformed = api.post("/hello", "{".to_owned()).await;
    assert_eq!(malformed.status, StatusCode::BAD_REQUEST);
    world.close().await;
}

#[tokio::test]
async fn a_function_that_fails_is_a_bad_gateway_to_its_client() {
    let world = World::start().await;
    world.deploy_probe("broken").variable("PROBE_STEPS", r#"[{"exit": 1}]"#).await;
    let api = world.rest_api("broken").await;
    let page = api.get("/any").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert_eq!(page.json(), json!({"message": "Internal server error"}));
    world.close().await;
}

#[tokio::test]
async fn an_uploaded_object_invokes_the_function_once() {
    let world = World::start().await;
    world.deploy("listener", Handler::S3).await;
    world.bucket_for("listener", "photos").await;
    world.put_object("photos", "my cat.jpg").await;
    world.settle().await;

    let lines = world.logged("listener", "S3 trigger Lambda").await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    for part in ["ObjectCreated:Put", "photos", "my cat.jpg", "size=5"] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
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

    let put = world.s3().put_bucket_notification_configuration().bucket("photos");
    let put = put.notification_configuration(world.created_objects_to("listener")).send().await;
    assert!(tests::refusal(put).starts_with("400 InvalidArgument"));
    world.close().await;
}

#[tokio::test]
async fn a_record_in_a_stream_is_logged_by_the_function_that_reads_it() {
    let world = World::start().await;
    world.deploy("reader", Handler::Kinesis).await;
    world.stream("orders").await;
    world.map("orders", "reader").await;
    let sequence = world.put_record("orders", b"test").await;
    world.settle().await;

    let lines = world.logged("reader", "Data = test").await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    for part in ["aws:kinesis:record Data = test", &sequence, "shardId-000000000000"] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
    world.close().await;
}

#[tokio::test]
async fn a_record_that_is_not_text_is_a_failed_item_of_its_batch() {
    let world = World::start().await;
    world.deploy("reader", Handler::Kinesis).await;
    world.stream("orders").await;
    let sequence = world.put_record("orders", b"\xc3\x28").await;
    world.map("orders", "reader").await;
    world.settle().await;
    let lines = world.logged("reader", "record is not UTF-8").await;
    assert_eq!(lines.len(), 1, "once for now; its retries are in mappings.rs: {lines:#?}");
    assert!(lines[0].contains(&sequence), "{}", lines[0]);
    world.close().await;
}
