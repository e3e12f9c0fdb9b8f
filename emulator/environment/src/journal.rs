//! One environment's log stream, and the end of it that a caller may have asked for.

use bytes::Bytes;
use emulator_clock::Clock;
use emulator_logs::StreamWriter;

/// How much of an invocation's log `LogType=Tail` shows, in bytes.
///
/// Source: `LogType` in the Lambda API reference.
const TAIL: usize = 4096;

pub(crate) struct Journal {
    stream: StreamWriter,
    clock: Clock,
    tail: Option<Vec<u8>>,
}

impl Journal {
    pub(crate) fn new(stream: StreamWriter, clock: Clock) -> Self {
        Self { stream, clock, tail: None }
    }

    /// Keeps the end of what is written from here on.
    pub(crate) fn keep_tail(&mut self) {
        self.tail = Some(Vec::new());
    }

    /// What was kept, if anything was to be.
    pub(crate) fn take_tail(&mut self) -> Option<Bytes> {
        let tail = self.tail.take()?;
        let surplus = tail.len().saturating_sub(TAIL);
        Some(Bytes::copy_from_slice(&tail[surplus..]))
    }

    /// Writes one line, which ends with its newline, if it has one.
    pub(crate) fn put(&mut self, line: impl Into<Box<str>>) {
        let line = line.into();
        if let Some(tail) = &mut self.tail {
            tail.extend_from_slice(line.as_bytes());
            if !line.ends_with('\n') {
                // The last words of a process that is gone: nothing comes to end their line.
                tail.push(b'\n');
            }
            if tail.len() > 4 * TAIL {
                tail.drain(..tail.len() - TAIL);
            }
        }
        self.stream.put(self.clock.now(), line);
    }
}
