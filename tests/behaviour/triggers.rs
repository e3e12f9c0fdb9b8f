//! Each handler, fired by its real trigger.

use http::StatusCode;
use serde_json::json;
use tests::Handler;

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_rest_api_greets_over_http,
    a_rest_api_passes_on_what_the_handler_refuses,
    a_function_that_fails_is_a_bad_gateway_to_its_client,
    an_api_has_no_answer_from_a_function_that_is_switched_off,
    an_uploaded_object_invokes_the_function_once,
    a_record_in_a_stream_is_logged_by_the_function_that_reads_it,
    a_record_that_is_not_text_is_a_failed_item_of_its_batch,
];

async fn a_rest_api_greets_over_http(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::ApiGateway).await;
    let api = world.rest_api(name).await;
    let hello = api.get("/hello?name=lambda").await;
    assert_eq!((hello.status, &*hello.body), (StatusCode::OK, "hello lambda"));
    assert_eq!(api.get("/hello").await.body, "hello world");
    let posted = api.post("/hello", json!({"name": "lambda"}).to_string()).await;
    assert_eq!(
        (posted.status, posted.json()),
        (StatusCode::OK, json!({"message": "hello lambda"}))
    );
}

async fn a_rest_api_passes_on_what_the_handler_refuses(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::ApiGateway).await;
    let api = world.rest_api(name).await;
    let missing = api.get("/nowhere").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(missing.json(), json!({"message": "nothing answers GET /nowhere"}));
    let malformed = api.post("/hello", "{".to_owned()).await;
    assert_eq!(malformed.status, StatusCode::BAD_REQUEST);
}

async fn a_function_that_fails_is_a_bad_gateway_to_its_client(world: &World) {
    let name = &world.name("broken");
    world.deploy_probe(name).variable("PROBE_STEPS", r#"[{"exit": 1}]"#).await;
    let page = world.rest_api(name).await.get("/any").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert_eq!(page.json(), json!({"message": "Internal server error"}));
}

async fn an_api_has_no_answer_from_a_function_that_is_switched_off(world: &World) {
    let name = &world.name("off");
    world.deploy_probe(name).await;
    world.reserve(name, 0).await;
    let page = world.rest_api(name).await.get("/any").await;
    assert!(page.status.is_server_error(), "{page:?}");
    assert_eq!(page.json(), json!({"message": "Internal server error"}));
}

async fn an_uploaded_object_invokes_the_function_once(world: &World) {
    let (name, bucket) = (&world.name("listener"), &world.name("photos"));
    world.deploy(name, Handler::S3).await;
    world.bucket_for(name, bucket).await;
    world.put_object(bucket, "my cat.jpg").await;
    world.lines(name, "my cat.jpg", 1).await;
    world.put_object(bucket, "last").await;
    world.lines(name, "last", 1).await;

    let lines = world.logged(name, "my cat.jpg").await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    for part in ["S3 trigger Lambda", "ObjectCreated:Put", bucket, "size=5"] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
}

async fn a_record_in_a_stream_is_logged_by_the_function_that_reads_it(world: &World) {
    let (name, stream) = (&world.name("reader"), &world.name("orders"));
    world.deploy(name, Handler::Kinesis).await;
    world.stream(stream).await;
    world.map(stream, name).await;
    let sequence = world.put_record(stream, b"test").await;
    world.lines(name, "Data = test", 1).await;
    world.put_record(stream, b"last").await;
    world.lines(name, "Data = last", 1).await;

    let lines = world.logged(name, "Data = test").await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    for part in ["aws:kinesis:record Data = test", &sequence, "shardId-000000000000"] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
}

async fn a_record_that_is_not_text_is_a_failed_item_of_its_batch(world: &World) {
    let (name, stream) = (&world.name("reader"), &world.name("orders"));
    world.deploy(name, Handler::Kinesis).await;
    world.stream(stream).await;
    let sequence = world.put_record(stream, b"\xc3\x28").await;
    world.map(stream, name).await;
    let lines = world.lines(name, "record is not UTF-8", 1).await;
    assert!(lines[0].contains(&sequence), "{}", lines[0]);
}
