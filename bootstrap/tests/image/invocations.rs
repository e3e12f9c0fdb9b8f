//! Events in, as Lambda sends them; answers and errors out, as it gets them.

use serde_json::{Value, json};

use crate::process::{Function, bootstrap, own_handlers};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../deploy/events/", $name))
    };
}

async fn answer(handler: &str, event: &str) -> Value {
    let post = Function::start(bootstrap().env("HANDLER", handler)).await.invoke(event).await;
    assert_eq!(post.path, "invocation/id-1/response");
    post.body
}

async fn error(handler: &str, event: &str) -> Value {
    let post = Function::start(bootstrap().env("HANDLER", handler)).await.invoke(event).await;
    assert_eq!(post.path, "invocation/id-1/error");
    post.body
}

#[tokio::test]
async fn each_handler_that_needs_no_other_function_answers_its_sample_event() {
    assert_eq!(answer("s3", sample!("s3.json")).await, json!({ "processed": 1 }));
    assert_eq!(
        answer("kinesis", sample!("kinesis.json")).await,
        json!({ "batchItemFailures": [] })
    );
    assert_eq!(answer("custom-event", sample!("custom-event.json")).await, json!("Hello lambda!"));
    assert_eq!(answer("api-gateway", sample!("api-gateway.json")).await["body"], "hello lambda");
}

#[tokio::test]
async fn api_gateway_answers_each_sender_in_its_shape() {
    let text = "text/plain; charset=utf-8";
    let common = json!({ "statusCode": 200, "body": "hello lambda", "isBase64Encoded": false });
    let with = |members: Value| {
        let mut answer = common.clone();
        answer.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        answer
    };
    let many = json!({ "headers": {}, "multiValueHeaders": { "content-type": [text] } });
    let one =
        json!({ "headers": { "content-type": text }, "multiValueHeaders": {}, "cookies": [] });
    let both = json!({
        "headers": { "content-type": text }, "multiValueHeaders": { "content-type": [text] },
        "statusDescription": "200 OK",
    });
    for (event, expected) in [
        (sample!("api-gateway.json"), with(many)),
        (sample!("api-gateway-http-api.json"), with(one.clone())),
        (sample!("api-gateway-function-url.json"), with(one)),
        (sample!("api-gateway-alb.json"), with(both)),
    ] {
        assert_eq!(answer("api-gateway", event).await, expected);
    }
}

#[tokio::test]
async fn a_null_event_fails_with_a_type_and_a_message() {
    let expected = json!({ "errorType": "NilEvent", "errorMessage": "received nil event" });
    assert_eq!(error("custom-event", "null").await, expected);
}

#[tokio::test]
async fn an_event_of_the_wrong_shape_fails_with_the_name_of_the_field() {
    let refused = |at: &str| {
        let message = format!("the event does not fit the handler{at}");
        json!({ "errorType": "Runtime.InvalidEvent", "errorMessage": message })
    };
    for (handler, event, at) in [
        ("custom-event", "{}", ": missing field `name` at line 1 column 2"),
        (
            "custom-event",
            r#"{"name":7}"#,
            " at `name`: invalid type: integer `7`, expected a string at line 1 column 9",
        ),
        ("kinesis", "{}", ": missing field `Records` at line 1 column 2"),
        (
            "kinesis",
            r#"{"Records":[{}]}"#,
            " at `Records[0]`: missing field `kinesis` at line 1 column 14",
        ),
        (
            "s3",
            r#"{"Records":[{"s3":7}]}"#,
            " at `Records[0].s3`: invalid type: integer `7`, expected struct S3Entity at line 1 column 19",
        ),
    ] {
        assert_eq!(error(handler, event).await, refused(at), "{handler} {event}");
    }
}

#[tokio::test]
async fn an_event_of_no_http_sender_is_refused() {
    let error = error("api-gateway", r#"{"name":"lambda"}"#).await;
    assert_eq!(error["errorType"], "Runtime.InvalidEvent");
    assert!(error["errorMessage"].as_str().unwrap().contains("Amazon API Gateway"), "{error}");
}

#[tokio::test]
async fn a_panic_fails_its_invocation_and_the_next_one_is_served() {
    let mut function = Function::start(own_handlers().env("HANDLER", "divide")).await;
    let failed = function.invoke("[1, 0]").await;
    assert_eq!(failed.path, "invocation/id-1/error");
    let message = "the handler panicked: attempt to divide by zero";
    assert_eq!(failed.body, json!({ "errorType": "Runtime.Panic", "errorMessage": message }));

    let served = function.invoke("[6, 3]").await;
    assert_eq!((served.path.as_str(), served.body), ("invocation/id-2/response", json!(2)));
}

#[tokio::test]
async fn one_process_serves_events_one_after_another() {
    let mut function = Function::start(own_handlers().env("HANDLER", "shout")).await;
    for (words, shouted) in [("a", "A"), ("b c", "B C"), ("ü", "Ü")] {
        assert_eq!(function.invoke(&json!(words).to_string()).await.body, json!(shouted));
    }
}
