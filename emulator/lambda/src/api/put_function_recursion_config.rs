//! `PutFunctionRecursionConfig`: whether a function may cause itself to be invoked, over and over.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::Deserialize;

use super::get_function_recursion_config::Output;
use crate::function::RecursiveLoop;
use crate::functions::{ChangeError, Functions};
use crate::name::Grammar;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html>
pub(crate) struct PutFunctionRecursionConfig;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    recursive_loop: Option<String>,
}

impl Operation for PutFunctionRecursionConfig {
    const NAME: &'static str = "PutFunctionRecursionConfig";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "RecursiveLoop"],
        "emulator_lambda::tests::recursion::loops_are_ended_unless_they_are_allowed",
    )];
    const ROUTE: &'static str = "PUT /2024-08-31/functions/{FunctionName}/recursion-config";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = ChangeError;

    async fn call(functions: &Functions, input: Input) -> Result<Output, ChangeError> {
        let mut constraints = Constraints::default();
        let asked = input.recursive_loop.as_deref();
        constraints.required(asked, "recursiveLoop");
        constraints.one_of(asked, "recursiveLoop", &["Terminate", "Allow"]);
        let name = Some(input.function_name.as_str());
        let target = Grammar::UNQUALIFIED.read(name, None, &functions.home, constraints)?;
        let recursive_loop = match asked {
            Some("Allow") => RecursiveLoop::Allow,
            _ => RecursiveLoop::Terminate,
        };
        let changed = functions.change(&target, |function| {
            function.recursive_loop = recursive_loop;
            Ok::<_, ChangeError>(())
        });
        changed.await?;
        Ok(Output::of(recursive_loop))
    }
}
