//! `GetMethod`: a method, with its integration and what it is declared to answer.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::not_found::NotFound;
use crate::verb::Verb;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetMethod.html>
pub(crate) struct GetMethod;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    resource_id: String,
    http_method: String,
}

impl Operation for GetMethod {
    const NAME: &'static str = "GetMethod";
    const ROUTE: &'static str =
        "GET /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}";
    const MEMBERS: &'static [Members] = &[applied(
        &["httpMethod", "resourceId", "restApiId"],
        "apigateway::put_method_and_get_method_and_put_method_response",
    )];
    type Service = RestApis;
    type Input = Input;
    type Output = document::Method;
    type Error = NotFound;

    async fn call(apis: &RestApis, input: Input) -> Result<document::Method, NotFound> {
        apis.read(&input.rest_api_id, |api| {
            let resource = api.resource(&input.resource_id)?;
            let method = resource.method(&input.http_method)?;
            let verb = Verb::read(&input.http_method).map_err(|_| NotFound::Method)?;
            Ok(document::Method::new(verb, method, &resource.id))
        })
    }
}
