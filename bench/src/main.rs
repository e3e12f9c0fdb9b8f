//! Measures, and does not judge: a goal that is missed is said, and the exit status is 0.

mod builds;
mod commands;
mod emulator;
mod http;
mod image;
mod machine;
mod server;
mod times;

use std::error::Error;
use std::io::{self, Write};
use std::iter;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Subcommand)]
enum Subject {
    Emulator(emulator::Options),
    Image(image::Options),
}

fn main() -> ExitCode {
    let measured = match Arguments::parse().subject {
        Subject::Emulator(options) => emulator::measure(&options),
        Subject::Image(options) => image::measure(&options),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "bench: {}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

/// An error and all its causes, on one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let chain = iter::successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
