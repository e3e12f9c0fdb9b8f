//! The environment variables that a function is given.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Rule};
use serde::Deserialize;

use super::SettingsError;

/// Variables that only the platform sets, but for those that no variable may be called: `_HANDLER` and
/// `_X_AMZN_TRACE_ID` begin with an underscore.
///
/// Source: "Defined runtime environment variables" in the Lambda Developer Guide.
const RESERVED: [&str; 19] = [
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Environment {
    #[serde(default)]
    pub(super) variables: BTreeMap<String, String>,
}

impl Environment {
    pub(super) fn constrain(&self, constraints: &mut Constraints) {
        let named = self.variables.keys().all(|name| is_variable(name));
        constraints.check_secret(named, "environment.variables", Rule::Worded(
            "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: \
             [a-zA-Z]([a-zA-Z0-9_])+]",
        ));
    }

    /// Refuses variables that cannot be set.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let reserved: Vec<_> =
            RESERVED.into_iter().filter(|name| self.variables.contains_key(*name)).collect();
        if !reserved.is_empty() {
            return Err(SettingsError::ReservedVariables(reserved.join(", ")));
        }
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
