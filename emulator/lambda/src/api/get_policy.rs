//! `GetPolicy`: who may call a function.

use emulator_front::{Members, Operation, WireError, applied};
use serde::Serialize;

use crate::api::get_function::Input;
use crate::functions::Functions;
use crate::name::{NameError, Target};
use crate::policy;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>
pub(crate) struct GetPolicy;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    /// JSON text.
    policy: String,
    revision_id: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("The resource you requested does not exist.")]
    NoPolicy,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoPolicy => (404, "ResourceNotFoundException"),
        }
    }
}

impl Operation for GetPolicy {
    const NAME: &'static str = "GetPolicy";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["FunctionName"],
            "emulator_lambda::tests::permitting::a_policy_is_there_once_somebody_is_let_in",
        ),
        applied(
            &["Qualifier"],
            "emulator_lambda::tests::aliases::an_alias_has_a_policy_of_its_own_that_goes_with_it",
        ),
    ];
    const ROUTE: &'static str = "GET /2015-03-31/functions/{FunctionName}/policy";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<Output, Error> {
        let target =
            Target::read(&input.function_name, input.qualifier.as_deref(), &functions.home)?;
        let function = functions.find(&target).map_err(|_| Error::NoPolicy)?.function;
        // A policy hangs on the function, on a version or on an alias, never on `$LATEST`.
        let qualifier = target.qualifier.as_deref();
        let statements = function.policy(qualifier);
        if statements.is_empty() {
            return Err(Error::NoPolicy);
        }
        let revision = function.revision(qualifier).ok_or(Error::NoPolicy)?;
        Ok(Output {
            policy: policy::text(statements, &target.arn(&functions.home)),
            revision_id: revision.to_string(),
        })
    }
}
