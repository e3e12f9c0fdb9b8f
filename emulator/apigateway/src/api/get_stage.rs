//! `GetStage`: which deployment a stage's name stands for.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::not_found::NotFound;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetStage.html>
pub(crate) struct GetStage;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    stage_name: String,
}

impl Operation for GetStage {
    const NAME: &'static str = "GetStage";
    const ROUTE: &'static str = "GET /restapis/{restApiId}/stages/{stageName}";
    const MEMBERS: &'static [Members] = &[applied(
        &["restApiId", "stageName"],
        "apigateway::create_deployment_and_get_deployments_and_get_stage_and_get_stages",
    )];
    type Service = RestApis;
    type Input = Input;
    type Output = document::Stage;
    type Error = NotFound;

    async fn call(apis: &RestApis, input: Input) -> Result<document::Stage, NotFound> {
        apis.read(&input.rest_api_id, |api| Ok(api.stage(&input.stage_name)?.into()))
    }
}
