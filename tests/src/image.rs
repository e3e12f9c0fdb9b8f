//! The images for containers: that of this repository, by its unmodified Dockerfile, and the probe's.

use std::path::PathBuf;

use tempfile::NamedTempFile;
use tokio::process::Command;

use crate::command::{output, probed, root};

/// A tag of our own, which nobody else's images are under.
pub const TAG: &str = "manifold-tests";

/// The program of both images.
const PROGRAM: &str = "var/runtime/bootstrap";

/// Whether a Docker engine answers here; if not, a sentence about it.
///
/// # Errors
///
/// The sentence.
pub fn engine() -> Result<(), String> {
    match probed("docker", &["version", "--format", "{{.Server.Version}}"]) {
        Some(_) => Ok(()),
        None => Err("no Docker engine answers".to_owned()),
    }
}

/// Builds the image of this repository, with stand-ins from this machine, so without a network, and says what
/// it is called. What has not changed since the last time comes from the engine's cache.
pub async fn build() -> &'static str {
    on_stand_ins(&["--only-build", TAG]).await;
    TAG
}

/// The same, and holds it against what the Dockerfile promises. Says what was seen.
pub async fn build_and_hold() -> String {
    on_stand_ins(&[TAG]).await
}

/// Imports the probe as an image under a tag, linked without shared libraries and with nothing beside it. Its
/// program is where the image of this repository has its own.
pub async fn import_probe(tag: &str) {
    let building = tokio::task::spawn_blocking(probe::linked_statically);
    let probe = building.await.expect("the probe is built");
    let archive = NamedTempFile::new().expect("a machine has room for a file");
    let mut pack = Command::new("tar");
    pack.args(["--create", "--transform", &format!("s,^probe$,{PROGRAM},"), "--file"]);
    pack.arg(archive.path()).arg("--directory").args(probe.parent()).arg("probe");
    output(pack).await;
    let mut import = Command::new("docker");
    import.args(["import", "--change", &format!("ENTRYPOINT [\"/{PROGRAM}\"]")]);
    import.args(["--change", "USER 65532:65532"]).arg(archive.path()).arg(tag);
    output(import).await;
}

/// Takes an image back.
pub async fn remove(tag: &str) {
    let mut remove = Command::new("docker");
    remove.args(["image", "rm", tag]);
    output(remove).await;
}

/// A file among those of the Docker tests.
pub fn script(name: &str) -> PathBuf {
    root().join("tests/docker").join(name)
}

async fn on_stand_ins(arguments: &[&str]) -> String {
    output(Command::new(script("stand-in-builder.sh"))).await;
    let mut image = Command::new(script("image.sh"));
    image.args(arguments).env("BUILDER", "manifold-stand-in-builder").env("BASE", "scratch");
    output(image).await
}
