//! What an environment is started with: one function version's configuration, as the sandbox sees it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::Image;

/// Memory given to a function, in MB (AWS's word; it means MiB).
///
/// From 128 to 10,240: what functions on Lambda's default compute may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory(u32);

/// A memory size that Lambda does not offer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("MemorySize is {0} MB; it must be from 128 to 10240")]
pub struct MemoryOutOfRange(u32);

impl Memory {
    /// What a function gets that does not ask.
    pub const DEFAULT: Self = Self(128);

    /// In MB.
    pub fn megabytes(self) -> u32 {
        self.0
    }

    /// In bytes.
    pub fn bytes(self) -> u64 {
        u64::from(self.0) * 1024 * 1024
    }
}

impl TryFrom<u32> for Memory {
    type Error = MemoryOutOfRange;

    fn try_from(megabytes: u32) -> Result<Self, MemoryOutOfRange> {
        if (128..=10_240).contains(&megabytes) {
            Ok(Self(megabytes))
        } else {
            Err(MemoryOutOfRange(megabytes))
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} MB", self.0)
    }
}

/// One function version's configuration, as its environments need it.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The function's name.
    pub function: String,
    /// `$LATEST` or a number.
    pub version: String,
    /// What is run.
    pub image: Image,
    /// Arguments that replace the image's own: `ImageConfig.Command`.
    pub command: Vec<String>,
    /// `Environment.Variables`.
    pub variables: BTreeMap<String, String>,
    /// `MemorySize`.
    pub memory: Memory,
    /// `Timeout`: how long one invocation may take, without init.
    pub timeout: Duration,
    /// Where log lines go.
    pub log_group: String,
    /// Region that the function believes to run in.
    pub region: String,
    /// Where the emulator answers AWS calls, as a URL.
    pub endpoint: String,
}
