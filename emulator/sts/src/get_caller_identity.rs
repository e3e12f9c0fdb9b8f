//! `GetCallerIdentity`: the account that every ARN of this emulator names.

use std::convert::Infallible;

use emulator_front::{Home, Members, Operation};
use serde::{Deserialize, Serialize};

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(crate) struct GetCallerIdentity;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    arn: String,
    /// The root of an account has the account's number as its id.
    user_id: String,
    account: String,
}

impl Operation for GetCallerIdentity {
    const NAME: &'static str = "GetCallerIdentity";
    const MEMBERS: &'static [Members] = &[];
    type Service = Home;
    type Input = Input;
    type Output = Output;
    type Error = Infallible;

    async fn call(home: &Home, _: Input) -> Result<Output, Infallible> {
        Ok(Output {
            arn: format!("arn:aws:iam::{}:root", home.account),
            user_id: home.account.clone(),
            account: home.account.clone(),
        })
    }
}
