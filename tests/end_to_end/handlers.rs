//! The four handlers of the image, each invoked as AWS would.

use serde_json::{Value, json};
use tests::{Failure, Handler, World};

/// The event in `deploy/events/` for a handler.
fn sample(name: &str) -> Value {
    let path = format!("{}/../deploy/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What a handler answers to its sample event, and the lines of its log that hold `phrase`.
async fn check(handler: Handler, answer: Value, phrase: &str, lines: usize) {
    let world = World::start().await;
    world.deploy("function", handler).await;
    let answered = world.invoke("function", sample(handler.name())).with_log().await;
    assert_eq!(answered.value(), answer);
    let logged: Vec<_> =
        answered.lines().into_iter().filter(|line| line.contains(phrase)).collect();
    assert_eq!(logged.len(), lines, "{logged:#?}");
    let id = &answered.request_id;
    assert!(
        logged.iter().all(|line| line.contains(id)),
        "each line has the request id: {logged:#?}"
    );
    world.close().await;
}

#[tokio::test]
async fn s3_logs_every_object_and_counts_them() {
    check(Handler::S3, json!({"processed": 1}), "S3 trigger Lambda", 1).await;
}

#[tokio::test]
async fn kinesis_logs_the_text_of_every_record() {
    check(Handler::Kinesis, json!({"batchItemFailures": []}), "Data = ", 1).await;
}

#[tokio::test]
async fn custom_event_greets_by_name() {
    check(Handler::CustomEvent, json!("Hello lambda!"), "no line of its own", 0).await;
}

#[tokio::test]
async fn api_gateway_answers_every_shape_of_event() {
    let world = World::start().await;
    world.deploy("function", Handler::ApiGateway).await;
    for shape in
        ["api-gateway", "api-gateway-http-api", "api-gateway-function-url", "api-gateway-alb"]
    {
        let answer = world.invoke("function", sample(shape)).await.value();
        assert_eq!(
            (&answer["statusCode"], &answer["body"]),
            (&json!(200), &json!("hello lambda")),
            "{shape}"
        );
    }
    world.close().await;
}

#[tokio::test]
async fn custom_event_refuses_a_nil_event() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let failure = world.invoke("greeter", json!(null)).await.failure();
    let expected = Failure { kind: "NilEvent".into(), message: "received nil event".into() };
    assert_eq!(failure, expected);
    world.close().await;
}

#[tokio::test]
async fn custom_event_names_the_field_that_does_not_fit() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let failure = world.invoke("greeter", json!({"name": 7})).await.failure();
    assert_eq!(failure.kind, "Runtime.InvalidEvent");
    assert!(failure.message.contains("`name`"), "{}", failure.message);
    world.close().await;
}

#[tokio::test]
async fn kinesis_says_at_which_record_to_start_again() {
    let world = World::start().await;
    world.deploy("reader", Handler::Kinesis).await;
    let mut event = sample("kinesis");
    event["Records"][0]["kinesis"]["data"] = json!("/w==");
    let sequence = event["Records"][0]["kinesis"]["sequenceNumber"].clone();
    let answer = world.invoke("reader", event).await.value();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": sequence}]}));
    world.close().await;
}

#[tokio::test]
async fn s3_accepts_the_event_that_has_no_records() {
    let world = World::start().await;
    world.deploy("listener", Handler::S3).await;
    let event = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "photos"});
    let answer = world.invoke("listener", event).with_log().await;
    assert_eq!(answer.value(), json!({"processed": 0}));
    assert!(answer.log.unwrap().contains("S3 event without records"));
    world.close().await;
}

#[tokio::test]
async fn logs_are_json_and_quiet_as_the_function_is_told() {
    let world = World::start().await;
    let told = world.deploy("json", Handler::S3).variable("AWS_LAMBDA_LOG_FORMAT", "JSON");
    told.await;
    let told = world.deploy("quiet", Handler::S3).variable("AWS_LAMBDA_LOG_LEVEL", "ERROR");
    told.await;
    world.invoke("json", sample("s3")).with_log().await.value();
    world.invoke("quiet", sample("s3")).with_log().await.value();

    let lines = world.logged("json", "S3 trigger Lambda").await;
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(line["level"], "INFO");
    assert_eq!(world.logged("quiet", "S3 trigger Lambda").await, [""; 0]);
    world.close().await;
}
