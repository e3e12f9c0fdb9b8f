//! The members that set up a function, as `CreateFunction` and `UpdateFunctionConfiguration` share them.
//!
//! Every member is applied, inert or refused by name; none is only stored. What this slice applies has
//! a field; what has no meaning here is on a short closed list; the rest is refused.

mod environment;
mod image_config;
mod logging;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use emulator_environment::Memory;
use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, WireError, applied, inert, only, refused,
};
use serde::Deserialize;
use serde_json::Value;

use crate::configuration::Configuration;
use environment::Environment;
use image_config::ImageConfig;
use logging::LoggingConfig;

/// Members that say how AWS is to run a function, where nothing here corresponds.
const INERT: [&str; 3] = ["VpcConfig", "KMSKeyArn", "TracingConfig"];

/// Members that belong to zip packages.
const OF_ZIP: [&str; 3] = ["Runtime", "Handler", "Layers"];

/// Largest memory of a function on Lambda's default compute, in MB. The model, which knows of others,
/// allows more; Lambda then refuses it in words of its own.
const MAX_MEMORY: i64 = 10_240;

/// Source: `RoleArn` in the Lambda service model, 2015-03-31.
const ROLE: &str = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";

/// What becomes of the members.
pub(crate) const MEMBERS: &[Members] = &[
    applied(
        &["Description", "Timeout", "MemorySize"],
        "emulator_lambda::tests::creating_functions::what_a_function_is_given_is_answered",
    ),
    applied(
        &["Environment"],
        "changes::a_changed_environment_variable_is_seen_by_the_next_invocation",
    ),
    applied(
        &["ImageConfig"],
        "environments::an_entry_point_a_command_and_a_directory_replace_those_of_the_image",
    ),
    applied(&["LoggingConfig"], "log_lines::json_lines_are_kept_by_their_level"),
    only(
        &["EphemeralStorage"],
        &["512", "512 to 10240 with containers"],
        "emulator_lambda::tests::changing_functions::room_in_tmp_is_refused_where_it_cannot_be_limited",
    ),
    only(
        &["SnapStart"],
        &["None"],
        "emulator_lambda::api::settings::tests::what_is_not_applied_is_refused_by_name",
    ),
    inert(&["Role"], "any credentials are accepted, and nothing asks what a role may do"),
    inert(&["VpcConfig"], "functions reach whatever this machine reaches"),
    inert(&["KMSKeyArn"], "nothing is encrypted here"),
    inert(&["TracingConfig"], "there is no X-Ray to send traces to"),
    refused(&[
        "Runtime",
        "Handler",
        "Layers",
        "DeadLetterConfig",
        "FileSystemConfigs",
        "CapacityProviderConfig",
        "DurableConfig",
        "RuntimeConfig",
        "AcceleratorConfig",
    ]),
];

/// The members as they come; each is absent if it is not to change.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Settings {
    pub(crate) role: Option<String>,
    description: Option<String>,
    timeout: Option<i64>,
    memory_size: Option<i64>,
    environment: Option<Environment>,
    image_config: Option<ImageConfig>,
    ephemeral_storage: Option<EphemeralStorage>,
    snap_start: Option<SnapStart>,
    logging_config: Option<LoggingConfig>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct EphemeralStorage {
    size: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SnapStart {
    apply_on: Option<String>,
}

/// A setting that a function cannot have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
    )]
    OfZip,
    #[error("Code signing is not supported for functions created with container images.")]
    CodeSigning,
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(
        "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to {MAX_MEMORY}"
    )]
    MemoryAboveCeiling,
    #[error(
        "LogLevel is not supported when LogFormat is set to \"Text\". Remove LogLevel from your \
         request or change the LogFormat to \"JSON\" and try again."
    )]
    LevelOfText,
    #[error(
        "Lambda was unable to configure your environment variables because the environment variables \
         you have provided exceeded the 4KB limit. String measured: {0}"
    )]
    EnvironmentTooLarge(String),
    #[error(
        "Lambda was unable to configure your environment variables because the environment variables \
         you have provided contains reserved keys that are currently not supported for modification. \
         Reserved keys used in this request: {0}"
    )]
    ReservedVariables(String),
}

