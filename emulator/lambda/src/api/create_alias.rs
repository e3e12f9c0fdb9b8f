//! `CreateAlias`: a name for a version, or for two.

use emulator_front::{Constraints, Members, Operation, WireError, applied};
use serde::Deserialize;

use super::alias_configuration::{
    AliasConfiguration, RoutingConfig, RoutingError, Wanted, constrain_name,
};
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError, Target};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html>
pub(crate) struct CreateAlias;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    name: Option<String>,
    function_version: Option<String>,
    description: Option<String>,
    routing_config: Option<RoutingConfig>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error("Alias already exists: {0}")]
    AlreadyExists(String),
    #[error(transparent)]
    Routing(#[from] RoutingError),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::AlreadyExists(_) => (409, "ResourceConflictException"),
            Self::Routing(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for CreateAlias {
    const NAME: &'static str = "CreateAlias";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "Name", "FunctionVersion", "Description", "RoutingConfig"],
        "emulator_lambda::tests::aliases::an_alias_is_a_name_for_a_version_or_for_two",
    )];
    const ROUTE: &'static str = "POST /2015-03-31/functions/{FunctionName}/aliases";
    const STATUS: u16 = 201;
    type Service = Functions;
    type Input = Input;
    type Output = AliasConfiguration;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<AliasConfiguration, Error> {
        let wanted = Wanted {
            version: input.function_version.as_deref(),
            description: input.description.as_deref(),
            routing: input.routing_config.as_ref(),
        };
        let mut constraints = Constraints::default();
        constrain_name(input.name.as_deref(), &mut constraints);
        constraints.required(wanted.version, "functionVersion");
        wanted.constrain(&mut constraints);
        let function = Some(input.function_name.as_str());
        let target = Grammar::CHANGING.read(function, None, &functions.home, constraints)?;
        // What is not found is named with the version that was asked for.
        let function = target.function;
        let at = |qualifier: Option<String>| Target { function: function.clone(), qualifier };
        let name = input.name.unwrap_or_default();
        let version = at(input.function_version.clone());
        let made = functions.change(&version, |known| {
            if known.aliases.contains_key(&name) {
                let alias = at(Some(name.clone())).arn(&functions.home);
                return Err(Error::AlreadyExists(alias));
            }
            let missing = |version: &str| at(Some(version.to_owned())).arn(&functions.home);
            let alias = wanted.applied(known, None, missing)?;
            known.aliases.insert(name.clone(), alias.clone());
            Ok(alias)
        });
        Ok(AliasConfiguration::of(functions, &function, &name, &made.await?))
    }
}
