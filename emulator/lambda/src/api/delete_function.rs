//! `DeleteFunction`: the function, its policy and its environments; not its logs.

use emulator_front::{Members, Operation, WireError, applied};

use crate::api::get_function::Input;
use crate::function::Function;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{LATEST, NameError, Target};
use crate::version::{Version, is_number};

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
    /// The wording is a plausible one: AWS's is not known.
    #[error("Unable to delete version because the following aliases reference it: [{0}]")]
    Referenced(String),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Latest | Self::Alias => (400, "InvalidParameterValueException"),
            Self::Referenced(_) => (409, "ResourceConflictException"),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for DeleteFunction {
    const NAME: &'static str = "DeleteFunction";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["FunctionName"],
            "emulator_lambda::tests::removing_functions::a_function_that_is_removed_is_gone_and_its_name_is_free",
        ),
        applied(
            &["Qualifier"],
            "emulator_lambda::tests::versions::a_version_is_deleted_by_its_number_and_the_number_is_not_given_again",
        ),
    ];
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
            Some(version) if is_number(version) => {
                let unqualified = target.unqualified();
                functions.change(&unqualified, |function| delete_version(function, version)).await
            }
            Some(_) => Err(Error::Alias),
        }
    }
}

/// A version that is not there is as good as deleted.
fn delete_version(function: &mut Function, number: &str) -> Result<(), Error> {
    let Some(Version::Published(number)) = Version::read(number) else { return Ok(()) };
    let version = Version::Published(number);
    let leads_there = function.aliases.iter().filter(|(_, alias)| alias.leads_to(version));
    let aliases: Vec<_> = leads_there.map(|(name, _)| name.as_str()).collect();
    if !aliases.is_empty() {
        return Err(Error::Referenced(aliases.join(", ")));
    }
    let removed = function.versions.remove(&number);
    function.policies.remove(&Some(number.to_string()));
    if removed.is_some() && number == function.last_version {
        function.revise(None);
    }
    Ok(())
}
