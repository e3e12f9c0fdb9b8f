//! `RemovePermission`: takes back one statement of a policy.

use emulator_front::{Members, Operation, WireError, applied};
use serde::Deserialize;

use crate::api::add_permission::StalePolicy;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{NameError, Target};
use crate::version::is_number;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html>
pub(crate) struct RemovePermission;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    statement_id: String,
    qualifier: Option<String>,
    revision_id: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("No policy found for: {0}")]
    NoSuchFunction(String),
    #[error("Cannot find alias arn: {0}")]
    NoSuchAlias(String),
    #[error("No policy is associated with the given resource.")]
    NoPolicy,
    #[error("Statement {0} is not found in resource policy.")]
    NoSuchStatement(String),
    #[error(transparent)]
    Stale(#[from] StalePolicy),
    /// It went while this was under way.
    #[error(transparent)]
    Gone(#[from] NoSuchFunction),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(_)
            | Self::NoSuchAlias(_)
            | Self::NoPolicy
            | Self::NoSuchStatement(_) => (404, "ResourceNotFoundException"),
            Self::Stale(error) => error.shape(),
            Self::Gone(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for RemovePermission {
    const NAME: &'static str = "RemovePermission";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "StatementId", "Qualifier", "RevisionId"],
        "emulator_lambda::tests::permitting::a_statement_is_taken_back_by_its_id",
    )];
    const ROUTE: &'static str = "DELETE /2015-03-31/functions/{FunctionName}/policy/{StatementId}";
    const STATUS: u16 = 204;
    type Service = Functions;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<(), Error> {
        let target =
            Target::read(&input.function_name, input.qualifier.as_deref(), &functions.home)?;
        let unqualified = target.unqualified();
        let arn = unqualified.arn(&functions.home);
        functions.find(&unqualified).map_err(|_| Error::NoSuchFunction(arn))?;
        let removed = functions.change(&target, |function| {
            let qualifier = target.qualifier.clone();
            let is_alias = qualifier.as_deref().is_some_and(|name| !is_number(name));
            let revision = function.revision(qualifier.as_deref());
            let Some(revision) = revision else {
                let arn = target.arn(&functions.home);
                return Err(if is_alias { Error::NoSuchAlias(arn) } else { Error::NoPolicy });
            };
            let policy = function.policies.get_mut(&qualifier).ok_or(Error::NoPolicy)?;
            let place = policy.iter().position(|statement| statement.id == input.statement_id);
            let place = place.ok_or(Error::NoSuchStatement(input.statement_id))?;
            StalePolicy::unless(input.revision_id.as_deref(), revision)?;
            policy.remove(place);
            function.policies.retain(|_, policy| !policy.is_empty());
            function.revise(qualifier.as_deref());
            Ok(())
        });
        removed.await
    }
}
