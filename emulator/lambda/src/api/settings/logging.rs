//! How a function's log looks, and where it goes: `LoggingConfig`.

use emulator_environment::{LogFormat, LogLevel};
use emulator_front::Constraints;
use serde::Deserialize;

use super::SettingsError;
use crate::configuration::Configuration;

/// Source of the names and patterns here: the Lambda service model, 2015-03-31.
const LOG_GROUP: &str = r"[\.\-_/#A-Za-z0-9]+";
const FORMATS: [&str; 2] = ["JSON", "Text"];
const APPLICATION_LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const SYSTEM_LEVELS: [&str; 3] = ["DEBUG", "INFO", "WARN"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct LoggingConfig {
    log_format: Option<String>,
    log_group: Option<String>,
    application_log_level: Option<String>,
    system_log_level: Option<String>,
}

impl LoggingConfig {
    pub(super) fn constrain(&self, constraints: &mut Constraints) {
        let format = self.log_format.as_deref();
        constraints.one_of(format, "loggingConfig.logFormat", &FORMATS);
        let application = self.application_log_level.as_deref();
        constraints.one_of(application, "loggingConfig.applicationLogLevel", &APPLICATION_LEVELS);
        let system = self.system_log_level.as_deref();
        constraints.one_of(system, "loggingConfig.systemLogLevel", &SYSTEM_LEVELS);
        let group = self.log_group.as_deref();
        constraints.length(group, "loggingConfig.logGroup", 1, 512);
        constraints.pattern(group, "loggingConfig.logGroup", LOG_GROUP, is_log_group);
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let leveled = self.application_log_level.is_some() || self.system_log_level.is_some();
        if leveled && !self.is_json() { Err(SettingsError::LevelOfText) } else { Ok(()) }
    }

    /// Replaces the whole, as a capture of 2026 shows; an older one kept what was not given.
    pub(super) fn apply(self, configuration: &mut Configuration) {
        configuration.log_format = self.format();
        configuration.log_group = self.log_group;
    }

    fn format(&self) -> LogFormat {
        if !self.is_json() {
            return LogFormat::Text;
        }
        let level = |given: &Option<String>| {
            given.as_deref().and_then(LogLevel::read).unwrap_or(LogLevel::Info)
        };
        LogFormat::Json {
            application: level(&self.application_log_level),
            system: level(&self.system_log_level),
        }
    }

    fn is_json(&self) -> bool {
        self.log_format.as_deref() == Some("JSON")
    }
}

fn is_log_group(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte))
}
