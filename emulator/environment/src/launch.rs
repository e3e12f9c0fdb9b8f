//! What an environment is started with: one function version's configuration, as the sandbox sees it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::Image;

/// The version of a function that changes with it.
const LATEST: &str = "$LATEST";

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

/// How an environment's log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Lambda's own lines are text, and every line is kept.
    #[default]
    Text,
    /// Lambda's own lines are JSON documents, and lines below a level are dropped.
    Json {
        /// Of lines that the function prints.
        application: LogLevel,
        /// Of Lambda's own lines.
        system: LogLevel,
    },
}

/// How much a log line matters; the least first.
///
/// Source: `ApplicationLogLevel` in the Lambda service model, 2015-03-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// `TRACE`
    Trace,
    /// `DEBUG`
    Debug,
    /// `INFO`
    Info,
    /// `WARN`
    Warn,
    /// `ERROR`
    Error,
    /// `FATAL`
    Fatal,
}

impl LogLevel {
    /// Reads a level, however it is written: `INFO` and `info` are one.
    pub fn read(text: &str) -> Option<Self> {
        let levels = [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error, Self::Fatal];
        levels.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(text))
    }

    /// As the API and log lines spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
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
    /// What replaces the image's own entry point: `ImageConfig.EntryPoint`. Empty if nothing does.
    pub entry_point: Vec<String>,
    /// Arguments that replace the image's own: `ImageConfig.Command`. Empty if nothing does.
    pub command: Vec<String>,
    /// What replaces the image's own working directory: `ImageConfig.WorkingDirectory`.
    pub working_directory: Option<String>,
    /// `Environment.Variables`.
    pub variables: BTreeMap<String, String>,
    /// `MemorySize`.
    pub memory: Memory,
    /// `EphemeralStorage.Size`: room in `/tmp`, in MB.
    pub storage: u32,
    /// `Timeout`: how long one invocation may take, without init.
    pub timeout: Duration,
    /// Where log lines go.
    pub log_group: String,
    /// How platform lines look, and which lines are kept: `LoggingConfig`.
    pub log_format: LogFormat,
    /// Region that the function believes to run in.
    pub region: String,
}

impl Launch {
    /// Whether this is the version that changes with its function; a published one never does.
    pub(crate) fn is_latest(&self) -> bool {
        self.version == LATEST
    }
}
