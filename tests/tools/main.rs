//! Tests with tools that a machine may not have: the real AWS CLI, AWS's service models, its runtime
//! client for Python, its Runtime Interface Emulator, Docker, a registry, SAM's own translator.
//!
//! A test whose tool is absent is skipped, and its line says why. `MANIFOLD_REQUIRE=docker,sam` turns the absences
//! that it names into failures; all the names are in `requirement.rs`.

// Said to be test code, as all of it is, for clippy to allow `unwrap` outside test functions too.
#![cfg(test)]

mod command;

mod conformance;
mod image;
mod page;
mod python;
mod registry;
mod runtime_apis;
mod tail;
mod template;
mod transcript;

use std::process::ExitCode;

use libtest_mimic::Arguments;
use tests::requirement::Required;

fn main() -> ExitCode {
    let required = Required::read();
    let mut trials = Vec::from(transcript::trials(&required));
    trials.extend([page::trial(&required), template::trial(&required)]);
    trials.extend(conformance::trials(&required));
    trials.extend(python::trials(&required));
    trials.extend(tail::trials(&required));
    trials.extend(image::trials(&required));
    trials.extend(runtime_apis::trials(&required));
    trials.extend(registry::trials(&required));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
