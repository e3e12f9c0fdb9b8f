//! `CreateDeployment`: freezes an API as it is, and points a stage at it.

use std::collections::BTreeMap;

use emulator_front::{
    Members, NotEmulated, Operation, Unapplied, WireError, applied, inert, only, refused,
};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::deployment::{NotDeployed, StagePlan};
use crate::not_found::NotFound;

/// Characters of the longest name of a stage. Source: the API Gateway quotas page.
const LONGEST_NAME: usize = 128;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDeployment.html>
pub(crate) struct CreateDeployment;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    stage_name: Option<String>,
    stage_description: Option<String>,
    description: Option<String>,
    variables: Option<BTreeMap<String, String>>,
    tracing_enabled: Option<bool>,
    #[serde(default)]
    cache_cluster_enabled: Unapplied,
    #[serde(default)]
    cache_cluster_size: Unapplied,
    #[serde(default)]
    canary_settings: Unapplied,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    NotDeployed(#[from] NotDeployed),
    /// AWS's wording as its users quote it; not recorded.
    #[error("Stage name only allows a-zA-Z0-9_-")]
    StageName,
    /// AWS's wording is not recorded.
    #[error("{0} is of a stage; stageName is missing")]
    NoStage(&'static str),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound(error) => error.shape(),
            Self::NotDeployed(error) => error.shape(),
            Self::NotEmulated(_) | Self::StageName | Self::NoStage(_) => {
                (400, "BadRequestException")
            }
        }
    }
}

impl Operation for CreateDeployment {
    const NAME: &'static str = "CreateDeployment";
    const ROUTE: &'static str = "POST /restapis/{restApiId}/deployments";
    const STATUS: u16 = 201;
    const MEMBERS: &'static [Members] = &[
        applied(
            &["restApiId", "stageName"],
            "apigateway::create_deployment_and_get_deployments_and_get_stage_and_get_stages",
        ),
        applied(
            &["description"],
            "emulator_apigateway::tests::operations::a_deployment_points_its_stage_and_is_refused_where_nothing_could_answer",
        ),
        applied(
            &["stageDescription"],
            "emulator_apigateway::tests::operations::a_deployment_points_its_stage_and_is_refused_where_nothing_could_answer",
        ),
        applied(
            &["variables"],
            "emulator_apigateway::tests::calls::stage_variables_pick_the_function_and_stand_in_its_event",
        ),
        inert(&["tracingEnabled"], "there is no X-Ray here"),
        only(
            &["cacheClusterEnabled"],
            &["false"],
            "emulator_apigateway::tests::operations::a_deployment_points_its_stage_and_is_refused_where_nothing_could_answer",
        ),
        refused(&["cacheClusterSize", "canarySettings"]),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = document::Deployment;
    type Error = Error;

    async fn call(apis: &RestApis, mut input: Input) -> Result<document::Deployment, Error> {
        NotEmulated::refuse([
            ("cacheClusterEnabled", &input.cache_cluster_enabled),
            ("cacheClusterSize", &input.cache_cluster_size),
            ("canarySettings", &input.canary_settings),
        ])?;
        if input.tracing_enabled == Some(true) {
            tracing::info!("tracing of a stage has no meaning here: there is no X-Ray");
        }
        let stage = input.stage()?;
        let now = apis.now();
        apis.edit(&input.rest_api_id, |api| {
            Ok((&*api.deploy(input.description, stage, now)?).into())
        })
    }
}

impl Input {
    /// Takes out what concerns the stage.
    fn stage(&mut self) -> Result<Option<StagePlan>, Error> {
        let description = self.stage_description.take();
        let variables = self.variables.take();
        let Some(name) = self.stage_name.take().filter(|name| !name.is_empty()) else {
            return match (description, variables) {
                (Some(_), _) => Err(Error::NoStage("stageDescription")),
                (None, Some(_)) => Err(Error::NoStage("variables")),
                (None, None) => Ok(None),
            };
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        if name.len() > LONGEST_NAME || !name.bytes().all(is_name) {
            return Err(Error::StageName);
        }
        Ok(Some(StagePlan { name, description, variables }))
    }
}
