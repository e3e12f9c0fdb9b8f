//! The binary that the image holds: built by cargo, and asked for its handlers.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use serde::Deserialize;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");

/// Why there is no binary.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("cargo cannot be run")]
    NoCargo(#[source] io::Error),
    /// Cargo itself has said why.
    #[error("the bootstrap was not built ({0})")]
    NotBuilt(ExitStatus),
    #[error("cargo built no executable (hint: leave out what asks for less than a build)")]
    NoExecutable,
}

/// Why a binary does not tell its handlers.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error("{path} cannot be run on this machine")]
    NotRun { path: String, source: io::Error },
    #[error("`{path} --list` failed ({status}): {said}")]
    Failed { path: String, status: ExitStatus, said: String },
}

/// What cargo tells of each thing that it has built; much more than this.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}

/// Builds the bootstrap and gives back where it is. Cargo shows its progress on standard error.
pub(crate) fn build(arguments: &[OsString]) -> Result<PathBuf, BuildError> {
    let built = cargo()
        .args(["build", "--package", "bootstrap", "--bin", "bootstrap"])
        .args(["--manifest-path", WORKSPACE, "--message-format", "json-render-diagnostics"])
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .map_err(BuildError::NoCargo)?;
    if !built.status.success() {
        return Err(BuildError::NotBuilt(built.status));
    }
    executable(&String::from_utf8_lossy(&built.stdout)).ok_or(BuildError::NoExecutable)
}

/// The cargo that runs this, without what it says to the program that it runs: some build scripts
/// take that for a change, and build again.
fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|ours| name.to_string_lossy().starts_with(ours))
        {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Cargo names the file itself, wherever profile, target and target directory have put it.
fn executable(messages: &str) -> Option<PathBuf> {
    messages.lines().rev().find_map(|line| serde_json::from_str::<Message>(line).ok()?.executable)
}

/// The names of the handlers in the binary, as it prints them.
pub(crate) fn handlers(bootstrap: &Path) -> Result<Vec<String>, ListError> {
    let path = bootstrap.display().to_string();
    let listed = match Command::new(bootstrap).arg("--list").output() {
        Ok(listed) => listed,
        Err(source) => return Err(ListError::NotRun { path, source }),
    };
    if !listed.status.success() {
        let said = String::from_utf8_lossy(&listed.stderr).trim().to_owned();
        return Err(ListError::Failed { path, status: listed.status, said });
    }
    Ok(String::from_utf8_lossy(&listed.stdout).lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_the_last_one_that_cargo_names() {
        let messages = concat!(
            r#"{"reason":"build-script-executed","package_id":"a"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"serde"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"bootstrap"},"executable":"/t/bootstrap"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
            "\n",
        );
        assert_eq!(executable(messages), Some(PathBuf::from("/t/bootstrap")));
    }

    #[test]
    fn a_check_or_a_library_makes_no_executable() {
        assert_eq!(executable(r#"{"reason":"build-finished","success":true}"#), None);
    }
}
