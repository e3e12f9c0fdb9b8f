//! `GetPolicy`: who may call a function.

use emulator_front::{Operation, WireError};
use serde::Serialize;

use crate::functions::Functions;
use crate::get_function::Input;
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
    const ROUTE: &'static str = "GET /2015-03-31/functions/{FunctionName}/policy";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<Output, Error> {
        let target =
            Target::read(&input.function_name, input.qualifier.as_deref(), &functions.home)?;
        let function = functions.find(&target).map_err(|_| Error::NoPolicy)?;
        // A policy hangs on the function, on a version or on an alias, never on `$LATEST`.
        if function.policy.is_empty() || target.qualifier.is_some() {
            return Err(Error::NoPolicy);
        }
        Ok(Output {
            policy: policy::text(&function.policy, &target.arn(&functions.home)),
            revision_id: function.configuration.revision.to_string(),
        })
    }
}
