//! A copy of the workspace with twelve handlers: those of this repository, and then the same crates
//! again under other names.
//!
//! A copy is added as anybody adds a handler: a crate, a line in `bootstrap/src/image.rs`, a feature and
//! a dependency. It is a package of its own, so the binary has its code as often as there are copies.

mod tables;

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use crate::builds;
use crate::commands;
use tables::with_copy;

const HANDLERS: usize = 12;

/// The files, besides a crate of its own, in which a handler is named.
const TABLES: [&str; 3] = ["Cargo.toml", "bootstrap/Cargo.toml", "bootstrap/src/image.rs"];

/// Makes it anew, and gives the names of its handlers.
pub(crate) fn copy(workspace: &Path, to: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    copy_directory(workspace, to)?;
    let handlers = names(&to.join("handlers"))?;
    let mut all = handlers.clone();
    for (handler, copy) in copies(&handlers) {
        add(to, handler, &copy)?;
        all.push(copy);
    }
    // Cargo.lock has no new member yet. What is in it already stays as it is.
    commands::run(builds::cargo(to, "update").args(["--workspace", "--offline", "--quiet"]))?;
    Ok(all)
}

/// Every handler with its next name, as often as there are handlers wanted.
fn copies(handlers: &[String]) -> impl Iterator<Item = (&String, String)> {
    let copies = (2..).flat_map(move |number| {
        handlers.iter().map(move |handler| (handler, format!("{handler}-{number}")))
    });
    copies.take(HANDLERS.saturating_sub(handlers.len()))
}

fn add(workspace: &Path, handler: &str, copy: &str) -> io::Result<()> {
    let package = workspace.join("handlers").join(copy);
    copy_directory(&workspace.join("handlers").join(handler), &package)?;
    change(&package.join("Cargo.toml"), |manifest| {
        manifest.replace(&format!("\"handler-{handler}\""), &format!("\"handler-{copy}\""))
    })?;
    for table in TABLES {
        change(&workspace.join(table), |table| with_copy(table, handler, copy))?;
    }
    Ok(())
}

/// What is in a directory, in order.
pub(super) fn names(directory: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(directory)?;
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

fn change(file: &Path, change: impl Fn(&str) -> String) -> io::Result<()> {
    fs::write(file, change(&fs::read_to_string(file)?))
}

fn copy_directory(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for name in names(from)? {
        let (from, to) = (from.join(&name), to.join(&name));
        if is_not_the_workspaces(&from) {
            continue;
        }
        if from.is_dir() {
            copy_directory(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// What git keeps, and what cargo has built, which it marks with a tag.
fn is_not_the_workspaces(path: &Path) -> bool {
    path.ends_with(".git") || path.join("CACHEDIR.TAG").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twelve() {
        let handlers = ["a", "b", "c", "d", "e"].map(str::to_owned);
        let copies: Vec<_> = copies(&handlers).map(|(_, copy)| copy).collect();
        assert_eq!(copies, ["a-2", "b-2", "c-2", "d-2", "e-2", "a-3", "b-3"]);
    }
}
