//! One binary that is many Lambda functions: it reads which handler it is to be, and runs that one.
//!
//! The name of the handler is in the variable `HANDLER`; if that is not set, it is the first
//! argument (Lambda's `ImageConfig.Command`, Docker's CMD). What runs around a handler is here,
//! once: the Runtime API, the shape of events, panics, logs. Handlers are elsewhere, a crate each,
//! and [`IMAGE`] is the table of those that this image holds.
//!
//! # An image of your own
//!
//! Another repository takes this crate without its handlers (`default-features = false`; the
//! feature `http` brings [`Function::http`]), and its `main` is this:
//!
//! ```no_run
#![doc = include_str!("../examples/own_handlers.rs")]
//! ```
//!
//! `HANDLER=shout` makes a function of the first, `HANDLER=divide` of the second.

mod environment;
mod failure;
mod function;
mod handler;
mod image;
mod init_error;
mod log;
mod panics;
mod runtime;

use std::{
    fmt::Display,
    io::{self, Write},
    iter,
    process::ExitCode,
};

pub use environment::{Environment, EnvironmentError};
pub use function::Function;
pub use handler::{Handler, Handlers, SelectError};
pub use image::{IMAGE, Image};
pub use init_error::InitError;

/// Exit status of a bootstrap that could not run: `EX_CONFIG` of BSD's `sysexits.h`.
const EX_CONFIG: u8 = 78;

/// Why the bootstrap stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No function was started. The Runtime API has been told, if there is one.
    #[error(transparent)]
    Init(#[from] InitError),
    /// Standard output took no more.
    #[error("standard output cannot be written")]
    Output(#[source] io::Error),
    /// The system refused what an async runtime needs.
    #[error("the async runtime cannot be started")]
    Tokio(#[source] io::Error),
    /// The Runtime API went away, or what it sent was not to be understood.
    #[error("the Runtime API failed")]
    Runtime(#[source] lambda_runtime::Error),
}

/// Does what the environment asks of this image: runs one function for as long as the Runtime API
/// is there, or prints its handlers (`--list`) or its version (`--version`).
///
/// # Errors
///
/// [`Error::Init`] if no handler could be chosen or something that Lambda sets is not there, and
/// [`Error::Runtime`] if the Runtime API fails later; the others say that the system failed.
pub fn run(image: &Image, environment: &Environment) -> Result<(), Error> {
    match environment.argument.as_deref() {
        Some("--list") => image.handlers.names().try_for_each(print),
        Some("--version") => print(format_args!("bootstrap {}", image.version)),
        _ => runtime::run(image.handlers, environment),
    }
}

/// Turns the result of [`run`] into an exit status; an error goes to standard error, with its
/// causes.
pub fn exit_code(result: Result<(), Error>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    let chain = iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    let chain = chain.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    // If standard error is closed, the status still says it.
    let _ = writeln!(io::stderr(), "bootstrap: {chain}");
    ExitCode::from(EX_CONFIG)
}

fn print(line: impl Display) -> Result<(), Error> {
    writeln!(io::stdout(), "{line}").map_err(Error::Output)
}
