//! Hands the git revision to the crate as `BOOTSTRAP_REVISION`.
//!
//! An image is built where there is no git, so `MANIFOLD_REVISION` comes first. A build without a
//! change runs this again only if that variable or what git's HEAD points to has changed.

use std::{env, path::Path, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=MANIFOLD_REVISION");
    println!("cargo::rustc-env=BOOTSTRAP_REVISION={}", revision());
}

fn revision() -> String {
    if let Some(given) = env::var("MANIFOLD_REVISION").ok().filter(|given| !given.is_empty()) {
        return given;
    }
    watch_head();
    git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".into())
}

/// A branch's tip is in `refs/heads`, or in `packed-refs` after a `git gc`; `HEAD` says which
/// branch it is.
fn watch_head() {
    for name in ["HEAD", "refs/heads", "packed-refs"] {
        // Cargo takes a file that is not there for one that has changed, and would build every
        // time.
        if let Some(path) =
            git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists())
        {
            println!("cargo::rerun-if-changed={path}");
        }
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(arguments)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
