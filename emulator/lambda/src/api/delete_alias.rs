//! `DeleteAlias`: a name less, with the policy that hangs on it.

use emulator_front::{Members, Operation, applied};

use super::get_alias::Input;
use crate::functions::{ChangeError, Functions};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html>
pub(crate) struct DeleteAlias;

impl Operation for DeleteAlias {
    const NAME: &'static str = "DeleteAlias";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "Name"],
        "emulator_lambda::tests::aliases::an_alias_that_is_not_there_is_as_good_as_deleted",
    )];
    const ROUTE: &'static str = "DELETE /2015-03-31/functions/{FunctionName}/aliases/{Name}";
    const STATUS: u16 = 204;
    type Service = Functions;
    type Input = Input;
    type Output = ();
    type Error = ChangeError;

    /// An alias that is not there is as good as deleted.
    async fn call(functions: &Functions, input: Input) -> Result<(), ChangeError> {
        let target = input.target(functions)?;
        if functions.find(&target).is_err() {
            return Ok(());
        }
        let deleted = functions.change(&target, |function| {
            let alias = target.qualifier.as_deref().unwrap_or_default();
            function.aliases.remove(alias);
            function.policies.remove(&target.qualifier);
            Ok(())
        });
        deleted.await
    }
}
