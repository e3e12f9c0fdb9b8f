//! `GetStages`: all stages of an API, or those of one deployment. There are no pages.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document::{self, Items};
use crate::RestApis;
use crate::not_found::NotFound;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetStages.html>
pub(crate) struct GetStages;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    deployment_id: Option<String>,
}

impl Operation for GetStages {
    const NAME: &'static str = "GetStages";
    const ROUTE: &'static str = "GET /restapis/{restApiId}/stages";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["restApiId"],
            "apigateway::create_deployment_and_get_deployments_and_get_stage_and_get_stages",
        ),
        applied(
            &["deploymentId"],
            "emulator_apigateway::tests::operations::a_deployment_points_its_stage_and_is_refused_where_nothing_could_answer",
        ),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = Items<document::Stage>;
    type Error = NotFound;

    async fn call(apis: &RestApis, input: Input) -> Result<Items<document::Stage>, NotFound> {
        let asked = input.deployment_id.as_deref();
        apis.read(&input.rest_api_id, |api| {
            let stages = api.stages.values();
            let of_deployment =
                stages.filter(|stage| asked.is_none_or(|id| stage.deployment.id == id));
            Ok(Items { item: of_deployment.map(Into::into).collect(), position: None })
        })
    }
}
