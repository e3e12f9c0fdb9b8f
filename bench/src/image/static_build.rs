//! The bootstrap as the Dockerfile builds it, where there is no engine to read the Dockerfile.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

use super::recipe::Recipe;
use crate::builds;
use crate::commands;

const DOCKERFILE: &str = include_str!("../../../Dockerfile");

/// Builds it in `target`, and puts it where it is wanted.
pub(crate) fn make(recipe: &Recipe, target: &Path, binary: &Path) -> Result<(), Box<dyn Error>> {
    let triple = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    let mut cargo = builds::cargo(&recipe.workspace, "build");
    cargo.env("RUSTFLAGS", flags()).env("MANIFOLD_REVISION", "unknown");
    cargo.args(["--release", "--locked", "--package", "bootstrap", "--target", &triple]);
    cargo.arg("--target-dir").arg(target);
    if let Some(handlers) = &recipe.handlers {
        cargo.args(["--no-default-features", "--features", handlers]);
    }
    commands::run(&mut cargo)?;
    fs::copy(target.join(triple).join("release/bootstrap"), binary)?;
    Ok(())
}

fn flags() -> &'static str {
    let flags = DOCKERFILE.lines().find_map(|line| line.strip_prefix("ENV RUSTFLAGS=\""));
    flags.and_then(|flags| flags.strip_suffix('"')).expect("the Dockerfile says them on one line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_are_those_of_the_dockerfile() {
        assert!(flags().contains("+crt-static"));
    }
}
