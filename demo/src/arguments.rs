//! The command line: whatever it is given is for the build.

use std::ffi::OsString;

use clap::Parser;

/// Builds the one binary, makes a function of it per HANDLER on an embedded Lambda, fires each one's
/// real trigger, and prints a row per function.
///
/// It needs no AWS account, no Docker and no AWS CLI. It exits with 0 only if every row is as expected.
#[derive(Parser)]
#[command(bin_name = "cargo demo", after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Arguments for the `cargo build` of the bootstrap
    #[arg(
        value_name = "CARGO BUILD ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(crate) build: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  cargo demo --release
          The functions run the binary as it is in the image.
  cargo demo --no-default-features --features s3,kinesis,custom-event
          A handler is left out of the binary: its row fails, and says so.";
