//! The API Gateway API, as far as REST APIs in front of functions need it.

mod document;
mod page;

mod create_rest_api;
mod delete_rest_api;
mod get_rest_api;
mod get_rest_apis;

mod create_resource;
mod get_resource;
mod get_resources;

mod get_method;
mod put_method;
mod put_method_response;

mod get_integration;
mod put_integration;
mod put_integration_response;

mod create_deployment;
mod get_deployments;
mod get_stage;
mod get_stages;

use std::sync::Arc;

use emulator_front::{Api, Fault};
use serde_json::{Value, json};

use crate::RestApis;

/// Every operation on REST APIs.
pub fn api(apis: &Arc<RestApis>) -> Api {
    Api::rest_json("apigateway", error_body)
        .on::<create_deployment::CreateDeployment>(apis)
        .on::<create_resource::CreateResource>(apis)
        .on::<create_rest_api::CreateRestApi>(apis)
        .on::<delete_rest_api::DeleteRestApi>(apis)
        .on::<get_deployments::GetDeployments>(apis)
        .on::<get_integration::GetIntegration>(apis)
        .on::<get_method::GetMethod>(apis)
        .on::<get_resource::GetResource>(apis)
        .on::<get_resources::GetResources>(apis)
        .on::<get_rest_api::GetRestApi>(apis)
        .on::<get_rest_apis::GetRestApis>(apis)
        .on::<get_stage::GetStage>(apis)
        .on::<get_stages::GetStages>(apis)
        .on::<put_integration::PutIntegration>(apis)
        .on::<put_integration_response::PutIntegrationResponse>(apis)
        .on::<put_method::PutMethod>(apis)
        .on::<put_method_response::PutMethodResponse>(apis)
}

/// API Gateway's error document; the code is in a header.
fn error_body(fault: &Fault) -> Value {
    json!({ "message": fault.message })
}
