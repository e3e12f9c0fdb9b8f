//! `Step`: one thing to ask of the probe, as tests build it and as events carry it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing that the probe does. The table on the front page of the crate has them as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Answers with an [`Echo`](crate::Echo).
    Echo,
    /// Answers with a JSON value.
    Answer(Value),
    /// Answers with text as it is.
    AnswerText(String),
    /// Answers with a JSON string of this many bytes, its quotes included.
    AnswerBytes(usize),
    /// Answers with the bytes of the event.
    AnswerEvent,
    /// Begins to answer in pieces.
    Stream {
        /// Content-Type.
        content_type: String,
        /// Lambda-Runtime-Function-Response-Mode.
        #[serde(default = "streaming", skip_serializing_if = "is_streaming")]
        mode: String,
    },
    /// Sends text as a piece of the answer.
    StreamText(String),
    /// Sends this many bytes as a piece of the answer.
    StreamBytes(usize),
    /// Ends the answer in pieces.
    StreamEnd(StreamEnd),
    /// Answers through `/error`.
    Error {
        /// `errorType` of the body.
        error_type: String,
        /// `errorMessage` of the body.
        error_message: String,
        /// Lambda-Runtime-Function-Error-Type; the type if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<String>,
    },
    /// Sleeps for milliseconds of real time.
    SleepMs(u64),
    /// Sleeps until this many milliseconds after the deadline of the invocation.
    PastDeadlineMs(u64),
    /// Waits at a [`Rendezvous`](crate::Rendezvous) until it is let go.
    Hold(SocketAddr),
    /// Writes lines to standard output.
    Log(Vec<String>),
    /// Writes numbered lines to standard output.
    LogLines {
        /// How many lines.
        count: usize,
        /// What each starts with; a space and the number of the line follow.
        text: String,
    },
    /// Writes text to standard output as it is.
    Stdout(String),
    /// Writes text to standard error as it is.
    Stderr(String),
    /// Panics with a message.
    Panic(String),
    /// Exits with a code.
    Exit(u8),
    /// Aborts the process.
    Abort,
    /// Sends a signal to its own process.
    Kill(Signal),
    /// Takes this many MiB and keeps them.
    AllocateMb(usize),
    /// Gives back all that was allocated.
    Free,
    /// Starts this many threads, which stay.
    Threads(usize),
    /// Fails the first calls, counted across processes.
    FailFirst {
        /// How many calls fail.
        calls: u64,
        /// What is counted: calls with the same key and directory count together.
        key: String,
        /// Where the counter file is.
        #[serde(default = "tmp", skip_serializing_if = "is_tmp")]
        directory: PathBuf,
        /// How to fail, in place of the rest of the script; with an error if not given.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        by: Vec<Step>,
    },
    /// Writes a file.
    Write {
        /// Where to.
        path: PathBuf,
        /// What it holds afterwards.
        text: String,
    },
    /// Writes a file of this many MiB.
    WriteMb {
        /// Where to.
        path: PathBuf,
        /// How much it holds afterwards.
        mb: usize,
    },
    /// Answers with the text of a file.
    Read(PathBuf),
    /// Answers with what a URL answers.
    Fetch(String),
    /// Answers with what came of calling a function.
    Invoke {
        /// Its name, or whatever else it goes by.
        function: String,
        /// What to send it.
        event: Value,
        /// X-Amz-Invocation-Type; a call that is waited for if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invocation_type: Option<String>,
    },
    /// Asks for the next invocation out of turn.
    Next,
    /// Posts an answer under another request id.
    AnswerAs {
        /// The id to claim.
        request_id: String,
        /// The answer.
        value: Value,
    },
}

impl Step {
    /// An error whose header is its type.
    pub fn error(error_type: impl Into<String>, error_message: impl Into<String>) -> Self {
        let (error_type, error_message) = (error_type.into(), error_message.into());
        Self::Error { error_type, error_message, header: None }
    }

    /// A call of a function that is waited for.
    pub fn invoke(function: impl Into<String>, event: Value) -> Self {
        Self::Invoke { function: function.into(), event, invocation_type: None }
    }

    /// The beginning of an answer in pieces, in the mode that there is.
    pub fn stream(content_type: impl Into<String>) -> Self {
        Self::Stream { content_type: content_type.into(), mode: streaming() }
    }

    /// An error for each of the first `calls`, counted in `/tmp`.
    pub fn fail_first(calls: u64, key: impl Into<String>) -> Self {
        Self::FailFirst { calls, key: key.into(), directory: tmp(), by: Vec::new() }
    }

    /// The step's name in a script.
    pub(crate) fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::Object(step)) => step.into_iter().map(|(name, _)| name).collect(),
            Ok(Value::String(name)) => name,
            // Only a path that is not UTF-8 has no JSON.
            _ => format!("{self:?}"),
        }
    }
}

fn tmp() -> PathBuf {
    PathBuf::from("/tmp")
}

fn is_tmp(directory: &Path) -> bool {
    directory == tmp()
}

fn streaming() -> String {
    "streaming".to_owned()
}

fn is_streaming(mode: &str) -> bool {
    mode == streaming()
}

/// How an answer in pieces ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum StreamEnd {
    /// As it should.
    Whole,
    /// With trailers that tell of an error.
    Error {
        /// Lambda-Runtime-Function-Error-Type.
        error_type: String,
        /// Lambda-Runtime-Function-Error-Body: a document in base64.
        body_base64: String,
    },
    /// In the midst: no end is sent, and nothing else either.
    BrokenOff,
}

/// A signal that ends a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// Cannot be caught.
    #[serde(rename = "SIGKILL")]
    Kill,
    /// Says that memory was misused.
    #[serde(rename = "SIGSEGV")]
    SegmentationFault,
    /// Asks to end.
    #[serde(rename = "SIGTERM")]
    Terminate,
}
