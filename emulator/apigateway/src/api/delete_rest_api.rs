//! `DeleteRestApi`: an API goes, with its stages.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use crate::RestApis;
use crate::not_found::NotFound;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteRestApi.html>
pub(crate) struct DeleteRestApi;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
}

impl Operation for DeleteRestApi {
    const NAME: &'static str = "DeleteRestApi";
    const ROUTE: &'static str = "DELETE /restapis/{restApiId}";
    const STATUS: u16 = 202;
    const MEMBERS: &'static [Members] = &[applied(
        &["restApiId"],
        "apigateway::create_rest_api_and_get_rest_api_and_get_rest_apis_and_delete_rest_api",
    )];
    type Service = RestApis;
    type Input = Input;
    type Output = ();
    type Error = NotFound;

    async fn call(apis: &RestApis, input: Input) -> Result<(), NotFound> {
        apis.remove(&input.rest_api_id)
    }
}
