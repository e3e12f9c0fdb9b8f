//! A directory that is this process's alone.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::OpenError;

/// Its rows hold functions' variables, which may be secrets.
const OWN: u32 = 0o700;
const OWN_FILE: u32 = 0o600;

/// What is locked. It stays when it is unlocked, and it is empty.
const LOCK: &str = "lock";

/// Where the rows are.
const DATABASE: &str = "store.sqlite";

/// A directory that is locked for as long as this is held, and no longer than this process lives: the
/// kernel sees to that.
pub(super) struct Directory {
    path: PathBuf,
    lock: File,
}

impl Directory {
    /// Locks a directory, which is made if it is not there.
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Directory { directory: path.to_owned(), source };
        create(path).map_err(failed)?;
        let lock = open(&path.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { directory: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The file of the rows, which is there, though it may be empty.
    pub(super) fn database(&self) -> Result<PathBuf, OpenError> {
        let path = self.path.join(DATABASE);
        let failed = |source| OpenError::Directory { directory: self.path.clone(), source };
        // SQLite gives its other files the mode of this one.
        open(&path).map_err(failed)?;
        Ok(path)
    }
}

impl Drop for Directory {
    /// Closing the file would do, were it not that a process which is being started just now has it open
    /// too, until it becomes another program.
    fn drop(&mut self) {
        if let Err(error) = self.lock.unlock() {
            let directory = self.path.display();
            tracing::warn!(%error, %directory, "a data directory stays locked until the end");
        }
    }
}

/// Makes a directory, and makes sure that it does not go with the power.
fn create(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(OWN).create(path)?;
    match path.canonicalize()?.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(OWN_FILE).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_is_being_started_does_not_keep_a_directory_locked() {
        let folder = tempfile::TempDir::new().unwrap();
        let directory = Directory::take(folder.path()).unwrap();
        // As a child has it between its fork and its exec.
        let inherited = directory.lock.try_clone().unwrap();
        drop(directory);
        drop(Directory::take(folder.path()).unwrap());
        drop(inherited);
    }
}
