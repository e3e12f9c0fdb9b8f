//! Calls of a stage, all the way into a function and back.

use super::*;

impl World {
    /// Creates a function that behaves as its name says, and lets API Gateway call it.
    async fn function(&self, behaviour: &str) {
        let function = json!({
            "FunctionName": behaviour,
            "PackageType": "Image",
            "Code": { "ImageUri": behaviour },
            "Role": "arn:aws:iam::000000000000:role/function",
        });
        self.done(201, "POST /2015-03-31/functions", function).await;
    }

    async fn permits(&self, function: &str, source_arn: &str) {
        let statement = json!({
            "StatementId": "api",
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": source_arn,
        });
        let route = format!("POST /2015-03-31/functions/{function}/policy");
        self.done(201, &route, statement).await;
    }

    /// An API whose `ANY /{proxy+}` is a function of this behaviour, deployed to the stage `dev`.
    async fn in_front_of(&self, behaviour: &str) -> Api {
        let api = self.api(json!({ "name": behaviour })).await;
        let proxy = self.resource(&api, &api.root, "{proxy+}").await;
        self.method(&api, &proxy, "ANY", behaviour, json!({})).await;
        self.deploy(&api, "dev").await;
        api
    }

    /// Status, error type and body of a call of the stage `dev`.
    async fn get(&self, api: &Api, path: &str) -> (u16, Option<String>, String) {
        let uri = format!("/restapis/{}/dev/_user_request_{path}", api.id);
        let response = self.send(Request::get(uri), "").await;
        let kind = response.headers().get("x-amzn-errortype");
        let kind = kind.map(|kind| kind.to_str().unwrap().to_owned());
        assert!(response.headers().contains_key("x-amzn-requestid"));
        (response.status().as_u16(), kind, text(response).await)
    }

    async fn fails(&self, api: &Api, path: &str, status: u16, kind: &str, body: &str) {
        let expected = (status, Some(kind.to_owned()), body.to_owned());
        assert_eq!(self.get(api, path).await, expected);
    }
}

const INTERNAL: &str = "InternalServerErrorException";
const INTERNAL_BODY: &str = r#"{"message": "Internal server error"}"#;

fn every_call_of(api: &Api) -> String {
    format!("arn:aws:execute-api:us-east-1:000000000000:{}/*", api.id)
}

#[tokio::test]
async fn a_call_reaches_the_function_as_an_event_and_its_answer_the_client() {
    let world = World::new();
    world.function("echoes").await;
    let api = world.in_front_of("echoes").await;
    world.permits("echoes", &every_call_of(&api)).await;

    let host = format!("{}.execute-api.localhost:4566", api.id);
    let request = Request::post("/dev/hello/you?name=lambda").header("host", &host);
    let response = world.send(request, "a body").await;
    assert_eq!(response.status(), 201);
    let headers = response.headers().clone();
    let event: Value = text(response).await.parse().unwrap();
    assert_eq!(event["resource"], "/{proxy+}");
    assert_eq!(event["path"], "/hello/you");
    assert_eq!(event["httpMethod"], "POST");
    assert_eq!(event["pathParameters"], json!({ "proxy": "hello/you" }));
    assert_eq!(event["queryStringParameters"], json!({ "name": "lambda" }));
    assert_eq!(event["body"], "a body");
    let context = &event["requestContext"];
    assert_eq!(context["path"], "/dev/hello/you");
    assert_eq!(context["domainName"], host);
    assert_eq!(context["requestId"], headers["x-amzn-requestid"].to_str().unwrap());
    assert_eq!(context["extendedRequestId"], headers["x-amz-apigw-id"].to_str().unwrap());
    let trace = headers["x-amzn-trace-id"].to_str().unwrap();
    assert_eq!(event["headers"]["X-Amzn-Trace-Id"], trace);
    world.end().await;
}

#[tokio::test]
async fn what_is_not_deployed_or_has_no_method_answers_403() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let pets = world.resource(&api, &api.root, "pets").await;
    world.method(&api, &pets, "POST", "echoes", json!({})).await;
    let forbidden = r#"{"message":"Forbidden"}"#;
    world.fails(&api, "/pets", 403, "ForbiddenException", forbidden).await;
    world.deploy(&api, "dev").await;
    let (kind, body) =
        ("MissingAuthenticationTokenException", r#"{"message":"Missing Authentication Token"}"#);
    world.fails(&api, "/pets", 403, kind, body).await;
    world.fails(&api, "/birds", 403, kind, body).await;
    let nowhere = Api { id: "nowhere123".to_owned(), root: String::new() };
    world.fails(&nowhere, "/pets", 403, "ForbiddenException", forbidden).await;
}

#[tokio::test]
async fn a_function_is_not_called_without_a_permission_for_the_method() {
    let world = World::new();
    let api = world.in_front_of("echoes").await;
    world.fails(&api, "/a", 500, INTERNAL, INTERNAL_BODY).await;
    world.function("echoes").await;
    world.fails(&api, "/a", 500, INTERNAL, INTERNAL_BODY).await;
    let posts = format!("arn:aws:execute-api:us-east-1:000000000000:{}/dev/POST/*", api.id);
    world.permits("echoes", &posts).await;
    world.fails(&api, "/a", 500, INTERNAL, INTERNAL_BODY).await;
    let uri = format!("/restapis/{}/dev/_user_request_/a", api.id);
    assert_eq!(world.send(Request::post(uri), "").await.status(), 201);
    world.end().await;
}

