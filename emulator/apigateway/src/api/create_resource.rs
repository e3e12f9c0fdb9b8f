//! `CreateResource`: a path part below another.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document::{self, Methods};
use crate::RestApis;
use crate::rest_api::NotAdded;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html>
pub(crate) struct CreateResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    parent_id: String,
    path_part: String,
}

impl Operation for CreateResource {
    const NAME: &'static str = "CreateResource";
    const ROUTE: &'static str = "POST /restapis/{restApiId}/resources/{parentId}";
    const STATUS: u16 = 201;
    const MEMBERS: &'static [Members] = &[applied(
        &["parentId", "pathPart", "restApiId"],
        "apigateway::create_resource_and_get_resource_and_get_resources",
    )];
    type Service = RestApis;
    type Input = Input;
    type Output = document::Resource;
    type Error = NotAdded;

    async fn call(apis: &RestApis, input: Input) -> Result<document::Resource, NotAdded> {
        apis.edit(&input.rest_api_id, |api| {
            let added = api.add_resource(&input.parent_id, &input.path_part)?;
            Ok(document::Resource::new(added, Methods::Named))
        })
    }
}
