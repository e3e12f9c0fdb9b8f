//! `GetResources`: the whole tree, by path, page by page. The root comes first.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document::{self, Items, Methods};
use super::page::{NotListed, page};
use crate::RestApis;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetResources.html>
pub(crate) struct GetResources;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    position: Option<String>,
    limit: Option<i64>,
    #[serde(default)]
    embed: Vec<String>,
}

impl Operation for GetResources {
    const NAME: &'static str = "GetResources";
    const ROUTE: &'static str = "GET /restapis/{restApiId}/resources";
    const MEMBERS: &'static [Members] = &[
        applied(&["restApiId"], "apigateway::create_resource_and_get_resource_and_get_resources"),
        applied(
            &["embed", "limit"],
            "emulator_apigateway::tests::methods::resources_are_listed_by_path_with_their_methods",
        ),
        applied(
            &["position"],
            "emulator_apigateway::api::page::tests::pages_follow_each_other_until_the_last",
        ),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = Items<document::Resource>;
    type Error = NotListed;

    async fn call(apis: &RestApis, input: Input) -> Result<Items<document::Resource>, NotListed> {
        let methods = Methods::asked(&input.embed);
        apis.read(&input.rest_api_id, |api| {
            let all = api.resources().map(|resource| {
                (resource.path.clone(), document::Resource::new(resource, methods))
            });
            Ok(page(all.collect(), input.position.as_deref(), input.limit)?)
        })
    }
}
