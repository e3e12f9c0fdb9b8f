//! `emulator`: the embedded Lambda on a port.

use std::process::ExitCode;

fn main() -> ExitCode {
    emulator::command::run()
}
