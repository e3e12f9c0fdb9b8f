//! The programs of this workspace, built as they are shipped.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::commands::{self, CommandError};

/// The workspace: programs are built in it, and `cargo lambda watch` runs in it.
pub(crate) const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Why there is nothing to measure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("a debug build measures nothing (hint: run it with --release)")]
    Debug,
    #[error("this program does not know where it stands")]
    Nowhere(#[from] io::Error),
    #[error(transparent)]
    Command(#[from] CommandError),
}

/// Builds a package in release. Its program stands beside this one, which is built so itself.
pub(crate) fn release(package: &str) -> Result<PathBuf, BuildError> {
    if cfg!(debug_assertions) {
        return Err(BuildError::Debug);
    }
    let mut cargo = cargo(Path::new(WORKSPACE), "build");
    commands::run(cargo.args(["--release", "--package", package]))?;
    Ok(env::current_exe()?.with_file_name(package))
}

/// The cargo that runs this, for another workspace.
pub(crate) fn cargo(workspace: &Path, command: &str) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(command).arg("--manifest-path").arg(workspace.join("Cargo.toml"));
    cargo
}
