//! A tracer in a container's output: shows that what was printed before it has arrived.
//!
//! What a function prints takes a longer way than its calls, through the container's shim and the
//! engine, and neither says how far it is. But output is never overtaken by output. So the emulator
//! writes a text that nobody else knows into the container's own pipes, and when it comes out at this
//! end, all that was printed before is here. The text itself is taken out again.
//!
//! That needs an engine on this machine, and the right to open the container's pipes: root has it.

use std::path::PathBuf;

use rustix::fs::{FileType, Mode, OFlags, fstat, open};
use rustix::io::write;
use uuid::Uuid;

/// The text: short enough that the kernel writes it in one piece, and nothing that a function prints.
pub(super) type Text = [u8; 18];

pub(super) fn text() -> Text {
    let mut text = [0; 18];
    text[1..17].copy_from_slice(Uuid::new_v4().as_bytes());
    text
}

/// The inner ends of a container's outputs.
pub(super) struct Outlets {
    text: Text,
    pipes: Vec<Outlet>,
    /// How many texts have been written, into all pipes together.
    written: u64,
}

struct Outlet {
    path: PathBuf,
    /// Device and number of the pipe: the function may put something else in its place later.
    identity: (u64, u64),
}

impl Outlets {
    /// `None` if they cannot be opened from here. `pid` is the container's first process, and it is
    /// for the caller to know that it is one of this machine.
    pub(super) fn of(pid: i64, text: Text) -> Option<Self> {
        let mut pipes: Vec<Outlet> = Vec::new();
        for number in [1, 2] {
            let path = PathBuf::from(format!("/proc/{pid}/fd/{number}"));
            let (_, identity) = open_pipe(&path)?;
            if pipes.iter().all(|known| known.identity != identity) {
                pipes.push(Outlet { path, identity });
            }
        }
        Some(Self { text, pipes, written: 0 })
    }

    /// Writes the text behind everything that has been printed. How many of them will have come out when
    /// this one has; `None` if it could not be written.
    pub(super) fn write(&mut self) -> Option<u64> {
        for outlet in &self.pipes {
            let (pipe, identity) = open_pipe(&outlet.path)?;
            if identity != outlet.identity || write(&pipe, &self.text) != Ok(self.text.len()) {
                return None;
            }
            self.written += 1;
        }
        Some(self.written)
    }
}

fn open_pipe(path: &PathBuf) -> Option<(rustix::fd::OwnedFd, (u64, u64))> {
    // Without waiting: a pipe that is full is no reason to stand still.
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let pipe = open(path, flags, Mode::empty()).ok()?;
    let found = fstat(&pipe).ok()?;
    let is_pipe = FileType::from_raw_mode(found.st_mode) == FileType::Fifo;
    is_pipe.then_some((pipe, (found.st_dev, found.st_ino)))
}

/// Takes the text out of one output, wherever that was cut into pieces.
pub(super) struct Strainer {
    text: Text,
    /// The end of what has come, if it may be the beginning of the text.
    held: Vec<u8>,
}

impl Strainer {
    pub(super) fn new(text: Text) -> Self {
        Self { text, held: Vec::new() }
    }

    /// What the function printed of this piece, and how many texts came with it.
    pub(super) fn strain(&mut self, piece: &[u8]) -> (Vec<u8>, u64) {
        let mut rest = std::mem::take(&mut self.held);
        rest.extend_from_slice(piece);
        let (mut printed, mut texts) = (Vec::with_capacity(rest.len()), 0);
        while let Some(at) = rest.windows(self.text.len()).position(|window| window == self.text) {
            printed.extend(rest.drain(..at));
            rest.drain(..self.text.len());
            texts += 1;
        }
        let held = (1..self.text.len()).rev().find(|&length| rest.ends_with(&self.text[..length]));
        self.held = rest.split_off(rest.len() - held.unwrap_or_default());
        printed.append(&mut rest);
        (printed, texts)
    }

    /// What looked like a beginning, once nothing more can come.
    pub(super) fn rest(self) -> Vec<u8> {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pipe_takes_the_text_and_a_file_that_replaced_it_does_not() {
        let (_reader, writer) = std::io::pipe().unwrap();
        let path =
            PathBuf::from(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&writer)));
        let (_, identity) = open_pipe(&path).unwrap();
        let mut outlets =
            Outlets { text: text(), pipes: vec![Outlet { path, identity }], written: 0 };
        assert_eq!(outlets.write(), Some(1));
        assert_eq!(outlets.write(), Some(2));

        let file = tempfile::NamedTempFile::new().unwrap();
        outlets.pipes[0].path = file.path().to_owned();
        assert_eq!(outlets.write(), None);
        assert_eq!(std::fs::read(file.path()).unwrap(), b"");
    }

    proptest! {
        #[test]
        fn what_was_printed_comes_out_whole_however_it_was_cut(
            // Of few letters, among them the text's first, so that much looks like its beginning.
            printed in prop::collection::vec(prop::collection::vec(0..2u8, 0..20), 1..6),
            cuts in prop::collection::vec(1..9usize, 200),
        ) {
            let text = [0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 9, 0, 1, 9, 0];
            let stream = printed.join(&text[..]);
            let mut strainer = Strainer::new(text);
            let (mut out, mut texts, mut rest) = (Vec::new(), 0, &stream[..]);
            for cut in cuts {
                let (piece, later) = rest.split_at(cut.min(rest.len()));
                let (printed, more) = strainer.strain(piece);
                out.extend(printed);
                texts += more;
                rest = later;
            }
            out.extend(strainer.rest());
            prop_assert_eq!(out, printed.concat());
            prop_assert_eq!(texts, printed.len() as u64 - 1);
        }
    }
}
