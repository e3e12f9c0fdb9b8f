//! The programs that functions run: where `cargo test --workspace` leaves them, and some of our own.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// The binary of the image.
pub fn bootstrap() -> PathBuf {
    beside_this_test("bootstrap")
}

/// The emulator, for what is about its process.
pub fn emulator() -> PathBuf {
    beside_this_test("emulator")
}

/// The function that does what its event asks.
pub fn probe() -> PathBuf {
    beside_this_test("probe")
}

/// Makes a directory in `folder` with the extension that says what it is told, under this name.
pub fn extensions(folder: &Path, name: &str) -> PathBuf {
    let directory = folder.join("extensions");
    fs::create_dir(&directory).expect("a folder of ours can be written to");
    symlink(beside_this_test("extension"), directory.join(name)).expect("and linked into");
    directory
}

/// Writes a function that is a shell script into `folder`, where it is called `script`.
pub fn script(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("script");
    fs::write(&path, format!("#!/bin/sh\n{text}")).expect("a folder of ours can be written to");
    make_executable(&path);
    path
}

/// Puts another program in the place of a file, as a build does: under a new inode.
pub fn replace(path: &Path, program: &Path) {
    let new = path.with_extension("new");
    fs::copy(program, &new).expect("a program can be copied");
    make_executable(&new);
    fs::rename(&new, path).expect("a file in our folder can be replaced");
}

fn make_executable(path: &Path) {
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(path, mode).expect("a file of ours can be made executable");
}

/// A test runs in `target/<profile>/deps`; programs are one floor up.
fn beside_this_test(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a running test knows its executable");
    let profile = test.ancestors().nth(2).expect("a test is two folders deep in target");
    let program = profile.join(name);
    assert!(
        program.exists(),
        "{} is not there (hint: cargo build -p bootstrap -p extension -p probe -p emulator)",
        program.display()
    );
    program
}
