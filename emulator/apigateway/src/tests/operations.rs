//! The operations: what holds for all of them, then APIs, deployments and stages.

use super::*;

/// Every operation, its route, and a body in which nothing is missing; `A` is the API's id, `R` its
/// root's.
const OPERATIONS: [(&str, &str, &str); 17] = [
    ("CreateDeployment", "POST /restapis/A/deployments", "{}"),
    ("CreateResource", "POST /restapis/A/resources/R", r#"{"pathPart": "pets"}"#),
    ("CreateRestApi", "POST /restapis", r#"{"name": "pets"}"#),
    ("DeleteRestApi", "DELETE /restapis/A", "{}"),
    ("GetDeployments", "GET /restapis/A/deployments", "{}"),
    ("GetIntegration", "GET /restapis/A/resources/R/methods/GET/integration", "{}"),
    ("GetMethod", "GET /restapis/A/resources/R/methods/GET", "{}"),
    ("GetResource", "GET /restapis/A/resources/R", "{}"),
    ("GetResources", "GET /restapis/A/resources", "{}"),
    ("GetRestApi", "GET /restapis/A", "{}"),
    ("GetRestApis", "GET /restapis", "{}"),
    ("GetStage", "GET /restapis/A/stages/dev", "{}"),
    ("GetStages", "GET /restapis/A/stages", "{}"),
    (
        "PutIntegration",
        "PUT /restapis/A/resources/R/methods/GET/integration",
        r#"{"type": "AWS_PROXY", "httpMethod": "POST", "uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"}"#,
    ),
    (
        "PutIntegrationResponse",
        "PUT /restapis/A/resources/R/methods/GET/integration/responses/200",
        "{}",
    ),
    ("PutMethod", "PUT /restapis/A/resources/R/methods/GET", r#"{"authorizationType": "NONE"}"#),
    ("PutMethodResponse", "PUT /restapis/A/resources/R/methods/GET/responses/200", "{}"),
];

#[tokio::test]
async fn every_operation_is_in_the_table_and_refuses_a_member_that_it_does_not_know() {
    let world = World::new();
    let tested: Vec<_> = OPERATIONS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(api(&world.apis).operations().collect::<Vec<_>>(), tested);
    for (name, route, body) in OPERATIONS {
        let mut input: Value = body.parse().unwrap();
        input["colour"] = json!("red");
        let (status, document) = world.call(route, input).await;
        let message = document["message"].as_str().unwrap();
        assert_eq!(status, 400, "{name}: {message}");
        assert!(message.starts_with("unknown field `colour`"), "{name}: {message}");
    }
}

#[tokio::test]
async fn every_operation_on_an_api_refuses_one_that_does_not_exist() {
    let world = World::new();
    let message = "Invalid API identifier specified 000000000000:A";
    for (_, route, body) in OPERATIONS.iter().filter(|(_, route, _)| route.contains("/A")) {
        world.refuses(route, body.parse().unwrap(), 404, message).await;
    }
}

#[tokio::test]
async fn an_error_has_its_type_in_a_header() {
    let world = World::new();
    let response = world.send(Request::get("/restapis/A"), "").await;
    assert_eq!(response.headers()["x-amzn-errortype"], "NotFoundException");
}

#[tokio::test]
async fn an_api_is_created_told_and_deleted() {
    let world = World::new();
    let input = json!({ "name": "pets", "description": "All of them", "version": "1", "apiKeySource": "HEADER", "tags": { "a": "b" },
        "endpointConfiguration": { "types": ["REGIONAL"] }, "binaryMediaTypes": ["*/*"] });
    let api = world.done(201, "POST /restapis", input).await;
    let (id, root) = (&api["id"], &api["rootResourceId"]);
    assert_eq!((id.as_str().unwrap().len(), root.as_str().unwrap().len()), (10, 10));
    let expected = json!({
        "id": id, "name": "pets", "description": "All of them", "version": "1", "createdDate": 1_893_499_200,
        "binaryMediaTypes": ["*/*"], "apiKeySource": "HEADER", "tags": { "a": "b" },
        "endpointConfiguration": { "types": ["REGIONAL"], "ipAddressType": "ipv4" },
        "disableExecuteApiEndpoint": false, "rootResourceId": root,
    });
    assert_eq!(api, expected);
    let path = format!("/restapis/{}", id.as_str().unwrap());
    assert_eq!(world.done(200, &format!("GET {path}"), Value::Null).await, expected);
    let all = world.done(200, "GET /restapis?limit=10", Value::Null).await;
    assert_eq!(all, json!({ "item": [expected] }));
    assert_eq!(world.done(202, &format!("DELETE {path}"), Value::Null).await, Value::Null);
    assert_eq!(world.call(&format!("GET {path}"), Value::Null).await.0, 404);
}

#[tokio::test]
async fn what_is_not_emulated_of_an_api_is_refused_by_name() {
    let world = World::new();
    for (member, value) in [
        ("cloneFrom", json!("abc")),
        ("disableExecuteApiEndpoint", json!(true)),
        ("endpointAccessMode", json!("BASIC")),
        ("minimumCompressionSize", json!(0)),
        ("policy", json!("{}")),
        ("securityPolicy", json!("TLS_1_2")),
    ] {
        let message = format!("`{member}` is not emulated (hint: leave it out here)");
        world.refuses("POST /restapis", json!({ "name": "a", member: value }), 400, &message).await;
    }
    let private = json!({ "name": "a", "endpointConfiguration": { "types": ["PRIVATE"] } });
    let message =
        "`PRIVATE` as `endpointConfiguration.types` is not emulated (hint: `REGIONAL` is)";
    world.refuses("POST /restapis", private, 400, message).await;
    let odd = json!({ "name": "a", "endpointConfiguration": { "types": ["LOCAL"] } });
    let message = "1 validation error detected: Value 'LOCAL' at \
                   'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: \
                   Member must satisfy enum value set: [REGIONAL, EDGE, PRIVATE]";
    world.refuses("POST /restapis", odd, 400, message).await;
    world.refuses("POST /restapis", json!({ "name": "" }), 400, "an API needs a name").await;
    let two = json!({ "name": "a", "endpointConfiguration": { "types": ["EDGE", "REGIONAL"] } });
    let message = "endpointConfiguration has 2 types; it must have one";
    world.refuses("POST /restapis", two, 400, message).await;
}

#[tokio::test]
async fn a_deployment_points_its_stage_and_is_refused_where_nothing_could_answer() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let path = format!("/restapis/{}", api.id);
    let deploy = format!("POST {path}/deployments");
    let no_methods = "The REST API doesn't contain any methods";
    world.refuses(&deploy, json!({ "stageName": "dev" }), 400, no_methods).await;
    let method = format!("PUT {path}/resources/{}/methods/GET", api.root);
    world.done(201, &method, json!({ "authorizationType": "NONE" })).await;
    let no_integration = "No integration defined for method";
    world.refuses(&deploy, json!({ "stageName": "dev" }), 400, no_integration).await;
    world.done(201, &format!("{method}/integration"), integration("a")).await;

    let input = json!({ "stageName": "dev", "description": "1", "stageDescription": "For all",
        "cacheClusterEnabled": false });
    let first = world.done(201, &deploy, input).await;
    let id = &first["id"];
    assert_eq!(first, json!({ "id": id, "description": "1", "createdDate": 1_893_499_200 }));
    let stage = json!({ "deploymentId": id, "stageName": "dev", "description": "For all", "cacheClusterEnabled": false,
        "cacheClusterStatus": "NOT_AVAILABLE", "methodSettings": {}, "tracingEnabled": false,
        "createdDate": 1_893_499_200, "lastUpdatedDate": 1_893_499_200 });
    let get = format!("GET {path}/stages/dev");
    assert_eq!(world.done(200, &get, Value::Null).await, stage);
    let stages = world.done(200, &format!("GET {path}/stages"), Value::Null).await;
    assert_eq!(stages, json!({ "item": [stage] }));

    let second = world.done(201, &deploy, json!({})).await;
    assert_eq!(world.done(200, &get, Value::Null).await["deploymentId"], *id);
    let route = format!("GET {path}/stages?deploymentId={}", second["id"].as_str().unwrap());
    assert_eq!(world.done(200, &route, Value::Null).await, json!({ "item": [] }));
    let all = world.done(200, &format!("GET {path}/deployments"), Value::Null).await;
    assert_eq!(all["item"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_stage_that_cannot_be_is_refused() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let deploy = format!("POST /restapis/{}/deployments", api.id);
    for (input, status, message) in [
        (json!({ "stageName": "a/b" }), 400, "Stage name only allows a-zA-Z0-9_-"),
        (
            json!({ "variables": { "a": "b" } }),
            400,
            "variables is of a stage; stageName is missing",
        ),
        (
            json!({ "stageName": "dev", "canarySettings": { "percentTraffic": 10 } }),
            400,
            "`canarySettings` is not emulated (hint: leave it out here)",
        ),
        (
            json!({ "stageName": "dev", "cacheClusterEnabled": true }),
            400,
            "`cacheClusterEnabled` is not emulated (hint: leave it out here)",
        ),
    ] {
        world.refuses(&deploy, input, status, message).await;
    }
    let get = format!("GET /restapis/{}/stages/dev", api.id);
    world.refuses(&get, Value::Null, 404, "Invalid stage identifier specified").await;
}
