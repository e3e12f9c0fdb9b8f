//! `GetRestApis`: all APIs, by id, page by page.

use emulator_front::{Members, Operation, applied};
use serde::Deserialize;

use super::document::{self, Items};
use super::page::{InvalidLimit, page};
use crate::RestApis;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApis.html>
pub(crate) struct GetRestApis;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    position: Option<String>,
    limit: Option<i64>,
}

impl Operation for GetRestApis {
    const NAME: &'static str = "GetRestApis";
    const ROUTE: &'static str = "GET /restapis";
    const MEMBERS: &'static [Members] = &[applied(
        &["limit", "position"],
        "emulator_apigateway::api::page::tests::pages_follow_each_other_until_the_last",
    )];
    type Service = RestApis;
    type Input = Input;
    type Output = Items<document::RestApi>;
    type Error = InvalidLimit;

    async fn call(apis: &RestApis, input: Input) -> Result<Items<document::RestApi>, InvalidLimit> {
        let all = apis.all(|api| (api.id.clone(), api.into()));
        page(all, input.position.as_deref(), input.limit)
    }
}
