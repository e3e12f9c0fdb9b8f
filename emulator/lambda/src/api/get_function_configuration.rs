//! `GetFunctionConfiguration`: how a function is set up.

use emulator_front::{Members, Operation, applied};

use crate::api::function_configuration::FunctionConfiguration;
use crate::api::get_function::{Input, LookUpError};
use crate::functions::Functions;
use crate::name::Target;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>
pub(crate) struct GetFunctionConfiguration;

impl Operation for GetFunctionConfiguration {
    const NAME: &'static str = "GetFunctionConfiguration";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "Qualifier"],
        "emulator_lambda::tests::looking_at_functions::a_function_is_found_by_every_form_of_its_name_and_by_its_version",
    )];
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
