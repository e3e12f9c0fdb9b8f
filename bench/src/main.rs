//! Measures the emulator, beside `cargo lambda watch` if that is installed: start, memory, and warm
//! invocations. It measures and does not judge: a goal that is missed is said, and the exit status is 0.

mod builds;
mod figures;
mod http;
mod load;
mod machine;
mod report;
mod server;

use std::error::Error;
use std::io::{self, Write};
use std::iter;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use builds::Programs;
use figures::{CONNECTIONS, Subject};
use machine::Machine;
use report::Report;
use server::{Server, ServerError};

/// Measures the emulator: start, memory and warm invocations, beside `cargo lambda watch`.
#[derive(Parser)]
#[command(bin_name = "cargo bench-all")]
struct Arguments {
    /// How often each thing is measured; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long invocations are measured each time, in seconds
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "bench: {}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    load::check()?;
    let programs = Programs::build()?;
    let machine = Machine::read();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(measure(arguments, &programs))?;
    write!(io::stdout(), "{machine}\n\n{report}")?;
    Ok(())
}

async fn measure(arguments: &Arguments, programs: &Programs) -> Result<Report, Box<dyn Error>> {
    let starts = starts(arguments.rounds, programs).await?;
    let emulator = Subject::emulator(programs).await?;
    let (peer, not_measured) = match Subject::peer().await {
        Ok(peer) => (Some(peer), None),
        Err(error) => (None, Some(chain(&error))),
    };
    let mut subjects: Vec<_> = iter::once(emulator).chain(peer).collect();
    // In turn, so that both meet the same weather on a machine that does other things too.
    let length = Duration::from_secs(arguments.seconds.into());
    for _ in 0..arguments.rounds {
        for connections in CONNECTIONS {
            for subject in &mut subjects {
                subject.load(connections, length)?;
            }
        }
    }
    let mut figures = Vec::new();
    for subject in subjects {
        figures.push(subject.stop().await?);
    }
    let mut figures = figures.into_iter();
    let emulator = figures.next().expect("the emulator comes first");
    Ok(Report { ready: figures::median(starts), emulator, peer: figures.next(), not_measured })
}

/// From the start of a process to its first answer, several times.
async fn starts(rounds: u32, programs: &Programs) -> Result<Vec<Duration>, ServerError> {
    let mut starts = Vec::new();
    // The first one also reads the program from the disk, and does not count.
    for _ in 0..=rounds {
        let server = Server::emulator(programs).await?;
        starts.push(server.ready_after);
        server.stop().await?;
    }
    starts.remove(0);
    Ok(starts)
}

/// An error and all its causes, on one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let chain = iter::successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
