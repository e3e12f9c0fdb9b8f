//! `api-gateway`: a REST API whose one method is the function.

use futures_util::FutureExt;
use http::Method;
use http::header::ACCEPT;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Expected, Scene};
use crate::aws::{Aws, AwsError};
use crate::function::Function;

const STAGE: &str = "dev";

pub(super) const SCENE: Scene = Scene {
    handler: "api-gateway",
    trigger: "REST API GET /hello",
    note: None,
    expected: Expected::Answer("200 hello lambda", |aws, function| call(aws, function).boxed()),
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RestApi {
    id: String,
    root_resource_id: String,
}

#[derive(Deserialize)]
struct Resource {
    id: String,
}

async fn call(aws: &Aws, function: &Function) -> Result<String, AwsError> {
    let api = deploy(aws, function).await?;
    let source = aws.home.arn("execute-api", &format!("{api}/*/GET/hello"));
    function.permit(aws, "apigateway.amazonaws.com", &source).await?;

    let url = format!("/restapis/{api}/{STAGE}/_user_request_/hello?name=lambda");
    let answer = aws.ask(Method::GET, &url, (ACCEPT.as_str(), "*/*"), "").await?;
    Ok(format!("{} {}", answer.status.as_u16(), answer.text()))
}

/// `GET /hello` in a stage. Gives back the id of the API.
async fn deploy(aws: &Aws, function: &Function) -> Result<String, AwsError> {
    let api: RestApi = aws.rest(Method::POST, "/restapis", json!({ "name": "hello" })).await?;
    let resources = format!("/restapis/{}/resources", api.id);
    let root = format!("{resources}/{}", api.root_resource_id);
    let hello: Resource = aws.rest(Method::POST, &root, json!({ "pathPart": "hello" })).await?;

    let method = format!("{resources}/{}/methods/GET", hello.id);
    let open = json!({ "authorizationType": "NONE" });
    aws.rest::<Value>(Method::PUT, &method, open).await?;
    let proxy = json!({
        "type": "AWS_PROXY",
        "httpMethod": "POST",
        "uri": format!(
            "arn:aws:apigateway:{}:lambda:path/2015-03-31/functions/{}/invocations",
            aws.home.region, function.arn
        ),
    });
    aws.rest::<Value>(Method::PUT, &format!("{method}/integration"), proxy).await?;

    let deployments = format!("/restapis/{}/deployments", api.id);
    aws.rest::<Value>(Method::POST, &deployments, json!({ "stageName": STAGE })).await?;
    Ok(api.id)
}
