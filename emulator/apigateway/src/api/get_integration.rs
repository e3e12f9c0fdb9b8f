//! `GetIntegration`: what stands behind a method.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::not_found::NotFound;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetIntegration.html>
pub(crate) struct GetIntegration;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    resource_id: String,
    http_method: String,
}

impl Operation for GetIntegration {
    const NAME: &'static str = "GetIntegration";
    const ROUTE: &'static str =
        "GET /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration";
    const MEMBERS: &'static [Members] = &[applied(
        &["httpMethod", "resourceId", "restApiId"],
        "apigateway::put_integration_and_get_integration_and_put_integration_response",
    )];
    type Service = RestApis;
    type Input = Input;
    type Output = document::Integration;
    type Error = NotFound;

    async fn call(apis: &RestApis, input: Input) -> Result<document::Integration, NotFound> {
        apis.read(&input.rest_api_id, |api| {
            let resource = api.resource(&input.resource_id)?;
            let integration = resource.method(&input.http_method)?.integration()?;
            Ok(document::Integration::new(integration, &resource.id))
        })
    }
}
