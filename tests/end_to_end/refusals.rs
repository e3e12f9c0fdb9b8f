//! What is not here is refused, by name.

use aws_sdk_apigateway::types::IntegrationType;
use aws_sdk_cloudwatchlogs::types::LogGroupClass;
use aws_sdk_lambda::types::{DeadLetterConfig, PackageType};
use http::{Request, StatusCode};
use serde_json::json;
use tests::{Handler, World, refusal};

/// A request that is signed for `service`, as far as anybody looks.
fn signed(request: http::request::Builder, service: &str) -> http::request::Builder {
    let scope = format!("Credential=test/20260102/us-east-1/{service}/aws4_request");
    request.header(
        "authorization",
        format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"),
    )
}

/// Each refusal names what is not emulated, and says what to do.
#[track_caller]
fn check<const N: usize>(code: &str, refusals: [(String, &str, &str); N]) {
    for (refusal, what, hint) in refusals {
        assert_eq!(refusal, format!("{code}: {what} not emulated (hint: {hint})"));
    }
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
    let limits = world.kinesis().describe_limits().send().await;
    check(
        "501 NotImplementedException",
        [
            (refusal(layers), "GET /2018-10-31/layers of lambda is", "the README lists what is"),
            (refusal(limits), "DescribeLimits of kinesis is", "the README lists what is"),
        ],
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

#[tokio::test]
async fn create_function_refuses_by_name_what_it_would_not_do() {
    let world = World::start().await;
    let request = || world.deploy("greeter", Handler::CustomEvent).request();

    let zip = request().package_type(PackageType::Zip).send().await;
    let letters = DeadLetterConfig::builder().target_arn("arn:aws:sqs:us-east-1:000000000000:q");
    let lettered = request().dead_letter_config(letters.build()).send().await;
    check(
        "400 InvalidParameterValueException",
        [
            (
                refusal(zip),
                "functions from zip packages are",
                "PackageType Image with Code.ImageUri",
            ),
            (refusal(lettered), "`DeadLetterConfig` is", "leave it out here"),
        ],
    );
    world.close().await;
}

#[tokio::test]
async fn settings_of_log_groups_that_are_not_emulated_are_named() {
    let world = World::start().await;
    let create = world.logs().create_log_group().log_group_name("ours");
    let rare = create.log_group_class(LogGroupClass::InfrequentAccess).send().await;
    let linked = world.logs().list_log_groups().include_linked_accounts(true).send().await;
    check(
        "400 InvalidParameterException",
        [
            (refusal(rare), "`INFREQUENT_ACCESS` as `logGroupClass` is", "`STANDARD` is"),
            (refusal(linked), "`includeLinkedAccounts` is", "leave it out here"),
        ],
    );
    world.close().await;
}

#[tokio::test]
async fn an_integration_that_is_not_emulated_is_named() {
    let world = World::start().await;
    let client = world.apigateway();
    let api = client.create_rest_api().name("pets").send().await.unwrap();
    let (id, root) = (api.id().unwrap(), api.root_resource_id().unwrap());
    let put = client.put_method().rest_api_id(id).resource_id(root).http_method("GET");
    put.authorization_type("NONE").send().await.unwrap();
    let put = client.put_integration().rest_api_id(id).resource_id(root).http_method("GET");
    let put = put.integration_http_method("POST").uri(world.integration_uri("greeter"));
    let mock = refusal(put.r#type(IntegrationType::Mock).send().await);
    assert!(mock.starts_with("400 BadRequestException") && mock.contains("`MOCK`"), "{mock}");
    world.close().await;
}

#[tokio::test]
async fn an_operation_on_buckets_that_is_not_emulated_is_named() {
    let world = World::start().await;
    world.bucket("photos").await;
    let refused = refusal(world.s3().get_bucket_versioning().bucket("photos").send().await);
    assert!(refused.starts_with("501 NotImplemented: "), "{refused}");
    assert!(refused.contains("GetBucketVersioning"), "{refused}");
    world.close().await;
}
