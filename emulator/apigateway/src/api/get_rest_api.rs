//! `GetRestApi`: what an API is.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::not_found::NotFound;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApi.html>
pub(crate) struct GetRestApi;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
}

impl Operation for GetRestApi {
    const NAME: &'static str = "GetRestApi";
    const ROUTE: &'static str = "GET /restapis/{restApiId}";
    const MEMBERS: &'static [Members] = &[applied(
        &["restApiId"],
        "apigateway::create_rest_api_and_get_rest_api_and_get_rest_apis_and_delete_rest_api",
    )];
    type Service = RestApis;
    type Input = Input;
    type Output = document::RestApi;
    type Error = NotFound;

    async fn call(apis: &RestApis, input: Input) -> Result<document::RestApi, NotFound> {
        apis.read(&input.rest_api_id, |api| Ok(api.into()))
    }
}
