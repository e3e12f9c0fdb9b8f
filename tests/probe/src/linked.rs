//! The probe for images that hold nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the probe without shared libraries, and says where it then is.
///
/// # Panics
///
/// If it cannot be built, or if what runs is no test of this workspace: then nobody knows where.
pub fn linked_statically() -> PathBuf {
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let test = std::env::current_exe().expect("a running test knows its executable");
    let target = test.ancestors().nth(3).expect("a test is three folders deep in target's");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "probe", "--bin", "probe", "--target", &platform])
        .arg("--target-dir")
        .arg(target)
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .expect("cargo can be run");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join(platform).join("debug/probe")
}
