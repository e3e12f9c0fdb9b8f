//! The members that set up a function, as `CreateFunction` and `UpdateFunctionConfiguration` share them.
//!
//! Every member is applied, inert or refused by name; none is only stored. What this slice applies has
//! a field; what has no meaning here is on a short closed list; the rest is refused.

use std::collections::BTreeMap;
use std::time::Duration;

use emulator_environment::Memory;
use emulator_front::{Constraints, Invalid, Rule, WireError};
use serde::Deserialize;
use serde_json::Value;

use crate::configuration::Configuration;

/// Members that say how AWS is to run a function, where nothing here corresponds.
const INERT: [&str; 4] = ["VpcConfig", "KMSKeyArn", "TracingConfig", "CodeSigningConfigArn"];

/// Members that belong to zip packages.
const OF_ZIP: [&str; 3] = ["Runtime", "Handler", "Layers"];

/// Variables that only the platform sets.
///
/// Source: "Defined runtime environment variables" in the Lambda Developer Guide.
const RESERVED: [&str; 21] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
];

/// Largest environment, in bytes of its compact JSON. Source: the Lambda quotas page, 4 KB.
const MAX_ENVIRONMENT: usize = 4096;

/// Source: `RoleArn` in the Lambda service model, 2015-03-31.
const ROLE: &str = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";

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
struct Environment {
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ImageConfig {
    #[serde(default)]
    command: Vec<String>,
    #[serde(default)]
    entry_point: Vec<String>,
    working_directory: Option<String>,
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct LoggingConfig {
    log_format: Option<String>,
    log_group: Option<String>,
    application_log_level: Option<String>,
    system_log_level: Option<String>,
}

/// A setting that a function cannot have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.")]
    OfZip,
    #[error("`{0}` is not emulated (hint: leave it out here)")]
    NotEmulated(String),
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
            Self::Invalid(_) => (400, "ValidationException"),
            Self::OfZip
            | Self::NotEmulated(_)
            | Self::EnvironmentTooLarge(_)
            | Self::ReservedVariables(_) => (400, "InvalidParameterValueException"),
        }
    }
}

impl Settings {
    /// Notes every constraint that the members break.
    pub(crate) fn constrain(&self, constraints: &mut Constraints) {
        if let Some(role) = &self.role {
            constraints.check(is_role(role), "role", role, Rule::Pattern(ROLE));
        }
        constraints.length(self.description.as_deref(), "description", 0, 256);
        constraints.range(self.timeout, "timeout", 1, 900);
        constraints.range(self.memory_size, "memorySize", 128, 10_240);
        let size = self.ephemeral_storage.as_ref().map(|storage| storage.size);
        constraints.range(size, "ephemeralStorage.size", 512, 10_240);
        if let Some(format) = self.logging_config.as_ref().and_then(|c| c.log_format.as_deref()) {
            let known = matches!(format, "JSON" | "Text");
            constraints.check(known, "loggingConfig.logFormat", format, Rule::OneOf(&["JSON", "Text"]));
        }
    }

    /// Refuses what cannot be applied. Comes after [`constrain`](Self::constrain).
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        self.check_others()?;
        let refuse = |name: &str| Err(SettingsError::NotEmulated(name.to_owned()));
        if let Some(image) = &self.image_config {
            if !image.entry_point.is_empty() {
                return refuse("ImageConfig.EntryPoint");
            }
            if image.working_directory.as_ref().is_some_and(|path| !path.is_empty()) {
                return refuse("ImageConfig.WorkingDirectory");
            }
        }
        if self.ephemeral_storage.as_ref().is_some_and(|storage| storage.size != 512) {
            return refuse("EphemeralStorage.Size other than 512");
        }
        if let Some(apply_on) = self.snap_start.as_ref().and_then(|s| s.apply_on.as_deref())
            && apply_on != "None"
        {
            return refuse("SnapStart");
        }
        if let Some(logging) = &self.logging_config {
            if logging.log_format.as_deref() == Some("JSON") {
                return refuse("LoggingConfig.LogFormat JSON");
            }
            if logging.application_log_level.is_some() || logging.system_log_level.is_some() {
                return refuse("LoggingConfig with a log level");
            }
        }
        self.environment.as_ref().map_or(Ok(()), Environment::check)
    }

    fn check_others(&self) -> Result<(), SettingsError> {
        let given = self.others.iter().filter(|(_, value)| !is_nothing(value));
        for (name, _) in given {
            if OF_ZIP.contains(&name.as_str()) {
                return Err(SettingsError::OfZip);
            }
            if !INERT.contains(&name.as_str()) {
                return Err(SettingsError::NotEmulated(name.clone()));
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
            configuration.command = image.command;
        }
        if let Some(logging) = self.logging_config {
            configuration.log_group = logging.log_group;
        }
    }
}

