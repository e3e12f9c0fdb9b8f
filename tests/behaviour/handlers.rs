//! The handlers of the image that need no other function, each invoked as AWS would.

use serde_json::{Value, json};
use tests::{Failure, Handler};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    s3_logs_every_object_and_counts_them,
    kinesis_logs_the_text_of_every_record,
    custom_event_greets_by_name,
    api_gateway_answers_every_shape_of_event,
    custom_event_refuses_a_nil_event,
    custom_event_names_the_field_that_does_not_fit,
    kinesis_says_at_which_record_to_start_again,
    s3_accepts_the_event_that_has_no_records,
    logs_are_json_as_the_function_is_told,
    logs_are_quiet_as_the_function_is_told,
];

/// The event in `deploy/events/` for a handler.
fn sample(name: &str) -> Value {
    let path = format!("{}/../deploy/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

async fn deployed(world: &World, handler: Handler) -> String {
    let name = world.name(handler.name());
    world.deploy(&name, handler).await;
    name
}

/// What a handler answers to its sample event, and the lines of its log that hold `phrase`.
async fn check(world: &World, handler: Handler, answer: Value, phrase: &str, lines: usize) {
    let name = &deployed(world, handler).await;
    let answered = world.invoke(name, sample(handler.name())).with_log().await;
    assert_eq!(answered.value(), answer);
    let logged: Vec<_> =
        answered.lines().into_iter().filter(|line| line.contains(phrase)).collect();
    assert_eq!(logged.len(), lines, "{logged:#?}");
    let id = &answered.request_id;
    assert!(
        logged.iter().all(|line| line.contains(id)),
        "each line has the request id: {logged:#?}"
    );
}

async fn s3_logs_every_object_and_counts_them(world: &World) {
    check(world, Handler::S3, json!({"processed": 1}), "S3 trigger Lambda", 1).await;
}

async fn kinesis_logs_the_text_of_every_record(world: &World) {
    check(world, Handler::Kinesis, json!({"batchItemFailures": []}), "Data = ", 1).await;
}

async fn custom_event_greets_by_name(world: &World) {
    check(world, Handler::CustomEvent, json!("Hello lambda!"), "no line of its own", 0).await;
}

async fn api_gateway_answers_every_shape_of_event(world: &World) {
    let name = &deployed(world, Handler::ApiGateway).await;
    for shape in
        ["api-gateway", "api-gateway-http-api", "api-gateway-function-url", "api-gateway-alb"]
    {
        let answer = world.invoke(name, sample(shape)).await.value();
        assert_eq!(
            (&answer["statusCode"], &answer["body"]),
            (&json!(200), &json!("hello lambda")),
            "{shape}"
        );
    }
}

async fn custom_event_refuses_a_nil_event(world: &World) {
    let name = &deployed(world, Handler::CustomEvent).await;
    let failure = world.invoke(name, json!(null)).await.failure();
    let expected = Failure { kind: "NilEvent".into(), message: "received nil event".into() };
    assert_eq!(failure, expected);
}

async fn custom_event_names_the_field_that_does_not_fit(world: &World) {
    let name = &deployed(world, Handler::CustomEvent).await;
    let failure = world.invoke(name, json!({"name": 7})).await.failure();
    assert_eq!(failure.kind, "Runtime.InvalidEvent");
    assert!(failure.message.contains("`name`"), "{}", failure.message);
}

async fn kinesis_says_at_which_record_to_start_again(world: &World) {
    let name = &deployed(world, Handler::Kinesis).await;
    let mut event = sample("kinesis");
    event["Records"][0]["kinesis"]["data"] = json!("/w==");
    let sequence = event["Records"][0]["kinesis"]["sequenceNumber"].clone();
    let answer = world.invoke(name, event).await.value();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": sequence}]}));
}

async fn s3_accepts_the_event_that_has_no_records(world: &World) {
    let name = &deployed(world, Handler::S3).await;
    let event = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "photos"});
    let answer = world.invoke(name, event).with_log().await;
    assert_eq!(answer.value(), json!({"processed": 0}));
    assert!(answer.log.unwrap().contains("S3 event without records"));
}

async fn logs_are_json_as_the_function_is_told(world: &World) {
    let name = &world.name("json");
    world.deploy(name, Handler::S3).variable("AWS_LAMBDA_LOG_FORMAT", "JSON").await;
    let answer = world.invoke(name, sample("s3")).with_log().await;
    let lines = answer.lines();
    let line = lines.iter().find(|line| line.contains("S3 trigger Lambda")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["level"], "INFO");
}

async fn logs_are_quiet_as_the_function_is_told(world: &World) {
    let name = &world.name("quiet");
    world.deploy(name, Handler::S3).variable("AWS_LAMBDA_LOG_LEVEL", "ERROR").await;
    let answer = world.invoke(name, sample("s3")).with_log().await;
    assert_eq!(answer.value(), json!({"processed": 1}));
    assert!(!answer.log.unwrap().contains("S3 trigger Lambda"));
}
