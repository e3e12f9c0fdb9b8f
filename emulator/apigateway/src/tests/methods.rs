//! The operations on resources, and on the methods and integrations that hang on them.

use super::*;

#[tokio::test]
async fn resources_are_listed_by_path_with_their_methods() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let pets = world.resource(&api, &api.root, "pets").await;
    let route = format!("PUT /restapis/{}/resources/{pets}/methods/GET", api.id);
    world.done(201, &route, json!({ "authorizationType": "NONE" })).await;
    let root = json!({ "id": api.root, "path": "/" });
    let whole = |methods: Value| {
        json!({ "id": pets, "parentId": api.root, "pathPart": "pets", "path": "/pets",
            "resourceMethods": methods })
    };
    let path = format!("GET /restapis/{}/resources", api.id);
    let list = world.done(200, &path, Value::Null).await;
    assert_eq!(list, json!({ "item": [root, whole(json!({ "GET": {} }))] }));
    let method =
        json!({ "httpMethod": "GET", "authorizationType": "NONE", "apiKeyRequired": false });
    let embedded = whole(json!({ "GET": method }));
    let list = world.done(200, &format!("{path}?embed=methods"), Value::Null).await;
    assert_eq!(list["item"][1], embedded);
    let one = world.done(200, &format!("{path}/{pets}?embed=methods"), Value::Null).await;
    assert_eq!(one, embedded);
    let page = world.done(200, &format!("{path}?limit=1"), Value::Null).await;
    assert_eq!(page, json!({ "item": [root], "position": "/" }));
    let page = world.done(200, &format!("{path}?position=%2F"), Value::Null).await;
    assert_eq!(page["item"][0]["path"], "/pets");
    let message = "Another resource with the same parent already has this name: pets";
    let add = format!("POST /restapis/{}/resources/{}", api.id, api.root);
    world.refuses(&add, json!({ "pathPart": "pets" }), 409, message).await;
}

#[tokio::test]
async fn a_method_is_put_once_and_told_with_all_that_hangs_on_it() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let path = format!("/restapis/{}/resources/{}/methods/GET", api.id, api.root);
    let input =
        json!({ "authorizationType": "NONE", "operationName": "List", "apiKeyRequired": false });
    let method = world.done(201, &format!("PUT {path}"), input.clone()).await;
    let expected = json!({ "httpMethod": "GET", "authorizationType": "NONE",
        "apiKeyRequired": false, "operationName": "List" });
    assert_eq!(method, expected);
    let message = "Method already exists for this resource";
    world.refuses(&format!("PUT {path}"), input, 409, message).await;

    world.done(201, &format!("PUT {path}/integration"), integration("pets")).await;
    let models = json!({ "responseModels": { "application/json": "Empty" },
        "responseParameters": { "method.response.header.etag": true } });
    let response = world.done(201, &format!("PUT {path}/responses/200"), models).await;
    let declared = json!({ "statusCode": "200", "responseModels": { "application/json": "Empty" },
            "responseParameters": { "method.response.header.etag": true } });
    assert_eq!(response, declared);
    let templates = json!({ "responseTemplates": { "application/json": "" } });
    let route = format!("PUT {path}/integration/responses/200");
    let response = world.done(201, &route, templates).await;
    let mapped = json!({ "statusCode": "200", "responseTemplates": { "application/json": null } });
    assert_eq!(response, mapped);

    let told = world.done(200, &format!("GET {path}"), Value::Null).await;
    assert_eq!(told["methodResponses"], json!({ "200": declared }));
    assert_eq!(told["methodIntegration"]["integrationResponses"], json!({ "200": mapped }));
    let route = format!("PUT {path}/integration/responses/404");
    world.refuses(&route, json!({}), 404, "Invalid Response status code specified").await;
    let route = format!("PUT {path}/responses/200");
    world.refuses(&route, json!({}), 409, "Response already exists for this resource").await;
}

#[tokio::test]
async fn what_is_not_emulated_of_a_method_is_refused_by_name() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let methods = format!("PUT /restapis/{}/resources/{}/methods", api.id, api.root);
    let route = format!("{methods}/GET");
    let message = "`AWS_IAM` as `authorizationType` is not emulated (hint: `NONE` is)";
    world.refuses(&route, json!({ "authorizationType": "AWS_IAM" }), 400, message).await;
    for (member, value) in [
        ("apiKeyRequired", json!(true)),
        ("authorizationScopes", json!(["a"])),
        ("authorizerId", json!("a")),
        ("requestModels", json!({ "a": "b" })),
        ("requestParameters", json!({ "a": true })),
        ("requestValidatorId", json!("a")),
    ] {
        let message = format!("`{member}` is not emulated (hint: leave it out here)");
        let input = json!({ "authorizationType": "NONE", member: value });
        world.refuses(&route, input, 400, &message).await;
    }
    let message = "Invalid HttpMethod specified. Valid options are \
                   GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY";
    let input = json!({ "authorizationType": "NONE" });
    world.refuses(&format!("{methods}/get"), input, 400, message).await;
}