impl WireError for SettingsError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::MemoryAboveCeiling => (400, "ValidationException"),
            Self::OfZip
            | Self::CodeSigning
            | Self::NotEmulated(_)
            | Self::LevelOfText
            | Self::EnvironmentTooLarge(_)
            | Self::ReservedVariables(_) => (400, "InvalidParameterValueException"),
        }
    }
}

impl Settings {
    /// Notes every constraint that the members break.
    pub(crate) fn constrain(&self, constraints: &mut Constraints) {
        constraints.pattern(self.role.as_deref(), "role", ROLE, is_role);
        constraints.length(self.description.as_deref(), "description", 0, 256);
        constraints.range(self.timeout, "timeout", 1, 900);
        constraints.range(self.memory_size, "memorySize", 128, 32_768);
        let size = self.ephemeral_storage.as_ref().map(|storage| storage.size);
        constraints.range(size, "ephemeralStorage.size", 512, 10_240);
        let apply_on =
            self.snap_start.as_ref().and_then(|snap_start| snap_start.apply_on.as_deref());
        constraints.one_of(apply_on, "snapStart.applyOn", &["PublishedVersions", "None"]);
        if let Some(environment) = &self.environment {
            environment.constrain(constraints);
        }
        if let Some(image) = &self.image_config {
            image.constrain(constraints);
        }
        if let Some(logging) = &self.logging_config {
            logging.constrain(constraints);
        }
    }

    /// Refuses what cannot be applied, whatever the function runs as. Comes after
    /// [`constrain`](Self::constrain).
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        self.check_others()?;
        if self.memory_size.is_some_and(|megabytes| megabytes > MAX_MEMORY) {
            return Err(SettingsError::MemoryAboveCeiling);
        }
        let apply_on =
            self.snap_start.as_ref().and_then(|snap_start| snap_start.apply_on.as_deref());
        NotEmulated::unless(matches!(apply_on, None | Some("None")), "SnapStart")?;
        self.logging_config.as_ref().map_or(Ok(()), LoggingConfig::check)?;
        self.environment.as_ref().map_or(Ok(()), Environment::check)
    }

    fn check_others(&self) -> Result<(), SettingsError> {
        let given = self.others.iter().filter(|(_, value)| !is_nothing(value));
        for (name, _) in given {
            if OF_ZIP.contains(&name.as_str()) {
                return Err(SettingsError::OfZip);
            }
            if name == "CodeSigningConfigArn" {
                return Err(SettingsError::CodeSigning);
            }
            if !INERT.contains(&name.as_str()) {
                return Err(NotEmulated::Member(name.clone().into()).into());
            }
            tracing::info!(member = name, "accepted; it has no meaning here");
        }
        Ok(())
    }

    /// Sets what is given. Comes after [`check`](Self::check).
    pub(crate) fn apply(self, configuration: &mut Configuration) {
        let numbers = "constrained before it is applied";
        if let Some(role) = self.role {
            configuration.role = role;
        }
        if let Some(description) = self.description {
            configuration.description = description;
        }
        if let Some(seconds) = self.timeout {
            configuration.timeout = Duration::from_secs(seconds.try_into().expect(numbers));
        }
        if let Some(megabytes) = self.memory_size {
            let megabytes = u32::try_from(megabytes).expect(numbers);
            configuration.memory = Memory::try_from(megabytes).expect(numbers);
        }
        if let Some(environment) = self.environment {
            configuration.variables = Some(environment.variables);
        }
        if let Some(image) = self.image_config {
            configuration.image_config = image.into();
        }
        if let Some(logging) = self.logging_config {
            logging.apply(configuration);
        }
        if let Some(storage) = self.ephemeral_storage {
            configuration.storage = u32::try_from(storage.size).expect(numbers);
        }
    }
}

fn is_role(arn: &str) -> bool {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let &["arn", partition, "iam", "", account, resource] = parts.as_slice() else { return false };
    partition.starts_with("aws")
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && resource.strip_prefix("role").is_some_and(|name| {
            name.len() > 1
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@-_/".contains(&b))
        })
}

/// `null`, `{}`, `[]` and `""` ask for nothing.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.values().all(is_nothing),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
