//! `GetAlias`: which version a name leads to.

use emulator_front::{Constraints, Members, Operation, WireError, applied};
use serde::Deserialize;

use super::alias_configuration::{AliasConfiguration, constrain_name};
use crate::functions::Functions;
use crate::name::{Grammar, NameError, Target};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html>
pub(crate) struct GetAlias;

/// What names one alias; `DeleteAlias` reads it too.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    name: String,
}

impl Input {
    /// The function, qualified with the alias.
    pub(crate) fn target(self, functions: &Functions) -> Result<Target, NameError> {
        let mut constraints = Constraints::default();
        constrain_name(Some(&self.name), &mut constraints);
        let function = Some(self.function_name.as_str());
        let target = Grammar::CHANGING.read(function, None, &functions.home, constraints)?;
        Ok(Target { function: target.function, qualifier: Some(self.name) })
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("Cannot find alias arn: {0}")]
    NoSuchAlias(String),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchAlias(_) => (404, "ResourceNotFoundException"),
        }
    }
}

impl Operation for GetAlias {
    const NAME: &'static str = "GetAlias";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "Name"],
        "emulator_lambda::tests::aliases::an_alias_is_a_name_for_a_version_or_for_two",
    )];
    const ROUTE: &'static str = "GET /2015-03-31/functions/{FunctionName}/aliases/{Name}";
    type Service = Functions;
    type Input = Input;
    type Output = AliasConfiguration;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<AliasConfiguration, Error> {
        let name = input.name.clone();
        let target = input.target(functions)?;
        let function = functions.find(&target.unqualified()).ok().map(|found| found.function);
        let alias = function.as_ref().and_then(|function| function.aliases.get(&name));
        let alias = alias.ok_or_else(|| Error::NoSuchAlias(target.arn(&functions.home)))?;
        Ok(AliasConfiguration::of(functions, &target.function, &name, alias))
    }
}
