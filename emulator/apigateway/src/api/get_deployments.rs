//! `GetDeployments`: the deployments of an API, by id, page by page.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document::{self, Items};
use super::page::{NotListed, page};
use crate::RestApis;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetDeployments.html>
pub(crate) struct GetDeployments;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    position: Option<String>,
    limit: Option<i64>,
}

impl Operation for GetDeployments {
    const NAME: &'static str = "GetDeployments";
    const ROUTE: &'static str = "GET /restapis/{restApiId}/deployments";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["restApiId"],
            "apigateway::create_deployment_and_get_deployments_and_get_stage_and_get_stages",
        ),
        applied(
            &["limit", "position"],
            "emulator_apigateway::api::page::tests::pages_follow_each_other_until_the_last",
        ),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = Items<document::Deployment>;
    type Error = NotListed;

    async fn call(apis: &RestApis, input: Input) -> Result<Items<document::Deployment>, NotListed> {
        apis.read(&input.rest_api_id, |api| {
            let all = api.deployments.iter().map(|it| (it.id.clone(), (&**it).into()));
            Ok(page(all.collect(), input.position.as_deref(), input.limit)?)
        })
    }
}
