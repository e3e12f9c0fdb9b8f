//! `GetResource`: one path, and which methods it has.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document::{self, Methods};
use crate::RestApis;
use crate::not_found::NotFound;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetResource.html>
pub(crate) struct GetResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    resource_id: String,
    #[serde(default)]
    embed: Vec<String>,
}

impl Operation for GetResource {
    const NAME: &'static str = "GetResource";
    const ROUTE: &'static str = "GET /restapis/{restApiId}/resources/{resourceId}";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["resourceId", "restApiId"],
            "apigateway::create_resource_and_get_resource_and_get_resources",
        ),
        applied(
            &["embed"],
            "emulator_apigateway::tests::methods::resources_are_listed_by_path_with_their_methods",
        ),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = document::Resource;
    type Error = NotFound;

    async fn call(apis: &RestApis, input: Input) -> Result<document::Resource, NotFound> {
        let methods = Methods::asked(&input.embed);
        apis.read(&input.rest_api_id, |api| {
            Ok(document::Resource::new(api.resource(&input.resource_id)?, methods))
        })
    }
}
