//! Running programs to their end, and showing all of a failure: the command, and what it wrote.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tokio::process::Command;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package is in a workspace")
        .to_owned()
}

/// Runs a command to its end and answers what it wrote; fails the test, with all there is to see, if the
/// command failed.
pub async fn output(mut command: Command) -> String {
    let shown = format!("{:?}", command.as_std());
    let output = command.output().await.unwrap_or_else(|error| panic!("{shown}: {error}"));
    let Output { status, stdout, stderr } = output;
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(
        status.success(),
        "{shown}\nended with {status}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
    );
    stdout.into_owned()
}

/// Whether a program runs and succeeds, and what it then wrote, on either output.
pub fn probed(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Option<String> {
    let mut command = std::process::Command::new(program);
    let output = command.args(arguments).stdin(Stdio::null()).output().ok()?;
    let both = [output.stdout, output.stderr].concat();
    output.status.success().then(|| String::from_utf8_lossy(&both).into_owned())
}
