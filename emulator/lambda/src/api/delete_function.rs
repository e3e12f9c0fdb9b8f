//! `DeleteFunction`: the function, its policy and its environments; not its logs.

use emulator_front::{Operation, WireError};

use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::get_function::Input;
use crate::name::{LATEST, NameError, Target, is_version};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html>
pub(crate) struct DeleteFunction;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error("$LATEST version cannot be deleted without deleting the function.")]
    Latest,
    #[error("Deletion of aliases is not currently supported.")]
    Alias,
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Latest | Self::Alias => (400, "InvalidParameterValueException"),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for DeleteFunction {
    const NAME: &'static str = "DeleteFunction";
    const ROUTE: &'static str = "DELETE /2015-03-31/functions/{FunctionName}";
    const STATUS: u16 = 204;
    type Service = Functions;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<(), Error> {
        let target =
            Target::read(&input.function_name, input.qualifier.as_deref(), &functions.home)?;
        match target.qualifier.as_deref() {
            None => functions.delete(&target.function).await,
            Some(LATEST) => Err(Error::Latest),
            // A version that is not there is as good as deleted, on a function that is.
            Some(version) if is_version(version) => {
                functions.find(&target.unqualified())?;
                Ok(())
            }
            Some(_) => Err(Error::Alias),
        }
    }
}
