//! `UpdateAlias`: leads a name to another version, or shares its invocations otherwise.

use emulator_front::{Constraints, Members, Operation, WireError, applied};
use serde::Deserialize;

use super::alias_configuration::{
    AliasConfiguration, RoutingConfig, RoutingError, Wanted, constrain_name,
};
use crate::configuration::StaleRevision;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, NameError, Target};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html>
pub(crate) struct UpdateAlias;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    name: String,
    function_version: Option<String>,
    description: Option<String>,
    routing_config: Option<RoutingConfig>,
    revision_id: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error("Alias not found: {0}")]
    NoSuchAlias(String),
    #[error(transparent)]
    StaleRevision(#[from] StaleRevision),
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
            Self::NoSuchAlias(_) => (404, "ResourceNotFoundException"),
            Self::StaleRevision(error) => error.shape(),
            Self::Routing(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for UpdateAlias {
    const NAME: &'static str = "UpdateAlias";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "Name", "FunctionVersion", "Description", "RoutingConfig", "RevisionId"],
        "emulator_lambda::tests::aliases::an_alias_is_led_elsewhere_and_keeps_what_is_not_said",
    )];
    const ROUTE: &'static str = "PUT /2015-03-31/functions/{FunctionName}/aliases/{Name}";
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
        constrain_name(Some(&input.name), &mut constraints);
        wanted.constrain(&mut constraints);
        let function = Some(input.function_name.as_str());
        let function =
            Grammar::CHANGING.read(function, None, &functions.home, constraints)?.function;
        let at = |qualifier: &str| Target {
            function: function.clone(),
            qualifier: Some(qualifier.to_owned()),
        };
        let alias = at(&input.name);
        let no_such_alias = || Error::NoSuchAlias(alias.arn(&functions.home));
        functions.find(&alias.unqualified()).map_err(|_| no_such_alias())?;
        let changed = functions.change(&alias, |known| {
            let before = known.aliases.get(&input.name).ok_or_else(no_such_alias)?;
            before.expect_revision(input.revision_id.as_deref())?;
            let missing = |version: &str| at(version).arn(&functions.home);
            let after = wanted.applied(known, Some(before), missing)?;
            known.aliases.insert(input.name.clone(), after.clone());
            Ok::<_, Error>(after)
        });
        Ok(AliasConfiguration::of(functions, &function, &input.name, &changed.await?))
    }
}