#[tokio::test]
async fn an_integration_with_a_role_needs_no_permission() {
    let world = World::new();
    world.function("echoes").await;
    let api = world.api(json!({ "name": "pets" })).await;
    let role = json!({ "credentials": "arn:aws:iam::000000000000:role/gateway" });
    world.method(&api, &api.root, "GET", "echoes", role).await;
    world.deploy(&api, "dev").await;
    assert_eq!(world.get(&api, "").await.0, 201);
    world.end().await;
}

#[tokio::test]
async fn an_integration_that_calls_lambda_with_get_fails() {
    let world = World::new();
    world.function("echoes").await;
    let api = world.api(json!({ "name": "pets" })).await;
    world.permits("echoes", &every_call_of(&api)).await;
    world.method(&api, &api.root, "GET", "echoes", json!({ "httpMethod": "GET" })).await;
    world.deploy(&api, "dev").await;
    world.fails(&api, "/", 500, INTERNAL, INTERNAL_BODY).await;
}

#[tokio::test]
async fn a_function_that_fails_or_mumbles_answers_502() {
    let world = World::new();
    for behaviour in ["fails", "mumbles"] {
        world.function(behaviour).await;
        let api = world.in_front_of(behaviour).await;
        world.permits(behaviour, &every_call_of(&api)).await;
        world.fails(&api, "/a", 502, INTERNAL, INTERNAL_BODY).await;
    }
    world.end().await;
}

#[tokio::test]
async fn a_function_that_takes_longer_than_its_integration_waits_answers_504() {
    let world = World::new();
    world.function("dawdles").await;
    let api = world.api(json!({ "name": "pets" })).await;
    world.permits("dawdles", &every_call_of(&api)).await;
    world.method(&api, &api.root, "GET", "dawdles", json!({ "timeoutInMillis": 50 })).await;
    world.deploy(&api, "dev").await;
    let body = r#"{"message": "Endpoint request timed out"}"#;
    world.fails(&api, "/", 504, INTERNAL, body).await;
    world.end().await;
}

#[tokio::test]
async fn a_request_of_more_than_10_mb_or_an_event_of_more_than_6_is_too_long() {
    let world = World::new();
    world.function("echoes").await;
    let api = world.in_front_of("echoes").await;
    world.permits("echoes", &every_call_of(&api)).await;
    let uri = format!("/restapis/{}/dev/_user_request_/a", api.id);
    for megabytes in [7, 11] {
        let body = "x".repeat(megabytes * 1024 * 1024);
        let response = world.send(Request::post(&uri), body).await;
        assert_eq!(response.status(), 413);
        assert_eq!(text(response).await, r#"{"message":"Request Too Long"}"#);
    }
    world.end().await;
}

#[tokio::test]
async fn bytes_go_through_where_the_binary_media_types_say_so() {
    let world = World::new();
    world.function("echoes").await;
    let api = world.api(json!({ "name": "pets", "binaryMediaTypes": ["image/png"] })).await;
    world.permits("echoes", &every_call_of(&api)).await;
    world.method(&api, &api.root, "POST", "echoes", json!({})).await;
    world.deploy(&api, "dev").await;
    let uri = format!("/restapis/{}/dev/_user_request_", api.id);
    let request = Request::post(uri).header("content-type", "image/png");
    let event: Value = text(world.send(request, "png").await).await.parse().unwrap();
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("cG5n"), &json!(true)));
    world.end().await;
}

#[tokio::test]
async fn a_stage_answers_as_it_was_deployed_whatever_is_edited_since() {
    let world = World::new();
    world.function("echoes").await;
    let api = world.in_front_of("echoes").await;
    world.permits("echoes", &every_call_of(&api)).await;
    world.method(&api, &api.root, "GET", "echoes", json!({})).await;
    assert_eq!(world.get(&api, "").await.0, 403);
    world.deploy(&api, "test").await;
    assert_eq!(world.get(&api, "").await.0, 403);
    world.deploy(&api, "dev").await;
    assert_eq!(world.get(&api, "").await.0, 201);
    world.end().await;
}

#[tokio::test]
async fn stage_variables_pick_the_function_and_stand_in_its_event() {
    let world = World::new();
    world.function("echoes").await;
    let api = world.api(json!({ "name": "pets" })).await;
    world.permits("echoes", &every_call_of(&api)).await;
    world.method(&api, &api.root, "GET", "${stageVariables.which}", json!({})).await;
    let route = format!("POST /restapis/{}/deployments", api.id);
    let variables = json!({ "which": "echoes" });
    world.done(201, &route, json!({ "stageName": "dev", "variables": variables })).await;
    let (status, _, event) = world.get(&api, "").await;
    assert_eq!(status, 201);
    let event: Value = event.parse().unwrap();
    assert_eq!(event["stageVariables"], variables);
    assert_eq!(event["pathParameters"], Value::Null);
    world.end().await;
}
