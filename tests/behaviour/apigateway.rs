//! The API Gateway API: how a REST API is made. Calls of one are in `triggers.rs`.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::IntegrationType;
use tests::refusal;

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    create_rest_api_and_get_rest_api_and_get_rest_apis_and_delete_rest_api,
    create_resource_and_get_resource_and_get_resources,
    put_method_and_get_method_and_put_method_response,
    put_integration_and_get_integration_and_put_integration_response,
    create_deployment_and_get_deployments_and_get_stage_and_get_stages,
];

/// A client, and an empty REST API: its id, and that of its root resource.
async fn pets(world: &World) -> (Client, String, String) {
    let client = world.apigateway();
    let api = client.create_rest_api().name(world.name("pets")).send().await.unwrap();
    let (id, root) = (api.id().unwrap().to_owned(), api.root_resource_id().unwrap().to_owned());
    (client, id, root)
}

async fn create_rest_api_and_get_rest_api_and_get_rest_apis_and_delete_rest_api(world: &World) {
    let (client, id, root) = pets(world).await;
    let got = client.get_rest_api().rest_api_id(&id).send().await.unwrap();
    assert_eq!((got.name(), got.root_resource_id()), (Some(&*world.name("pets")), Some(&*root)));
    let all = client.get_rest_apis().limit(500).send().await.unwrap();
    assert!(all.items().iter().any(|api| api.id() == Some(&id)), "{all:#?}");

    client.delete_rest_api().rest_api_id(&id).send().await.unwrap();
    let account = world.number();
    assert_eq!(
        refusal(client.get_rest_api().rest_api_id(&id).send().await),
        format!("404 NotFoundException: Invalid API identifier specified {account}:{id}"),
    );
}

async fn create_resource_and_get_resource_and_get_resources(world: &World) {
    let (client, id, root) = pets(world).await;
    let create = client.create_resource().rest_api_id(&id).parent_id(&root).path_part("dogs");
    let dogs = create.clone().send().await.unwrap();
    let got = client.get_resource().rest_api_id(&id).resource_id(dogs.id().unwrap()).send().await;
    assert_eq!(got.unwrap().path(), Some("/dogs"));
    let all = client.get_resources().rest_api_id(&id).send().await.unwrap();
    let mut paths: Vec<_> = all.items().iter().map(|resource| resource.path().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/", "/dogs"]);

    assert_eq!(
        refusal(create.send().await),
        "409 ConflictException: Another resource with the same parent already has this name: dogs",
    );
}

/// Gives the root a method that nobody has to sign in for.
async fn put_get(client: &Client, id: &str, root: &str) {
    let put = client.put_method().rest_api_id(id).resource_id(root).http_method("GET");
    put.authorization_type("NONE").send().await.unwrap();
}

async fn put_method_and_get_method_and_put_method_response(world: &World) {
    let (client, id, root) = pets(world).await;
    put_get(&client, &id, &root).await;
    let response = client.put_method_response().rest_api_id(&id).resource_id(&root);
    response.http_method("GET").status_code("200").send().await.unwrap();

    let got = client.get_method().rest_api_id(&id).resource_id(&root).http_method("GET");
    let got = got.send().await.unwrap();
    assert_eq!(got.authorization_type(), Some("NONE"));
    assert_eq!(got.method_responses().unwrap()["200"].status_code(), Some("200"));
    let missing = client.get_method().rest_api_id(&id).resource_id(&root).http_method("PUT");
    assert_eq!(
        refusal(missing.send().await),
        "404 NotFoundException: Invalid Method identifier specified",
    );
}

async fn put_integration_and_get_integration_and_put_integration_response(world: &World) {
    let (client, id, root) = pets(world).await;
    put_get(&client, &id, &root).await;
    let response = client.put_method_response().rest_api_id(&id).resource_id(&root);
    response.http_method("GET").status_code("200").send().await.unwrap();
    let uri = world.integration_uri(&world.name("greeter"));
    let put = client.put_integration().rest_api_id(&id).resource_id(&root).http_method("GET");
    let put = put.integration_http_method("POST").uri(&uri).r#type(IntegrationType::AwsProxy);
    put.send().await.unwrap();
    let response = client.put_integration_response().rest_api_id(&id).resource_id(&root);
    response.http_method("GET").status_code("200").send().await.unwrap();

    let got = client.get_integration().rest_api_id(&id).resource_id(&root).http_method("GET");
    let got = got.send().await.unwrap();
    assert_eq!(got.r#type(), Some(&IntegrationType::AwsProxy));
    assert_eq!(got.uri(), Some(&*uri));
}

async fn create_deployment_and_get_deployments_and_get_stage_and_get_stages(world: &World) {
    let (client, id, root) = pets(world).await;
    let deploy = || client.create_deployment().rest_api_id(&id).stage_name("prod").send();
    assert_eq!(
        refusal(deploy().await),
        "400 BadRequestException: The REST API doesn't contain any methods",
    );
    put_get(&client, &id, &root).await;
    let put = client.put_integration().rest_api_id(&id).resource_id(&root).http_method("GET");
    let put = put.integration_http_method("POST");
    let put = put.uri(world.integration_uri(&world.name("greeter")));
    put.r#type(IntegrationType::AwsProxy).send().await.unwrap();
    let deployment = deploy().await.unwrap();

    let all = client.get_deployments().rest_api_id(&id).send().await.unwrap();
    assert_eq!(all.items()[0].id(), deployment.id());
    let stage = client.get_stage().rest_api_id(&id).stage_name("prod").send().await.unwrap();
    assert_eq!(stage.deployment_id(), deployment.id());
    let stages = client.get_stages().rest_api_id(&id).send().await.unwrap();
    assert_eq!(stages.item()[0].stage_name(), Some("prod"));
}
