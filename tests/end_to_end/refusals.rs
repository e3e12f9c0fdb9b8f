//! What is not here is refused, by name.

use http::{Request, StatusCode};
use serde_json::json;
use tests::{World, refusal};

/// A request that is signed for `service`, as far as anybody looks.
fn signed(request: http::request::Builder, service: &str) -> http::request::Builder {
    let scope = format!("Credential=test/20260102/us-east-1/{service}/aws4_request");
    request.header(
        "authorization",
        format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"),
    )
}

#[tokio::test]
async fn a_service_that_is_not_emulated_is_named_in_every_protocol() {
    let world = World::start().await;
    let target = Request::post("/").header("x-amz-target", "DynamoDB_20120810.ListTables");
    let json = world.fetch(signed(target, "dynamodb").body("{}".to_owned()).unwrap()).await;
    assert_eq!(json.status, StatusCode::NOT_IMPLEMENTED);
    assert!(json.body.contains("DynamoDB_20120810.ListTables is not emulated"), "{}", json.body);

    let form = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let form = signed(form, "sns").body("Action=ListTopics&Version=2010-03-31".to_owned()).unwrap();
    let query = world.fetch(form).await;
    assert_eq!(query.status, StatusCode::NOT_IMPLEMENTED);
    assert!(
        query.body.contains("ListTopics (version `2010-03-31`) is not emulated"),
        "{}",
        query.body
    );

    let rest = signed(Request::get("/v1/apis"), "appsync").body(String::new()).unwrap();
    let rest = world.fetch(rest).await;
    assert_eq!(rest.status, StatusCode::NOT_IMPLEMENTED);
    assert!(rest.body.contains("the service `appsync` is not emulated"), "{}", rest.body);
    world.close().await;
}

#[tokio::test]
async fn an_operation_that_is_not_emulated_is_named() {
    let world = World::start().await;
    let layers = world.lambda().list_layers().send().await;
    assert_eq!(
        refusal(layers),
        "501 NotImplementedException: GET /2018-10-31/layers of lambda is not emulated (hint: the \
         README lists what is)",
    );
    let limits = world.kinesis().describe_limits().send().await;
    assert_eq!(
        refusal(limits),
        "501 NotImplementedException: DescribeLimits of kinesis is not emulated (hint: the README \
         lists what is)",
    );
    world.close().await;
}

#[tokio::test]
async fn a_page_that_the_emulator_does_not_have_names_those_it_has() {
    let world = World::start().await;
    let page = world.get("/_emulator/status").await;
    let message = "there is no page /_emulator/status (hint: /_emulator/health, /_emulator/clock, \
                   /_emulator/operations)";
    assert_eq!((page.status, page.json()), (StatusCode::NOT_FOUND, json!({"message": message})));
    world.close().await;
}
