//! A function's configuration: what it is, and what its environments are started with.

use std::collections::BTreeMap;
use std::time::Duration;

use emulator_environment::{Image, Launch, LogFormat, Memory};
use emulator_front::{Home, WireError};
use time::UtcDateTime;
use uuid::Uuid;

use crate::name::FunctionName;
use crate::version::Version;

/// Room in `/tmp` unless a function asks for more, in MB. Source: the API reference.
pub(crate) const STORAGE: u32 = 512;

/// What one version of a function is.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    pub(crate) name: FunctionName,
    pub(crate) version: Version,
    /// An IAM role's ARN. Inert: nothing here asks what a role may do.
    pub(crate) role: String,
    pub(crate) description: String,
    pub(crate) timeout: Duration,
    pub(crate) memory: Memory,
    /// Room in `/tmp`, in MB.
    pub(crate) storage: u32,
    pub(crate) image: Image,
    /// `None` if never given, which is shown differently from none.
    pub(crate) variables: Option<BTreeMap<String, String>>,
    pub(crate) image_config: ImageConfig,
    pub(crate) log_group: Option<String>,
    pub(crate) log_format: LogFormat,
    /// Changes with everything else.
    pub(crate) revision: Uuid,
    pub(crate) modified: UtcDateTime,
    /// Changes with what environments are started with: each belongs to one deployment. Not stored.
    pub(crate) deployment: Uuid,
}

/// What a function has otherwise than its image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ImageConfig {
    /// Empty if that of the image counts.
    pub(crate) entry_point: Vec<String>,
    /// Empty if that of the image counts.
    pub(crate) command: Vec<String>,
    pub(crate) working_directory: Option<String>,
}

/// Somebody else has changed the function since the caller last looked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias \
     API to retrieve the latest Revision Id"
)]
pub(crate) struct StaleRevision;

impl StaleRevision {
    /// Refuses a revision that is not the `latest`, if one is given.
    pub(crate) fn unless(given: Option<&str>, latest: Uuid) -> Result<(), Self> {
        match given {
            Some(given) if given != latest.to_string() => Err(Self),
            _ => Ok(()),
        }
    }
}

impl WireError for StaleRevision {
    fn shape(&self) -> (u16, &'static str) {
        (412, "PreconditionFailedException")
    }
}

impl Configuration {
    /// What a function is that asks for nothing. Source of the defaults: the API reference.
    pub(crate) fn of(name: FunctionName, image: Image, now: UtcDateTime) -> Self {
        Self {
            name,
            version: Version::Latest,
            role: String::new(),
            description: String::new(),
            timeout: Duration::from_secs(3),
            memory: Memory::DEFAULT,
            storage: STORAGE,
            image,
            variables: None,
            image_config: ImageConfig::default(),
            log_group: None,
            log_format: LogFormat::Text,
            revision: Uuid::new_v4(),
            modified: now,
            deployment: Uuid::new_v4(),
        }
    }

    /// Refuses a revision that is not the latest, if one is given.
    pub(crate) fn expect_revision(&self, given: Option<&str>) -> Result<(), StaleRevision> {
        StaleRevision::unless(given, self.revision)
    }

    pub(crate) fn log_group(&self) -> String {
        self.log_group.clone().unwrap_or_else(|| format!("/aws/lambda/{}", self.name))
    }

    /// Notes that the function is another one since `now`: its warm environments are of what it was.
    pub(crate) fn modify(&mut self, now: UtcDateTime) {
        self.revision = Uuid::new_v4();
        self.modified = now;
        self.deployment = Uuid::new_v4();
    }

    /// The same as a version that cannot change.
    pub(crate) fn published(&self, number: u64, description: Option<String>) -> Self {
        Self {
            version: Version::Published(number),
            description: description.unwrap_or_else(|| self.description.clone()),
            revision: Uuid::new_v4(),
            deployment: Uuid::new_v4(),
            ..self.clone()
        }
    }

    /// What an environment of this configuration is started with.
    pub(crate) fn launch(&self, home: &Home) -> Launch {
        Launch {
            function: self.name.as_str().to_owned(),
            version: self.version.to_string(),
            image: self.image.clone(),
            entry_point: self.image_config.entry_point.clone(),
            command: self.image_config.command.clone(),
            working_directory: self.image_config.working_directory.clone(),
            variables: self.variables.clone().unwrap_or_default(),
            memory: self.memory,
            storage: self.storage,
            timeout: self.timeout,
            log_group: self.log_group(),
            log_format: self.log_format,
            region: home.region.clone(),
        }
    }
}