impl Environment {
    fn check(&self) -> Result<(), SettingsError> {
        let reserved: Vec<_> =
            RESERVED.into_iter().filter(|name| self.variables.contains_key(*name)).collect();
        if !reserved.is_empty() {
            return Err(SettingsError::ReservedVariables(reserved.join(", ")));
        }
        let mut constraints = Constraints::default();
        for name in self.variables.keys().filter(|name| !is_variable(name)) {
            let rule = Rule::Pattern("[a-zA-Z]([a-zA-Z0-9_])+");
            constraints.check(false, "environment.variables", name, rule);
        }
        constraints.verdict()?;
        let measured = serde_json::to_string(&self.variables).expect("text is JSON");
        if measured.len() > MAX_ENVIRONMENT {
            return Err(SettingsError::EnvironmentTooLarge(measured));
        }
        Ok(())
    }
}

fn is_variable(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(settings: Value, expected: Result<(), &str>) {
        let settings: Settings = serde_json::from_value(settings).unwrap();
        let mut constraints = Constraints::default();
        settings.constrain(&mut constraints);
        let checked = constraints.verdict().map_err(Into::into).and_then(|()| settings.check());
        assert_eq!(checked.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn what_is_applied_or_inert_is_accepted() {
        check(
            json!({
                "Role": "arn:aws:iam::000000000000:role/lambda", "Timeout": 900, "MemorySize": 128,
                "Environment": {"Variables": {"HANDLER": "s3"}}, "ImageConfig": {"Command": ["s3"]},
                "VpcConfig": {"SubnetIds": ["subnet-1"]}, "TracingConfig": {"Mode": "Active"},
                "Layers": [], "EphemeralStorage": {"Size": 512}, "LoggingConfig": {"LogGroup": "g"},
            }),
            Ok(()),
        );
    }

    #[test]
    fn what_is_not_applied_is_refused_by_name() {
        let zip = "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
        check(json!({"Handler": "index.handler"}), Err(zip));
        for (settings, name) in [
            (json!({"DeadLetterConfig": {"TargetArn": "arn"}}), "DeadLetterConfig"),
            (json!({"Tags": {"a": "b"}}), "Tags"),
            (json!({"ImageConfig": {"EntryPoint": ["/x"]}}), "ImageConfig.EntryPoint"),
            (json!({"LoggingConfig": {"LogFormat": "JSON"}}), "LoggingConfig.LogFormat JSON"),
            (json!({"Invented": 1}), "Invented"),
        ] {
            let text = format!("`{name}` is not emulated (hint: leave it out here)");
            check(settings, Err(&text));
        }
    }

    #[test]
    fn several_bad_values_are_told_at_once() {
        check(
            json!({"Timeout": 0, "MemorySize": 64}),
            Err("2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: \
                 Member must have value greater than or equal to 1; Value '64' at 'memorySize' failed \
                 to satisfy constraint: Member must have value greater than or equal to 128"),
        );
    }

    #[test]
    fn an_environment_has_a_size_and_reserved_names() {
        let fits = "x".repeat(4096 - r#"{"AB":""}"#.len());
        check(json!({"Environment": {"Variables": {"AB": fits}}}), Ok(()));
        let too_large = json!({"Environment": {"Variables": {"AB": format!("{fits}x")}}});
        let error = serde_json::from_value::<Settings>(too_large).unwrap().check().unwrap_err();
        assert!(matches!(error, SettingsError::EnvironmentTooLarge(_)));
        let reserved = json!({"Environment": {"Variables": {"AWS_REGION": "x", "_HANDLER": "y"}}});
        let error = serde_json::from_value::<Settings>(reserved).unwrap().check().unwrap_err();
        assert!(error.to_string().ends_with("used in this request: _HANDLER, AWS_REGION"));
    }
}
