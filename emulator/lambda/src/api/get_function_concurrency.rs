//! `GetFunctionConcurrency`: how many invocations of a function may run at once, if that is set apart.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::{Deserialize, Serialize};

use crate::api::get_function::LookUpError;
use crate::functions::Functions;
use crate::name::Grammar;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html>
pub(crate) struct GetFunctionConcurrency;

/// What names a function; other operations read it too.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) function_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    reserved_concurrent_executions: Option<u32>,
}

impl Operation for GetFunctionConcurrency {
    const NAME: &'static str = "GetFunctionConcurrency";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName"],
        "emulator_lambda::tests::reservations::a_reservation_is_kept_until_it_is_taken_back",
    )];
    const ROUTE: &'static str = "GET /2019-09-30/functions/{FunctionName}/concurrency";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = LookUpError;

    async fn call(functions: &Functions, input: Input) -> Result<Output, LookUpError> {
        let name = Some(input.function_name.as_str());
        let constraints = Constraints::default();
        let target = Grammar::CHANGING.read(name, None, &functions.home, constraints)?;
        let function = functions.find(&target.explicit())?.function;
        Ok(Output { reserved_concurrent_executions: function.reserved })
    }
}
