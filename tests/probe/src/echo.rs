//! `Echo`: everything the probe can see, in one answer.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::{env, io};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::runtime_api::Note;

/// What the probe was sent, and where it finds itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Echo {
    /// The event.
    pub event: Value,
    /// Every header that came with the event, by its name in lower case.
    pub headers: BTreeMap<String, String>,
    /// Every environment variable.
    pub environment: BTreeMap<String, String>,
    /// The command line, after the program.
    pub arguments: Vec<String>,
    /// Where the process was started.
    pub working_directory: String,
    /// The process id.
    pub pid: u32,
    /// Which invocation of this process it is, from 1.
    pub invocation: u64,
    /// What the Runtime API answered during this invocation and the one before, in order.
    pub notes: Vec<Note>,
}

impl Echo {
    /// An echo of an invocation, with what this process can see by itself.
    pub(crate) fn of(
        event: Value,
        headers: BTreeMap<String, String>,
        invocation: u64,
        notes: Vec<Note>,
    ) -> io::Result<Self> {
        Ok(Self {
            event,
            headers,
            environment: env::vars_os().map(|(name, value)| (text(&name), text(&value))).collect(),
            arguments: env::args_os().skip(1).map(|argument| text(&argument)).collect(),
            working_directory: text(env::current_dir()?.as_os_str()),
            pid: std::process::id(),
            invocation,
            notes,
        })
    }
}

fn text(raw: &OsStr) -> String {
    raw.to_string_lossy().into_owned()
}
