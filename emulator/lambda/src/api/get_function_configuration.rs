//! `GetFunctionConfiguration`: how a function is set up.

use emulator_front::Operation;

use crate::function_configuration::FunctionConfiguration;
use crate::functions::Functions;
use crate::get_function::{Input, LookUpError};
use crate::name::Target;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>
pub(crate) struct GetFunctionConfiguration;

impl Operation for GetFunctionConfiguration {
    const NAME: &'static str = "GetFunctionConfiguration";
    const ROUTE: &'static str = "GET /2015-03-31/functions/{FunctionName}/configuration";
    type Service = Functions;
    type Input = Input;
    type Output = FunctionConfiguration;
    type Error = LookUpError;

    async fn call(
        functions: &Functions,
        input: Input,
    ) -> Result<FunctionConfiguration, LookUpError> {
        let target =
            Target::read(&input.function_name, input.qualifier.as_deref(), &functions.home)?;
        let configuration = functions.find(&target)?.configuration;
        Ok(configuration.shown(target.arn(&functions.home)))
    }
}
