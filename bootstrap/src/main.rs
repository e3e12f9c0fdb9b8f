//! The binary in the image. It decides nothing: see the library.

use std::process::ExitCode;

use bootstrap::{Environment, IMAGE};

fn main() -> ExitCode {
    bootstrap::exit_code(bootstrap::run(&IMAGE, &Environment::read()))
}
