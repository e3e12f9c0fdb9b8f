//! Copies of programs that published versions keep, whatever becomes of the files.
//!
//! In memory they go with the emulator, even one that is killed; in a directory they outlast it.

use std::collections::HashMap;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use rustix::fs::{MemfdFlags, memfd_create};

use crate::digest;

/// Programs by digest.
pub(super) struct Copies {
    /// Where they are kept; `None` is memory.
    directory: Option<PathBuf>,
    /// Those in memory.
    held: Mutex<HashMap<String, File>>,
}

impl Copies {
    pub(super) fn in_memory() -> Self {
        Self { directory: None, held: Mutex::default() }
    }

    /// Those that are in `directory`, which need not be there, and more.
    pub(super) fn kept_in(directory: PathBuf) -> Self {
        Self { directory: Some(directory), held: Mutex::default() }
    }

    /// Keeps the bytes of `program`, which have that digest.
    ///
    /// # Errors
    ///
    /// If they have another one by now, or cannot be copied.
    pub(super) fn keep(&self, digest: &str, program: &Path) -> io::Result<()> {
        if self.path(digest).is_some() {
            return Ok(());
        }
        let bytes = fs::read(program)?;
        if digest::of(&bytes) != digest {
            return Err(io::Error::other("it has changed meanwhile (hint: try again)"));
        }
        if let Some(directory) = &self.directory {
            return write_to(directory, digest, &bytes);
        }
        let held = hold(digest, &bytes)?;
        self.held().insert(digest.to_owned(), held);
        Ok(())
    }

    /// Where the bytes with that digest can be run, if they are kept.
    pub(super) fn path(&self, digest: &str) -> Option<PathBuf> {
        if let Some(directory) = &self.directory {
            return Some(directory.join(digest)).filter(|path| path.is_file());
        }
        // Of this process, for a script's interpreter opens it after its own descriptors are closed.
        let descriptor = self.held().get(digest)?.as_raw_fd();
        Some(format!("/proc/{}/fd/{descriptor}", std::process::id()).into())
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, File>> {
        self.held.lock().expect("nothing panics while it holds this")
    }
}

/// Bytes that can be run and have no name.
fn hold(name: &str, bytes: &[u8]) -> io::Result<File> {
    let mut file = File::from(memfd_create(name, MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.set_permissions(Permissions::from_mode(0o555))?;
    // Nobody can run what is open for writing, so it is opened once more, for reading.
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Writes a file whole, or not at all.
fn write_to(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(0o555))?;
    file.as_file().sync_all()?;
    file.persist(directory.join(name))?;
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;

    const SCRIPT: &[u8] = b"#!/bin/sh\necho old\n";

    fn program(folder: &TempDir) -> PathBuf {
        let path = folder.path().join("program");
        fs::write(&path, SCRIPT).unwrap();
        path
    }

    #[track_caller]
    fn runs(copies: &Copies) {
        let path = copies.path(&digest::of(SCRIPT)).unwrap();
        assert_eq!(Command::new(path).output().unwrap().stdout, b"old\n");
    }

    #[test]
    fn what_is_kept_runs_after_its_file_has_changed() {
        let folder = TempDir::new().unwrap();
        let in_directory = || Copies::kept_in(folder.path().join("kept"));
        for copies in [Copies::in_memory(), in_directory()] {
            let program = program(&folder);
            assert_eq!(copies.path(&digest::of(SCRIPT)), None);
            copies.keep(&digest::of(SCRIPT), &program).unwrap();
            fs::remove_file(&program).unwrap();
            copies.keep(&digest::of(SCRIPT), &program).unwrap();
            runs(&copies);
        }
        runs(&in_directory());
    }

    #[test]
    fn bytes_that_have_changed_are_not_kept_for_others() {
        let folder = TempDir::new().unwrap();
        let copies = Copies::in_memory();
        assert!(copies.keep(&digest::of(b"others"), &program(&folder)).is_err());
        assert_eq!(copies.path(&digest::of(b"others")), None);
    }
}
