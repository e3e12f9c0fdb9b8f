//! What a sandbox prints, cut into lines.

use std::io::{self, ErrorKind};

use rustix::io::Errno;
use tokio::net::unix::pipe;

/// Longest line that is kept as one log event, in bytes; a longer one is cut here.
///
/// Source: the largest event that CloudWatch Logs takes, 1 MiB since 2025.
const MAX_LINE: usize = 1024 * 1024;

/// How much is read at once, in bytes: what a pipe holds. Whatever was printed before a given moment is
/// in the pipe at that moment, so this much shows all of it; a function that prints faster than it is
/// read does not keep its driver from anything else.
///
/// Source: pipe(7), the default capacity.
const PIPE: usize = 64 * 1024;

/// The read end of a sandbox's output, with the line that is still being printed.
pub(crate) struct Output {
    pipe: pipe::Receiver,
    partial: Vec<u8>,
}

impl Output {
    pub(crate) fn new(pipe: pipe::Receiver) -> Self {
        Self { pipe, partial: Vec::new() }
    }

    /// Waits until there is something to [take](Self::take), or until the output is closed.
    pub(crate) async fn readable(&self) {
        // An error shows itself again when the pipe is read.
        let _ = self.pipe.readable().await;
    }

    /// Every whole line that has been printed by now, each with its newline. Never waits, and always
    /// ends: what the function printed before it called the Runtime API is in the pipe by then.
    ///
    /// Also says whether the output is still open.
    pub(crate) fn take(&mut self) -> (Vec<Box<str>>, bool) {
        let mut lines = Vec::new();
        let mut chunk = [0; 8 * 1024];
        let mut taken = 0;
        while taken < PIPE {
            match self.read(&mut chunk) {
                Ok(0) => return (lines, false),
                Ok(read) => {
                    taken += read;
                    self.cut(&chunk[..read], &mut lines);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return (lines, true),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return (lines, false),
            }
        }
        (lines, true)
    }

    /// Reads what is there, whether tokio has heard of it yet or not.
    fn read(&self, chunk: &mut [u8]) -> io::Result<usize> {
        match rustix::io::read(&self.pipe, &mut *chunk) {
            // Tokio may believe that there is more, and would say so for ever: it has to see for itself.
            Err(Errno::AGAIN) => self.pipe.try_read(chunk),
            read => Ok(read?),
        }
    }

    /// What was printed last without a newline, once nothing more can come.
    pub(crate) fn rest(&mut self) -> Option<Box<str>> {
        let rest = std::mem::take(&mut self.partial);
        (!rest.is_empty()).then(|| text(&rest))
    }

    fn cut(&mut self, chunk: &[u8], lines: &mut Vec<Box<str>>) {
        for piece in chunk.split_inclusive(|&byte| byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.partial.len() >= MAX_LINE {
                lines.push(text(&self.partial));
                self.partial.clear();
            }
        }
    }
}

fn text(bytes: &[u8]) -> Box<str> {
    String::from_utf8_lossy(bytes).into_owned().into_boxed_str()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[tokio::test]
    async fn lines_come_whole_and_the_last_one_waits_for_its_end() {
        let (read, mut write) = std::io::pipe().unwrap();
        let mut output = Output::new(pipe::Receiver::from_owned_fd(read.into()).unwrap());
        assert_eq!(output.take(), (vec![], true));

        write.write_all(b"one\ntwo\nthr").unwrap();
        assert_eq!(output.take(), (vec!["one\n".into(), "two\n".into()], true));

        write.write_all(b"ee\nfour").unwrap();
        drop(write);
        assert_eq!(output.take(), (vec!["three\n".into()], false));
        assert_eq!(output.rest(), Some("four".into()));
        assert_eq!(output.rest(), None);
    }
}