#[tokio::test]
async fn an_integration_is_put_replaced_and_told() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let path = format!("/restapis/{}/resources/{}/methods/ANY", api.id, api.root);
    let (put, get) = (format!("PUT {path}/integration"), format!("GET {path}/integration"));
    world.refuses(&put, integration("a"), 404, "Invalid Method identifier specified").await;
    world.done(201, &format!("PUT {path}"), json!({ "authorizationType": "NONE" })).await;
    world.refuses(&get, Value::Null, 404, "Invalid Integration identifier specified").await;
    world.done(201, &put, integration("a")).await;
    let mut input = integration("b");
    input["timeoutInMillis"] = json!(3000);
    input["connectionType"] = json!("INTERNET");
    input["responseTransferMode"] = json!("BUFFERED");
    let told = world.done(201, &put, input.clone()).await;
    let expected = json!({ "type": "AWS_PROXY", "httpMethod": "POST", "uri": input["uri"],
        "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 3000,
        "cacheNamespace": api.root, "cacheKeyParameters": [] });
    assert_eq!(told, expected);
    assert_eq!(world.done(200, &get, Value::Null).await, expected);
}

#[tokio::test]
async fn an_integration_that_would_not_be_applied_is_refused() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let path = format!("PUT /restapis/{}/resources/{}/methods/ANY", api.id, api.root);
    world.done(201, &path, json!({ "authorizationType": "NONE" })).await;
    let not_emulated = |what: &str| format!("{what} is not emulated");
    let timeout = "Timeout should be between 50 ms and 29000 ms";
    for (member, value, status, message) in [
        (
            "type",
            json!("MOCK"),
            400,
            format!("{} (hint: `AWS_PROXY` is)", not_emulated("`MOCK` as `type`")),
        ),
        (
            "type",
            json!("LAMBDA"),
            400,
            "1 validation error detected: Value 'LAMBDA' at 'putIntegrationInput.type' failed to \
             satisfy constraint: Member must satisfy enum value set: \
             [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]"
                .to_owned(),
        ),
        (
            "requestTemplates",
            json!({ "a": "b" }),
            400,
            format!("{} (hint: leave it out here)", not_emulated("`requestTemplates`")),
        ),
        (
            "responseTransferMode",
            json!("STREAM"),
            400,
            format!("{} (hint: `BUFFERED` is)", not_emulated("`STREAM` as `responseTransferMode`")),
        ),
        (
            "uri",
            json!("https://example.com"),
            400,
            "Invalid ARN specified in the request".to_owned(),
        ),
        (
            "httpMethod",
            Value::Null,
            400,
            "Enumeration value for HttpMethod must be non-empty".to_owned(),
        ),
        (
            "passthroughBehavior",
            json!("ALWAYS"),
            400,
            "Invalid PassthroughBehavior `ALWAYS`. Valid options are \
             WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER"
                .to_owned(),
        ),
        ("timeoutInMillis", json!(49), 400, timeout.to_owned()),
        ("timeoutInMillis", json!(29_001), 400, timeout.to_owned()),
    ] {
        let mut input = integration("a");
        input[member] = value;
        world.refuses(&format!("{path}/integration"), input, status, &message).await;
    }
}

#[tokio::test]
async fn a_response_that_could_not_be_is_refused() {
    let world = World::new();
    let api = world.api(json!({ "name": "pets" })).await;
    let path = format!("PUT /restapis/{}/resources/{}/methods/GET", api.id, api.root);
    world.done(201, &path, json!({ "authorizationType": "NONE" })).await;
    let response = format!("{path}/responses/200");
    let message = "Invalid model identifier specified: Pet";
    world.refuses(&response, json!({ "responseModels": { "a/b": "Pet" } }), 400, message).await;
    let message = "Invalid mapping expression specified: header.X";
    let input = json!({ "responseParameters": { "header.X": true } });
    world.refuses(&response, input, 400, message).await;
    let message = "1 validation error detected: Value '600' at \
                   'putMethodResponseInput.statusCode' failed to satisfy constraint: Member must \
                   satisfy regular expression pattern: [1-5]\\d\\d";
    world.refuses(&format!("{path}/responses/600"), json!({}), 400, message).await;
}
