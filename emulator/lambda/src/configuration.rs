//! A function's configuration: what it is, and what its environments are started with.

use std::collections::BTreeMap;
use std::time::Duration;

use emulator_environment::{Image, Launch, Memory};
use emulator_front::{Home, WireError};
use time::UtcDateTime;
use uuid::Uuid;

use crate::name::{FunctionName, LATEST};

/// What a function is, apart from who may call it.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    pub(crate) name: FunctionName,
    /// An IAM role's ARN. Inert: nothing here asks what a role may do.
    pub(crate) role: String,
    pub(crate) description: String,
    pub(crate) timeout: Duration,
    pub(crate) memory: Memory,
    pub(crate) image: Image,
    /// `None` if never given, which is shown differently from none.
    pub(crate) variables: Option<BTreeMap<String, String>>,
    /// `ImageConfig.Command`.
    pub(crate) command: Vec<String>,
    pub(crate) log_group: Option<String>,
    /// Changes with everything else.
    pub(crate) revision: Uuid,
    pub(crate) modified: UtcDateTime,
}

/// Somebody else has changed the function since the caller last looked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias \
     API to retrieve the latest Revision Id"
)]
pub(crate) struct StaleRevision;

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
            role: String::new(),
            description: String::new(),
            timeout: Duration::from_secs(3),
            memory: Memory::DEFAULT,
            image,
            variables: None,
            command: Vec::new(),
            log_group: None,
            revision: Uuid::new_v4(),
            modified: now,
        }
    }

    /// Refuses a revision that is not the latest, if one is given.
    pub(crate) fn expect_revision(&self, given: Option<&str>) -> Result<(), StaleRevision> {
        match given {
            Some(given) if given != self.revision.to_string() => Err(StaleRevision),
            _ => Ok(()),
        }
    }

    pub(crate) fn log_group(&self) -> String {
        self.log_group.clone().unwrap_or_else(|| format!("/aws/lambda/{}", self.name))
    }

    /// Notes that the function is another one since `now`.
    pub(crate) fn modify(&mut self, now: UtcDateTime) {
        self.revise();
        self.modified = now;
    }

    /// Notes that something around the function has changed.
    pub(crate) fn revise(&mut self) {
        self.revision = Uuid::new_v4();
    }

    /// What an environment of this configuration is started with.
    pub(crate) fn launch(&self, home: &Home, endpoint: &str) -> Launch {
        Launch {
            function: self.name.as_str().to_owned(),
            version: LATEST.to_owned(),
            image: self.image.clone(),
            command: self.command.clone(),
            variables: self.variables.clone().unwrap_or_default(),
            memory: self.memory,
            timeout: self.timeout,
            log_group: self.log_group(),
            region: home.region.clone(),
            endpoint: endpoint.to_owned(),
        }
    }
}
