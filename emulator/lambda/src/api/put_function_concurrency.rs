//! `PutFunctionConcurrency`: sets apart how many invocations of a function may run at once.

use emulator_front::{Constraints, Members, Operation, WireError, applied};
use serde::Deserialize;
use serde_json::{Map, Number, Value};

use crate::api::get_function::Concurrency;
use crate::concurrency::UNRESERVED_MINIMUM;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError, Target};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html>
pub(crate) struct PutFunctionConcurrency;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    reserved_concurrent_executions: Option<Number>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error(transparent)]
    Qualified(#[from] OfFunctionsOnly),
    #[error(
        "Specified ReservedConcurrentExecutions for function decreases account's \
         UnreservedConcurrentExecution below its minimum value of [{UNRESERVED_MINIMUM}]."
    )]
    TooMany,
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

/// A version or an alias, where only a function will do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this \
     operation. Please specify either a function name or an unqualified function ARN."
)]
pub(crate) struct OfFunctionsOnly;

impl OfFunctionsOnly {
    pub(crate) fn check(target: &Target) -> Result<(), Self> {
        if target.qualifier.is_none() { Ok(()) } else { Err(Self) }
    }
}

impl WireError for OfFunctionsOnly {
    fn shape(&self) -> (u16, &'static str) {
        (400, "InvalidParameterValueException")
    }
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Qualified(error) => error.shape(),
            Self::TooMany => (400, "InvalidParameterValueException"),
            Self::NotStored(error) => error.shape(),
        }
    }

    fn members(&self) -> Map<String, Value> {
        match self {
            // Of no type: observed on Lambda.
            Self::TooMany => [("Type".to_owned(), Value::Null)].into_iter().collect(),
            _ => Map::new(),
        }
    }
}

impl Operation for PutFunctionConcurrency {
    const NAME: &'static str = "PutFunctionConcurrency";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "ReservedConcurrentExecutions"],
        "concurrency::a_reservation_lets_in_as_many_and_refuses_the_rest_at_once",
    )];
    const ROUTE: &'static str = "PUT /2017-10-31/functions/{FunctionName}/concurrency";
    type Service = Functions;
    type Input = Input;
    type Output = Concurrency;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<Concurrency, Error> {
        let mut constraints = Constraints::default();
        let asked = input.reserved_concurrent_executions.as_ref().map(whole);
        constraints.required(asked.as_ref(), "reservedConcurrentExecutions");
        constraints.range(asked, "reservedConcurrentExecutions", 0, i64::MAX);
        let name = Some(input.function_name.as_str());
        let target = Grammar::CHANGING.read(name, None, &functions.home, constraints)?;
        OfFunctionsOnly::check(&target)?;
        let reserved = u32::try_from(asked.unwrap_or_default()).unwrap_or(u32::MAX);

        let target = target.explicit();
        let kept = functions.change(&target, |function| {
            // Whoever changes something is the only one, so this does not move meanwhile.
            let others = functions.unreserved_concurrency() + function.reserved.unwrap_or_default();
            if others.saturating_sub(reserved) < UNRESERVED_MINIMUM {
                return Err(Error::TooMany);
            }
            function.reserved = Some(reserved);
            function.revise(None);
            Ok(())
        });
        kept.await?;
        Ok(Concurrency::of(reserved))
    }
}

/// A number without its fraction, as Lambda takes it.
#[expect(clippy::cast_possible_truncation, reason = "that is what it is for")]
fn whole(number: &Number) -> i64 {
    number.as_i64().unwrap_or_else(|| number.as_f64().unwrap_or(f64::MAX) as i64)
}
