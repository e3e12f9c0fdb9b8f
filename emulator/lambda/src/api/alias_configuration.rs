//! An alias on the wire: as it is shown, and how its routing is read.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Rule, WireError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::alias::{Alias, Shared};
use crate::function::Function;
use crate::functions::Functions;
use crate::name::{FunctionName, Target};
use crate::version::{Version, is_number};

/// Source of the patterns here: the Lambda service model, 2015-03-31.
const NAME: &str = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)";
const VERSION: &str = r"(\$LATEST|[0-9]+)";

/// `AliasConfiguration` in the Lambda service model.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AliasConfiguration {
    alias_arn: String,
    name: String,
    function_version: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_config: Option<RoutingConfig>,
    revision_id: String,
}

/// `AliasRoutingConfiguration` in the Lambda service model.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct RoutingConfig {
    #[serde(default)]
    additional_version_weights: BTreeMap<String, f64>,
}

/// What an alias is to be, as an operation was told; what is absent is not to change.
pub(crate) struct Wanted<'a> {
    pub(crate) version: Option<&'a str>,
    pub(crate) description: Option<&'a str>,
    pub(crate) routing: Option<&'a RoutingConfig>,
}

/// What an alias cannot lead to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RoutingError {
    #[error("Function not found: {0}")]
    NoSuchVersion(String),
    #[error("Number of items in AdditionalVersionWeights cannot be greater than 1")]
    TooMany,
    #[error(
        "Invalid function version {0}. Function version {0} is already included in routing configuration."
    )]
    Twice(Version),
    #[error("$LATEST is not supported for an alias pointing to more than 1 version")]
    LatestShared,
    /// The text is ours: AWS's is not known.
    #[error("versions {0} and {1} have different execution roles, so no alias can lead to both")]
    OtherRole(Version, Version),
}

impl WireError for RoutingError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::NoSuchVersion(_) => (404, "ResourceNotFoundException"),
            Self::TooMany | Self::Twice(_) | Self::LatestShared | Self::OtherRole(..) => {
                (400, "InvalidParameterValueException")
            }
        }
    }
}

impl AliasConfiguration {
    pub(crate) fn of(
        functions: &Functions,
        function: &FunctionName,
        name: &str,
        alias: &Alias,
    ) -> Self {
        let target = Target { function: function.clone(), qualifier: Some(name.to_owned()) };
        Self {
            alias_arn: target.arn(&functions.home),
            name: name.to_owned(),
            function_version: alias.version.to_string(),
            description: alias.description.clone(),
            routing_config: alias.shared.map(|Shared { version, weight }| RoutingConfig {
                additional_version_weights: [(version.to_string(), weight)].into(),
            }),
            revision_id: alias.revision.to_string(),
        }
    }
}

/// Notes what is wrong with an alias's name.
pub(crate) fn constrain_name(name: Option<&str>, constraints: &mut Constraints) {
    constraints.required(name, "name");
    constraints.length(name, "name", 1, 128);
    constraints.pattern(name, "name", NAME, |name| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        !is_number(name) && !name.is_empty() && name.bytes().all(allowed)
    });
}

/// Notes what is wrong with a version that an alias is to lead to, or has to for being listed.
pub(crate) fn constrain_version(version: Option<&str>, constraints: &mut Constraints) {
    constraints.length(version, "functionVersion", 1, 1024);
    constraints.pattern(version, "functionVersion", VERSION, |version| {
        version == "$LATEST" || is_number(version)
    });
}

impl Wanted<'_> {
    /// Notes what is wrong with it whatever function it is for.
    pub(crate) fn constrain(&self, constraints: &mut Constraints) {
        constrain_version(self.version, constraints);
        constraints.length(self.description, "description", 0, 256);
        let Some(RoutingConfig { additional_version_weights: weights }) = self.routing else {
            return;
        };
        let told: Vec<_> =
            weights.iter().map(|(key, weight)| format!("{key}={weight:?}")).collect();
        let told = format!("{{{}}}", told.join(", "));
        let path = "routingConfig.additionalVersionWeights";
        let numeric = weights.keys().all(|key| is_number(key));
        constraints.check(numeric, path, &told, Rule::Worded(
            "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, \
             Member must have length greater than or equal to 1, Member must satisfy regular \
             expression pattern: [0-9]+]",
        ));
        let shares = weights.values().all(|weight| (0.0..=1.0).contains(weight));
        constraints.check(shares, path, &told, Rule::Worded(
            "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, \
             Member must have value greater than or equal to 0.0, Member must not be null]",
        ));
    }

    /// The alias as it is to be: a new one, or what `before` becomes. `missing` is the ARN of a version.
    pub(crate) fn applied(
        &self,
        function: &Function,
        before: Option<&Alias>,
        missing: impl Fn(&str) -> String,
    ) -> Result<Alias, RoutingError> {
        let there = |qualifier: &str| {
            let version = Version::read(qualifier);
            let version = version.filter(|version| function.version(*version).is_some());
            version.ok_or_else(|| RoutingError::NoSuchVersion(missing(qualifier)))
        };
        let version = match (self.version, before) {
            (Some(wanted), _) => there(wanted)?,
            (None, before) => before.map_or(Version::Latest, |alias| alias.version),
        };
        let shared = match self.routing {
            None => before.and_then(|alias| alias.shared),
            Some(RoutingConfig { additional_version_weights: weights }) => {
                if weights.len() > 1 {
                    return Err(RoutingError::TooMany);
                }
                let shared = weights.iter().next();
                shared
                    .map(|(other, &weight)| Ok(Shared { version: there(other)?, weight }))
                    .transpose()?
            }
        };
        if let Some(Shared { version: other, .. }) = shared {
            check_pair(function, version, other)?;
        }
        let description = self.description.map(str::to_owned);
        let description = description.or_else(|| Some(before?.description.clone()));
        Ok(Alias {
            description: description.unwrap_or_default(),
            version,
            shared,
            revision: Uuid::new_v4(),
        })
    }
}

/// Whether two versions can share invocations.
fn check_pair(function: &Function, own: Version, other: Version) -> Result<(), RoutingError> {
    let role = |version| function.version(version).map(|version| &version.role);
    if own == other {
        Err(RoutingError::Twice(own))
    } else if own == Version::Latest {
        Err(RoutingError::LatestShared)
    } else if role(own) != role(other) {
        Err(RoutingError::OtherRole(own, other))
    } else {
        Ok(())
    }
}
