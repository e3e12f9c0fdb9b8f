//! One environment's log stream, and the end of it that a caller may have asked for.
//!
//! What is written here is also told to subscribers of the [Telemetry API](crate::telemetry): they get all
//! of it, whatever the log's format and levels leave out.

use bytes::Bytes;
use emulator_clock::Clock;
use emulator_logs::StreamWriter;
use serde::Deserialize;

use crate::platform::{Event, Schema};
use crate::telemetry::{Record, Telemetry};
use crate::{LogFormat, LogLevel};

/// How much of an invocation's log `LogType=Tail` shows, in bytes.
///
/// Source: `LogType` in the Lambda API reference.
const TAIL: usize = 4096;

pub(crate) struct Journal {
    stream: StreamWriter,
    clock: Clock,
    format: LogFormat,
    tail: Option<Vec<u8>>,
    pub(crate) telemetry: Telemetry,
}

impl Journal {
    pub(crate) fn new(
        stream: StreamWriter,
        clock: Clock,
        format: LogFormat,
        telemetry: Telemetry,
    ) -> Self {
        Self { stream, clock, format, tail: None, telemetry }
    }

    /// Keeps the end of what is written from here on.
    pub(crate) fn keep_tail(&mut self) {
        self.tail = Some(Vec::new());
    }

    /// What was kept, if anything was to be. Records in JSON are kept whole.
    pub(crate) fn take_tail(&mut self) -> Option<Bytes> {
        let tail = self.tail.take()?;
        let mut start = tail.len().saturating_sub(TAIL);
        if start > 0 && self.format != LogFormat::Text {
            let cut = tail[start - 1..].iter().position(|&byte| byte == b'\n');
            start += cut.unwrap_or(TAIL);
        }
        Some(Bytes::copy_from_slice(&tail[start..]))
    }

    /// Writes what Lambda itself has to say.
    pub(crate) fn tell(&mut self, event: Event) {
        let now = self.clock.now();
        let line = match self.format {
            LogFormat::Text => event.line(),
            LogFormat::Json { system, .. } if event.level() < system => None,
            LogFormat::Json { .. } => {
                event.document(now, Schema::Structured).map(|document| document + "\n")
            }
        };
        if let Some(line) = line {
            self.keep(&line);
            self.stream.put(now, line);
        }
        self.telemetry.tell(now, || Record::Platform(event));
    }

    /// Writes one line of the function's, which ends with its newline, if it has one.
    pub(crate) fn put(&mut self, line: impl Into<Box<str>>) {
        let line = line.into();
        let now = self.clock.now();
        self.keep(&line);
        self.telemetry.tell(now, || Record::Function(line.clone()));
        if self.wants(&line) {
            self.stream.put(now, line);
        }
    }

    /// Writes one line of an extension's.
    pub(crate) fn put_of_extension(&mut self, line: Box<str>) {
        let now = self.clock.now();
        self.keep(&line);
        self.telemetry.tell(now, || Record::Extension(line.clone()));
        self.stream.put(now, line);
    }

    fn keep(&mut self, line: &str) {
        let Some(tail) = &mut self.tail else { return };
        tail.extend_from_slice(line.as_bytes());
        if !line.ends_with('\n') {
            // The last words of a process that is gone: nothing comes to end their line.
            tail.push(b'\n');
        }
        if tail.len() > 4 * TAIL {
            // One byte more than is shown, which tells whether the first line is a whole one.
            tail.drain(..tail.len() - TAIL - 1);
        }
    }

    /// Whether a line is above the level that its function has set. Only a JSON document has a level.
    fn wants(&self, line: &str) -> bool {
        match self.format {
            LogFormat::Json { application, .. } => {
                level(line).is_none_or(|level| level >= application)
            }
            LogFormat::Text => true,
        }
    }
}

/// The level of a line that is a JSON document; `INFO` if it names none that there is.
fn level(line: &str) -> Option<LogLevel> {
    #[derive(Deserialize)]
    struct Leveled {
        level: Option<serde_json::Value>,
    }
    if !line.starts_with('{') {
        return None;
    }
    let Leveled { level } = serde_json::from_str(line).ok()?;
    let named = level.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let levels = [
        LogLevel::Trace,
        LogLevel::Debug,
        LogLevel::Info,
        LogLevel::Warn,
        LogLevel::Error,
        LogLevel::Fatal,
    ];
    let found = levels.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(named));
    Some(found.unwrap_or(LogLevel::Info))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<LogLevel>) {
        assert_eq!(level(line), expected, "{line}");
    }

    #[test]
    fn only_json_documents_have_a_level() {
        check("plain text\n", None);
        check("[\"a list\"]\n", None);
        check("{not quite}\n", None);
        check("{\"level\":\"warn\",\"message\":\"x\"}\n", Some(LogLevel::Warn));
        check("{\"level\":\"FATAL\"}\n", Some(LogLevel::Fatal));
        check("{\"level\":\"loud\"}\n", Some(LogLevel::Info));
        check("{\"level\":30}\n", Some(LogLevel::Info));
        check("{\"message\":\"x\"}\n", Some(LogLevel::Info));
    }
}
