//! A file that is run for an image: whether it can run here, and what its bytes are.

use std::fmt::Display;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::{Digest, Sha256};

use crate::digest;

/// A file that cannot be run as a function.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be run as a function: {found}")]
pub struct NotRunnable {
    path: String,
    found: String,
}

/// An executable for this machine, or a script with an interpreter line.
pub(super) struct Program {
    path: PathBuf,
    known: Mutex<Option<Known>>,
}

/// What the bytes were when they were last read.
struct Known {
    stamp: Stamp,
    digest: String,
}

/// Changes whenever a file is written or replaced.
#[derive(PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl Program {
    /// # Errors
    ///
    /// [`NotRunnable`] says what was found instead of a program.
    pub(super) fn at(path: &Path) -> Result<Self, NotRunnable> {
        let real = path.canonicalize().map_err(|error| NotRunnable::new(path, &error))?;
        look_at(&real)?;
        Ok(Self { path: real, known: Mutex::new(None) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// SHA-256 of the bytes, lower-case hex. Reads them only if the file has changed since the last time.
    ///
    /// # Errors
    ///
    /// [`NotRunnable`] if they are no program any more.
    pub(super) fn digest(&self) -> Result<String, NotRunnable> {
        let unreadable = |error| NotRunnable::new(&self.path, &error);
        let stamp = Stamp::of(&fs::metadata(&self.path).map_err(unreadable)?);
        let mut known = self.known.lock().expect("nothing panics while it holds this");
        if let Some(known) = known.as_ref().filter(|known| known.stamp == stamp) {
            return Ok(known.digest.clone());
        }
        look_at(&self.path)?;
        let digest = File::open(&self.path).and_then(|mut file| sha256(&mut file));
        let digest = digest.map_err(unreadable)?;
        *known = Some(Known { stamp, digest: digest.clone() });
        Ok(digest)
    }
}

impl NotRunnable {
    fn new(path: &Path, found: &dyn Display) -> Self {
        Self { path: path.display().to_string(), found: found.to_string() }
    }
}

/// Finds out whether a file can be run.
fn look_at(path: &Path) -> Result<(), NotRunnable> {
    let refuse = |found: &dyn Display| NotRunnable::new(path, found);
    let metadata = fs::metadata(path).map_err(|error| refuse(&error))?;
    if !metadata.is_file() {
        return Err(refuse(&"it is not a file"));
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err(refuse(&"it is not executable (hint: chmod +x)"));
    }
    let head = head(path).map_err(|error| refuse(&error))?;
    check(&head).map_err(|found| refuse(&found))
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

fn sha256(file: &mut File) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            read => hash.update(&chunk[..read]),
        }
    }
    Ok(digest::hex(&hash.finalize()))
}

/// The first bytes of a file: enough for an ELF header.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(20).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a file that starts like this runs on this machine.
///
/// `e_machine` stands at offset 18 of an ELF header; its values are those of the ELF specification.
fn check(head: &[u8]) -> Result<(), String> {
    let here = match std::env::consts::ARCH {
        "x86_64" => 62,
        "aarch64" => 183,
        other => return Err(format!("functions are not run on {other}")),
    };
    match head {
        [b'#', b'!', ..] => Ok(()),
        [0x7f, b'E', b'L', b'F', .., low, high] if head.len() == 20 => {
            let machine = u16::from_le_bytes([*low, *high]);
            if machine == here {
                Ok(())
            } else {
                Err(format!(
                    "it is an executable for {}, and this machine is {}",
                    architecture(machine),
                    std::env::consts::ARCH
                ))
            }
        }
        [] => Err("it is empty".to_owned()),
        _ => {
            Err("it is neither an ELF executable nor a script with an interpreter line".to_owned())
        }
    }
}

fn architecture(machine: u16) -> String {
    match machine {
        3 => "x86".to_owned(),
        40 => "arm".to_owned(),
        62 => "x86_64".to_owned(),
        183 => "aarch64".to_owned(),
        243 => "riscv".to_owned(),
        other => format!("ELF machine {other}"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn elf(machine: u16) -> Vec<u8> {
        let mut head = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0];
        head.extend(machine.to_le_bytes());
        head
    }

    #[test]
    fn only_what_this_machine_can_run_is_a_program() {
        let (here, elsewhere) = if cfg!(target_arch = "x86_64") { (62, 183) } else { (183, 62) };
        assert_eq!(check(&elf(here)), Ok(()));
        assert_eq!(check(b"#!/usr/bin/env python3\n"), Ok(()));
        assert_eq!(check(b""), Err("it is empty".to_owned()));
        assert!(check(&elf(elsewhere)).unwrap_err().starts_with("it is an executable for "));
        assert!(check(b"hello").unwrap_err().starts_with("it is neither an ELF executable"));
        assert!(check(&elf(here)[..19]).is_err());
    }

    #[test]
    fn a_path_without_a_program_is_refused_with_what_was_found() {
        let text = |path: &Path| Program::at(path).err().map(|error| error.to_string()).unwrap();
        assert!(text(Path::new("/nowhere/bootstrap")).contains("No such file or directory"));
        assert!(text(Path::new("/tmp")).ends_with("it is not a file"));
        let plain = tempfile::NamedTempFile::new().unwrap();
        assert!(text(plain.path()).contains("it is not executable"));
    }

    #[test]
    fn a_digest_follows_the_bytes() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"#!/bin/sh\n").unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let program = Program::at(file.path()).unwrap();
        let before = program.digest().unwrap();
        assert_eq!(program.digest().unwrap(), before);
        file.write_all(b"exit 1\n").unwrap();
        assert_ne!(program.digest().unwrap(), before);
    }
}
