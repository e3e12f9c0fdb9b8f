//! `GetAccountSettings`: the limits of the account, and what of them is in use.

use emulator_front::{Members, Operation};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

use crate::concurrency::ACCOUNT;
use crate::functions::Functions;

/// Sizes of code, in bytes: in all, of a package unzipped, of a package. Nothing here stores packages.
///
/// Source: the Lambda quotas page.
const TOTAL_CODE: u64 = 322_122_547_200;
const UNZIPPED_CODE: u64 = 262_144_000;
const ZIPPED_CODE: u64 = 52_428_800;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html>
pub(crate) struct GetAccountSettings;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    account_limit: Limit,
    account_usage: Usage,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Limit {
    total_code_size: u64,
    code_size_unzipped: u64,
    code_size_zipped: u64,
    concurrent_executions: u32,
    unreserved_concurrent_executions: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Usage {
    /// 0 for images, on AWS too.
    total_code_size: u64,
    function_count: usize,
}

impl Operation for GetAccountSettings {
    const NAME: &'static str = "GetAccountSettings";
    const MEMBERS: &'static [Members] = &[];
    const ROUTE: &'static str = "GET /2016-08-19/account-settings";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = Infallible;

    async fn call(functions: &Functions, _: Input) -> Result<Output, Infallible> {
        Ok(Output {
            account_limit: Limit {
                total_code_size: TOTAL_CODE,
                code_size_unzipped: UNZIPPED_CODE,
                code_size_zipped: ZIPPED_CODE,
                concurrent_executions: ACCOUNT,
                unreserved_concurrent_executions: functions.unreserved_concurrency(),
            },
            account_usage: Usage { total_code_size: 0, function_count: functions.all().len() },
        })
    }
}
