//! A function's configuration as Lambda shows it.

use std::collections::BTreeMap;

use emulator_environment::LogFormat;
use serde::Serialize;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use uuid::Uuid;

use crate::api::architecture;
use crate::configuration::{self, Configuration};

const LAST_MODIFIED: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+0000");

impl Configuration {
    /// As a list shows it: without its state.
    pub(crate) fn listed(&self, arn: String) -> FunctionConfiguration {
        FunctionConfiguration {
            function_name: self.name.as_str().to_owned(),
            function_arn: arn,
            role: self.role.clone(),
            code_size: 0,
            description: self.description.clone(),
            timeout: self.timeout.as_secs(),
            memory_size: self.memory.megabytes(),
            last_modified: self.modified.format(LAST_MODIFIED).expect("every time has these parts"),
            code_sha256: self.image.digest.clone(),
            version: self.version.to_string(),
            environment: self.variables.clone().map(|variables| Variables { variables }),
            tracing_config: Mode { mode: "PassThrough" },
            revision_id: self.revision.to_string(),
            progress: None,
            package_type: "Image",
            image_config_response: ImageConfigResponse::of(&self.image_config),
            architectures: [architecture::here()],
            ephemeral_storage: Size { size: self.storage },
            snap_start: SnapStart { apply_on: "None", optimization_status: "Off" },
            logging_config: LoggingConfig::of(self),
        }
    }

    /// As whoever asks finds it: every change is done by then.
    pub(crate) fn shown(&self, arn: String) -> FunctionConfiguration {
        FunctionConfiguration { progress: Some(Progress::DONE), ..self.listed(arn) }
    }

    /// As the answer to a change shows it: still under way. Getting done is a change of its own, so the
    /// revision is one that is over by the time anybody could use it.
    pub(crate) fn under_way(&self, arn: String, progress: Progress) -> FunctionConfiguration {
        let revision_id = Uuid::new_v4().to_string();
        FunctionConfiguration { progress: Some(progress), revision_id, ..self.listed(arn) }
    }
}

/// `FunctionConfiguration` in the Lambda service model, as it is for image functions.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FunctionConfiguration {
    function_name: String,
    function_arn: String,
    role: String,
    /// 0 for images, on AWS too.
    code_size: u64,
    description: String,
    /// Seconds.
    timeout: u64,
    /// MB.
    memory_size: u32,
    last_modified: String,
    code_sha256: String,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Variables>,
    tracing_config: Mode,
    revision_id: String,
    #[serde(flatten)]
    progress: Option<Progress>,
    package_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_config_response: Option<ImageConfigResponse>,
    architectures: [&'static str; 1],
    ephemeral_storage: Size,
    snap_start: SnapStart,
    logging_config: LoggingConfig,
}

/// Where a function is between one configuration and the next.
///
/// What takes AWS seconds takes no time here: the answer to a change still shows it under way, and
/// whoever asks again finds it done.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Progress {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_reason_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_update_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_update_status_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_update_status_reason_code: Option<&'static str>,
}

impl Progress {
    pub(crate) const CREATING: Self = Self {
        state: "Pending",
        state_reason: Some("The function is being created."),
        state_reason_code: Some("Creating"),
        last_update_status: None,
        last_update_status_reason: None,
        last_update_status_reason_code: None,
    };

    pub(crate) const UPDATING: Self = Self {
        state: "Active",
        state_reason: None,
        state_reason_code: None,
        last_update_status: Some("InProgress"),
        last_update_status_reason: Some("The function is being created."),
        last_update_status_reason_code: Some("Creating"),
    };

    const DONE: Self = Self {
        state: "Active",
        state_reason: None,
        state_reason_code: None,
        last_update_status: Some("Successful"),
        last_update_status_reason: None,
        last_update_status_reason_code: None,
    };
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Variables {
    variables: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Mode {
    mode: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ImageConfigResponse {
    image_config: ImageConfig,
}

/// Only what was given.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ImageConfig {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entry_point: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    command: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    working_directory: Option<String>,
}

impl ImageConfigResponse {
    fn of(given: &configuration::ImageConfig) -> Option<Self> {
        let configuration::ImageConfig { entry_point, command, working_directory } = given.clone();
        (*given != configuration::ImageConfig::default()).then_some(Self {
            image_config: ImageConfig { entry_point, command, working_directory },
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Size {
    /// MB.
    size: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SnapStart {
    apply_on: &'static str,
    optimization_status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LoggingConfig {
    log_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_log_level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_log_level: Option<&'static str>,
    log_group: String,
}

impl LoggingConfig {
    fn of(configuration: &Configuration) -> Self {
        let (log_format, levels) = match configuration.log_format {
            LogFormat::Text => ("Text", None),
            LogFormat::Json { application, system } => ("JSON", Some((application, system))),
        };
        Self {
            log_format,
            application_log_level: levels.map(|(application, _)| application.as_str()),
            system_log_level: levels.map(|(_, system)| system.as_str()),
            log_group: configuration.log_group(),
        }
    }
}
