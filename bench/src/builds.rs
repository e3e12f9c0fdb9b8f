//! The programs that are measured, built as they are shipped.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// The workspace: both programs are built in it, and `cargo lambda watch` runs in it.
pub(crate) const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Why there is nothing to measure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("a debug build measures nothing (hint: cargo bench-all)")]
    Debug,
    #[error("cargo cannot be run")]
    NoCargo(#[from] io::Error),
    #[error("{package} was not built ({status})")]
    NotBuilt { package: &'static str, status: ExitStatus },
}

/// Where the programs are.
pub(crate) struct Programs {
    pub(crate) emulator: PathBuf,
    pub(crate) bootstrap: PathBuf,
}

impl Programs {
    /// Builds both in release. They stand beside this program, which is built so itself.
    pub(crate) fn build() -> Result<Self, BuildError> {
        if cfg!(debug_assertions) {
            return Err(BuildError::Debug);
        }
        // One by one: together, cargo would give each the features that the other needs.
        build("bootstrap")?;
        build("emulator")?;
        let here = env::current_exe()?;
        let beside = |name: &str| here.with_file_name(name);
        Ok(Self { emulator: beside("emulator"), bootstrap: beside("bootstrap") })
    }
}

fn build(package: &'static str) -> Result<(), BuildError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--package", package, "--manifest-path"])
        .arg(Path::new(WORKSPACE).join("Cargo.toml"))
        .status()?;
    if status.success() { Ok(()) } else { Err(BuildError::NotBuilt { package, status }) }
}
