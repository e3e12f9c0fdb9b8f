//! One version's configuration as it is stored.

use std::collections::BTreeMap;
use std::time::Duration;

use emulator_environment::{Image, LogFormat, LogLevel, Memory, MemoryOutOfRange, RunsAs};
use serde::{Deserialize, Serialize};
use time::UtcDateTime;
use uuid::Uuid;

use crate::configuration::{Configuration, ImageConfig};
use crate::name::FunctionName;
use crate::version::Version;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigurationRecord {
    role: String,
    description: String,
    timeout_seconds: u64,
    memory_mb: MemoryRecord,
    storage_mb: u32,
    image_uri: String,
    image_digest: String,
    /// Absent in what was stored before there were two ways.
    #[serde(default)]
    runs_as: RunsAsRecord,
    variables: Option<BTreeMap<String, String>>,
    entry_point: Vec<String>,
    command: Vec<String>,
    working_directory: Option<String>,
    log_group: Option<String>,
    /// `None` is text.
    log_levels: Option<LevelsRecord>,
    revision: Uuid,
    modified: UtcDateTime,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct MemoryRecord(Memory);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelsRecord {
    application: LevelRecord,
    system: LevelRecord,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct LevelRecord(LogLevel);

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RunsAsRecord {
    #[default]
    Process,
    Container,
}

impl RunsAsRecord {
    fn of(runs_as: RunsAs) -> Self {
        match runs_as {
            RunsAs::Process => Self::Process,
            RunsAs::Container => Self::Container,
        }
    }

    fn read(self) -> RunsAs {
        match self {
            Self::Process => RunsAs::Process,
            Self::Container => RunsAs::Container,
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a log level")]
struct NotALevel(String);

impl From<&Configuration> for ConfigurationRecord {
    fn from(configuration: &Configuration) -> Self {
        let configuration = configuration.clone();
        Self {
            role: configuration.role,
            description: configuration.description,
            timeout_seconds: configuration.timeout.as_secs(),
            memory_mb: MemoryRecord(configuration.memory),
            storage_mb: configuration.storage,
            image_uri: configuration.image.uri,
            image_digest: configuration.image.digest,
            runs_as: RunsAsRecord::of(configuration.image.runs_as),
            variables: configuration.variables,
            entry_point: configuration.image_config.entry_point,
            command: configuration.image_config.command,
            working_directory: configuration.image_config.working_directory,
            log_group: configuration.log_group,
            log_levels: match configuration.log_format {
                LogFormat::Text => None,
                LogFormat::Json { application, system } => Some(LevelsRecord {
                    application: LevelRecord(application),
                    system: LevelRecord(system),
                }),
            },
            revision: configuration.revision,
            modified: configuration.modified,
        }
    }
}

impl ConfigurationRecord {
    pub(super) fn read(self, name: FunctionName, version: Version) -> Configuration {
        Configuration {
            name,
            version,
            role: self.role,
            description: self.description,
            timeout: Duration::from_secs(self.timeout_seconds),
            memory: self.memory_mb.0,
            storage: self.storage_mb,
            image: Image {
                runs_as: self.runs_as.read(),
                uri: self.image_uri,
                digest: self.image_digest,
            },
            variables: self.variables,
            image_config: ImageConfig {
                entry_point: self.entry_point,
                command: self.command,
                working_directory: self.working_directory,
            },
            log_group: self.log_group,
            log_format: match self.log_levels {
                None => LogFormat::Text,
                Some(LevelsRecord { application, system }) => {
                    LogFormat::Json { application: application.0, system: system.0 }
                }
            },
            revision: self.revision,
            modified: self.modified,
            deployment: Uuid::new_v4(),
        }
    }
}

impl TryFrom<u32> for MemoryRecord {
    type Error = MemoryOutOfRange;

    fn try_from(megabytes: u32) -> Result<Self, MemoryOutOfRange> {
        Memory::try_from(megabytes).map(Self)
    }
}

impl From<MemoryRecord> for u32 {
    fn from(MemoryRecord(memory): MemoryRecord) -> Self {
        memory.megabytes()
    }
}

impl TryFrom<String> for LevelRecord {
    type Error = NotALevel;

    fn try_from(text: String) -> Result<Self, NotALevel> {
        LogLevel::read(&text).map(Self).ok_or(NotALevel(text))
    }
}

impl From<LevelRecord> for String {
    fn from(LevelRecord(level): LevelRecord) -> Self {
        level.as_str().to_owned()
    }
}
