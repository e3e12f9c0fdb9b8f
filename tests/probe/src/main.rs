//! The probe as a Lambda function: starts where a `bootstrap` would, and does what its events ask.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Err(error) = probe::run();
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "the probe stopped: {}", probe::Chain(&error));
    ExitCode::FAILURE
}
