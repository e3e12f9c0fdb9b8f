//! `GetFunctionRecursionConfig`: what happens to a function that causes itself to be invoked.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::Serialize;

use super::get_function_concurrency::Input;
use crate::api::get_function::LookUpError;
use crate::function::RecursiveLoop;
use crate::functions::Functions;
use crate::name::Grammar;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html>
pub(crate) struct GetFunctionRecursionConfig;

/// What both operations answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    recursive_loop: &'static str,
}

impl Output {
    pub(super) fn of(recursive_loop: RecursiveLoop) -> Self {
        Self {
            recursive_loop: match recursive_loop {
                RecursiveLoop::Allow => "Allow",
                RecursiveLoop::Terminate => "Terminate",
            },
        }
    }
}

impl Operation for GetFunctionRecursionConfig {
    const NAME: &'static str = "GetFunctionRecursionConfig";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName"],
        "emulator_lambda::tests::recursion::loops_are_ended_unless_they_are_allowed",
    )];
    const ROUTE: &'static str = "GET /2024-08-31/functions/{FunctionName}/recursion-config";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = LookUpError;

    async fn call(functions: &Functions, input: Input) -> Result<Output, LookUpError> {
        let name = Some(input.function_name.as_str());
        let constraints = Constraints::default();
        let target = Grammar::UNQUALIFIED.read(name, None, &functions.home, constraints)?;
        Ok(Output::of(functions.find(&target)?.function.recursive_loop))
    }
}
