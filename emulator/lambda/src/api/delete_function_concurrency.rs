//! `DeleteFunctionConcurrency`: a function shares the account's concurrency with all others again.

use emulator_front::{Constraints, Members, Operation, WireError, applied};

use super::get_function_concurrency::Input;
use super::put_function_concurrency::OfFunctionsOnly;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html>
pub(crate) struct DeleteFunctionConcurrency;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error(transparent)]
    Qualified(#[from] OfFunctionsOnly),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Qualified(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for DeleteFunctionConcurrency {
    const NAME: &'static str = "DeleteFunctionConcurrency";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName"],
        "emulator_lambda::tests::reservations::a_reservation_is_kept_until_it_is_taken_back",
    )];
    const ROUTE: &'static str = "DELETE /2017-10-31/functions/{FunctionName}/concurrency";
    const STATUS: u16 = 204;
    type Service = Functions;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<(), Error> {
        let name = Some(input.function_name.as_str());
        let constraints = Constraints::default();
        let target = Grammar::CHANGING.read(name, None, &functions.home, constraints)?;
        OfFunctionsOnly::check(&target)?;
        let target = target.explicit();
        let taken_back = functions.change(&target, |function| {
            function.reserved = None;
            function.revise(None);
            Ok(())
        });
        taken_back.await
    }
}
