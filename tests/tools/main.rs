//! Tests with tools that a machine may not have: the real AWS CLI, Docker, SAM's own translator.
//!
//! A test whose tool is absent is skipped, and its line says why. `MANIFOLD_REQUIRE=docker,awscli,sam`
//! turns the absences that it names into failures.

// Said to be test code, as all of it is, for clippy to allow `unwrap` outside test functions too.
#![cfg(test)]

mod command;
mod requirement;

mod image;
mod page;
mod template;
mod transcript;

use std::process::ExitCode;

use libtest_mimic::Arguments;
use requirement::Required;

fn main() -> ExitCode {
    let required = Required::read();
    let mut trials = Vec::from(transcript::trials(&required));
    trials.extend([page::trial(&required), template::trial(&required)]);
    trials.extend(image::trials(&required));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
